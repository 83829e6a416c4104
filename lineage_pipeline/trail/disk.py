"""How the trail writes: each call by which something gets on disk, and in which order it stays.

A file is written aside, made durable and put in place by its name alone, so that no reader sees
half of one. What cannot be made durable ends the writer: after a failed `fsync` the system may
have dropped what it could not write, and a second try would succeed over nothing.
"""

# Tests stop at each call of the system, so they stand here one by one.
# ruff: noqa: PTH102, PTH104, PTH106, PTH108, PTH208

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import DurabilityError, StorageError, TileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ASIDE: Final = ".tmp"
"""The folder for files that are not in place yet; nothing in it counts."""
PUBLIC: Final = 0o644


class Disk:
    """Writes below one folder."""

    def __init__(self, root: Path, folder_mode: int = 0o755) -> None:
        """Write below `root`, which need not exist; folders are made with this mode."""
        self.root = root
        self._folder_mode = folder_mode
        self._failed: DurabilityError | None = None

    @contextmanager
    def lock(self, path: str = ".lock") -> Iterator[None]:
        """Hold the folder's lock, a file at `path`, after whoever holds it now is done."""
        file = self.root / path
        self._make_folders(file.parent)
        with self._reporting(file):
            handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PUBLIC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of the file at `path` below the root; None if there is none.

        Raises:
            TileError: it is there and cannot be read.
        """
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise TileError(path, f"cannot be read: {error.strerror}") from error

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder below the root; none if it does not exist."""
        try:
            return os.listdir(self.root / folder)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def clear(self) -> None:
        """Remove what was left aside by a writer that died."""
        for name in self.names(ASIDE):
            self.remove(f"{ASIDE}/{name}")

    def write_aside(self, name: str, data: bytes, mode: int = PUBLIC) -> str:
        """Write a new file that is durable and not in place yet; return its path.

        Raises:
            StorageError: it cannot be written.
            DurabilityError: it may not be durable.
        """
        path = f"{ASIDE}/{name}"
        file = self.root / path
        with self._reporting(file):
            self._make_folders(file.parent)
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(handle, rest) :]
                self._sync(handle, file)
            finally:
                os.close(handle)
        return path

    def put(self, aside: str, path: str) -> None:
        """Put a file in place, over the one that may be there."""
        target = self.root / path
        with self._reporting(target):
            self._make_folders(target.parent)
            os.rename(self.root / aside, target)

    def put_new(self, aside: str, path: str) -> None:
        """Give a file a second name, which must be new.

        Raises:
            FileExistsError: there is a file of this name.
        """
        target = self.root / path
        with self._reporting(target):
            self._make_folders(target.parent)
            os.link(self.root / aside, target)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with self._reporting(self.root / path):
            try:
                os.unlink(self.root / path)
            except FileNotFoundError:
                return

    def remove_folder(self, path: str) -> None:
        """Remove a folder of files, if it is there."""
        names = self.names(path)
        for name in names:
            self.remove(f"{path}/{name}")
        if names:
            with self._reporting(self.root / path):
                os.rmdir(self.root / path)

    def sync_folders(self, paths: Iterable[str]) -> None:
        """Make durable that files stand at `paths`: their folders, and those up to the root.

        A folder that exists may have been made by a writer that died before it was durable, so
        none is taken for it.

        Raises:
            DurabilityError: it may not be durable.
        """
        folders: dict[Path, None] = {}
        for path in paths:
            folder = (self.root / path).parent
            while folder != self.root.parent and folder not in folders:
                folders[folder] = None
                folder = folder.parent
        folders[self.root.parent] = None
        for folder in sorted(folders, key=lambda each: -len(each.parts)):
            with self._reporting(folder):
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                try:
                    self._sync(handle, folder)
                finally:
                    os.close(handle)

    def _make_folders(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folders(folder.parent)
            with self._reporting(folder):
                try:
                    os.mkdir(folder, self._folder_mode)
                except FileExistsError:
                    return

    def _sync(self, handle: int, file: Path) -> None:
        try:
            os.fsync(handle)
        except OSError as error:
            self._failed = DurabilityError(file, error.strerror or str(error))
            raise self._failed from error

    @contextmanager
    def _reporting(self, file: Path) -> Iterator[None]:
        if self._failed is not None:
            raise self._failed
        try:
            yield
        except FileExistsError:
            raise
        except OSError as error:
            raise StorageError(file, error.strerror or str(error)) from error
