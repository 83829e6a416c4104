"""Where the JSON value at hand ends, by what msgspec says of the rest of the window.

"Trailing characters (byte N)" ends a value exactly, "truncated" asks for more bytes, anything else
is broken - unless it met one of the decoder's limits, of which a patient reader knows better.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.formats import patient
from lineage_pipeline.formats.rejection import TOO_DEEP
from lineage_pipeline.formats.separators import TRAILING

if TYPE_CHECKING:
    from lineage_pipeline.formats.window import Window

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_BYTE: Final = re.compile(r"byte (\d+)")


class Broken(Exception):  # noqa: N818 - control flow between this module and the framer
    """The value is malformed from byte `at` of the file on."""

    def __init__(self, at: int, reason: str) -> None:
        """Say where, and why."""
        self.at = at
        self.reason = reason
        super().__init__(reason)


class Truncated(Exception):  # noqa: N818 - as above
    """The value may go on behind what was read."""


class Extent:
    """The ends of a stream's values."""

    def __init__(self, window: Window, limit: int) -> None:
        """Look at what stands in `window`; a value is no longer than `limit` bytes."""
        self._window = window
        self._limit = limit
        self._wasted = 0

    def value_end(self) -> int:
        """Return where the JSON value at hand ends in the window, reading on if it must.

        Raises:
            Broken: it is no JSON, or does not end within the limit.
            Truncated: the stream ends before the value does.
        """
        window = self._window
        while True:
            rest = memoryview(window.text)[window.at :]
            try:
                end = self._end_in(rest)
            finally:
                rest.release()
            if end is not None:
                return window.at + end
            self._wasted += len(window.text) - window.at
            if self._is_exhausted() or len(window.text) - window.at > self._limit:
                reason = f"no end of the record within {self._limit} bytes"
                raise Broken(window.base + len(window.text), reason)
            if window.is_eof:
                raise Truncated
            window.fill()

    def _end_in(self, rest: memoryview) -> int | None:
        """Return where the value at hand ends in the rest of the window; None if not in there."""
        try:
            _RAW.decode(rest)
        except RecursionError:
            return self._patient_end(rest, 0, TOO_DEEP)
        except msgspec.DecodeError as error:
            if trailing := TRAILING.search(str(error)):
                return int(trailing[1]) - 1
            at = int(found[1]) if (found := _BYTE.search(str(error))) else 0
            is_cut = "truncated" in str(error) or at >= len(rest)
            if is_cut and not self._window.is_eof:
                return None
            if patient.may_help(error, rest if is_cut else rest[: at + 1]):
                return self._patient_end(rest, at, str(error))
            if is_cut:
                return None
            raise Broken(self._window.offset + at, str(error)) from None
        return len(rest)

    def _patient_end(self, rest: memoryview, at: int, reason: str) -> int | None:
        """Return the same where the decoder met one of its limits at byte `at`."""
        if self._is_exhausted():
            raise Broken(self._window.offset + at, reason)
        try:
            return patient.value_end(rest[: patient.LONGEST])
        except patient.Refused as refused:
            self._wasted += refused.at
            if not refused.is_cut:
                raise Broken(self._window.offset + refused.at, reason) from None
            if len(rest) > patient.LONGEST:
                raise Broken(self._window.offset + at, reason) from None
        return None

    def _is_exhausted(self) -> bool:
        """Whether more was read in vain than a file deserves that is not out to make us work."""
        window = self._window
        return self._wasted > 8 * (window.base + len(window.text)) + self._limit
