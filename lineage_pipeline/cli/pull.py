"""`lineage pull`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.cli.options import Format

FAILED: Final = 1


@click.command()
@click.argument("name", required=False)
@workspace_option
@format_option
@click.pass_context
def pull(ctx: click.Context, name: str | None, root: Path, *, fmt: Format) -> None:
    """Fetch what the registries of `lineage.toml` list, into landing/; `lineage run` reads it.

    NAME is the only one to ask, such as mlflow://mlflow.example.org. Of a registry that does not
    answer in full nothing is kept, and the exit code is 1.
    """
    import os
    import time

    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.pipeline import system_clock
    from lineage_pipeline.registry import pulls
    from lineage_pipeline.settings.lineage_toml import read_settings
    from lineage_pipeline.warehouse.query import Answer

    paths = workspace_paths(root)
    settings = read_settings(paths.settings)
    times = pulls.Times(system_clock, time.monotonic, time.sleep)
    rows = pulls.pull(settings, paths.landing, os.environ, times, name)
    show(Answer(pulls.PullRow._fields, rows), fmt)
    ctx.exit(FAILED if any(row.status == "failed" for row in rows) else 0)
