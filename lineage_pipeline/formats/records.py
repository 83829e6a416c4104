"""Records as they lie in memory: what cuts a stream hands to what reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Records(NamedTuple):
    """Records in one piece of memory: NDJSON, or lines of text; every record ends in a line break.

    Attributes:
        data: the records.
        offsets: where each begins in `data`.
        sizes: the bytes of each.
    """

    data: bytes | bytearray | memoryview
    offsets: NDArray[np.int64]
    sizes: NDArray[np.int64]
