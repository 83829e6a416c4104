"""Arrow columns straight from arrays of bytes and numbers, without an object for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lineage_pipeline.formats.split.preimages import DIGEST, gathered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.formats.split.interned import Interned


def spans(data: Any, starts: Any, ends: Any, is_given: Any = None) -> pa.Array:
    """Return texts that stand in `data`, null where `is_given` says no."""
    found, bounds = gathered(data, starts, ends)
    mask = None
    if is_given is not None:
        mask = pa.py_buffer(np.packbits(is_given, bitorder="little"))
    return pa.Array.from_buffers(
        pa.string(), len(starts), [mask, pa.py_buffer(bounds), pa.py_buffer(found)]
    )


def interned(table: Interned, numbers: Any) -> pa.Array:
    """Return the texts of the numbers, null for negative ones."""
    is_given = numbers >= 0
    if is_given.all():
        starts = table.start[numbers]
        return spans(table.arena, starts, starts + table.size[numbers])
    chosen = np.where(is_given, numbers, 0)
    starts = table.start[chosen]
    return spans(table.arena, starts, starts + np.where(is_given, table.size[chosen], 0), is_given)


def labels(names: Sequence[str], numbers: Any) -> pa.Array:
    """Return the name that each number stands for."""
    sizes = np.array([len(name) for name in names])
    starts = np.cumsum(sizes) - sizes
    data = np.frombuffer("".join(names).encode(), np.uint8)
    return spans(data, starts[numbers], (starts + sizes)[numbers])


def digests(rows: Any) -> pa.Array:
    """Return rows of 32 bytes as one column."""
    bounds = np.arange(0, DIGEST * (len(rows) + 1), DIGEST, dtype=np.int32)
    data = np.ascontiguousarray(rows)
    return pa.Array.from_buffers(
        pa.binary(), len(rows), [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    )


def integers(values: Any) -> pa.Array:
    """Return whole numbers as one column."""
    data = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(data), [None, pa.py_buffer(data)])
