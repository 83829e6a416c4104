"""The rows of an Arrow table in canonical form, one a line, many at once.

The bytes are those of `canonical` for each row as a mapping of its columns. A compiled writer takes
them from Arrow's buffers; without it, or for types that it does not know, Polars writes them.
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from lineage_pipeline.trail.canonical import canonical, in_order
from lineage_pipeline.trail.columns import as_numbers_or_texts, bits, said

try:
    from lineage_pipeline.trail import writing
except ImportError:
    writing = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

SALT_BYTES: Final = 16
_LINE_END: Final = 10
_KINDS: Final = {
    pa.string(): "text",
    pa.binary(): "bytes",
    pa.int64(): "signed",
    pa.uint64(): "unsigned",
    pa.bool_(): "truth",
    pa.float64(): "float",
}
"""How the compiled writer calls the types that it knows."""


class Lines(NamedTuple):
    """Rows, each ended by a line feed, which no row holds.

    Attributes:
        data: all of them, one after the other; each behind a zero and its salt, if it has one.
        ends: where each row ends, that is, where its line feed stands.
    """

    data: bytes
    ends: NDArray[np.int64]

    def starts(self) -> NDArray[np.int64]:
        """Return where each row starts."""
        starts = np.empty_like(self.ends)
        starts[:1] = 0
        starts[1:] = self.ends[:-1] + 1
        return starts


def lines_of(table: pa.Table, salts: bytes = b"") -> Lines:
    """Return the rows of a table as lines, in their order.

    Args:
        table: the rows.
        salts: 16 bytes for each row, one after the other, or none at all.

    Raises:
        ConfigError: a column is of a type that has no canonical form.
    """
    columns = {name: said(table[name], name) for name in in_order(table.column_names)}
    known = _known(columns) if writing and sys.byteorder == "little" else None
    if known is not None:
        kept = pa.py_buffer(salts)
        place = kept.address if salts else 0
        return Lines(*writing.write_rows(known, table.num_rows, place, SALT_BYTES))
    lines = _lines_at_once(columns, table.num_rows) or _lines_one_by_one(table)
    return _behind(salts, lines) if salts else lines


def _known(
    columns: dict[str, pa.ChunkedArray],
) -> list[tuple[int, int, int, int, int, bytes]] | None:
    """Return columns as the compiled writer takes them; None if one is of a type it does not know.

    The addresses hold as long as the columns do.
    """
    known = []
    before = b"{"
    for name, column in columns.items():
        kind = _KINDS.get(column.type)
        if kind is None or column.num_chunks != 1:
            return None
        array = column.chunk(0)
        valid, *rest = [0 if each is None else each.address for each in array.buffers()]
        values, ends = (rest[1], rest[0]) if len(rest) > 1 else (rest[0], 0)
        before += canonical(name) + b":"
        known.append((writing.KINDS[kind], array.offset, valid, values, ends, before))
        before = b","
    return known or None


def _lines_at_once(columns: dict[str, pa.ChunkedArray], row_count: int) -> Lines | None:
    """Return rows as Polars writes them; None if single values tell how they are written."""
    import polars as pl

    written = {name: _as_it_stands(column) for name, column in columns.items()}
    if not row_count or not columns:
        return _found(b"{}\n" * row_count)
    if any(column is None for column in written.values()):
        return None
    frame: pl.DataFrame = pl.DataFrame({name: pl.from_arrow(c) for name, c in written.items()})
    hexadecimal = [
        pl.col(name).bin.encode("hex") for name, kind in frame.schema.items() if kind == pl.Binary
    ]
    buffer = BytesIO()
    frame.with_columns(hexadecimal).write_ndjson(buffer)
    return _found(buffer.getvalue())


def _as_it_stands(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array | None:
    if pa.types.is_float64(column.type):
        return bits(column)
    if pa.types.is_decimal(column.type):
        return None
    return as_numbers_or_texts(column) if pa.types.is_integer(column.type) else column


def _lines_one_by_one(table: pa.Table) -> Lines:
    return _found(b"".join(canonical(row) + b"\n" for row in table.to_pylist()))


def _found(data: bytes) -> Lines:
    return Lines(data, np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE_END))


def _behind(salts: bytes, lines: Lines) -> Lines:
    """Return lines that each stand behind a zero and its salt."""
    starts, ends = lines.starts().tolist(), lines.ends.tolist()
    places = range(0, len(salts), SALT_BYTES)
    data = b"".join(
        b"\x00" + salts[place : place + SALT_BYTES] + lines.data[begin : end + 1]
        for place, begin, end in zip(places, starts, ends, strict=True)
    )
    return Lines(data, lines.ends + (1 + SALT_BYTES) * np.arange(1, len(ends) + 1))
