"""Lines to landing files: split evenly by bytes, plain or packed."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, Protocol

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Packing = Literal["plain", "gz", "zst"]

SUFFIXES: Final[dict[Packing, str]] = {"plain": "", "gz": ".gz", "zst": ".zst"}
BLOCK_BYTES: Final = 1 << 20


class Writable(Protocol):
    """What plain and packed files have in common."""

    def write(self, block: bytes, /) -> int:
        """Take the block."""


def file_names(out: Path, files: int, packing: Packing) -> list[Path]:
    """Return the files to write: `out` itself if it names a file, else numbered ones below it."""
    if files == 1 and out.suffix:
        return [out]
    suffix = f".ndjson{SUFFIXES[packing]}"
    return [out / f"part-{number:05d}{suffix}" for number in range(files)]


def packing_of(file: Path, packing: Packing) -> Packing:
    """Return how the file is packed: as its name says, else as asked for."""
    by_name: dict[str, Packing] = {".gz": "gz", ".zst": "zst"}
    return by_name.get(file.suffix, packing)


def write_lines(
    lines: Iterator[bytes],
    files: Iterable[Path],
    file_bytes: int,
    packing: Packing,
) -> int:
    """Return the plain bytes written: to each file the lines that fill `file_bytes`."""
    total = 0
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        with opened(file, packing_of(file, packing)) as out:
            for block in blocks(lines, file_bytes):
                total += len(block)
                out.write(block)
    return total


def blocks(lines: Iterator[bytes], total_bytes: int) -> Iterator[bytes]:
    """Yield whole lines in blocks until `total_bytes` are reached, or the lines end."""
    done = size = 0
    block: list[bytes] = []
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= BLOCK_BYTES or done + size >= total_bytes:
            yield b"".join(block)
            done += size
            size = 0
            block.clear()
            if done >= total_bytes:
                return
    if block:
        yield b"".join(block)


@contextmanager
def opened(file: Path, packing: Packing) -> Iterator[Writable]:
    """Open the file for writing; what is written is packed, without names and times."""
    with file.open("wb") as raw:
        if packing == "gz":
            with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
                yield packed
        elif packing == "zst":
            with zstandard.ZstdCompressor(level=3).stream_writer(raw) as stream:
                yield stream
        else:
            yield raw
