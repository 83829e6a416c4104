"""Records in a byte stream: NDJSON, arrays, concatenated and indented JSON, told apart by content.

Well-formed NDJSON takes one `find`, one slice and one decode a line. Of everything else `extent`
finds the end; what is broken costs that record alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.formats.extent import Broken, Extent, Truncated
from lineage_pipeline.formats.rejection import (
    ENDS_EARLY,
    HALF,
    TOO_DEEP,
    Problem,
    is_value,
    malformed,
    misfit,
    not_utf8,
    too_large,
)
from lineage_pipeline.formats.resuming import next_record, step_over
from lineage_pipeline.formats.separators import SPACE, Separators
from lineage_pipeline.formats.window import CHUNK_BYTES, Window

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator
    from hashlib import _Hash as Hash

_BRACE: Final = ord("{")
_END_BRACE: Final = ord("}")


class Frame(NamedTuple):
    """One record: its place in decompressed bytes, what it decoded to or what is wrong."""

    offset: int
    size: int
    value: object
    problem: Problem | None


class Framer:
    """The records of a stream, in order, with the offsets of each.

    After the iteration `end_offset` is where the last whole record ended, `torn_bytes` what stands
    behind it unfinished, and `sha256` the digest of the bytes from the start to `end_offset`.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        decode: Callable[[bytes], object],
        *,
        offset: int = 0,
        max_record_bytes: int,
        chunk_bytes: int = CHUNK_BYTES,
        is_range: bool = False,
        hashed: Hash | None = None,
        wrapper: re.Pattern[bytes] | None = None,
    ) -> None:
        """Frame what `read` gives, which starts at `offset` of the file.

        Args:
            read: returns up to that many bytes, none at the end.
            decode: returns the record in these bytes, or raises msgspec's errors.
            offset: where in the file the stream begins; behind 0 an array may be open.
            max_record_bytes: a longer record is stepped over and reported.
            chunk_bytes: how much to ask `read` for at a time.
            is_range: what `read` gives begins behind a line break, where no array is open.
            hashed: SHA-256 of what was read before `offset`; `sha256` goes on from there.
            wrapper: what opens an object that does nothing but hold an array of records, such as
                `{"Records": [`; it ends with the array's bracket.
        """
        self._window = Window(read, offset, chunk_bytes=chunk_bytes, hashed=hashed)
        may_be_open = offset > 0 and not is_range
        self._between = Separators(self._window, wrapper, max_record_bytes, may_be_open=may_be_open)
        self._decode = decode
        self._limit = max_record_bytes
        self._odd_until = offset
        self._extent = Extent(self._window, max_record_bytes)
        self._ends_open = False
        self.torn_bytes = 0

    @property
    def end_offset(self) -> int:
        """Where the last whole record ended, in decompressed bytes."""
        return self._window.offset

    @property
    def line_count(self) -> int:
        """How many line breaks stand before `end_offset`."""
        return self._window.line_count

    @property
    def is_between_records(self) -> bool:
        """Whether more bytes could only have added records: no array or value was left open."""
        return not (self._between.is_open or self._ends_open or self.torn_bytes)

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes before `end_offset`."""
        return self._window.sha256

    def __iter__(self) -> Iterator[Frame]:
        """Yield each record once, in the order of the file."""
        self._window.fill()
        self.torn_bytes = self._window.skip_mark()
        while not self.torn_bytes and self._between.skip():
            before = self.end_offset
            yield from self._plain_lines()
            if self.end_offset > before:
                continue
            if (frame := self._line() or self._value()) is not None:
                yield frame

    def _plain_lines(self) -> Iterator[Frame]:
        """Yield the records from here on that are lines of the buffer and nothing else."""
        window, decode, limit = self._window, self._decode, self._limit
        if self._between.in_array or window.offset < self._odd_until:
            return
        buffer, base, at = window.text, window.base, window.at
        while (end := buffer.find(b"\n", at)) > at and end - at <= limit:
            text = buffer[at:end]
            if text[0] != _BRACE or text[-1] != _END_BRACE:
                return
            try:
                value = decode(text)
                if not text.isascii():
                    str(text, "utf-8")
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return
            window.at = at = end + 1
            yield Frame(base + at - len(text) - 1, len(text), value, None)

    def _line(self) -> Frame | None:
        """Return the record that is alone on its line; None if none is, found out once a line."""
        window = self._window
        if self._between.in_array or window.offset < self._odd_until:
            return None
        end = window.line_end(self._limit)
        if end - window.at <= self._limit:
            frame = self._record(window.text[window.at : end].rstrip(SPACE))
            if frame is not None:
                window.at = end
                return frame
        self._odd_until = window.base + end
        return None

    def _value(self) -> Frame | None:
        """Return the value at hand, wherever it ends; None if it is torn."""
        window = self._window
        sibling = next_record(window)
        try:
            end = self._extent.value_end()
        except Broken as broken:
            return self._set_aside(broken, sibling)
        except Truncated:
            return self._unfinished(sibling)
        text = window.text[window.at : end].rstrip(SPACE)
        frame = self._record(text) if len(text) <= self._limit else None
        if frame is None:
            frame = Frame(window.offset, len(text), None, self._no_record(text))
        window.at = end
        return frame

    def _no_record(self, text: bytes) -> Problem:
        """Return why a JSON value is no record."""
        if len(text) > self._limit:
            return too_large(len(text), self._limit)
        if text.startswith(b"["):
            return Problem("not_an_object", "an array stands where a record is expected")
        return malformed(text, HALF)

    def _record(self, text: bytes) -> Frame | None:
        """Return `text`, which begins at hand, as a record; None if it is not one JSON value."""
        value, problem = None, None
        try:
            value = self._decode(text)
        except (msgspec.ValidationError, UnicodeDecodeError) as error:
            if text.startswith(b"[") or not is_value(text):
                return None
            problem = misfit(text, error)
        except msgspec.DecodeError:
            return None
        except RecursionError:
            problem = Problem("too_deep", TOO_DEEP)
        if not text.isascii() and (wrong := not_utf8(text)):
            value, problem = None, wrong
        return Frame(self._window.offset, len(text), value, problem)

    def _unfinished(self, sibling: re.Pattern[bytes]) -> Frame | None:
        """Decide between a torn end, to be left alone, and a line that will never be whole."""
        self._ends_open = True
        tail = self._window.text[self._window.at :]
        line, newline, rest = tail.partition(b"\n")
        is_line = newline and line.rstrip() not in (b"{", b"[") and not rest.strip()
        if is_line or sibling.search(tail):
            return self._set_aside(Broken(self.end_offset, ENDS_EARLY), sibling)
        self.torn_bytes = len(tail)
        return None

    def _set_aside(self, broken: Broken, sibling: re.Pattern[bytes]) -> Frame:
        """Report the broken value and go on behind it."""
        start, size, problem = step_over(
            self._window, broken.at, broken.reason, sibling, self._limit
        )
        return Frame(start, size, None, problem)
