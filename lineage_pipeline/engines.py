"""DuckDB, opened so that it draws nothing: what a run prints is said by the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping


def connect(
    database: str = ":memory:",
    *,
    read_only: bool = False,
    config: Mapping[str, bool | int | str] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection that prints no progress bar.

    Where the program is no file (`python -c`, a prompt, a notebook) DuckDB takes its standard
    output for somebody's terminal, and draws there as soon as a query takes two seconds.

    Raises:
        duckdb.Error: this DuckDB cannot open it.
    """
    connection = duckdb.connect(  # noqa: TID251
        database, read_only=read_only, config=dict(config or {})
    )
    connection.execute("set enable_progress_bar = false")
    return connection
