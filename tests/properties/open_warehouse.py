"""A published warehouse that a test may write into, and what holds in it on which day."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Spell = tuple[int, int | None]


@contextmanager
def writable(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the empty warehouse of a new workspace below `root`, open for writing."""
    workspace = published_workspace(root / "workspace")
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


def remember_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the nodes be known from the first day on."""
    connection.execute(
        "insert into lineage.node_history by name "
        "select node_id, kind, $first as known_from_at from lineage.node",
        {"first": day(0)},
    )


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: list[Any],
    columns: dict[str, list[Any]],
) -> None:
    """Put the columns, and the days of each row's `valid` and `known`, into a table of lineage."""
    spells = {
        f"{clock}_{side}_at": [day(getattr(row, clock)[place]) for row in rows]
        for clock in ("valid", "known")
        for place, side in enumerate(("from", "to"))
    }
    schema = dict.fromkeys(columns, pl.String) | {"is_masking": pl.Boolean}
    frame = pl.DataFrame(
        columns | spells,
        schema={name: schema[name] for name in columns}
        | {name: pl.Datetime("us", "UTC") for name in spells},
    )
    connection.register("rows", frame)
    connection.execute(f"insert into lineage.{table} by name from rows")
