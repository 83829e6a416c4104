"""`lineage retention archive` and `restore`: cold landing files moved away, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.disposal.standing import Outcome

_actor = click.option(
    "--actor", required=True, envvar="LINEAGE_ACTOR", help="Who does it [$LINEAGE_ACTOR]."
)
_clock = click.option("--clock", type=Instant(), help="The known time, if it is synthetic.")


@click.command()
@click.argument("objects", metavar="[OBJECT]...", nargs=-1)
@workspace_option
@click.option(
    "--before", type=Instant(), help="All landing files whose last event and reading lie before."
)
@_actor
@click.option("--execute", is_flag=True, help="Move; without it nothing is.")
@_clock
@format_option
def archive(
    objects: tuple[str, ...],
    root: Path,
    before: datetime | None,
    *,
    actor: str,
    clock: datetime | None,
    fmt: Format,
    execute: bool,
) -> None:
    """Move landing files (file:…) into the archive, or say what that would do; 1 if some are left.

    A file goes once it was read to its end, lies there as it was read, and is under no legal hold;
    its rows stay. Its copy is read back and compared before it goes.
    """
    from lineage_pipeline import pipeline
    from lineage_pipeline.disposal.cooling import Asked, archive_files
    from lineage_pipeline.release import acting

    if not objects and before is None:
        raise click.UsageError("name landing files as file:…, or those of old with --before")
    said = acting.Statement("archived", {"actor": actor})
    when = acting.When(pipeline.system_clock, clock)
    asked = Asked(objects, before)
    outcomes = archive_files(pipeline.open_workspace(root), asked, said, when, execute=execute)
    _tell(outcomes, fmt, "" if execute else "nothing was moved; --execute moves")


@click.command()
@click.argument("object_id", metavar="OBJECT")
@workspace_option
@_actor
@click.option("--execute", is_flag=True, help="Restore; without it nothing is.")
@_clock
@format_option
def restore(
    object_id: str,
    root: Path,
    *,
    actor: str,
    clock: datetime | None,
    fmt: Format,
    execute: bool,
) -> None:
    """Bring OBJECT back from the archive to where it lay; 1 if that cannot be.

    Says by what it was seen that the bytes are the same. Nothing that lies there is overwritten,
    and the archive keeps its copy.
    """
    from lineage_pipeline import pipeline
    from lineage_pipeline.disposal import restoring
    from lineage_pipeline.release import acting

    said = acting.Statement("restored", {"actor": actor})
    when = acting.When(pipeline.system_clock, clock)
    workspace = pipeline.open_workspace(root)
    outcome = restoring.restore(workspace, object_id, said, when, execute=execute)
    _tell([outcome], fmt, "" if execute else "nothing was restored; --execute restores")


def _tell(outcomes: Sequence[Outcome], fmt: Format, note: str) -> None:
    """Show what became of objects, and a note beside; leave with 1 if some are left."""
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.warehouse.query import Answer

    show(Answer(("object_id", "became", "reason", "bytes"), [one[:4] for one in outcomes]), fmt)
    if note:
        click.echo(note, err=True)
    if any(one.became == "left" for one in outcomes):
        raise SystemExit(1)
