"""A file tells by its name, or by its footer, which batches it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineage_pipeline.lake.batches import (
    BATCHES_KEY,
    Batch,
    batch_of,
    of_batches,
    span_of,
    visible_batches,
)

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = "1" * 32, "2" * 32


@pytest.mark.parametrize(
    ("name", "batch", "span"),
    [
        (f"{ONE}-00000.parquet", ONE, None),
        (f"{ONE}.parquet", ONE, None),
        ("month-2026-01-0123456789abcdef.parquet", None, "month-2026-01"),
        ("year-2025-0123456789abcdef.parquet", None, "year-2025"),
        ("other-0123456789abcdef.parquet", None, "other"),
        ("month-2026-01.parquet", "month", None),
    ],
)
def test_a_name_tells_batch_or_span(name: str, batch: str | None, span: str | None) -> None:
    assert batch_of(f"/lake/year-1999/{name}") == batch
    assert span_of(f"/lake/year-1999/{name}") == span


def test_files_of_batches_are_found_by_name_and_by_footer(tmp_path: Path) -> None:
    compacted = str(tmp_path / "other-0123456789abcdef.parquet")
    with pq.ParquetWriter(compacted, pa.schema([("x", pa.int64())])) as writer:
        writer.add_key_value_metadata({BATCHES_KEY: f"{ONE},{TWO}".encode()})
    bare = str(tmp_path / "year-2025-0123456789abcdef.parquet")
    pq.write_table(pa.table({"x": [1]}), bare)
    files = [compacted, bare, f"{ONE}-00000.parquet", f"{TWO}-00000.parquet"]
    assert of_batches(files, {TWO}) == [compacted, f"{TWO}-00000.parquet"]
    assert of_batches(files, {"3" * 32}) == []
    assert of_batches(files, set()) == []


def test_batches_come_in_the_order_of_their_known_times(tmp_path: Path) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    file = tmp_path / "segment.parquet"
    rows = {"batch_id": ["b", "a", "c", "c"], "ingested_at": [late, late, early, early]}
    pq.write_table(pa.table(rows), file)
    assert visible_batches([str(file)]) == [Batch(early, "c"), Batch(late, "a"), Batch(late, "b")]
    assert visible_batches([]) == []
