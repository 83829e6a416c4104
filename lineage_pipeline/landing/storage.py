"""Stored bytes by their location, whole or in ranges: local files and objects of S3 alike."""

from __future__ import annotations

from io import FileIO
from pathlib import Path
from typing import Protocol

from lineage_pipeline.formats.compression import LandingStream
from lineage_pipeline.landing import objects


class Reader(Protocol):
    """Stored bytes in order, from one place on."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""

    def close(self) -> None:
        """Give back the file or the connection."""


def open_range(location: str, start: int = 0, stop: int | None = None) -> Reader:
    """Return the stored bytes of a file from `start` to before `stop`, compressed as they are.

    Args:
        location: an absolute path, or `s3://bucket/key` with the key as it is, never escaped.
        start: the first byte; behind the end of the file there is nothing to read.
        stop: the byte to stop before; None reads to the end.

    Raises:
        OSError: the file or object cannot be opened. Reading raises it too: where it fails for
            good, and where an object was replaced since it was opened.
    """
    if location.startswith(objects.S3):
        return objects.ObjectRange(location, start, stop)
    raw = FileIO(location)  # `open` looks at each file twice
    if start:
        raw.seek(start)
    return raw if stop is None else _LocalRange(raw, stop - start)


def landed_stream(file: Path, max_ratio: int) -> LandingStream:
    """Return the decompressed bytes of a local file, from the first on.

    Args:
        file: its suffix names the compression.
        max_ratio: how many times as many bytes may come out of it if it is compressed.

    Raises:
        OSError: it cannot be opened.
    """
    size = file.stat().st_size
    return LandingStream(open_range(str(file)), file.name, size, max_ratio)


def size_of(location: str) -> int:
    """Return the stored size in bytes of a file or an object.

    Raises:
        OSError: it cannot be looked at.
    """
    if location.startswith(objects.S3):
        return objects.look_at(location).size_bytes
    return Path(location).stat().st_size


class _LocalRange:
    """A local file up to a certain byte."""

    def __init__(self, raw: Reader, left: int) -> None:
        self._raw = raw
        self._left = left

    def read(self, size: int, /) -> bytes:
        chunk = self._raw.read(max(0, min(size, self._left)))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._raw.close()
