"""`lineage sql`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.cli.options import Format


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
        show(warehouse.query(query), fmt)
