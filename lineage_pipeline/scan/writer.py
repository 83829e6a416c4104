"""Rows gathered in columns, sealed and written to Parquet: a file a table, in bounded memory."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import pyarrow as pa
import pyarrow.parquet as pq

from lineage_pipeline.arrays import array_of, repeated
from lineage_pipeline.errors import StorageError
from lineage_pipeline.schemas import ERASABLE, PLACE, SALT, arrow_table, own_columns
from lineage_pipeline.trail.batch import Sealing
from lineage_pipeline.trail.lines import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.trail.batch import Seal

    Salts = Callable[[int], bytes]
    Shared = Mapping[str, str | int | datetime]

FLUSH_ROWS: Final = 65_536
WORTH_A_TABLE: Final = 256
UNIQUE: Final = frozenset(
    {
        "event_id", "content_sha256", "holder_digest", "body", "source_event_id", "source_offset",
        "row_salt", "row_number",
    }
)  # fmt: skip
"""Columns that a dictionary would not shorten."""
BOUNDED: Final = frozenset({"batch_id", "event_ns", "occurred_at", "source_file", "ingested_at"})
"""Columns whose minima and maxima help a reader to skip; digests have none worth keeping."""


_TASK, _NUMBER = PLACE


class WrittenFile(NamedTuple):
    """One Parquet file that a table gained.

    Attributes:
        table: the table.
        name: the file's name below the table's folder.
        row_count: its rows.
        file_bytes: its bytes.
        sha256: the digest of its bytes, which are durable.
        schema_fp: the digest of its columns.
        seal: what its rows amount to, in their order.
    """

    table: str
    name: str
    row_count: int
    file_bytes: int
    sha256: bytes
    schema_fp: str
    seal: Seal


class _Table:
    def __init__(
        self, name: str, file: Path | None, schema: pa.Schema, shared: Shared, salts: Salts
    ) -> None:
        self.name = name
        self.file = file
        self.schema = schema
        self.sha256 = b""
        self.sealing = Sealing("row" if name in ERASABLE else "block64")
        self._salts = salts
        self._written_count = 0
        self.rows: list[tuple[object, ...]] = []
        self.row_count = 0
        self._gathered: list[pa.Table] = []
        self._gathered_count = 0
        self._shared = {name: value for name, value in shared.items() if name in schema.names}
        self._own = own_columns(schema, self._shared)
        self._writer: pq.ParquetWriter | None = None

    def flush(self) -> None:
        """Turn the rows that were gathered one by one into columns."""
        if self.rows:
            rows, self.rows = self.rows, []
            columns = zip(self._own.names, zip(*rows, strict=True), strict=True)
            self.write(arrow_table(self._own, dict(columns)))

    def write(self, rows: pa.Table) -> None:
        """Take rows that lack only what all rows of the task share."""
        self.row_count += rows.num_rows
        if self.file is None:
            return
        self._gathered.append(rows)
        self._gathered_count += rows.num_rows
        if self._gathered_count >= FLUSH_ROWS:
            self._put_down()

    def _put_down(self) -> None:
        """Write what is gathered as a row group."""
        if self.file is None or not self._gathered:
            return
        rows = pa.concat_tables(self._gathered)
        self._gathered, self._gathered_count = [], 0
        try:
            if self._writer is None:
                self._writer = self._begin(self.file)
            table = with_shared(rows, self.schema, self._shared, self._made(rows.num_rows))
            self._writer.write_table(table)
            for batch in table.to_batches():
                self.sealing.add(batch)
        except OSError as error:
            raise StorageError(self.file, str(error)) from error

    def _made(self, count: int) -> dict[str, pa.Array]:
        """Return the columns that are made for rows as they are written."""
        first = self._written_count
        self._written_count += count
        made = {}
        if SALT.name in self.schema.names:
            fixed = pa.py_buffer(self._salts(count * SALT_BYTES))
            salts = pa.Array.from_buffers(pa.binary(SALT_BYTES), count, [None, fixed])
            made[SALT.name] = salts.cast(SALT.type)
        if _NUMBER.name in self.schema.names:
            made[_NUMBER.name] = array_of(range(first, first + count), _NUMBER.type)
        return made

    def close(self) -> None:
        """Write what is left and close the file, whose bytes are durable then."""
        self.flush()
        self._put_down()
        if self._writer is not None and self.file is not None:
            try:
                self._writer.close()
                with self.file.open("rb") as stream:
                    os.fsync(stream.fileno())
                    self.sha256 = hashlib.file_digest(stream, "sha256").digest()
            except OSError as error:
                raise StorageError(self.file, str(error)) from error

    def _begin(self, file: Path) -> pq.ParquetWriter:
        file.parent.mkdir(parents=True, exist_ok=True)
        names = self.schema.names
        return pq.ParquetWriter(
            file,
            self.schema,
            compression="zstd",
            use_dictionary=[name for name in names if name not in UNIQUE],
            write_statistics=[name for name in names if name in BOUNDED],
        )


class BatchWriter:
    """Writes one task's rows of one batch; a table without rows gets no file."""

    def __init__(
        self,
        folder: Path | None,
        schemas: Mapping[str, pa.Schema],
        batch_id: str,
        task: int,
        ingested_at: datetime,
        *,
        salts: Salts,
    ) -> None:
        """Write below `folder`, each table in a folder of its own.

        Args:
            folder: the layer's folder in the lake; None counts rows and writes none.
            schemas: the columns of each table.
            batch_id: the batch that every row carries.
            task: the number of the task in the batch; it keeps the files of tasks apart.
            ingested_at: the clock of the scan, which every row carries whose table has the column.
            salts: returns so many random bytes.
        """
        self._name = f"{batch_id}-{task:05d}.parquet"
        shared: Shared = {"batch_id": batch_id, "ingested_at": ingested_at, _TASK.name: task}
        self._tables = {
            table: _Table(table, folder and folder / table / self._name, schema, shared, salts)
            for table, schema in schemas.items()
        }

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Write what is left and close the files; after a failure nothing more is written.

        Raises:
            StorageError: a file cannot be written.
        """
        for table in self._tables.values() if failure is None else ():
            table.close()

    def add(self, table: str, row: tuple[object, ...]) -> None:
        """Add one row, without what all rows share, to `table`."""
        into = self._tables[table]
        into.rows.append(row)
        if len(into.rows) >= FLUSH_ROWS:
            into.flush()

    def extend(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Add rows, without what all rows share, to `table`."""
        into = self._tables[table]
        into.rows.extend(rows)
        if len(into.rows) >= FLUSH_ROWS:
            into.flush()

    def put(self, table: str, schema: pa.Schema, columns: dict[str, list[Any]]) -> None:
        """Add rows that come as columns, without what all rows share, to `table`.

        Few rows are gathered one by one: making columns of Arrow costs as much as hundreds of rows.
        """
        if len(columns[schema.names[0]]) < WORTH_A_TABLE:
            self.extend(table, zip(*columns.values(), strict=True))
        else:
            self.write(table, arrow_table(schema, columns))

    def write(self, table: str, rows: pa.Table) -> None:
        """Write columns, without those that all rows share, to `table`."""
        if rows.num_rows:
            self._tables[table].write(rows)

    def files(self) -> tuple[WrittenFile, ...]:
        """Return the files that hold rows; call it when the writer is closed."""
        return tuple(
            WrittenFile(
                name, self._name, table.row_count, table.file.stat().st_size, table.sha256,
                fingerprint(table.schema), table.sealing.seal(),
            )
            for name, table in self._tables.items()
            if table.row_count and table.file is not None
        )  # fmt: skip


def fingerprint(schema: pa.Schema) -> str:
    """Return what tells columns apart from others: a SHA-256, cut."""
    return hashlib.sha256(str(schema).encode()).hexdigest()[:16]


def with_shared(
    rows: pa.Table, schema: pa.Schema, shared: Shared, made: Mapping[str, pa.Array]
) -> pa.Table:
    """Return rows with what they all share and what was made for them, as a table of `schema`."""
    columns = dict(zip(rows.column_names, rows.columns, strict=True)) | dict(made)
    for name, value in shared.items():
        columns[name] = repeated(value, rows.num_rows, schema.field(name).type)
    table = pa.table([columns[name] for name in schema.names], schema.names)
    kinds_fit = table.schema.types == schema.types
    return pa.table(table.columns, schema=schema) if kinds_fit else table.cast(schema)
