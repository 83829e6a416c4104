"""What of a byte stream is in memory: a piece of it, and how far the piece is done with."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash as Hash

CHUNK_BYTES: Final = 8 << 20
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Window:
    """A piece of a stream that moves on as it is read.

    Attributes:
        text: the piece.
        base: where in the file it begins.
        at: the place in it up to which all is done; whoever reads moves it.
        is_eof: whether nothing follows it.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        offset: int,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        hashed: Hash | None = None,
    ) -> None:
        """Begin with nothing in memory.

        Args:
            read: returns up to that many bytes, none at the end.
            offset: where in the file the stream begins.
            chunk_bytes: how much to ask `read` for at a time.
            hashed: SHA-256 of what was read before `offset`; `sha256` goes on from there.
        """
        self._read = read
        self._chunk = chunk_bytes
        self._hash = hashlib.sha256() if hashed is None else hashed
        self._lines = 0
        self.text = b""
        self.base = offset
        self.at = 0
        self.is_eof = False

    @property
    def offset(self) -> int:
        """Up to where in the file all is done."""
        return self.base + self.at

    @property
    def line_count(self) -> int:
        """How many line breaks stand before `offset`."""
        return self._lines + self.text.count(b"\n", 0, self.at)

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes before `offset`."""
        digest = self._hash.copy()
        digest.update(memoryview(self.text)[: self.at])
        return digest.digest()

    def fill(self) -> None:
        """Read on, dropping what is done; the more is pending, the more is read at once."""
        self._hash.update(memoryview(self.text)[: self.at])
        self._lines += self.text.count(b"\n", 0, self.at)
        pending = self.text[self.at :]
        more = self._read(max(self._chunk, len(pending)))
        self.is_eof = not more
        self.base += self.at
        self.text = pending + more
        self.at = 0

    def skip_mark(self) -> int:
        """Step over a byte order mark; return how many bytes of one are all that there is."""
        if self.base:
            return 0
        while self.text != BYTE_ORDER_MARK and BYTE_ORDER_MARK.startswith(self.text):
            if self.is_eof:
                return len(self.text)
            self.fill()
        if self.text.startswith(BYTE_ORDER_MARK):
            self.at = len(BYTE_ORDER_MARK)
        return 0

    def line_end(self, limit: int) -> int:
        """Return where the line at hand ends, or a place behind the limit if it is longer."""
        searched = 0
        while (newline := self.text.find(b"\n", self.at + searched)) < 0:
            searched = len(self.text) - self.at
            if self.is_eof or searched > limit:
                return len(self.text)
            self.fill()
        return newline
