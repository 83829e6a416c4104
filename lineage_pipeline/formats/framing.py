"""Records in a byte stream: NDJSON, arrays, concatenated and indented JSON, told apart by content.

Well-formed NDJSON takes one `find`, one slice and one decode a line. Everything else leans on what
msgspec says of the rest of the buffer: "trailing characters (byte N)" ends a value exactly,
"truncated" asks for more bytes, anything else is broken and costs that record alone.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.formats import patient
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from hashlib import _Hash as Hash

CHUNK_BYTES: Final = 8 << 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_TRAILING: Final = re.compile(r"trailing characters \(byte (\d+)\)")
_BYTE: Final = re.compile(r"byte (\d+)")
_SPACE: Final = b" \t\r\n"
_COMMA: Final = ord(",")
_BRACE: Final = ord("{")
_END_BRACE: Final = ord("}")
_OPEN: Final = ord("[")
_CLOSE: Final = ord("]")
_NEWLINE: Final = re.compile(rb"\n")
_WIDEST_INDENT: Final = 64
_WIDEST_WRAPPER: Final = 4096
_HEAD: Final = re.compile(rb'\{\s*"[^"\\]{1,64}"\s*:')


class Frame(NamedTuple):
    """One record: its place in decompressed bytes, what it decoded to or what is wrong."""

    offset: int
    size: int
    value: object
    problem: Problem | None


class _Broken(Exception):  # noqa: N818 - control flow inside this module, never raised out of it
    """The value is malformed from byte `at` of the file on."""

    def __init__(self, at: int, reason: str) -> None:
        self.at = at
        self.reason = reason
        super().__init__(reason)


class _Truncated(Exception):  # noqa: N818 - as above
    """The value may go on behind what was read."""


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
        self._read = read
        self._decode = decode
        self._limit = max_record_bytes
        self._chunk = chunk_bytes
        self._buffer = b""
        self._base = offset
        self._at = 0
        self._is_eof = False
        self._in_array = False
        self._may_be_in_array = offset > 0 and not is_range
        self._odd_until = offset
        self._hash = hashlib.sha256() if hashed is None else hashed
        self._wasted = 0
        self._wrapper = wrapper
        self._in_wrapper = False
        self._may_close_wrapper = wrapper is not None and offset > 0 and not is_range
        self._ends_open = False
        self._lines = 0
        self.torn_bytes = 0

    @property
    def end_offset(self) -> int:
        """Where the last whole record ended, in decompressed bytes."""
        return self._base + self._at

    @property
    def line_count(self) -> int:
        """How many line breaks stand before `end_offset`."""
        return self._lines + self._buffer.count(b"\n", 0, self._at)

    @property
    def is_between_records(self) -> bool:
        """Whether more bytes could only have added records: no array or value was left open."""
        return not (self._in_array or self._in_wrapper or self._ends_open or self.torn_bytes)

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes before `end_offset`."""
        digest = self._hash.copy()
        digest.update(memoryview(self._buffer)[: self._at])
        return digest.digest()

    def __iter__(self) -> Iterator[Frame]:
        """Yield each record once, in the order of the file."""
        self._fill()
        self._skip_mark()
        while not self.torn_bytes and self._skip_separators():
            before = self.end_offset
            yield from self._plain_lines()
            if self.end_offset > before:
                continue
            if (frame := self._line() or self._value()) is not None:
                yield frame

    def _plain_lines(self) -> Iterator[Frame]:
        """Yield the records from here on that are lines of the buffer and nothing else."""
        if self._in_array or self._base + self._at < self._odd_until:
            return
        buffer, base, decode, limit = self._buffer, self._base, self._decode, self._limit
        at = self._at
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
            self._at = at = end + 1
            yield Frame(base + at - len(text) - 1, len(text), value, None)

    def _fill(self) -> None:
        """Read on, dropping what is done; the more is pending, the more is read at once."""
        self._hash.update(memoryview(self._buffer)[: self._at])
        self._lines += self._buffer.count(b"\n", 0, self._at)
        pending = self._buffer[self._at :]
        more = self._read(max(self._chunk, len(pending)))
        self._is_eof = not more
        self._base += self._at
        self._buffer = pending + more
        self._at = 0

    def _skip_mark(self) -> None:
        """Step over a byte order mark; the beginning of one may be torn like anything else."""
        if self._base:
            return
        while self._buffer != BYTE_ORDER_MARK and BYTE_ORDER_MARK.startswith(self._buffer):
            if self._is_eof:
                self.torn_bytes = len(self._buffer)
                return
            self._fill()
        if self._buffer.startswith(BYTE_ORDER_MARK):
            self._at = len(BYTE_ORDER_MARK)

    def _skip_separators(self) -> bool:
        """Move to the next record's first byte; False at the end of the stream."""
        while True:
            rest = len(self._buffer)
            while self._at < rest:
                byte = self._buffer[self._at]
                if byte in _SPACE or self._is_punctuation(byte):
                    self._at += 1
                elif not self._opens_wrapper(byte):
                    return True
            if self._is_eof:
                return False
            self._fill()

    def _is_punctuation(self, byte: int) -> bool:
        """Whether the byte opens, closes or divides an array of records."""
        if byte == _BRACE:
            return False
        if byte == _END_BRACE and not self._in_array and self._may_close_wrapper:
            self._in_wrapper = self._may_close_wrapper = False
            return True
        if byte == _OPEN and not self._in_array:
            self._in_array, self._may_be_in_array = True, False
            return True
        if byte == _CLOSE and (self._in_array or self._may_be_in_array):
            self._in_array = self._may_be_in_array = False
            return True
        return byte == _COMMA and (self._in_array or self._may_be_in_array)

    def _opens_wrapper(self, byte: int) -> bool:
        """Whether an object that only holds an array of records begins here; step into it."""
        if self._wrapper is None or byte != _BRACE or self._in_array:
            return False
        while len(self._buffer) - self._at < _WIDEST_WRAPPER and not self._is_eof:
            self._fill()
        opened = self._wrapper.match(self._buffer, self._at)
        if opened is None or self._is_short_here():
            return False
        self._at = opened.end()
        self._in_array = self._in_wrapper = self._may_close_wrapper = True
        self._may_be_in_array = False
        return True

    def _is_short_here(self) -> bool:
        """Whether the value at hand ends in the buffer and within the limit: it is taken whole."""
        with memoryview(self._buffer)[self._at :] as rest:
            try:
                _RAW.decode(rest)
            except RecursionError:
                return False
            except msgspec.DecodeError as error:
                trailing = _TRAILING.search(str(error))
                return trailing is not None and int(trailing[1]) - 1 <= self._limit
            return len(rest.tobytes().rstrip(_SPACE)) <= self._limit

    def _line_end(self) -> int:
        """Return where the line at hand ends, or a place behind the limit if it is longer."""
        searched = 0
        while (newline := self._buffer.find(b"\n", self._at + searched)) < 0:
            searched = len(self._buffer) - self._at
            if self._is_eof or searched > self._limit:
                return len(self._buffer)
            self._fill()
        return newline

    def _line(self) -> Frame | None:
        """Return the record that is alone on its line; None if none is, found out once a line."""
        if self._in_array or self._base + self._at < self._odd_until:
            return None
        end = self._line_end()
        if end - self._at <= self._limit:
            frame = self._record(self._buffer[self._at : end].rstrip(_SPACE))
            if frame is not None:
                self._at = end
                return frame
        self._odd_until = self._base + end
        return None

    def _value(self) -> Frame | None:
        """Return the value at hand, wherever it ends; None if it is torn."""
        next_record = self._next_record()
        try:
            end = self._value_end()
        except _Broken as broken:
            return self._set_aside(broken, next_record)
        except _Truncated:
            return self._unfinished(next_record)
        text = self._buffer[self._at : end].rstrip(_SPACE)
        frame = self._record(text) if len(text) <= self._limit else None
        if frame is None:
            frame = Frame(self.end_offset, len(text), None, self._no_record(text))
        self._at = end
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
        return Frame(self._base + self._at, len(text), value, problem)

    def _value_end(self) -> int:
        """Return where the JSON value at hand ends in the buffer, reading on if it must."""
        while True:
            rest = memoryview(self._buffer)[self._at :]
            try:
                end = self._end_in(rest)
            finally:
                rest.release()
            if end is not None:
                return self._at + end
            self._wasted += len(self._buffer) - self._at
            if self._is_exhausted() or len(self._buffer) - self._at > self._limit:
                reason = f"no end of the record within {self._limit} bytes"
                raise _Broken(self._base + len(self._buffer), reason)
            if self._is_eof:
                raise _Truncated
            self._fill()

    def _is_exhausted(self) -> bool:
        """Whether more was read in vain than a file deserves that is not out to make us work."""
        return self._wasted > 8 * (self._base + len(self._buffer)) + self._limit

    def _end_in(self, rest: memoryview) -> int | None:
        """Return where the value at hand ends in the rest of the buffer; None if not in there."""
        try:
            _RAW.decode(rest)
        except RecursionError:
            return self._patient_end(rest, 0, TOO_DEEP)
        except msgspec.DecodeError as error:
            if trailing := _TRAILING.search(str(error)):
                return int(trailing[1]) - 1
            at = int(found[1]) if (found := _BYTE.search(str(error))) else 0
            is_cut = "truncated" in str(error) or at >= len(rest)
            if is_cut and not self._is_eof:
                return None
            if patient.may_help(error, rest if is_cut else rest[: at + 1]):
                return self._patient_end(rest, at, str(error))
            if is_cut:
                return None
            raise _Broken(self.end_offset + at, str(error)) from None
        return len(rest)

    def _patient_end(self, rest: memoryview, at: int, reason: str) -> int | None:
        """Return the same where the decoder met one of its limits at byte `at`."""
        if self._is_exhausted():
            raise _Broken(self.end_offset + at, reason)
        try:
            return patient.value_end(rest[: patient.LONGEST])
        except patient.Refused as refused:
            self._wasted += refused.at
            if not refused.is_cut:
                raise _Broken(self.end_offset + refused.at, reason) from None
            if len(rest) > patient.LONGEST:
                raise _Broken(self.end_offset + at, reason) from None
        return None

    def _next_record(self) -> re.Pattern[bytes]:
        """Return what the line break before a sibling looks like: it is indented no differently."""
        start = self._buffer.rfind(b"\n", max(0, self._at - _WIDEST_INDENT), self._at) + 1
        indent = self._buffer[start : self._at] if start else b""
        return re.compile(rb"\n" + (b"" if indent.strip() else indent) + rb"(?=[{\[])")

    def _unfinished(self, next_record: re.Pattern[bytes]) -> Frame | None:
        """Decide between a torn end, to be left alone, and a line that will never be whole."""
        self._ends_open = True
        tail = self._buffer[self._at :]
        line, newline, rest = tail.partition(b"\n")
        is_line = newline and line.rstrip() not in (b"{", b"[") and not rest.strip()
        if is_line or next_record.search(tail):
            return self._set_aside(_Broken(self.end_offset, ENDS_EARLY), next_record)
        self.torn_bytes = len(tail)
        return None

    def _sibling_on_line(self, broken: _Broken) -> int | None:
        """Return where, behind a broken value, one begins on the same line that begins alike."""
        head = _HEAD.match(self._buffer, self._at)
        if head is None:
            return None
        alike = re.compile(rb"[,}\]]\s*(?=" + re.escape(head[0]) + rb")")
        while True:
            start = max(self._at + 1, broken.at - self._base - 2)
            found = alike.search(self._buffer, start)
            end = found.start() if found else len(self._buffer)
            if self._buffer.find(b"\n", self._at, end) >= 0:
                return None
            if found is not None:
                return end + (self._buffer[end] != _COMMA)
            if self._is_eof or end - self._at > self._limit:
                return None
            self._fill()

    def _set_aside(self, broken: _Broken, next_record: re.Pattern[bytes]) -> Frame:
        """Report the broken value and go on behind it: at the next line, or the next sibling."""
        if (sibling := self._sibling_on_line(broken)) is not None:
            region = self._buffer[self._at : sibling]
            frame = Frame(self.end_offset, len(region), None, malformed(region, broken.reason))
            self._at = sibling
            return frame
        end = self._line_end()
        mark = next_record if broken.at > self._base + end else _NEWLINE
        start, searched = self.end_offset, 0
        while (found := mark.search(self._buffer, self._at + searched)) is None:
            if self._is_eof:
                break
            searched = max(0, len(self._buffer) - self._at - _WIDEST_INDENT)
            if searched > self._limit:
                self._at, searched = self._at + searched, 0
            self._fill()
        end = found.start() if found else len(self._buffer)
        region = self._buffer[self._at : end]
        self._at = end
        size = self.end_offset - start
        if size > self._limit:
            return Frame(start, size, None, too_large(size, self._limit))
        return Frame(start, size, None, malformed(region, broken.reason))
