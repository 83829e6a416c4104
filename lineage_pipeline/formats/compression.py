"""Plain, gzip and zstd files as one stream of decompressed bytes, with a limit on their growth."""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING, Final, Protocol, Self

import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Readable(Protocol):
    """What plain and compressed files have in common."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Member(Protocol):
    """The decompressor of one gzip member or one zstd frame."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the member's end."""

    def decompress(self, data: bytes, /) -> bytes:
        """Return what `data` adds to the output."""


FREE_BYTES: Final = 64 << 20
"""Output below which the growth of a compressed file is not judged."""


GZIP_PIECE_BYTES: Final = 16 << 10
ZSTD_PIECE_BYTES: Final = 1 << 10
"""How much is decompressed at once: zstd makes at most 32 MiB, gzip 16 MiB, of such a piece."""


class LandingStream:
    """The decompressed bytes of one landing file; what breaks it is kept, not raised.

    Attributes:
        broken: None, or the reason code and the sentence why the stream ended early.
    """

    def __init__(self, file: Path, max_ratio: int) -> None:
        """Open `file`; its suffix names the compression.

        Raises:
            OSError: the file cannot be opened.
        """
        self._raw = file.open("rb", buffering=0)
        self._stream = _decompressed(self._raw, file.suffix)
        self._allowed = max(FREE_BYTES, file.stat().st_size * max_ratio)
        self._is_compressed = file.suffix in (".gz", ".zst")
        self._read_bytes = 0
        self.broken: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        """Return the stream."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Return up to `size` decompressed bytes; none at the end or where the stream broke.

        Raises:
            OSError: the file itself cannot be read on.
        """
        if self.broken is not None:
            return b""
        try:
            chunk = self._stream.read(size)
        except (EOFError, zlib.error, zstandard.ZstdError) as error:
            truncated = isinstance(error, EOFError)
            code = "truncated_compression" if truncated else "corrupt_compression"
            self.broken = (code, f"decompression stopped: {error}")
            return b""
        self._read_bytes += len(chunk)
        if self._is_compressed and self._read_bytes > self._allowed:
            self.broken = (
                "decompression_limit",
                f"more than {self._allowed} bytes came out of the compressed file",
            )
            return b""
        return chunk

    def skip(self, size: int) -> int:
        """Read and drop `size` bytes; return how many there were."""
        left = size
        while left and (chunk := self.read(min(left, 8 << 20))):
            left -= len(chunk)
        return size - left


class _Members:
    """Members behind one another as one stream; what came out before one broke is not lost."""

    def __init__(self, raw: IO[bytes], begin: Callable[[], Member], piece_bytes: int) -> None:
        self._raw = raw
        self._begin = begin
        self._piece_bytes = piece_bytes
        self._member: Member | None = None
        self._packed = b""
        self._ready = b""
        self._error: Exception | None = None

    def read(self, size: int, /) -> bytes:
        chunks, gathered = [self._ready], len(self._ready)
        while gathered < size and self._error is None:
            try:
                chunk = self._next()
            except (EOFError, zlib.error, zstandard.ZstdError) as error:
                self._error = error
                break
            if chunk is None:
                break
            chunks.append(chunk)
            gathered += len(chunk)
        found = b"".join(chunks)
        self._ready = found[size:]
        if self._error is not None and not found:
            raise self._error
        return found[:size]

    def _next(self) -> bytes | None:
        """Return what the next piece of the file holds, maybe nothing; None at the end."""
        packed = self._packed or self._raw.read(self._piece_bytes)
        if not packed:
            if self._member is not None:
                raise EOFError("the file ends inside a compressed member")
            return None
        self._member = self._member or self._begin()
        chunk = self._member.decompress(packed)
        self._packed = b""
        if self._member.eof:
            self._packed = self._member.unused_data.lstrip(b"\0")
            self._member = None
        return chunk


def _decompressed(raw: IO[bytes], suffix: str) -> Readable:
    if suffix == ".gz":
        return _Members(raw, lambda: zlib.decompressobj(wbits=31), GZIP_PIECE_BYTES)
    if suffix == ".zst":
        return _Members(raw, lambda: zstandard.ZstdDecompressor().decompressobj(), ZSTD_PIECE_BYTES)
    return raw
