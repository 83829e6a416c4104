"""`lineage classified`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.listing import clock_options, list_rows
from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.warehouse.query import Answer, Warehouse

HIDDEN: Final = frozenset({"category", "is_cut"})


@click.command()
@workspace_option
@click.option("--tag", help="Only tags of this key or category, such as pii or personal-data.")
@click.option(
    "--status",
    type=click.Choice(["declared", "derived", "possible"]),
    help="Only what is known so [all].",
)
@clock_options
@click.option(
    "--indirect", "include_indirect", is_flag=True, help="Also by what only steers values."
)
@format_option
def classified(
    root: Path,
    *,
    tag: str | None,
    status: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    include_indirect: bool,
    fmt: Format,
) -> None:
    """Fields and datasets that a tag reaches, with where it is declared; `lineage why` proves each.

    An empty field is the node as a whole.
    """
    given = {"as_of": as_of, "known_at": known_at, "include_indirect": include_indirect}
    list_rows(
        root,
        fmt,
        lambda warehouse: warehouse.table("classified", tag=tag, status=status, **given),
        known_at=known_at,
        hidden=HIDDEN,
        notes=_notes,
    )


def _notes(_: Warehouse, answer: Answer) -> Iterator[str]:
    if not answer.rows:
        yield "no tag that was declared reaches anything so; that is no proof of anything"
    elif answer.rows[0][answer.columns.index("is_cut")]:
        yield "tags go on behind the steps that were walked"
