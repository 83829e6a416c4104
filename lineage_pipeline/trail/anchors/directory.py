"""A folder that keeps checkpoints, on a file system that others administer.

A file is written aside and gets its name by a hard link, so that it appears whole and replaces
nothing. The folder is never made: one that is missing may be a file system that is not mounted, and
what were written there instead would lie under our own administration.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import AnchorError, StorageError
from lineage_pipeline.trail.anchors.anchor import Kept, MovedError, size_of
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.notes import MAX_NOTE_BYTES

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.settings.anchors import DirectoryAnchor
    from lineage_pipeline.trail.checkpoints import Checkpoint

_MODE: Final = 0o444


class DirectoryStore:
    """Keeps checkpoints in a folder."""

    def __init__(self, settings: DirectoryAnchor, workspace: Path) -> None:
        """Keep them in the folder of `settings`, relative to the workspace's."""
        self._folder = workspace / Path(settings.path).expanduser()

    def kept(self) -> list[Kept]:
        """Return all that is held."""
        try:
            names = [file.name for file in self._folder.iterdir()]
        except OSError as error:
            raise AnchorError(
                f"{self._folder}: cannot be read: {error.strerror}; make the folder or mount its "
                f"file system"
            ) from error
        return [Kept(size) for name in names if (size := size_of(name)) is not None]

    def read(self, kept: Kept) -> bytes:
        """Return the bytes of one of them."""
        file = self._folder / str(kept.size)
        try:
            # What is no file, such as a pipe, could be read for ever.
            if not file.is_file():
                return b""
            with file.open("rb") as opened:
                return opened.read(MAX_NOTE_BYTES + 1)
        except OSError as error:
            raise AnchorError(f"{file}: cannot be read: {error.strerror}") from error

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:  # noqa: ARG002
        """Put a checkpoint there for good; return what is to be told of it."""
        name = str(checkpoint.tree.size)
        disk = Disk(self._folder)
        try:
            aside = disk.write_aside(secrets.token_hex(8), checkpoint.data, _MODE)
            try:
                disk.put_new(aside, name)
            finally:
                disk.remove(aside)
            disk.sync_folders([name])
        except FileExistsError as error:
            raise MovedError(name) from error
        except StorageError as error:
            raise AnchorError(f"{error.file}: cannot be written: {error.reason}") from error
        return f"as {self._folder / name}"
