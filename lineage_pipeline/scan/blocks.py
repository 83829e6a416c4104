"""A stream of audit records in blocks: lines where lines are records, framed one by one elsewhere.

A block of lines costs a few vector operations. Whoever reads it may find that its lines were parts
of longer records; it is then framed from its first byte on, and so is the rest of the file.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from lineage_pipeline.formats.framing import BYTE_ORDER_MARK, CHUNK_BYTES, Framer
from lineage_pipeline.formats.records import Records
from lineage_pipeline.formats.rejection import Problem, too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from lineage_pipeline.formats.framing import Frame

BLOCK_BYTES: Final = CHUNK_BYTES
BLOCK_RECORDS: Final = 65_536
MOST_LINES: Final = 4 * BLOCK_RECORDS
"""A block has no more lines, however short they are: what is said of each takes memory."""

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_DOCUMENT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_PIECE_BYTES: Final = 1 << 18
_MEMBERS_BEFORE: Final = (
    rb"\{\s*(?:\"[^\"\\]{1,64}\"\s*:\s*"
    rb"(?:\"[^\"\\]{0,256}\"|[\w.+\-]{1,64}|\{[^{}\[\]\"]{0,64}\})\s*,\s*){0,8}"
)
"""Short members that may stand before the list, such as the kind and version of an EventList."""
_NEWLINE: Final = 10
_RETURN: Final = 13
_BRACE: Final = ord("{")
_END_BRACE: Final = ord("}")
_NONE: Final = np.zeros(0, np.int64)
_FIRST: Final = np.zeros(1, np.int64)


class Block(NamedTuple):
    """Some records of a file.

    Attributes:
        records: the records.
        places: where in the file each of them begins.
        problems: offset, size and reason of what is no record.
        is_certain: whether the records were framed; lines may turn out to be parts of records.
    """

    records: Records
    places: npt.NDArray[np.int64]
    problems: list[tuple[int, int, Problem]]
    is_certain: bool

    def only(self, places: npt.NDArray[np.int64]) -> Block:
        """Return the block with some of its records."""
        data, offsets, sizes = self.records
        records = Records(data, offsets[places], sizes[places])
        return Block(records, self.places[places], [], self.is_certain)

    def texts(self) -> list[bytes]:
        """Return the records, each as bytes of its own."""
        data, offsets, sizes = self.records
        ends = (offsets + sizes).tolist()
        return [bytes(data[start:end]) for start, end in zip(offsets.tolist(), ends, strict=True)]


LineBounds = tuple["npt.NDArray[np.int64]", "npt.NDArray[np.int64]", int]
"""Where lines begin, where they end, how many line breaks there are."""


def line_bounds(block: bytes) -> LineBounds:
    """Return the lines of a block that are not empty, without their line breaks."""
    array = np.frombuffer(block, np.uint8)
    ends = _line_breaks(array)
    breaks = len(ends)
    starts = np.concatenate(([0], ends[:-1] + 1))
    ends = ends - ((ends > starts) & (array[ends - 1] == _RETURN))
    is_filled = ends > starts
    return starts[is_filled], ends[is_filled], breaks


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
        self._whole = b""
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
            if block and self._break_count > MOST_LINES:
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

    def _next_block(self) -> tuple[bytes, bool]:
        """Return whole lines, maybe none yet, and whether the stream has ended."""
        if self._whole:
            block, self._whole = self._whole, b""
            return block, False
        more = self._read(self._block_bytes)
        end = more.rfind(b"\n") + 1
        # One copy and no second: to touch new memory costs as much as what is done in it.
        block = b"".join((self._rest, memoryview(more)[:end])) if end else b""
        self._rest = more[end:] if end else self._rest + more
        return block, not more

    def _cut(self, block: bytes) -> bytes:
        """Return the first lines of a block that has too many; the others come next."""
        starts, ends, _ = self._find_lines(block)
        if len(starts) <= MOST_LINES:
            return block
        end = block.index(b"\n", int(ends[MOST_LINES - 1])) + 1
        self._whole = block[end:]
        return block[:end]

    def _give_back(self, block: bytes) -> None:
        """Have what is not done yet framed."""
        self._rest = b"".join((block, self._whole, self._rest))
        self._whole = b""

    def _lines(self, block: bytes) -> Block | None:
        """Return the lines of the block as records; None if they look like parts of records."""
        if self._base == 0 and block.startswith(BYTE_ORDER_MARK):
            return None
        if not self._is_text and self._key is None and block.find(b"\n") == len(block) - 1:
            return self._line(block)
        starts, ends, self._break_count = self._find_lines(block)
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
        if size and block[size - 1] == _RETURN:
            size -= 1
        if not size:
            return Block(Records(block, _NONE, _NONE), _NONE, [], is_certain=False)
        is_object = block[0] == _BRACE and block[size - 1] == _END_BRACE
        if not is_object or size > self._limit:
            return None
        records = Records(block, _FIRST, np.array((size,)))
        return Block(records, np.array((self._base,)), [], is_certain=False)

    def _framed(self) -> Iterator[Block]:
        """Yield the rest of the stream, framed record by record."""
        left = [self._rest]
        self._rest = b""
        opener = (
            None if self._key is None else _MEMBERS_BEFORE + re.escape(self._key) + rb"\s*:\s*\["
        )
        framer = self._framer = Framer(
            lambda size: left.pop() if left and left[0] else self._read(size),
            _as_it_stands,
            offset=self._base,
            max_record_bytes=self._limit,
            is_range=self._is_range or self._base > self._start,
            hashed=self._hash,
            wrapper=None if opener is None else re.compile(opener),
        )
        frames: list[tuple[int, bytes]] = []
        problems: list[tuple[int, int, Problem]] = []
        gathered = 0
        for frame in framer:
            if frame.problem is not None:
                problems.append((frame.offset, frame.size, frame.problem))
                continue
            frames += self._expanded(frame)
            gathered += frame.size
            if gathered > BLOCK_BYTES or len(frames) > BLOCK_RECORDS:
                yield _block(frames, problems)
                frames, problems, gathered = [], [], 0
        yield _block(frames, problems)
        self.torn_bytes = framer.torn_bytes
        self.line_count += framer.line_count
        self.is_between_records = framer.is_between_records

    def _expanded(self, frame: Frame) -> list[tuple[int, bytes]]:
        """Return the records of a document that holds a list of them, or the frame itself."""
        text: bytes = frame.value  # type: ignore[assignment]
        if self._key is None or self._key not in text:
            return [(frame.offset, text)]
        try:
            listed = _LIST.decode(_DOCUMENT.decode(text)[self._key[1:-1].decode()])
        except (msgspec.DecodeError, KeyError):
            return [(frame.offset, text)]
        records, place = [], 0
        for item in listed:
            record = bytes(item)
            place = text.index(record, place)
            records.append((frame.offset + place, record))
            place += len(record)
        return records


def _line_breaks(array: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Return where line breaks stand, looked for piece by piece: one mask for all costs more."""
    pieces = range(0, len(array), _PIECE_BYTES)
    found = [np.flatnonzero(array[at : at + _PIECE_BYTES] == _NEWLINE) + at for at in pieces]
    return np.concatenate(found)


def _is_in(key: bytes, block: bytes, starts: npt.NDArray[np.int64]) -> bool:
    """Return whether a line holds the key: in Polars' hands much quicker than in Python's."""
    import polars as pl

    breaks = np.append(starts, len(block))
    buffers = [None, pa.py_buffer(breaks), pa.py_buffer(block)]
    lines = pl.Series(pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(starts), buffers))
    return bool(lines.bin.contains(key).any())


def _as_it_stands(text: bytes) -> bytes:
    """Return the text, once it is known to be JSON."""
    _RAW.decode(text)
    return text


def _block(frames: list[tuple[int, bytes]], problems: list[tuple[int, int, Problem]]) -> Block:
    """Return framed records as one block: line breaks inside a record are only space."""
    lines = [text.replace(b"\n", b" ") for _, text in frames]
    sizes = np.fromiter(map(len, lines), np.int64, len(lines))
    offsets = np.concatenate(([0], np.cumsum(sizes + 1)[:-1])) if lines else sizes
    places = np.fromiter((place for place, _ in frames), np.int64, len(frames))
    data = b"\n".join((*lines, b"")) if lines else b""
    return Block(Records(data, offsets.astype(np.int64), sizes), places, problems, is_certain=True)
