"""Plain, gzip and zstd files as one stream of decompressed bytes, with a limit on their growth."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, Final, Protocol, Self

import zstandard

if TYPE_CHECKING:
    from pathlib import Path


class Readable(Protocol):
    """What the decompressors have in common."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


FREE_BYTES: Final = 64 << 20
"""Output below which the growth of a compressed file is not judged."""


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
        """Return up to `size` decompressed bytes; none at the end or where the stream broke."""
        if self.broken is not None:
            return b""
        try:
            chunk = self._stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
            truncated = isinstance(error, EOFError) or "ended" in str(error)
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


def _decompressed(raw: IO[bytes], suffix: str) -> Readable:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=raw, mode="rb")
    if suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    return raw
