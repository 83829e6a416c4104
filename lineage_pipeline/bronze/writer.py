"""Rows gathered in columns and written to Parquet, one file a table, with bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Self

import pyarrow.parquet as pq

from lineage_pipeline.schemas import arrow_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pyarrow as pa

FLUSH_ROWS: Final = 65_536


class WrittenFile(NamedTuple):
    """One Parquet file that a table gained: its name below the table's folder, its size."""

    table: str
    name: str
    row_count: int
    file_bytes: int


class _Table:
    def __init__(self, file: Path, schema: pa.Schema, batch_id: str) -> None:
        self.file = file
        self.schema = schema
        self.batch_id = batch_id
        self.rows: list[tuple[object, ...]] = []
        self.row_count = 0
        self._writer: pq.ParquetWriter | None = None

    def flush(self) -> None:
        if not self.rows:
            return
        if self._writer is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.file, self.schema, compression="zstd")
        self._writer.write_batch(record_batch(self.schema, self.batch_id, self.rows))
        self.row_count += len(self.rows)
        self.rows.clear()

    def close(self) -> None:
        self.flush()
        if self._writer is not None:
            self._writer.close()


class BatchWriter:
    """Writes one task's rows of one batch; a table without rows gets no file."""

    def __init__(
        self, folder: Path, schemas: Mapping[str, pa.Schema], batch_id: str, task: int
    ) -> None:
        """Write below `folder`, each table in a folder of its own.

        Args:
            folder: the layer's folder in the lake.
            schemas: the columns of each table, `batch_id` first.
            batch_id: the batch that every row carries.
            task: the number of the task in the batch; it keeps the files of tasks apart.
        """
        self._name = f"{batch_id}-{task:05d}.parquet"
        self._tables = {
            table: _Table(folder / table / self._name, schema, batch_id)
            for table, schema in schemas.items()
        }

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what is left and close the files."""
        for table in self._tables.values():
            table.close()

    def add(self, table: str, row: tuple[object, ...]) -> None:
        """Add one row, without its `batch_id`, to `table`."""
        into = self._tables[table]
        into.rows.append(row)
        if len(into.rows) >= FLUSH_ROWS:
            into.flush()

    def extend(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows, without their `batch_id`, to `table`."""
        for row in rows:
            self.add(table, row)

    def files(self) -> tuple[WrittenFile, ...]:
        """Return the files that hold rows; call it when the writer is closed."""
        return tuple(
            WrittenFile(name, self._name, table.row_count, table.file.stat().st_size)
            for name, table in self._tables.items()
            if table.row_count
        )


def record_batch(
    schema: pa.Schema, batch_id: str, rows: list[tuple[object, ...]]
) -> pa.RecordBatch:
    """Return rows as Arrow, `batch_id` put before each."""
    columns = zip(schema.names[1:], zip(*rows, strict=True), strict=True)
    data = {schema.names[0]: [batch_id] * len(rows), **dict(columns)}
    return arrow_table(schema, data).combine_chunks().to_batches()[0]
