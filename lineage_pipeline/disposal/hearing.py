"""Whether anybody has said anything since: acts that came while objects are dealt with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lineage_pipeline.paths import ACTS_FOLDER

if TYPE_CHECKING:
    from lineage_pipeline.paths import WorkspacePaths


class Heard:
    """The acts that have been taken in."""

    def __init__(self, paths: WorkspacePaths) -> None:
        """Take all acts that there are for heard; whoever does so takes them in after this."""
        self._paths = paths
        self._files = self._there()

    def is_all(self) -> bool:
        """Return whether there is no act that was not heard."""
        return not self._there() - self._files

    def hear(self, file: str) -> None:
        """Take an act of our own for heard: what holds does not change by it."""
        self._files.add(_state(self._paths.root / file))

    def _there(self) -> set[str]:
        """Return what tells the files apart in which people may have said something."""
        folder = self._paths.landing / ACTS_FOLDER
        return {_state(file) for file in folder.rglob("*") if file.is_file()}


def _state(file: os.PathLike[str]) -> str:
    found = os.stat(file)  # noqa: PTH116 - any path will do
    return f"{os.fspath(file)} {found.st_size} {found.st_mtime_ns}"
