"""Records in a byte stream: NDJSON, arrays, concatenated and indented JSON, told apart by content.

Well-formed NDJSON takes one `find`, one slice and one decode a line. Everything else leans on what
msgspec says of the rest of the buffer: "trailing characters (byte N)" ends a value exactly,
"truncated" asks for more bytes, anything else is broken and costs that record alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK_BYTES: Final = 8 << 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_TRAILING: Final = re.compile(r"trailing characters \(byte (\d+)\)")
_SPACE: Final = b" \t\r\n"
_COMMA: Final = ord(",")
_OPEN: Final = ord("[")
_CLOSE: Final = ord("]")
_NEXT_RECORD: Final = re.compile(rb"\n(?=[{\[])")


class Problem(NamedTuple):
    """Why a record was set aside: a code to count by, a sentence to read."""

    code: str
    reason: str


class Frame(NamedTuple):
    """One record: its place in decompressed bytes, what it decoded to or what is wrong."""

    offset: int
    size: int
    value: object
    problem: Problem | None


class _Broken(Exception):  # noqa: N818 - control flow inside this module, never raised out of it
    """The value is malformed from byte `at` of the buffer on."""

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
    ) -> None:
        """Frame what `read` gives, which starts at `offset` of the file.

        Args:
            read: returns up to that many bytes, none at the end.
            decode: returns the record in these bytes, or raises msgspec's errors.
            offset: where in the file the stream begins; behind 0 an array's commas may come first.
            max_record_bytes: a longer record is stepped over and reported.
            chunk_bytes: how much to ask `read` for at a time.
        """
        self._read = read
        self._decode = decode
        self._limit = max_record_bytes
        self._chunk = chunk_bytes
        self._buffer = b""
        self._base = offset
        self._at = 0
        self._is_eof = False
        self._in_array = offset > 0
        self._hash = hashlib.sha256()
        self._wasted = 0
        self.torn_bytes = 0

    @property
    def end_offset(self) -> int:
        """Where the last whole record ended, in decompressed bytes."""
        return self._base + self._at

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes before `end_offset`."""
        digest = self._hash.copy()
        digest.update(memoryview(self._buffer)[: self._at])
        return digest.digest()

    def __iter__(self) -> Iterator[Frame]:
        """Yield each record once, in the order of the file."""
        self._fill()
        if self._base == 0 and self._buffer.startswith(BYTE_ORDER_MARK):
            self._at = len(BYTE_ORDER_MARK)
        while self._skip_separators():
            newline = self._newline()
            if newline is None:
                yield self._step_over()
                continue
            line = self._buffer[self._at : newline]
            frame = None if self._in_array else self._whole_line(line)
            if frame is not None:
                self._at = newline
                yield frame
            elif (odd := self._odd_value(newline)) is not None:
                yield odd
            elif self.torn_bytes:
                return

    def _fill(self) -> None:
        """Read on, dropping what is done; the more is pending, the more is read at once."""
        self._hash.update(memoryview(self._buffer)[: self._at])
        pending = self._buffer[self._at :]
        more = self._read(max(self._chunk, len(pending)))
        self._is_eof = not more
        self._base += self._at
        self._buffer = pending + more
        self._at = 0

    def _skip_separators(self) -> bool:
        """Move to the next record's first byte; False at the end of the stream."""
        while True:
            rest = len(self._buffer)
            while self._at < rest:
                byte = self._buffer[self._at]
                if byte in _SPACE or (self._in_array and byte == _COMMA):
                    self._at += 1
                elif self._in_array and byte == _CLOSE:
                    self._in_array = False
                    self._at += 1
                else:
                    return True
            if self._is_eof:
                return False
            self._fill()

    def _newline(self) -> int | None:
        """Return where the line ends, or None if it is longer than a record may be."""
        searched = 0
        while True:
            newline = self._buffer.find(b"\n", self._at + searched)
            end = newline if newline >= 0 else len(self._buffer)
            if end - self._at > self._limit and not self._in_array:
                return None
            if newline >= 0 or self._is_eof or len(self._buffer) - self._at > self._limit:
                return end
            searched = len(self._buffer) - self._at
            self._fill()

    def _step_over(self) -> Frame:
        """Skip the line that is too long, keeping none of it."""
        start = self._base + self._at
        while (newline := self._buffer.find(b"\n", self._at)) < 0:
            self._at = len(self._buffer)
            if self._is_eof:
                break
            self._fill()
        self._at = newline if newline >= 0 else len(self._buffer)
        size = self._base + self._at - start
        reason = f"the record has {size} bytes, the limit is {self._limit}"
        return Frame(start, size, None, Problem("record_too_large", reason))

    def _whole_line(self, line: bytes) -> Frame | None:  # noqa: PLR0911 - one exit an outcome
        """Return the line as a record, or None if it is not exactly one JSON value."""
        offset = self._base + self._at
        try:
            if not line.isascii():
                line.decode()
            return Frame(offset, len(line), self._decode(line), None)
        except msgspec.ValidationError as error:
            if line.startswith(b"["):
                return None
            try:
                _RAW.decode(line)
            except (msgspec.DecodeError, RecursionError):
                return None
            return Frame(offset, len(line), None, _misfit(line, error))
        except msgspec.DecodeError:
            return None
        except UnicodeDecodeError as error:
            problem = Problem("invalid_utf8", f"byte {error.start} of the record is not UTF-8")
            return Frame(offset, len(line), None, problem)
        except RecursionError:
            return Frame(offset, len(line), None, Problem("too_deep", "nested too deeply to read"))

    def _odd_value(self, newline: int) -> Frame | None:
        """Return the value at hand although it is not a line of its own; None if it is torn."""
        if self._buffer[self._at] == _OPEN and not self._in_array:
            self._in_array = True
            self._at += 1
            return None
        terminated = newline < len(self._buffer)
        line_bytes = newline - self._at
        try:
            end = self._value_end()
        except _Broken as broken:
            return self._set_aside(broken.at, line_bytes, broken.reason)
        except _Truncated:
            return self._unfinished(line_bytes, terminated=terminated)
        value = self._buffer[self._at : end].rstrip()
        frame = self._whole_line(value)
        if frame is None:
            nested = "an array stands where a record is expected"
            frame = Frame(self._base + self._at, len(value), None, Problem("not_an_object", nested))
        self._at = end
        return frame

    def _value_end(self) -> int:
        """Return where the JSON value at hand ends in the buffer, reading on if it must."""
        while True:
            rest = memoryview(self._buffer)[self._at :]
            try:
                _RAW.decode(rest)
            except RecursionError:
                raise _Broken(self._at, "nested too deeply to read") from None
            except msgspec.DecodeError as error:
                if trailing := _TRAILING.search(str(error)):
                    return self._at + int(trailing[1]) - 1
                if "truncated" not in str(error):
                    at = int(found[1]) if (found := re.search(r"byte (\d+)", str(error))) else 0
                    raise _Broken(self._at + at, str(error)) from None
            else:
                return len(self._buffer)
            finally:
                rest.release()
            self._wasted += len(self._buffer) - self._at
            exhausted = self._wasted > 8 * (self._base + len(self._buffer)) + self._limit
            if exhausted or len(self._buffer) - self._at > self._limit:
                raise _Broken(self._at, "no end of the value within the limit of a record")
            if self._is_eof:
                raise _Truncated
            self._fill()

    def _unfinished(self, line_bytes: int, *, terminated: bool) -> Frame | None:
        """Decide between a torn end, to be left alone, and a line that will never be whole."""
        tail = self._buffer[self._at :]
        line = tail[:line_bytes].rstrip()
        goes_on = line_bytes < len(tail.rstrip())
        is_line = terminated and line not in (b"{", b"[") and not goes_on
        if is_line or _NEXT_RECORD.search(tail) or _is_whole(tail):
            return self._set_aside(self._at, line_bytes, "the record ends before its JSON does")
        self.torn_bytes = len(tail)
        return None

    def _set_aside(self, broken_at: int, line_bytes: int, reason: str) -> Frame:
        """Report the broken value and go on behind it: at the next line that opens a record."""
        offset = self._base + self._at
        end = self._at + line_bytes
        if broken_at > end:
            following = _NEXT_RECORD.search(self._buffer, end)
            end = following.start() if following else len(self._buffer)
        region = self._buffer[self._at : end]
        self._at = end
        return Frame(offset, len(region), None, _malformed(region, reason))


def _is_whole(tail: bytes) -> bool:
    """Whether the stricter standard decoder takes it: msgspec calls a lone surrogate truncated."""
    try:
        json.loads(tail)
    except (ValueError, RecursionError):
        return False
    return True


def _misfit(line: bytes, error: msgspec.ValidationError) -> Problem:
    if not line.lstrip().startswith(b"{"):
        return Problem("not_an_object", "the record is JSON, but not an object")
    return Problem("not_an_event", str(error))


def _malformed(region: bytes, reason: str) -> Problem:
    if b"\0" in region:
        return Problem("null_byte", f"byte {region.index(0)} of the record is NUL")
    try:
        region.decode()
    except UnicodeDecodeError as error:
        return Problem("invalid_utf8", f"byte {error.start} of the record is not UTF-8")
    code = "truncated_record" if "ends before" in reason else "malformed_json"
    return Problem(code, reason)
