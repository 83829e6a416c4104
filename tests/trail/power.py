"""A disk that forgets: what would be left if the power failed, and writers stopped at any call.

Stands in the place of `os` in `trail.disk`. A file's bytes survive once it was synced, a name once
the folder that it is in was; whatever was not synced is lost, which is the worst that may happen.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = ("mkdir", "open", "write", "fsync", "rename", "link", "unlink", "rmdir")
"""The calls of the system at which a writer can be stopped."""


class Stopped(BaseException):
    """The power failed."""


class Watched:
    """`os`, with each call counted, noted, and handed to `at` before it is made."""

    def __init__(self, root: Path, at: Callable[[int, str, Path], None] | None = None) -> None:
        self.root = root
        self.at = at
        self.count = 0
        self.calls: list[tuple[str, Path]] = []
        self.files: dict[int, Path] = {}
        self.synced: dict[int, bytes] = {}
        self.names: dict[Path, dict[str, int | None]] = {}

    def __getattr__(self, name: str) -> Any:
        original = getattr(os, name)
        if name not in CALLS and name != "close":
            return original
        return lambda *given: self._call(name, original, *given)

    def _call(self, name: str, original: Any, *given: Any) -> Any:
        if name == "close":
            self.files.pop(given[0], None)
            return original(*given)
        if name in ("write", "fsync"):
            path = self.files[given[0]]
        else:
            path = Path(given[0 if name in ("open", "mkdir") else -1])
        if self.at is not None:
            self.at(self.count, name, path)
        self.count += 1
        self.calls.append((name, path))
        done = original(*given)
        if name == "open":
            self.files[done] = path
        if name == "fsync":
            self._sync(path)
        return done

    def _sync(self, path: Path) -> None:
        if path.is_dir():
            self.names[path] = {
                each.name: None if each.is_dir() else each.stat().st_ino for each in path.iterdir()
            }
        else:
            self.synced[path.stat().st_ino] = path.read_bytes()

    def remember(self) -> None:
        """Take all that is there now for durable."""
        folders = [self.root.parent, self.root, *self.root.rglob("*")]
        for file in [path for path in folders if path.is_file()]:
            self._sync(file)
        for folder in [path for path in folders if path.is_dir()]:
            self._sync(folder)

    def restore(self, target: Path, folder: Path | None = None) -> None:
        """Write to `target` what a failure of the power would have left of the root."""
        folder = folder or self.root
        target.mkdir(parents=True)
        if folder == self.root and folder.name not in self.names.get(folder.parent, {}):
            return
        for name, inode in self.names.get(folder, {}).items():
            if inode is None:
                self.restore(target / name, folder / name)
            else:
                (target / name).write_bytes(self.synced.get(inode, b""))


def no_room(number: int | None, name: str, code: int = errno.ENOSPC) -> Callable[..., None]:
    """Return what makes one call fail: the one of this number, or with None all of this name."""

    def at(count: int, call: str, path: Path) -> None:
        if call == name and number in (None, count):
            raise OSError(code, os.strerror(code), str(path))

    return at
