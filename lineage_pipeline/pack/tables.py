"""Rows written as files: Parquet for programs, CSV beside it for people while the rows are few."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb
    import pyarrow as pa

AT_ONCE: Final = 1 << 16
"""Rows that are in memory at a time, and a row group of the file."""
MOST_IN_CSV: Final = 50_000
"""Beyond so many rows nobody reads a CSV file."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would compute."""


def write_rows(
    rows: duckdb.DuckDBPyRelation,
    file: Path,
    on_batch: Callable[[pa.RecordBatch], None] = lambda _: None,
) -> int:
    """Write rows into `file`.parquet and, if they are few, `file`.csv; return how many there are.

    In CSV, a text that a spreadsheet would take for a formula has a quotation mark before it.

    Args:
        rows: in a fixed order, so that the bytes are the same for the same rows.
        file: without its ending; its folder is made.
        on_batch: told of the rows as they pass.
    """
    import pyarrow.parquet as pq

    file.parent.mkdir(parents=True, exist_ok=True)
    table, beside = file.with_name(f"{file.name}.parquet"), file.with_name(f"{file.name}.csv")
    count = 0
    reader = rows.to_arrow_reader(AT_ONCE)
    with (
        pq.ParquetWriter(table, reader.schema, compression="zstd") as parquet,
        beside.open("w", encoding="utf-8", newline="") as text,
    ):
        lines = csv.writer(text)
        lines.writerow(reader.schema.names)
        for batch in reader:
            parquet.write_batch(batch, row_group_size=AT_ONCE)
            on_batch(batch)
            count += batch.num_rows
            if count <= MOST_IN_CSV:
                lines.writerows(map(_cells, batch.to_pylist()))
    if count > MOST_IN_CSV:
        beside.unlink()
    return count


def cell(value: Any) -> str:
    """Return a value as people read it; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=cell)
    return str(value)


def _cells(row: dict[str, Any]) -> list[str]:
    return [_harmless(value, cell(value)) for value in row.values()]


def _harmless(value: Any, text: str) -> str:
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
