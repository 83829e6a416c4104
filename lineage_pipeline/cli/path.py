"""`lineage path`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format


@click.command()
@click.argument("source")
@click.argument("target")
@workspace_option
@click.option("--depth", type=click.IntRange(min=0), help="How many steps a path has at most.")
@click.option("--as-of", type=Instant(), help="What was true then [what is true now].")
@click.option("--known-at", type=Instant(), help="What we had been told then [all].")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="How many paths at most, the shortest.",
)
@format_option
def path(
    source: str,
    target: str,
    root: Path,
    *,
    depth: int | None,
    as_of: datetime | None,
    known_at: datetime | None,
    limit: int,
    fmt: Format,
) -> None:
    """The ways on which data of SOURCE reaches TARGET, the shortest first."""
    from lineage_pipeline.cli.rows import NODE_PARTS, show
    from lineage_pipeline.graph.graph import open_graph
    from lineage_pipeline.graph.paths import paths_between
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import Answer, open_warehouse

    with open_warehouse(workspace_paths(root)) as warehouse:
        warehouse.require_node(source, known_at)
        warehouse.require_node(target, known_at)
        graph = open_graph(warehouse, as_of, known_at)
        frame, is_cut = paths_between(graph, source, target, depth=depth, limit=limit)
        shown = frame.drop_nulls("path") if fmt == "table" else frame
        show(Answer(tuple(frame.columns), shown.rows()), fmt, hidden=NODE_PARTS)
        count = frame["path"].drop_nulls().n_unique()
        if count and is_cut:
            click.echo(f"note: there are more paths than the {count} shown", err=True)
        elif not count:
            within = f" within --depth {depth}; longer ones do" if is_cut else ""
            click.echo(f"note: no path leads there{within}", err=True)
        click.echo(warehouse.coverage_note(known_at), err=True)
