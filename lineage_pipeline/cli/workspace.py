"""`lineage init`, `run`, `scan` and `rebuild`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import Instant, dry_run_option, workspace_option
from lineage_pipeline.cli.progress import bytes_bar

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace


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
@dry_run_option
def run(root: Path, clock: datetime | None, *, dry_run: bool) -> None:
    """Scan what is new in landing/, build, and publish warehouse.duckdb."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.report import report, report_scan
    from lineage_pipeline.evidence.as_sealed import require_unaltered

    workspace = pipeline.open_workspace(root)
    with bytes_bar("scanning") as on_plan:
        if dry_run:
            known_at = pipeline.known_time(workspace, pipeline.system_clock(), clock)
            counted = pipeline.scan_landing(workspace, known_at, on_plan, is_dry=True)
            report_scan(counted, is_dry=True)
            return
        done = pipeline.run(workspace, pipeline.system_clock, clock, on_plan)
    report(workspace, done)
    require_unaltered(done.altered)


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="PATH...")
@workspace_option
@click.option(
    "--source",
    default="openlineage",
    show_default=True,
    help="The landing folder whose formats the files may hold, such as audit/cloudtrail.",
)
@dry_run_option
def scan(places: tuple[str, ...], root: Path, source: str, *, dry_run: bool) -> None:
    """Scan files, folders, patterns, s3:// addresses where they lie; `run` then builds on them."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.report import report_scan

    workspace = pipeline.open_workspace(root)
    with bytes_bar("scanning") as on_plan:
        done = pipeline.scan_paths(
            workspace, places, source, pipeline.system_clock, on_plan, is_dry=dry_run
        )
    report_scan(done, is_dry=dry_run)


@click.command()
@workspace_option
@click.option("--check", is_flag=True, help="Only compare: 3 if a table differs from a rebuild.")
def rebuild(root: Path, *, check: bool) -> None:
    """Build the warehouse again from the lake, batch by batch in the order of known times."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.lake.lock import exclusive

    workspace = pipeline.open_workspace(root)
    if check:
        _check(workspace)
        return
    with exclusive(workspace.paths.lock, wait=False):
        publication = pipeline.publish_warehouse(workspace, from_nothing=True)
    if publication is not None:
        click.echo(f"{workspace.paths.warehouse}: rebuilt from {publication.batch_count} batches")


def _check(workspace: Workspace) -> None:
    from lineage_pipeline import pipeline
    from lineage_pipeline.errors import IntegrityError

    found = pipeline.check_warehouse(workspace)
    if found:
        told = "; ".join(
            f"{one.table}: {one.only_published} rows only here, "
            f"{one.only_rebuilt} only in a rebuild"
            for one in found
        )
        raise IntegrityError(
            f"{workspace.paths.warehouse}: differs from a rebuild from bronze: {told}. Keep it as "
            f"evidence, then `lineage rebuild`"
        )
    click.echo(f"{workspace.paths.warehouse}: equal to a rebuild from bronze, table by table")
