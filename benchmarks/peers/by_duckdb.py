"""DuckDB by hand: typed columns, or facets as JSON text of which each body is parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from benchmarks.peers.tables import TABLES, Task, statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def typed(task: Task, files: str, out: Path) -> None:
    """Write the task's tables below `out`, everything read into typed columns."""
    if task == "openlineage":
        _openlineage("duckdb_typed", files, out)
    else:
        _connect(files).sql(statement("duckdb_audit", task)).write_parquet(
            str(out / "audit_event.parquet"), compression="zstd"
        )


def bodies(task: Task, files: str, out: Path) -> None:
    """Write the task's tables below `out`, each distinct facet body parsed once."""
    if task == "openlineage":
        _openlineage("duckdb_bodies", files, out, prepare=("raw", "held"), also=("event_facet",))
    else:
        typed(task, files, out)


def small_files(task: Task, files: str, out: Path) -> None:
    """Write the task's tables below `out`, in the way that many small files ask for."""
    if task == "openlineage":
        _openlineage("duckdb_typed", files, out, prepare=("../duckdb_files/raw",))
    else:
        typed(task, files, out)


def _openlineage(
    engine: str,
    files: str,
    out: Path,
    *,
    prepare: Sequence[str] = ("raw",),
    also: Sequence[str] = (),
) -> None:
    connection = _connect(files)
    for name in prepare:
        connection.execute(statement(engine, name))
    for table in (*TABLES["openlineage"], *also):
        rows = connection.sql(statement(engine, table))
        rows.write_parquet(str(out / f"{table}.parquet"), compression="zstd")


def _connect(files: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set variable files = $files", {"files": files})
    return connection
