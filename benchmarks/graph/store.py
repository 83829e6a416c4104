"""A published warehouse that holds a made graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl

from lineage_pipeline import pipeline
from lineage_pipeline.initialise import initialise
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.graph.shapes import Shape

_NODE = """
insert into lineage.node by name
select
    'dataset:snowflake://northwind-eu1:' || name as node_id, 'dataset' as kind,
    'snowflake://northwind-eu1' as namespace, name, 'cleaned' as stage, 'name' as stage_rule,
    'medium' as stage_confidence, $at::timestamptz as first_seen_at, first_seen_at as last_seen_at
from (select 'lending.area.table_' || lpad(range::varchar, 7, '0') as name from range($count))
union all by name
select
    'job:airflow:load_' || range as node_id, 'job' as kind, 'airflow' as namespace,
    'load_' || range as name, $at::timestamptz as first_seen_at, first_seen_at as last_seen_at
from range($jobs)
"""
_KNOWN = """
insert into lineage.node_history by name
select
    node_id, kind, namespace, name, stage, stage_rule, stage_confidence,
    $at::timestamptz as known_from_at
from lineage.node
"""
_EDGE = """
insert into lineage.edge by name
select
    'dataset:snowflake://northwind-eu1:lending.area.table_' || lpad(source::varchar, 7, '0')
        as source_node_id,
    'dataset:snowflake://northwind-eu1:lending.area.table_' || lpad(target::varchar, 7, '0')
        as target_node_id,
    'job:airflow:load_' || target % $jobs as job_node_id, 'cartesian' as basis, 1 as run_count,
    $at::timestamptz as valid_from_at, $at::timestamptz as known_from_at
from edges
"""


def make_warehouse(root: Path, shape: Shape) -> None:
    """Make a workspace at `root` whose warehouse holds the graph, as a publication leaves it."""
    workspace = pipeline.open_workspace(initialise(root).root)
    pipeline.run(workspace, pipeline.system_clock)
    jobs = min(shape.nodes, 1000)
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        at = "2026-01-01"
        connection.execute(_NODE, {"at": at, "count": shape.nodes, "jobs": jobs})
        connection.execute(_KNOWN, {"at": at})
        connection.register("edges", pl.DataFrame({"source": shape.source, "target": shape.target}))
        connection.execute(_EDGE, {"at": at, "jobs": jobs})
        connection.execute("attach ':memory:' as step")
        for file in stage_files("serve"):
            if file.kind == "facts":
                connection.execute(file.statements)
        connection.execute("checkpoint")


def node_name(number: int) -> str:
    """Return the identifier of a node."""
    return f"dataset:snowflake://northwind-eu1:lending.area.table_{number:07d}"
