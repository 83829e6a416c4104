"""Objects in a folder of this machine: each a file, or a folder with all that lies below it.

No step follows a symbolic link, so that no name leads out of the folder, whoever chose it.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from lineage_pipeline.disposal.stores.store import GoneError, LeftError, Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

CHUNK: Final = 1 << 20
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP)
"""What a file system says that gives no file two names."""


class LocalFolder:
    """A folder and what lies below it."""

    kind = "local"
    method = "delete"
    not_covered: tuple[str, ...] = (
        "blocks of the disk that held it, which nothing here overwrites",
        "backups and snapshots of the file system",
    )

    def __init__(self, root: Path) -> None:
        """Keep objects below `root`."""
        self._root = root

    def pieces(self, name: str) -> list[Piece]:
        """Return the files of an object."""
        parts = _parts(name)
        with self._folder(parts[:-1]) as folder:
            if folder is None:
                return []
            return sorted(_below(folder, parts[-1], "/".join(parts)))

    def content(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        *above, name = _parts(piece.place)
        with self._folder(above) as folder:
            if folder is None:
                raise GoneError(f"{piece.place}: is gone")
            try:
                handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            except OSError as error:
                raise _left(piece.place, error) from None
            with os.fdopen(handle, "rb") as file:
                _require_same(piece, os.fstat(file.fileno()))
                while some := file.read(CHUNK):
                    yield some

    def put(self, place: str, content: Iterable[bytes], modified_ns: int | None = None) -> None:
        """Put a file where nothing lies: whole and durable when this returns, or not at all."""
        *above, name = _parts(place)
        aside = _aside(name)
        with self._folder(above, is_made=True) as folder:
            if folder is None:
                raise GoneError(f"{place}: is gone")
            try:
                _unlink(aside, folder)
                handle = os.open(aside, _NEW, 0o600, dir_fd=folder)
                with os.fdopen(handle, "wb") as file:
                    for some in content:
                        file.write(some)
                    file.flush()
                    if modified_ns is not None:
                        os.utime(file.fileno(), ns=(modified_ns, modified_ns))
                    os.fsync(file.fileno())
                _name(aside, name, folder)
                os.fsync(folder)
            except OSError as error:
                raise _left(place, error) from None
            finally:
                _unlink(aside, folder)

    def forget(self, place: str) -> None:
        """Unlink what was written aside for a place."""
        *above, name = _parts(place)
        with self._folder(above) as folder:
            if folder is not None:
                try:
                    _unlink(_aside(name), folder)
                except OSError as error:
                    raise _left(place, error) from None

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return: a folder locks nothing."""

    def delete(self, piece: Piece) -> None:
        """Unlink a file, then the folders that it leaves empty."""
        *above, name = _parts(piece.place)
        with self._folder(above) as folder:
            if folder is None:
                return
            try:
                _unlink(_aside(name), folder)
                _require_same(piece, os.stat(name, dir_fd=folder, follow_symlinks=False))
                os.unlink(name, dir_fd=folder)
                os.fsync(folder)
            except FileNotFoundError:
                return
            except OSError as error:
                raise _left(piece.place, error) from None

    def clear(self, name: str) -> None:
        """Remove the empty folders of an object whose files are gone."""
        parts = _parts(name)
        with self._folder(parts[:-1]) as folder:
            if folder is not None:
                _remove_empty(folder, parts[-1])

    @contextmanager
    def _folder(self, parts: list[str], *, is_made: bool = False) -> Iterator[int | None]:
        """Give the folder of these names below the root; None if there is none and none is made."""
        try:
            folder: int | None = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise LeftError(f"{self._root}: {os.strerror(error.errno or 0)}") from None
        try:
            for part in parts:
                outer = folder
                if is_made and outer is not None:
                    _make(outer, part)
                folder = None if outer is None else _inside(outer, part)
                if outer is not None:
                    os.close(outer)
            yield folder
        finally:
            if folder is not None:
                os.close(folder)


def _inside(folder: int, part: str) -> int | None:
    """Return a folder in a folder; None if there is none of that name."""
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        if stat.S_ISREG(os.stat(part, dir_fd=folder, follow_symlinks=False).st_mode):
            return None
        raise LeftError(f"{part}: is neither file nor folder; it is not followed") from None
    except OSError as error:
        raise _left(part, error) from None


def _aside(name: str) -> str:
    """Return how a file is called while it is written: who died leaves what the next one finds."""
    return f".{sha256(name.encode()).hexdigest()[:32]}.part"


def _make(folder: int, part: str) -> None:
    """Make a folder in a folder, durable, unless something has its name."""
    try:
        os.mkdir(part, 0o700, dir_fd=folder)
        os.fsync(folder)
    except FileExistsError:
        return
    except OSError as error:
        raise _left(part, error) from None


def _name(aside: str, name: str, folder: int) -> None:
    """Give a file its name, which nothing has yet."""
    try:
        os.link(aside, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS or name in os.listdir(folder):
            raise
        os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _unlink(name: str, folder: int) -> None:
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _parts(name: str) -> list[str]:
    """Return the names that lead to an object, from the root on."""
    parts = [part for part in PurePosixPath(name).parts if part != "/"]
    if not parts or ".." in parts or "\0" in name:
        raise LeftError(f"{name!r}: is no name of a file below the folder of the store")
    return parts


def _below(folder: int, name: str, place: str) -> Iterator[Piece]:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _left(place, error) from None
    if stat.S_ISDIR(found.st_mode):
        inner = os.open(name, _FOLDER, dir_fd=folder)
        try:
            for entry in sorted(os.listdir(inner)):  # noqa: PTH208 - of a descriptor
                yield from _below(inner, entry, f"{place}/{entry}")
        finally:
            os.close(inner)
    elif stat.S_ISREG(found.st_mode):
        yield Piece(place, _version(found), found.st_size)
    else:
        raise LeftError(f"{place}: is neither file nor folder; nothing of the object is deleted")


def _version(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns:x}"


def _require_same(piece: Piece, found: os.stat_result) -> None:
    if (_version(found), found.st_size) != (piece.version, piece.size_bytes):
        raise LeftError(f"{piece.place}: is another file than the one that was planned")


def _remove_empty(folder: int, name: str) -> None:
    try:
        inner = os.open(name, _FOLDER, dir_fd=folder)
    except OSError:
        return  # a file, or gone
    try:
        for entry in os.listdir(inner):  # noqa: PTH208 - of a descriptor
            _remove_empty(inner, entry)
    finally:
        os.close(inner)
    try:
        os.rmdir(name, dir_fd=folder)
        os.fsync(folder)
    except OSError:
        return  # something has been put there since


def _left(place: str, error: OSError) -> LeftError:
    refusal = GoneError if isinstance(error, FileNotFoundError) else LeftError
    return refusal(f"{place}: {os.strerror(error.errno or 0)}")
