"""Plain, gzip and zstd files as one stream of decompressed bytes, with a limit on their growth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, Self, cast

import zstandard
from isal import isal_zlib
from isal.igzip_lib import IsalError

if TYPE_CHECKING:
    from collections.abc import Callable


class Readable(Protocol):
    """Stored bytes, wherever they come from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""

    def close(self) -> None:
        """Give back what was opened to read them."""


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


GZIP_ERROR: Final = cast("type[Exception]", IsalError)  # its stub calls the class an instance
UNPACKING_ERRORS: Final[tuple[type[Exception], ...]] = (
    EOFError,
    GZIP_ERROR,
    zstandard.ZstdError,
)
FREE_BYTES: Final = 64 << 20
"""Output below which the growth of a compressed file is not judged."""


PACKED_BYTES: Final = 256 << 10
"""How much of a compressed file is fetched at once."""

GZIP_MAGIC: Final = b"\x1f\x8b"
GZIP_PIECE_BYTES: Final = 16 << 10
ZSTD_PIECE_BYTES: Final = 1 << 10
"""How much is decompressed at once: zstd makes at most 32 MiB, gzip 16 MiB, of such a piece."""


class LandingStream:
    """The decompressed bytes of one landing file; what breaks it is kept, not raised.

    Attributes:
        broken: None, or the reason code and the sentence why the stream ended early.
    """

    def __init__(self, raw: Readable, name: str, stored_bytes: int, max_ratio: int) -> None:
        """Read from `raw`, which the stream closes.

        Args:
            raw: the stored bytes, from the first on.
            name: the file's name; its suffix names the compression.
            stored_bytes: how many there are.
            max_ratio: how many times as many may come out of a compressed file.
        """
        self._raw = raw
        self._next = _decompressed(raw, name)
        self._is_compressed = name.endswith((".gz", ".zst"))
        self._allowed = max(FREE_BYTES, stored_bytes * max_ratio)
        self._read_bytes = 0
        self.broken: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        """Return the stream."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the stored bytes."""
        self.close()

    def close(self) -> None:
        """Close the stored bytes."""
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Return up to `size` decompressed bytes; none at the end or where the stream broke.

        Raises:
            OSError: the file itself cannot be read on.
        """
        if self.broken is not None:
            return b""
        try:
            chunk = self._next(size)
        except UNPACKING_ERRORS as error:
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

    def __init__(self, raw: Readable, begin: Callable[[], Member], piece_bytes: int) -> None:
        self._raw = raw
        self._begin = begin
        self._piece_bytes = piece_bytes
        self._member: Member | None = None
        self._is_behind_member = False
        self._fetched = b""
        self._fetched_at = 0
        self._packed = b""
        self._ready = b""
        self._error: Exception | None = None

    def read(self, size: int, /) -> bytes:
        chunks: list[bytes] = []
        left = size
        while left and (self._ready or self._advance()):
            if len(self._ready) > left:
                # Less than was asked for, rather than a copy of what is ready.
                if not chunks:
                    chunks.append(self._ready[:left])
                    self._ready = self._ready[left:]
                break
            chunks.append(self._ready)
            left -= len(self._ready)
            self._ready = b""
        if self._error is not None and not chunks:
            raise self._error
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _advance(self) -> bool:
        """Make the next bytes ready; False at the end and where the stream broke."""
        try:
            while self._error is None and not self._ready:
                chunk = self._next()
                if chunk is None:
                    return False
                self._ready = chunk
        except UNPACKING_ERRORS as error:
            self._error = error
        return self._error is None

    def _next(self) -> bytes | None:
        """Return what the next piece of the file holds, maybe nothing; None at the end."""
        packed = self._packed or self._piece()
        self._packed = b""
        if not packed:
            if self._member is not None:
                raise EOFError("the file ends inside a compressed member")
            return None
        if self._is_behind_member:
            packed = packed.lstrip(b"\0")
            if not packed:
                return b""
        self._is_behind_member = False
        self._member = self._member or self._begin()
        chunk = self._member.decompress(packed)
        if self._member.eof:
            self._packed = self._member.unused_data
            self._member = None
            self._is_behind_member = True
        return chunk

    def _piece(self) -> bytes:
        """Return the next piece of the file: small enough that little can come out of it."""
        if self._fetched_at == len(self._fetched):
            self._fetched, self._fetched_at = self._raw.read(PACKED_BYTES), 0
        piece = self._fetched[self._fetched_at : self._fetched_at + self._piece_bytes]
        self._fetched_at += len(piece)
        return piece


class _GzipMember:
    """One gzip member; isal takes a few bytes that are none for the beginning of one."""

    def __init__(self) -> None:
        self._inflate = isal_zlib.decompressobj(wbits=31)
        self._head = b""

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, /) -> bytes:
        if len(self._head) < len(GZIP_MAGIC):
            self._head = (self._head + data)[: len(GZIP_MAGIC)]
            if not GZIP_MAGIC.startswith(self._head):
                raise GZIP_ERROR("the bytes are no gzip member")
        return self._inflate.decompress(data)


def _decompressed(raw: Readable, name: str) -> Callable[[int], bytes]:
    if name.endswith(".gz"):
        return _Members(raw, _GzipMember, GZIP_PIECE_BYTES).read
    if name.endswith(".zst"):
        begin = zstandard.ZstdDecompressor().decompressobj
        return _Members(raw, begin, ZSTD_PIECE_BYTES).read
    return raw.read
