"""The columns of a table, made of the few types that rows are written from."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.trail.canonical import EXACT

_IN_MICROSECONDS: Final = {"s": 1_000_000, "ms": 1_000, "us": 1}


def said(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Return a column as texts, bytes, truths, 64-bit numbers or lists of texts, in one piece.

    Times become the microseconds since 1970. Decimals stay what they are.

    Raises:
        ConfigError: its type has no canonical form.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return said(column.cast(kind.value_type), name)
    if pa.types.is_timestamp(kind) and kind.unit in _IN_MICROSECONDS:
        column = column.cast(pa.int64())
        # A number of Python's beside a column makes pyarrow import pandas.
        if kind.unit != "us":
            column = pc.multiply_checked(column, _IN_MICROSECONDS[kind.unit])
    elif pa.types.is_integer(kind) and kind != pa.uint64():
        column = column.cast(pa.int64())
    elif pa.types.is_fixed_size_binary(kind):
        column = column.cast(pa.binary())
    elif not _is_known(kind):
        raise ConfigError(f"column {name}: there is no canonical form for {kind}; cast it first")
    return column if column.num_chunks == 1 else pa.chunked_array([column.combine_chunks()])


def as_numbers_or_texts(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return whole numbers as they are if all are small, as texts if all are large, else None."""
    least, most = (bound.as_py() for bound in pc.min_max(column).values())
    if least is None or -EXACT <= least <= most <= EXACT:
        return column
    return column.cast(pa.string()) if least > EXACT or most < -EXACT else None


def bits(column: pa.ChunkedArray) -> pa.Array:
    """Return the bits of floats as bytes, the most significant first."""
    values = pc.fill_null(column, 0.0).to_numpy().astype(">f8")
    found = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(8), len(values), [None, pa.py_buffer(values.tobytes())]
    )
    return pc.if_else(column.is_null().combine_chunks(), None, found.cast(pa.binary()))


def _is_known(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind):
        return bool(pa.types.is_string(kind.value_type))
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean, pa.types.is_binary,
        pa.types.is_large_binary, pa.types.is_null, pa.types.is_uint64, pa.types.is_float64,
        pa.types.is_decimal,
    )  # fmt: skip
    return any(test(kind) for test in tests)
