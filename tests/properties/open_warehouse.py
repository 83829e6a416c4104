"""A published warehouse that a test may write into, and what holds in it on which day."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Spell = tuple[int, int | None]


@contextmanager
def writable(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the empty warehouse of a new workspace below `root`, open for writing."""
    workspace = make_workspace(root / "workspace")
    deliver(workspace, {})
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def held_in(spells: Sequence[Spell], at: Sequence[int | None]) -> bool:
    """Tell whether all spells of days hold at their times; None is now: what has not ended."""
    return all(
        ended is None if time is None else began <= time and (ended is None or time < ended)
        for (began, ended), time in zip(spells, at, strict=True)
    )


def day(number: int | None) -> datetime | None:
    """Return a day of the month in which tests live, counted from 0."""
    return None if number is None else datetime(2026, 1, number + 1, tzinfo=UTC)
