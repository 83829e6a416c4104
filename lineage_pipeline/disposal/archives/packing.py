"""Bytes compressed for the archive, and back: what comes back is taken for hostile."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import zstandard

from lineage_pipeline.disposal.stores.store import LeftError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEVEL: Final = 9
WINDOW_BYTES: Final = 1 << 23
"""More of a frame is never held; ours ask for half as much."""
PIECE_BYTES: Final = 1 << 10
"""How much is decompressed at once: at most 32 MiB come out of it."""


class SpoiledError(LeftError):
    """Raised where a copy is not what was put into the archive."""


class Counted:
    """Bytes on their way: how many there were, and their digest."""

    def __init__(self, content: Iterable[bytes]) -> None:
        """Count what is read of `content`."""
        self._content = content
        self._digest = sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of what went by, in hex digits."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        """Yield what is read."""
        for some in self._content:
            self.size_bytes += len(some)
            self._digest.update(some)
            yield some


def packed(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes as one frame of zstd."""
    frame = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj()
    for some in content:
        if made := frame.compress(some):
            yield made
    yield frame.flush()


def unpacked(stored: Iterable[bytes], size_bytes: int) -> Iterator[bytes]:
    """Yield what one frame of zstd holds, so many bytes and not one more.

    Raises:
        SpoiledError: it holds more or less, is broken, or something stands behind it.
    """
    frame = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).decompressobj()
    left = size_bytes
    for some in stored:
        for at in range(0, len(some), PIECE_BYTES):
            if frame.eof:
                raise SpoiledError("something stands behind what was put there")
            try:
                made = frame.decompress(some[at : at + PIECE_BYTES])
            except zstandard.ZstdError as error:
                raise SpoiledError(f"cannot be decompressed: {error}") from None
            left -= len(made)
            if left < 0:
                raise SpoiledError(f"more than the {size_bytes} bytes come out of it that went in")
            if made:
                yield made
    if not frame.eof or frame.unused_data or left:
        raise SpoiledError(f"is not whole, or not what went in: {left} bytes are missing")
