"""What stands between records: space, commas, brackets of arrays and of what holds one array."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from lineage_pipeline.formats.window import Window

SPACE: Final = b" \t\r\n"
TRAILING: Final = re.compile(r"trailing characters \(byte (\d+)\)")

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_COMMA: Final = ord(",")
_BRACE: Final = ord("{")
_END_BRACE: Final = ord("}")
_OPEN: Final = ord("[")
_CLOSE: Final = ord("]")
_WIDEST_WRAPPER: Final = 4096


class Separators:
    """The separators of one stream, and what they left open.

    Attributes:
        in_array: whether the record at hand is one of an array.
    """

    def __init__(
        self, window: Window, wrapper: re.Pattern[bytes] | None, limit: int, *, may_be_open: bool
    ) -> None:
        """Begin between records.

        Args:
            window: the stream.
            wrapper: what opens an object that does nothing but hold an array of records.
            limit: how long a record may be, in bytes.
            may_be_open: the stream may begin inside an array, or inside such an object.
        """
        self._window = window
        self._wrapper = wrapper
        self._limit = limit
        self._may_be_in_array = may_be_open
        self._in_wrapper = False
        self._may_close_wrapper = wrapper is not None and may_be_open
        self.in_array = False

    @property
    def is_open(self) -> bool:
        """Whether an array or an object that holds one was left open."""
        return self.in_array or self._in_wrapper

    def skip(self) -> bool:
        """Move to the next record's first byte; False at the end of the stream."""
        window = self._window
        while True:
            rest = len(window.text)
            while window.at < rest:
                byte = window.text[window.at]
                if byte in SPACE or self._is_punctuation(byte):
                    window.at += 1
                elif not self._opens_wrapper(byte):
                    return True
            if window.is_eof:
                return False
            window.fill()

    def _is_punctuation(self, byte: int) -> bool:
        """Whether the byte opens, closes or divides an array of records."""
        if byte == _BRACE:
            return False
        if byte == _END_BRACE and not self.in_array and self._may_close_wrapper:
            self._in_wrapper = self._may_close_wrapper = False
            return True
        if byte == _OPEN and not self.in_array:
            self.in_array, self._may_be_in_array = True, False
            return True
        if byte == _CLOSE and (self.in_array or self._may_be_in_array):
            self.in_array = self._may_be_in_array = False
            return True
        return byte == _COMMA and (self.in_array or self._may_be_in_array)

    def _opens_wrapper(self, byte: int) -> bool:
        """Whether an object that only holds an array of records begins here; step into it."""
        window = self._window
        if self._wrapper is None or byte != _BRACE or self.in_array:
            return False
        while len(window.text) - window.at < _WIDEST_WRAPPER and not window.is_eof:
            window.fill()
        opened = self._wrapper.match(window.text, window.at)
        if opened is None or self._is_short_here():
            return False
        window.at = opened.end()
        self.in_array = self._in_wrapper = self._may_close_wrapper = True
        self._may_be_in_array = False
        return True

    def _is_short_here(self) -> bool:
        """Whether the value at hand ends in the window and within the limit: it is taken whole."""
        with memoryview(self._window.text)[self._window.at :] as rest:
            try:
                _RAW.decode(rest)
            except RecursionError:
                return False
            except msgspec.DecodeError as error:
                trailing = TRAILING.search(str(error))
                return trailing is not None and int(trailing[1]) - 1 <= self._limit
            return len(rest.tobytes().rstrip(SPACE)) <= self._limit
