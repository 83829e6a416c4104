"""Landing files without some of their records: all else of them stays where it stands.

A record gives way to blanks and an identifier to `x`, byte for byte as they come out of a packed
file, so that what was read of the file stays true: where each other record begins, and how long it
is. A file of which nothing would be left goes.
"""

from __future__ import annotations

import gzip
import os
import stat
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final, NamedTuple, Protocol, cast

import zstandard

from lineage_pipeline.disposal.stores.store import LeftError
from lineage_pipeline.errors import StorageError
from lineage_pipeline.evidence.durable import sync_folders
from lineage_pipeline.evidence.noting import file_sha256
from lineage_pipeline.landing.storage import landed_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lineage_pipeline.formats.compression import LandingStream

CHUNK: Final = 1 << 20
MASK: Final = b"x"
_NEWLINES: Final = (b"", b"\n", b"\r")
_BLANKS: Final = b" \t\r\n"


class Edit(NamedTuple):
    """Bytes that give way.

    Attributes:
        start: the first, as decompressed.
        end: that behind the last.
        is_record: whether they are a record; an identifier otherwise.
    """

    start: int
    end: int
    is_record: bool


class Rewrite(NamedTuple):
    """A file that was written aside and is to take the place of another.

    Attributes:
        file: whose place.
        aside: what was written; None if nothing would be left, and the file goes.
        size_bytes: the stored bytes of it.
        sha256: their digest; empty if the file goes.
    """

    file: Path
    aside: Path | None
    size_bytes: int
    sha256: str


class _Target(Protocol):
    def write(self, data: bytes, /) -> object: ...


def written_aside(file: Path, edits: Sequence[Edit], max_ratio: int) -> Rewrite:
    """Write a file without some of its bytes beside it, durable; nothing is replaced yet.

    Args:
        file: a regular file.
        edits: what gives way, in order, none within another.
        max_ratio: how many times as many bytes may come out of it if it is compressed.

    Raises:
        LeftError: it cannot be read to its end.
        StorageError: it cannot be written.
    """
    aside = file.with_name(f".{file.name}.erasing")
    try:
        is_left = _write(file, aside, edits, max_ratio)
        if not is_left:
            aside.unlink()
            return Rewrite(file, None, 0, "")
        size, digest = aside.stat().st_size, file_sha256(aside)
    except OSError as error:
        raise StorageError(file, error.strerror or str(error)) from None
    return Rewrite(file, aside, size, digest)


def put_in_place(done: Rewrite) -> None:
    """Put what was written aside in the place of the file, durable; or remove the file.

    Raises:
        StorageError: it cannot be replaced.
    """
    try:
        if done.aside is None:
            done.file.unlink(missing_ok=True)
        else:
            done.aside.replace(done.file)
    except OSError as error:
        raise StorageError(done.file, error.strerror or str(error)) from None
    sync_folders(done.file.parent, [done.file.name])


def digest_to(file: Path, end: int, max_ratio: int) -> bytes:
    """Return the SHA-256 of a file's decompressed bytes before `end`."""
    digest, left = sha256(), end
    with landed_stream(file, max_ratio) as stream:
        while left and (chunk := stream.read(min(left, CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()


def _write(file: Path, aside: Path, edits: Sequence[Edit], max_ratio: int) -> bool:
    """Write what is left of a file; return whether that is anything."""
    found = file.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise LeftError(f"{file.name}: is no regular file")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as stored:
        os.fchmod(handle, stat.S_IMODE(found.st_mode))
        with (
            landed_stream(file, max_ratio) as stream,
            _packed(stored, file.name) as target,
        ):
            work = _Edited(stream, target)
            for edit in edits:
                work.copy_to(edit.start)
                work.give_way(edit)
            work.copy_to(None)
            if stream.broken is not None:
                raise LeftError(f"{file.name}: {stream.broken[1]}")
        stored.flush()
        os.fsync(handle)
    return work.is_left


@contextmanager
def _packed(stored: IO[bytes], name: str) -> Iterator[_Target]:
    """Give what takes the bytes of a file and stores them as its name says."""
    if name.endswith(".gz"):
        with gzip.GzipFile(fileobj=stored, mode="wb", filename="", mtime=0) as target:
            yield cast("_Target", target)
    elif name.endswith(".zst"):
        with zstandard.ZstdCompressor().stream_writer(stored, closefd=False) as packing:
            yield cast("_Target", packing)
    else:
        yield stored


class _Edited:
    """A stream copied in order, some of its bytes giving way."""

    def __init__(self, stream: LandingStream, target: _Target) -> None:
        self._stream = stream
        self._target = target
        self._at = 0
        self._ready = b""
        self._last = b""
        self.is_left = False

    def copy_to(self, end: int | None) -> None:
        """Copy what stands before `end`; None is the end of the stream."""
        while end is None or self._at < end:
            data = self._read(CHUNK if end is None else min(CHUNK, end - self._at))
            if not data:
                return
            self._put(data)

    def give_way(self, edit: Edit) -> None:
        """Put blanks in the place of a record, or `x` in that of an identifier."""
        before = self._last
        size = edit.end - edit.start
        gone = 0
        while gone < size and (data := self._read(min(CHUNK, size - gone))):
            gone += len(data)
        if not edit.is_record:
            self._put(MASK * gone)
        elif before in _NEWLINES and self._next() in _NEWLINES:
            self._put(b" " * gone)
        else:
            # Where records stand in an array, others are parted from it by commas.
            self._put(b"{" + b" " * (gone - 2) + b"}" if gone > 1 else b" " * gone)

    def _put(self, data: bytes) -> None:
        self.is_left = self.is_left or bool(data.strip(_BLANKS))
        self._last = data[-1:]
        self._target.write(data)

    def _read(self, size: int) -> bytes:
        data = self._ready[:size] or self._stream.read(size)
        self._ready = self._ready[size:]
        self._at += len(data)
        return data

    def _next(self) -> bytes:
        self._ready = self._ready or self._stream.read(1)
        return self._ready[:1]
