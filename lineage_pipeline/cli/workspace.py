"""`lineage init`, `run` and `rebuild`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import Instant, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a workspace in FOLDER: lineage.toml, and landing/ with a folder for each source."""
    from lineage_pipeline.initialise import initialise

    paths = initialise(folder)
    click.echo(f"{paths.settings}: settings")
    click.echo(f"{paths.landing}/openlineage/: put OpenLineage events here, then `lineage run`")


@click.command()
@workspace_option
@click.option("--clock", type=Instant(), help="The known time, in a synthetic workspace.")
def run(root: Path, clock: datetime | None) -> None:
    """Scan what is new in landing/, build, and publish warehouse.duckdb."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.report import report

    workspace = pipeline.open_workspace(root)
    with _progress() as on_plan:
        done = pipeline.run(workspace, pipeline.system_clock, clock, on_plan)
    report(workspace, done)


@click.command()
@workspace_option
def rebuild(root: Path) -> None:
    """Build the warehouse again from bronze, batch by batch in the order of known times."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.lake.lock import exclusive

    workspace = pipeline.open_workspace(root)
    with exclusive(workspace.paths.lock, wait=False):
        publication = pipeline.publish_warehouse(workspace, from_nothing=True)
    if publication is not None:
        click.echo(f"{workspace.paths.warehouse}: rebuilt from {publication.batch_count} batches")


@contextmanager
def _progress() -> Iterator[Callable[[int], Callable[[int], None]] | None]:
    """Show a bar of bytes while the block runs, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("scanning"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:

        def on_plan(total_bytes: int) -> Callable[[int], None]:
            task = progress.add_task("scan", total=total_bytes)
            return lambda done: progress.update(task, advance=done)

        yield on_plan
