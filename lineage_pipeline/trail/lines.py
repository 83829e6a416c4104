"""The rows of an Arrow table in canonical form, one a line, many at once.

The bytes are those of `canonical` for each row as a mapping of its columns.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.trail.canonical import EXACT, canonical, in_order

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_LINE_END: Final = 10
_LARGE_BITS: Final = 64
_IN_MICROSECONDS: Final = {"s": 1_000_000, "ms": 1_000, "us": 1}


class Lines(NamedTuple):
    """Rows, each ended by a line feed, which no row holds.

    Attributes:
        data: all of them, one after the other.
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


def lines_of(table: pa.Table) -> Lines:
    """Return the rows of a table as lines, in their order.

    Raises:
        ConfigError: a column is of a type that has no canonical form.
    """
    columns = {name: _written(table[name], name) for name in in_order(table.column_names)}
    if any(column is None for column in columns.values()):
        data = b"".join(canonical(row) + b"\n" for row in table.to_pylist())
    else:
        data = _ndjson(columns) if table.num_rows and columns else b"{}\n" * table.num_rows
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _LINE_END)
    return Lines(data, ends)


def _ndjson(columns: dict[str, Any]) -> bytes:
    import polars as pl

    frame: pl.DataFrame = pl.DataFrame({name: pl.from_arrow(c) for name, c in columns.items()})
    hexadecimal = [
        pl.col(name).bin.encode("hex") for name, kind in frame.schema.items() if kind == pl.Binary
    ]
    buffer = BytesIO()
    frame.with_columns(hexadecimal).write_ndjson(buffer)
    return buffer.getvalue()


def _written(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray | pa.Array | None:
    """Return a column of texts, bytes, truths and numbers that are written as they stand.

    None is returned if only the values one by one tell how they are written.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _written(column.cast(kind.value_type), name)
    if pa.types.is_timestamp(kind) and kind.unit in _IN_MICROSECONDS:
        factor = _IN_MICROSECONDS[kind.unit]
        return _numbers(pc.multiply_checked(column.cast(pa.int64()), factor))
    if pa.types.is_integer(kind):
        return _numbers(column) if kind.bit_width == _LARGE_BITS else column
    if pa.types.is_float64(kind):
        return _bits(column)
    if pa.types.is_decimal(kind):
        return None
    if _is_plain(kind) or (pa.types.is_list(kind) and pa.types.is_string(kind.value_type)):
        return column
    raise ConfigError(f"column {name}: there is no canonical form for {kind}; cast it first")


def _is_plain(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean, pa.types.is_binary,
        pa.types.is_large_binary, pa.types.is_null,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return whole numbers as they are if all are small, as texts if all are large, else None."""
    least, most = (bound.as_py() for bound in pc.min_max(column).values())
    if least is None or -EXACT <= least <= most <= EXACT:
        return column
    return column.cast(pa.string()) if least > EXACT or most < -EXACT else None


def _bits(column: pa.ChunkedArray) -> pa.Array:
    """Return the bits of floats as bytes, the most significant first."""
    values = pc.fill_null(column, 0.0).to_numpy().astype(">f8")
    bits = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(8), len(values), [None, pa.py_buffer(values.tobytes())]
    )
    return pc.if_else(column.is_null().combine_chunks(), None, bits.cast(pa.binary()))
