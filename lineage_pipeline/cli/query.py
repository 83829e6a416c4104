"""`lineage sql`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.cli.options import Format


PLAN: Final = ("explain_key", "explain_value")
"""The columns in which DuckDB draws a plan, over many lines."""


@click.command()
@click.argument("query", required=False)
@workspace_option
@format_option
def sql(query: str | None, root: Path, fmt: Format) -> None:
    """Run QUERY, or what stands on standard input, on the warehouse, read-only."""
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.query import open_warehouse

    if query is None:
        if sys.stdin.isatty():
            raise click.UsageError("give a query, or send one on standard input")
        query = sys.stdin.read()
    with open_warehouse(WorkspacePaths(root.resolve())) as warehouse:
        answer = warehouse.query(query)
    if fmt == "table" and answer.columns == PLAN:
        click.echo("\n".join(plan for _, plan in answer.rows))
    else:
        show(answer, fmt)
