"""`lineage retention asked` and `confirm`: what others are to do, and that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lineage_pipeline.cli.acting import act_command, done, require_counting
from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format


@click.command()
@workspace_option
@click.option("--as-of", type=Instant(), help="What holds for each at this instant [now].")
@format_option
def asked(root: Path, as_of: datetime | None, fmt: Format) -> None:
    """What others are asked to delete, or to anonymise, and nobody has confirmed.

    What is not due any more, by the column now, must stay as it is by now.
    """
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import open_warehouse

    with open_warehouse(workspace_paths(root)) as warehouse:
        show(
            warehouse.ask("asked_of_others", as_of=as_of or pipeline.system_clock()),
            fmt,
        )


@act_command("OBJECT")
def confirm(**given: Any) -> None:
    """Confirm that OBJECT is gone or anonymised, as others were asked; 1 if that does not count."""
    from lineage_pipeline.disposal import confirming

    confirmed = done(confirming.confirm, "disposal_confirmed", given, {})
    became = "anonymised" if confirmed.is_anonymised else "gone"
    if not confirmed.objections:
        click.echo(f"{confirmed.object_id}: said to be {became}")
    click.echo(f"kept: {confirmed.file}", err=True)
    if confirmed.certificate_sha256:
        click.echo(f"certificate: {confirmed.certificate_sha256}", err=True)
    require_counting(confirmed.objections)
