"""What controls said at each state, in the lake: appended, never judged anew, whatever is rebuilt.

A warehouse that is built from nothing takes it from here: an auditor is shown what was found then,
not what a later release would have found.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow.parquet as pq

from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.warehouse.lake_log import delta_schema
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths

LAYER: Final = "compliance"
KEPT: Final = ("assessment", "control_change", "exception_change")
"""The tables that are kept; each row has the number of its assessment."""


def load(paths: WorkspacePaths, connection: duckdb.DuckDBPyConnection) -> None:
    """Take in the assessments of the lake that a warehouse has not: all, if it begins anew."""
    for file in stage_files("assessed"):
        if file.object.removeprefix(f"{LAYER}.") in KEPT:
            file.declare(connection)
    [(newest,)] = connection.execute(
        "select coalesce(max(assessment), 0) from compliance.assessment"
    ).fetchall()
    for name in KEPT:
        files = LakeTable(paths.table(LAYER, name)).files()
        if files:
            held = connection.read_parquet(files)
            later = duckdb.ColumnExpression("assessment") > duckdb.ConstantExpression(newest)
            held.filter(later).insert_into(f"{LAYER}.{name}")


def append(paths: WorkspacePaths, connection: duckdb.DuckDBPyConnection) -> list[Path]:
    """Append the assessment that was made last, once; return the files that hold it.

    Args:
        paths: the workspace.
        connection: with the warehouse in use that has just assessed its state.
    """
    rows = connection.execute(
        "select assessment, state_at, built_with_sha256 from compliance.assessment "
        "order by assessment desc limit 1"
    ).fetchall()
    if not rows:
        return []
    [(number, state_at, built_with)] = rows
    identity = f"{number} {state_at.isoformat()} {built_with}"
    transaction = hashlib.sha256(identity.encode()).hexdigest()[:32]
    modified_ms = int(state_at.timestamp() * 1000)
    added: list[Path] = []
    for name in KEPT:
        table = LakeTable(paths.table(LAYER, name))
        target = table.folder / f"{transaction}.parquet"
        if not table.has(transaction):
            is_made = duckdb.ColumnExpression("assessment") == duckdb.ConstantExpression(number)
            held = connection.table(f"{LAYER}.{name}").filter(is_made).to_arrow_table()
            if not held.num_rows:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(held, target, compression="zstd")
            data = DataFile(target.name, held.num_rows, target.stat().st_size)
            table.append([data], delta_schema(held.schema), transaction, modified_ms)
        added += [target, *table.commit_files(transaction)]
    return added
