"""Where lines stand in a block of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

RETURN: Final = 13
_NEWLINE: Final = 10
_PIECE_BYTES: Final = 1 << 18

LineBounds = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]", int]
"""Where lines begin, where they end, how many line breaks there are."""


def line_bounds(block: bytes) -> LineBounds:
    """Return the lines of a block that are not empty, without their line breaks."""
    array = np.frombuffer(block, np.uint8)
    ends = _line_breaks(array)
    breaks = len(ends)
    starts = np.concatenate(([0], ends[:-1] + 1))
    ends = ends - ((ends > starts) & (array[ends - 1] == RETURN))
    is_filled = ends > starts
    return starts[is_filled], ends[is_filled], breaks


def _line_breaks(array: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return where line breaks stand, looked for piece by piece: one mask for all costs more."""
    pieces = range(0, len(array), _PIECE_BYTES)
    found = [np.flatnonzero(array[at : at + _PIECE_BYTES] == _NEWLINE) + at for at in pieces]
    return np.concatenate(found)
