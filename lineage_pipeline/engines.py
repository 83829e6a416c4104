"""DuckDB, opened for what it does here: it draws nothing, and waits for no file elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping

    Setting = str | bool | int | float | list[str]


def connect(
    database: str = ":memory:",
    *,
    read_only: bool = False,
    config: Mapping[str, Setting] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection that prints no progress bar and reads local files.

    Where the program is no file (`python -c`, a prompt, a notebook) DuckDB takes its standard
    output for somebody's terminal, and draws there as soon as a query takes two seconds. Threads
    that wait for remote files take half of the time that opening takes.

    Raises:
        duckdb.Error: this DuckDB cannot open it.
    """
    settings: dict[str, Setting] = {"async_threads": "0", **(config or {})}
    connection = duckdb.connect(database, read_only=read_only, config=settings)  # noqa: TID251
    connection.execute("set enable_progress_bar = false")
    return connection
