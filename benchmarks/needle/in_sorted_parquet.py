"""DuckDB on Parquet sorted by actor within each month, as a careful expert lays it out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from benchmarks.needle.in_unsorted_parquet import ParquetRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.needle.store import Reader

ROW_GROUP_ROWS: Final = 122_880


def load(files: Sequence[str], store: Path) -> None:
    """Write each month sorted by actor."""
    store.mkdir(parents=True)
    connection = duckdb.connect()
    for file in files:
        rows = connection.read_parquet(file).order("actor_id, occurred_at")
        target = str(store / Path(file).name)
        rows.write_parquet(target, compression="zstd", row_group_size=ROW_GROUP_ROWS)


def connect(files: Sequence[str], store: Path) -> Reader:
    """Return the sorted files as a view."""
    return ParquetRows([str(store / Path(file).name) for file in files])
