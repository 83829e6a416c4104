"""What one poll of a registry found, as a folder in landing/ that appears at once or never."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import RegistryError
from lineage_pipeline.trail.disk import ASIDE, Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

_STAMP: Final = "%Y%m%dT%H%M%SZ"


class Poll:
    """The files of one poll, aside until all are there."""

    def __init__(self, disk: Disk, aside: str) -> None:
        """Write to a folder aside."""
        self._disk = disk
        self._aside = aside
        self._sizes: dict[str, int] = {}

    @property
    def file_count(self) -> int:
        """How many files there are."""
        return len(self._sizes)

    @property
    def size_bytes(self) -> int:
        """How long they are together."""
        return sum(self._sizes.values())

    @property
    def paths(self) -> list[str]:
        """Where they lie, below landing/."""
        return [f"{ASIDE}/{self._aside}/{name}" for name in self._sizes]

    def write(self, name: str, data: bytes) -> None:
        """Keep a file."""
        self._disk.write_aside(f"{self._aside}/{name}", data)
        self._sizes[name] = len(data)

    def drop(self, name: str) -> None:
        """Keep a file no longer."""
        self._disk.remove(f"{ASIDE}/{self._aside}/{name}")
        del self._sizes[name]


@contextmanager
def new_poll(landing: Path, folder: str, now: Callable[[], datetime]) -> Iterator[Poll]:
    """Give what files are written to; they stand in landing/ when the block is left in peace.

    Args:
        landing: the workspace's landing/.
        folder: the registry's folder in it, such as `registry/mlflow/mlflow.example.org`.
        now: tells the time; the folder is called by when the poll began, after any before it.

    Raises:
        RegistryError: there is a poll of this second already.
        StorageError: it cannot be written.
    """
    disk = Disk(landing)
    # In a folder beside those of the sources: what lies in theirs is read, hidden or not.
    aside = folder.replace("/", "_")
    with disk.lock(f"{ASIDE}/{aside}.lock"):
        place = f"{folder}/{now().astimezone(UTC).strftime(_STAMP)}"
        disk.remove_folder(f"{ASIDE}/{aside}")
        if (landing / place).exists():
            raise RegistryError(f"{landing / place}: is there already; poll once a second at most")
        poll = Poll(disk, aside)
        try:
            yield poll
            disk.sync_folders(poll.paths)
            disk.put(f"{ASIDE}/{aside}", place)
            disk.sync_folders([place])
        except BaseException:
            disk.remove_folder(f"{ASIDE}/{aside}")
            raise
