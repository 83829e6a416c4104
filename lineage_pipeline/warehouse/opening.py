"""The published warehouse opened for reading, as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from lineage_pipeline.engines import connect

if TYPE_CHECKING:
    from pathlib import Path


def read_only(file: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own that has the warehouse in use.

    Who connects to a path is given what this process opened there first, for as long as anybody
    keeps that open, though another file has been put in its place; what is attached is read anew.

    Raises:
        duckdb.Error: this DuckDB cannot open it.
    """
    connection = connect(":memory:")
    try:
        connection.execute("attach $file as warehouse (read_only)", {"file": str(file)})
        connection.execute("use warehouse")
    except duckdb.Error:
        connection.close()
        raise
    return connection
