"""A stream of audit records in blocks: lines where lines are records, framed one by one elsewhere.

A block of lines costs a few vector operations. Whoever reads it may find that its lines were parts
of longer records; it is then framed from its first byte on, and so is the rest of the file.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from lineage_pipeline.formats.records import Records
from lineage_pipeline.formats.rejection import too_large
from lineage_pipeline.formats.window import BYTE_ORDER_MARK
from lineage_pipeline.scan.block import Block
from lineage_pipeline.scan.framed import BLOCK_BYTES, BLOCK_RECORDS, framed_blocks, framer_of
from lineage_pipeline.scan.lines import RETURN, line_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from lineage_pipeline.formats.framing import Framer
    from lineage_pipeline.formats.rejection import Problem
    from lineage_pipeline.scan.lines import LineBounds

MOST_LINES: Final = 4 * BLOCK_RECORDS
"""A block has no more lines, however short they are: what is said of each takes memory."""

_BRACE: Final = ord("{")
_END_BRACE: Final = ord("}")
_NONE: Final = np.zeros(0, np.int64)
_FIRST: Final = np.zeros(1, np.int64)


class RecordBlocks:
    """The records of one stream; after the iteration it knows how far the stream was read.

    Attributes:
        torn_bytes: what stands unfinished at the end.
        line_count: line breaks before `end_offset`.
        is_between_records: whether more bytes could only have added records.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        start: int,
        *,
        limit: int,
        list_key: str | None,
        is_text: bool,
        is_range: bool,
        find_lines: Callable[[bytes], LineBounds] = line_bounds,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        """Divide what `read` gives, which starts at `start` of the file.

        Args:
            read: returns up to that many bytes, none at the end.
            start: where in the file the stream begins.
            limit: a longer record is reported instead of kept.
            list_key: the key under which a document holds a list of records, if it may.
            is_text: records are lines of text, not JSON.
            is_range: the stream begins behind a line break, where no array is open.
            find_lines: tells where the lines of a block are that are not empty.
            block_bytes: how much to read at a time.
        """
        self._find_lines = find_lines
        self._read = read
        self._start = start
        self._base = start
        self._limit = limit
        self._block_bytes = block_bytes
        self._is_text = is_text
        self._is_range = is_range
        self._key = None if list_key is None else f'"{list_key}"'.encode()
        self._hash = hashlib.sha256()
        self._rest = b""
        self._whole: list[bytes] = []
        self._cuts = _NONE
        # A file that was read before may have been left inside an array.
        self._must_frame = start > 0 and not is_range and not is_text
        self._framer: Framer | None = None
        self._break_count = 0
        self.torn_bytes = 0
        self.line_count = 0
        self.is_between_records = True

    @property
    def end_offset(self) -> int:
        """Where the last whole record ended, in decompressed bytes."""
        return self._base if self._framer is None else self._framer.end_offset

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes before `end_offset`."""
        return self._hash.digest() if self._framer is None else self._framer.sha256

    def frame_again(self) -> None:
        """Have the block that was given last framed: its lines are not all records."""
        self._must_frame = True

    def __iter__(self) -> Iterator[Block]:
        """Yield the records in the order of the file."""
        while not self._must_frame:
            block, is_last = self._next_block()
            found = self._lines(block) if block else None
            if block and len(self._cuts):
                block = self._cut(block)
                found = self._lines(block)
            if block and found is None:
                self._give_back(block)
                break
            if found is not None:
                yield found
                if self._must_frame:
                    self._give_back(block)
                    break
                self._hash.update(block)
                self._base += len(block)
                self.line_count += self._break_count
            if is_last or (len(self._rest) > self._limit and not self._whole):
                break
        if self._is_text:
            self.torn_bytes = len(self._rest)
        elif self._rest or self._must_frame:
            yield from self._framed()

    def _framed(self) -> Iterator[Block]:
        """Yield the rest of the stream, framed record by record."""
        left = [self._rest]
        self._rest = b""
        framer = self._framer = framer_of(
            lambda size: left.pop() if left and left[0] else self._read(size),
            self._base,
            list_key=self._key,
            limit=self._limit,
            is_range=self._is_range or self._base > self._start,
            hashed=self._hash,
        )
        yield from framed_blocks(framer, self._key)
        self.torn_bytes = framer.torn_bytes
        self.line_count += framer.line_count
        self.is_between_records = framer.is_between_records

    def _next_block(self) -> tuple[bytes, bool]:
        """Return whole lines, maybe none yet, and whether the stream has ended."""
        if self._whole:
            return self._whole.pop(), False
        more = self._read(self._block_bytes)
        end = more.rfind(b"\n") + 1
        # One copy and no second: to touch new memory costs as much as what is done in it.
        block = b"".join((self._rest, memoryview(more)[:end])) if end else b""
        self._rest = more[end:] if end else self._rest + more
        return block, not more

    def _cut(self, block: bytes) -> bytes:
        """Return the first lines of a block that has too many; the others come next, as many each.

        It is cut as a whole at once: to find the lines of what is left anew for each part would
        take a time that grows with the square of their number.
        """
        bounds = [0, *(block.index(b"\n", end) + 1 for end in self._cuts.tolist()), len(block)]
        first, *others = (block[start:end] for start, end in pairwise(bounds) if start < end)
        self._whole += reversed(others)
        return first

    def _give_back(self, block: bytes) -> None:
        """Have what is not done yet framed."""
        self._rest = b"".join((block, *reversed(self._whole), self._rest))
        self._whole.clear()

    def _lines(self, block: bytes) -> Block | None:
        """Return the lines of the block as records; None if they look like parts of records."""
        self._cuts = _NONE
        if self._base == 0 and block.startswith(BYTE_ORDER_MARK):
            return None
        if not self._is_text and self._key is None and block.find(b"\n") == len(block) - 1:
            return self._line(block)
        starts, ends, self._break_count = self._find_lines(block)
        if len(starts) > MOST_LINES:
            self._cuts = ends[MOST_LINES - 1 :: MOST_LINES]
        if self._key is not None and _is_in(self._key, block, starts):
            return None
        array = np.frombuffer(block, np.uint8)
        sizes = ends - starts
        problems: list[tuple[int, int, Problem]] = []
        if not self._is_text:
            is_object = (array[starts] == _BRACE) & (array[ends - 1] == _END_BRACE)
            if not is_object.all() or (sizes > self._limit).any():
                return None
        elif (is_long := sizes > self._limit).any():
            problems = [
                (int(start) + self._base, int(size), too_large(int(size), self._limit))
                for start, size in zip(starts[is_long], sizes[is_long], strict=True)
            ]
            starts, sizes = starts[~is_long], sizes[~is_long]
        return Block(Records(block, starts, sizes), starts + self._base, problems, self._is_text)

    def _line(self, block: bytes) -> Block | None:
        """Return a block that is one line: most small files are, and vectors cost more than it."""
        self._break_count = 1
        size = len(block) - 1
        if size and block[size - 1] == RETURN:
            size -= 1
        if not size:
            return Block(Records(block, _NONE, _NONE), _NONE, [], is_certain=False)
        is_object = block[0] == _BRACE and block[size - 1] == _END_BRACE
        if not is_object or size > self._limit:
            return None
        records = Records(block, _FIRST, np.array((size,)))
        return Block(records, np.array((self._base,)), [], is_certain=False)


def _is_in(key: bytes, block: bytes, starts: npt.NDArray[np.int64]) -> bool:
    """Return whether a line holds the key: in Polars' hands much quicker than in Python's."""
    import polars as pl

    breaks = np.append(starts, len(block))
    buffers = [None, pa.py_buffer(breaks), pa.py_buffer(block)]
    lines = pl.Series(pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(starts), buffers))
    return bool(lines.bin.contains(key).any())
