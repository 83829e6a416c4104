"""The zip file of a pack, in its one form: what is stored in it decides every byte.

Files stand in the order of their names, stored and not compressed, without times, owners, comments
or anything between them. So the same files give the same bytes whatever wrote them, nothing can be
inflated, and whatever differs from that form is no pack: a second entry of a name, a path that
leads elsewhere, a link, something hidden in front, between or behind.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import file_digest, sha256
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import ConfigError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*")
"""What a file may be called: no capitals, so that no two names are one on some other system."""
MOST_FILES: Final = 10_000
MOST_BYTES: Final = 0xFFFF_FFFF
"""Beyond either, a zip file has another form."""
MOST_IN_MEMORY: Final = 64 << 20
"""No file is larger that has to be read as a whole to verify a pack."""

_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
_UNIX: Final = 3
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\5\6"
_LARGE_MARK: Final = b"PK\6\7"
_LARGE_BYTES: Final = 20
_PIECE: Final = 1 << 20
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    UnicodeError, ValueError, OverflowError,
)  # fmt: skip
"""What is raised of a file that is no zip, or one with more in it than a pack may have."""


class Member(NamedTuple):
    """A file of a pack: its bytes and their SHA-256."""

    bytes: int
    sha256: str


def write_container(
    target: IO[bytes], files: Iterable[tuple[str, Callable[[], IO[bytes]]]]
) -> None:
    """Write files into a pack.

    Args:
        target: where to; it can be sought in.
        files: each with what opens it, in the order of their names.

    Raises:
        ConfigError: they are too many or too large for one pack.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for number, (name, opened) in enumerate(files):
            if not NAME.fullmatch(name):
                raise ConfigError(f"{name!r}: no file of a pack may be called so")
            with opened() as source:
                _require_room(target.tell() + os.fstat(source.fileno()).st_size, number)
                with archive.open(_entry(name), "w") as stored:
                    while piece := source.read(_PIECE):
                        stored.write(piece)


@dataclass(frozen=True, slots=True)
class Container:
    """A pack that has the one form of packs.

    Attributes:
        members: its files, in order.
        archive: to read them from.
    """

    members: dict[str, Member]
    archive: zipfile.ZipFile

    def read(self, name: str) -> bytes:
        """Return a file of the pack.

        Raises:
            IntegrityError: there is none of that name, or it is too large to be what it should.
        """
        member = self.members.get(name)
        if member is None:
            raise IntegrityError(f"the pack has no {name}")
        if member.bytes > MOST_IN_MEMORY:
            raise IntegrityError(f"{name} has {member.bytes} bytes: more than it can need")
        return self.archive.read(name)


def open_container(file: Path, archive: zipfile.ZipFile) -> Container:
    """Return the files of a pack that was opened with `opened_zip`, once its form was checked.

    Raises:
        IntegrityError: it has another form than the one that its files give.
    """
    try:
        infos = archive.infolist()
        _require_plain(infos, file.stat().st_size)
        members: dict[str, Member] = {}
        with TemporaryFile() as again:
            write_container(again, _copied(archive, infos, members))
            again.seek(0)
            is_same = file_digest(again, "sha256").digest() == _digest(file)
    except (*_BROKEN, ConfigError) as error:
        raise IntegrityError(f"{file}: this is no pack: {error}") from error
    if not is_same:
        raise IntegrityError(f"{file}: holds more, or other, bytes than its files give")
    return Container(members, archive)


def opened_zip(file: Path) -> zipfile.ZipFile:
    """Return a file as a zip, if its end is that of a pack; whoever asks closes it.

    Raises:
        IntegrityError: it is none.
    """
    with file.open("rb") as source:
        size = source.seek(0, os.SEEK_END)
        source.seek(max(0, size - _END.size - _LARGE_BYTES))
        tail = source.read()
    if size > MOST_BYTES or len(tail) < _END.size:
        raise IntegrityError(f"{file}: this is no pack: {size} bytes")
    mark, _, _, _, count, length, _, comment = _END.unpack(tail[-_END.size :])
    if (
        mark != _END_MARK
        or comment
        or count > MOST_FILES
        or length > size
        or tail.startswith(_LARGE_MARK)
    ):
        raise IntegrityError(f"{file}: this is no pack: its end is not that of one")
    try:
        return zipfile.ZipFile(file)
    except _BROKEN as error:
        raise IntegrityError(f"{file}: this is no pack: {error}") from error


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = _UNIX
    entry.external_attr = _MODE
    return entry


def _require_room(size: int, number: int) -> None:
    if size >= MOST_BYTES or number >= MOST_FILES:
        raise ConfigError(
            f"the pack would have {number + 1} files and {size:,} bytes or more; one holds "
            f"{MOST_FILES:,} files and 4 GiB at most"
        )


def _require_plain(infos: list[zipfile.ZipInfo], size: int) -> None:
    """Return if entries may be read: nothing is inflated, and no byte is read twice.

    Raises:
        ValueError: they may not.
    """
    names = [info.filename for info in infos]
    if names != sorted(set(names)) or not all(map(NAME.fullmatch, names)):
        raise ValueError("names that are not in order, told twice, or that no pack has")
    for info in infos:
        if not 0 <= info.header_offset < size:
            raise ValueError(f"{info.filename} stands outside of it")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise ValueError(f"{info.filename} is not stored as it is")
    if sum(info.file_size for info in infos) > size:
        raise ValueError("files that overlap")


def _copied(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], members: dict[str, Member]
) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    """Yield what opens a copy of each file, and fill in what it holds."""
    for info in infos:
        with TemporaryFile() as copy, archive.open(info) as stored:
            digest = sha256()
            while piece := stored.read(_PIECE):
                digest.update(piece)
                copy.write(piece)
            members[info.filename] = Member(copy.tell(), digest.hexdigest())
            copy.seek(0)
            yield info.filename, lambda copy=copy: copy  # type: ignore[misc]


def _digest(file: Path) -> bytes:
    with file.open("rb") as source:
        return file_digest(source, "sha256").digest()
