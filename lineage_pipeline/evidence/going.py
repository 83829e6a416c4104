"""Which rows of a table go, told of many rows at once by their batch, task and place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from lineage_pipeline.evidence.rows import Group

    Places = NDArray[np.int64]

PLACED_BY: Final = ("batch_id", "task", "row_number")
ROWS: Final = 1 << 17
"""Rows that are looked at together."""
_PLACES: Final = 40
"""Bits of a place; what is above them tells the group."""


class Going:
    """Rows that go, by their places in each batch and task."""

    def __init__(self, rows: Mapping[Group, Places]) -> None:
        """Take the places of the rows of each group, each place once and in order."""
        self.batches = sorted({batch_id for batch_id, _ in rows})
        """The batches that lose some."""
        self._batches = pa.array(self.batches, pa.string())
        groups = sorted(rows)
        numbers = {batch_id: number for number, batch_id in enumerate(self.batches)}
        self._groups = np.array([numbers[b] << 32 | task for b, task in groups], np.int64)
        keys = [number << _PLACES | rows[group] for number, group in enumerate(groups)]
        self._keys = np.concatenate([np.empty(0, np.int64), *keys])

    def among(self, rows: pa.Table | pa.RecordBatch) -> NDArray[np.bool_]:
        """Return of each row whether it goes."""
        numbers = pc.index_in(_column(rows, "batch_id"), value_set=self._batches)
        goes = np.zeros(rows.num_rows, np.bool_)
        some = np.flatnonzero(pc.is_valid(numbers).to_numpy(zero_copy_only=False))
        if not len(some):
            return goes
        taken = numbers.drop_null().to_numpy(zero_copy_only=False).astype(np.int64)
        tasks, places = (
            _column(rows, name).take(pa.array(some)).to_numpy(zero_copy_only=False).astype(np.int64)
            for name in ("task", "row_number")
        )
        group, is_known = _found(self._groups, taken << 32 | tasks)
        _, is_going = _found(self._keys, group << _PLACES | places)
        goes[some] = is_known & is_going
        return goes

    def count_in(self, file: Path) -> int:
        """Return how many rows of a Parquet file go."""
        with pq.ParquetFile(file) as parquet:
            batches = parquet.iter_batches(ROWS, columns=[*PLACED_BY])
            return sum(int(self.among(batch).sum()) for batch in batches)

    def left_of(self, file: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a Parquet file that do not go, in their order."""
        with pq.ParquetFile(file) as parquet:
            for batch in parquet.iter_batches(ROWS, columns=columns):
                yield batch.filter(pa.array(~self.among(batch)))


def _column(rows: pa.Table | pa.RecordBatch, name: str) -> pa.Array:
    column = rows[name]
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _found(
    held: NDArray[np.int64], asked: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each number stands among sorted ones, and whether it does at all."""
    where = np.searchsorted(held, asked)
    inside = np.minimum(where, len(held) - 1)
    return where, (held[inside] == asked) if len(held) else np.zeros(len(asked), np.bool_)
