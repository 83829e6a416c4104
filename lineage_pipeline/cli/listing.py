"""A list of rows as an answer: asked of the warehouse, printed, with the note on coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

    from lineage_pipeline.cli.options import Command
    from lineage_pipeline.warehouse.query import Answer, Warehouse


def clock_options(command: Command) -> Command:
    """Add `--as-of` and `--known-at`."""
    as_of = click.option("--as-of", type=Instant(), help="What was true then [what is true now].")
    known_at = click.option("--known-at", type=Instant(), help="What we had been told then [all].")
    return as_of(known_at(command))


def list_rows(
    root: Path,
    fmt: str,
    question: Callable[[Warehouse], pa.Table | pl.DataFrame],
    *,
    known_at: datetime | None = None,
    hidden: Collection[str] = (),
    notes: Callable[[Warehouse, Answer], Iterable[str]] = lambda _, __: (),
) -> None:
    """Print the answer to a question, then what is to be said of it, and of all answers.

    Args:
        root: the workspace.
        fmt: how rows are printed.
        question: what gives the rows.
        known_at: by what had been told the coverage is counted.
        hidden: columns that a table leaves out.
        notes: what is to be said beside the rows.
    """
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import open_warehouse

    with open_warehouse(workspace_paths(root)) as warehouse:
        answer = _answer(question(warehouse))
        show(answer, fmt, hidden)
        for note in notes(warehouse, answer):
            click.echo(f"note: {note}", err=True)
        click.echo(warehouse.coverage_note(known_at), err=True)


def _answer(found: pa.Table | pl.DataFrame) -> Answer:
    import polars as pl

    from lineage_pipeline.warehouse.query import Answer

    if isinstance(found, pl.DataFrame):
        return Answer(tuple(found.columns), found.rows())
    rows = [tuple(row.values()) for row in found.to_pylist()]
    return Answer(tuple(found.column_names), rows)
