"""Records of a chunk of a log, one after the other in memory, and which of them can be read."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from lineage_pipeline.formats.rejection import (
    ENDS_EARLY,
    TOO_DEEP,
    Problem,
    malformed,
    not_utf8,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from lineage_pipeline.formats.records import Records

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_SPACE: Final = b" \t\r\n"
_NEWLINE: Final = 10
_BLOCK_BYTES: Final = 1 << 18
_FIRST_BEYOND_ASCII: Final = 128
# What DuckDB takes beside JSON: commas behind the last item, infinity and what is no number. Looked
# for by literals, apart, which is quick, and the words once more where a value begins; what else
# holds them is judged one by one.
_LENIENT: Final = ((r",[ \t\r\n]*[}\]]",), ("(?i-u:nan|inf)", r"[:,\[\s][+\-]?(?i-u:nan|inf)"))
_BRACE: Final = b"{"


class Chunk:
    """Records by number, without the white space around them.

    Copies nothing as long as the records are the lines of the memory that they came in.
    """

    def __init__(self, records: Records) -> None:
        """Find where each record begins and ends."""
        self._view = memoryview(records.data)
        self._bytes = np.frombuffer(self._view, np.uint8)
        self._starts = np.array(records.offsets, np.int64)
        self._ends = self._starts + np.asarray(records.sizes, np.int64)
        # Where each record's line begins, and behind the last one where it ends.
        self._breaks = np.append(self._starts, len(self._view))
        self._is_plain = self._has_a_line_each()
        self._trim()

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._starts)

    def __iter__(self) -> Iterator[memoryview]:
        """Yield the bytes of each record, uncopied."""
        view = self._view
        for start, end in zip(self._starts.tolist(), self._ends.tolist(), strict=True):
            yield view[start:end]

    @property
    def longest(self) -> int:
        """The bytes of the longest record."""
        return int((self._ends - self._starts).max(initial=0))

    def body(self, number: int) -> bytes:
        """Return the bytes of a record."""
        return bytes(self._view[self._starts[number] : self._ends[number]])

    @property
    def spans(self) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
        """The memory, and where in it each record begins and ends."""
        return self._bytes, self._starts, self._ends

    def not_beginning_with(self, byte: bytes) -> list[int]:
        """Return the numbers of the records whose first byte is another, or that have none."""
        is_empty = self._ends <= self._starts
        first = np.where(is_empty, 0, self._starts)
        numbers: list[int] = np.flatnonzero(is_empty | (self._bytes[first] != ord(byte))).tolist()
        return numbers if len(self._bytes) else list(range(len(self)))

    def is_utf8(self) -> bool:
        """Return whether all records are known to be UTF-8, without looking at each."""
        if len(self._bytes) and self._bytes.max() < _FIRST_BEYOND_ASCII:
            return True
        try:
            str(self._view, "utf-8")
        except UnicodeDecodeError:
            return False
        return self._is_plain

    def texts(self, left_out: Collection[int]) -> pl.Series:
        """Return each record as text, perhaps with its line break; those left out are empty."""
        if self._is_plain and not left_out:
            buffers = pa.py_buffer(self._breaks), pa.py_buffer(self._view)
            return pl.Series(pa.LargeStringArray.from_buffers(len(self), *buffers))
        bodies = [b"" if number in left_out else self.body(number) for number in range(len(self))]
        return pl.Series(bodies, dtype=pl.Binary).cast(pl.String)

    def lines(self, left_out: Collection[int], replaced: Mapping[int, bytes]) -> bytes:
        """Return the records, one a line, without some and with others in the place of some."""
        if self._is_plain and not left_out and not replaced:
            whole = self._view.obj
            return whole if isinstance(whole, bytes) else bytes(self._view)
        if not self._is_plain:
            bodies = (
                replaced[number] if number in replaced else self.body(number)
                for number in range(len(self))
                if number not in left_out
            )
            return b"".join(body.replace(b"\n", b" ") + b"\n" for body in bodies)
        spans: list[bytes | memoryview] = []
        done = 0
        for number in sorted({*left_out, *replaced}):
            spans.append(self._view[done : self._breaks[number]])
            if number not in left_out:
                spans.append(replaced[number].replace(b"\n", b" ") + b"\n")
            done = int(self._breaks[number + 1])
        return b"".join((*spans, self._view[done:]))

    def _has_a_line_each(self) -> bool:
        """Return whether the memory is the records' lines, one after the other, and no more."""
        lasts = self._breaks[1:] - 1
        if not len(self) or self._breaks[0] != 0 or lasts.min() < 0:
            return False
        is_next = (self._ends == lasts) | (self._ends == lasts + 1)
        ends_line = self._bytes[lasts] == _NEWLINE
        is_line = is_next.all() and ends_line.all() and (lasts >= self._starts).all()
        return bool(is_line) and self._line_count() == len(self)

    def _line_count(self) -> int:
        """Return the number of line breaks, counted in blocks: one mask for all costs more."""
        blocks = range(0, len(self._bytes), _BLOCK_BYTES)
        return sum(
            int(np.count_nonzero(self._bytes[at : at + _BLOCK_BYTES] == _NEWLINE)) for at in blocks
        )

    def _trim(self) -> None:
        """Move starts and ends past white space."""
        filled = np.flatnonzero(self._ends > self._starts)
        is_space = np.zeros(256, np.bool_)
        is_space[list(_SPACE)] = True
        around = is_space[self._bytes[self._starts[filled]]]
        around |= is_space[self._bytes[self._ends[filled] - 1]]
        for number in filled[around].tolist():
            body = self.body(number)
            self._starts[number] += len(body) - len(body.lstrip(_SPACE))
            self._ends[number] = self._starts[number] + len(body.strip(_SPACE))


def problem_of(body: bytes, *, is_text: bool) -> Problem | None:
    """Return why a record is no JSON object, or no line of UTF-8; None if it is one."""
    if is_text:
        return not_utf8(body)
    try:
        _RAW.decode(body)
    except RecursionError:
        return Problem("too_deep", TOO_DEEP)
    except msgspec.DecodeError as error:
        reason = ENDS_EARLY if "truncated" in str(error) else str(error)
        return malformed(body, reason)
    if not body.startswith(_BRACE):
        return Problem("not_an_object", "the record is JSON, but not an object")
    return not_utf8(body)


def unreadable(chunk: Chunk, *, is_text: bool) -> dict[int, Problem]:
    """Return, by number, the records that DuckDB would take for JSON objects though they are none.

    What DuckDB refuses comes out of it without a value and is judged then, one by one.
    """
    numbers: Iterable[int]
    if not chunk.is_utf8():
        numbers = range(len(chunk))
    elif is_text:
        numbers = ()
    else:
        texts = chunk.texts(())
        lenient = chain.from_iterable(_matching(texts, expressions) for expressions in _LENIENT)
        numbers = {*chunk.not_beginning_with(_BRACE), *lenient}
    found = ((number, problem_of(chunk.body(number), is_text=is_text)) for number in numbers)
    return {number: problem for number, problem in found if problem is not None}


def _matching(texts: pl.Series, expressions: Sequence[str]) -> list[int]:
    """Return the numbers of the texts that match all expressions, the quickest of them first."""
    found = texts.to_frame("text").with_row_index("number")
    for expression in expressions:
        found = found.filter(pl.col("text").str.contains(expression))
    numbers: list[int] = found["number"].to_list()
    return numbers
