"""Python values as Arrow arrays, built from buffers.

`pyarrow.array` imports pandas first wherever that is installed, and Polars takes longer to import
than a scan of few events takes: neither is needed to put values side by side.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FARTHEST: Final = (1 << 31) - 1
"""The last place that 32-bit offsets can name."""


_NUMBERS: Final = {
    pa.int64(): np.int64,
    pa.int32(): np.int32,
    pa.uint8(): np.uint8,
    pa.float64(): np.float64,
}


def array_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return the values as an array of `kind`; None becomes null.

    Args:
        values: texts, bytes, truths, numbers, instants that name their zone, or lists of texts.
        kind: one of the types that `schemas` uses.

    Raises:
        OverflowError: a number is too large for the type, or the texts are for one array.
        TypeError: a value is not of the type.
    """
    valid = _validity(values)
    if pa.types.is_string(kind):
        return _texts(_filled(values, "", valid), kind, valid)
    if pa.types.is_binary(kind):
        parts = _filled(values, b"", valid)
        return _joined(_offsets(parts), b"".join(parts), kind, valid)
    if pa.types.is_list(kind):
        lists = _filled(values, (), valid)
        inner = array_of(list(chain.from_iterable(lists)), kind.value_type)
        offsets = pa.py_buffer(_offsets(lists))
        return pa.Array.from_buffers(kind, len(values), [valid, offsets], children=[inner])
    if pa.types.is_timestamp(kind):
        micros = [0 if value is None else (value - _EPOCH) // _MICROSECOND for value in values]
        return _fixed(np.array(micros, np.int64), kind, valid)
    if pa.types.is_boolean(kind):
        bits = _bits(np.array(_filled(values, False, valid), np.bool_))  # noqa: FBT003 - a value
        return pa.Array.from_buffers(kind, len(values), [valid, bits])
    return _fixed(np.array(_filled(values, 0, valid), _NUMBERS[kind]), kind, valid)


def repeated(value: Any, count: int, kind: pa.DataType) -> pa.Array:
    """Return an array that holds one value `count` times."""
    if not pa.types.is_string(kind):
        return array_of([value] * count, kind)
    text = value.encode()
    return _joined(_checked(np.arange(count + 1) * len(text)), text * count, kind, None)


def _validity(values: Sequence[Any]) -> pa.Buffer | None:
    """Return a bit for each value that is there; None if all are."""
    if None not in values:
        return None
    is_there = (value is not None for value in values)
    return _bits(np.fromiter(is_there, np.bool_, len(values)))


def _filled(values: Sequence[Any], filler: Any, valid: pa.Buffer | None) -> Sequence[Any]:
    return values if valid is None else [filler if value is None else value for value in values]


def _texts(texts: Sequence[str], kind: pa.DataType, valid: pa.Buffer | None) -> pa.Array:
    joined = "".join(texts)
    # Most are ASCII: a letter is a byte, and one call encodes them all.
    if joined.isascii():
        return _joined(_offsets(texts), joined.encode(), kind, valid)
    parts = [text.encode() for text in texts]
    return _joined(_offsets(parts), b"".join(parts), kind, valid)


def _joined(
    offsets: NDArray[np.int32], data: bytes, kind: pa.DataType, valid: pa.Buffer | None
) -> pa.Array:
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(kind, len(offsets) - 1, buffers)


def _fixed(numbers: NDArray[Any], kind: pa.DataType, valid: pa.Buffer | None) -> pa.Array:
    return pa.Array.from_buffers(kind, len(numbers), [valid, pa.py_buffer(numbers)])


def _bits(truths: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def _offsets(parts: Sequence[Sequence[Any]]) -> NDArray[np.int32]:
    """Return where each part begins among all of them, and where the last one ends."""
    ends = np.zeros(len(parts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=ends[1:])
    return _checked(ends)


def _checked(ends: NDArray[np.int64]) -> NDArray[np.int32]:
    if ends[-1] > _FARTHEST:
        raise OverflowError(f"{ends[-1]} bytes are too many for one array")
    return ends.astype(np.int32)
