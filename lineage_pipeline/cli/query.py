"""`lineage sql`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.paths import WorkspacePaths


PLAN: Final = ("explain_key", "explain_value")
"""The columns in which DuckDB draws a plan, over many lines."""


@contextmanager
def _kept(paths: WorkspacePaths, query: str) -> Iterator[Callable[[int], None]]:
    """Keep the query in the log before it is asked, and how many rows its answer had."""
    from lineage_pipeline.evidence import questions
    from lineage_pipeline.evidence.noting import microseconds
    from lineage_pipeline.pipeline import system_clock

    if not questions.is_kept(paths):
        click.echo(f"note: there is no log in {paths.trail}: the query is kept nowhere", err=True)
        yield lambda _: None
        return
    leaf = questions.keep_query(paths, query, microseconds(system_clock()))
    counts: list[int] = []
    try:
        yield counts.append
    finally:
        count = counts[0] if counts else None
        questions.keep_answer(paths, leaf, count, microseconds(system_clock()))


def _text_of(query: str | None) -> str:
    """Return the query, from standard input if none is given."""
    if query is None and sys.stdin.isatty():
        raise click.UsageError("give a query, or send one on standard input")
    try:
        text = sys.stdin.read() if query is None else query
        # Bytes that are no text may come as halves of characters, which nothing can keep.
        text.encode()
    except UnicodeError as error:
        raise click.UsageError(
            "the query is not UTF-8: it holds bytes that stand for no character"
        ) from error
    return text


@click.command()
@click.argument("query", required=False)
@workspace_option
@format_option
def sql(query: str | None, root: Path, fmt: Format) -> None:
    """Run QUERY, or what stands on standard input, on the warehouse, read-only."""
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import open_warehouse

    query = _text_of(query)
    paths = workspace_paths(root)
    with open_warehouse(paths) as warehouse, _kept(paths, query) as answered:
        answer = warehouse.query(query)
        answered(len(answer.rows))
    if fmt == "table" and answer.columns == PLAN:
        click.echo("\n".join(plan for _, plan in answer.rows))
    else:
        show(answer, fmt)
