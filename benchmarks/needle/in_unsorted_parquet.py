"""DuckDB on Parquet as it arrived: a file a month, rows in the order of time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.needle.store import Answer, Column, Reader

_FOLDER: Final = Path(__file__).parent


def load(files: Sequence[str], store: Path) -> None:  # noqa: ARG001
    """Do nothing: the files are read where they are."""
    store.mkdir(parents=True)


def connect(files: Sequence[str], store: Path) -> Reader:  # noqa: ARG001
    """Return the files as a view."""
    return ParquetRows(files)


class ParquetRows:
    """Parquet files as one view of an empty database."""

    def __init__(self, files: Sequence[str]) -> None:
        """Open the files, their metadata kept from question to question."""
        self._connection = duckdb.connect()
        self._connection.execute("set parquet_metadata_cache = true")
        self._connection.read_parquet(list(files)).create_view("audit_row")

    def ask(self, column: Column, value: str) -> Answer:
        """Return what the rows with this value in this column say."""
        query = (_FOLDER / f"duckdb_{column}.sql").read_text(encoding="utf-8")
        return self._connection.execute(query, {"value": value}).fetchall()
