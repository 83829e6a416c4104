"""What compactions put in the place of what, so that nothing stays on disk that nobody reads."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003 - msgspec reads annotations
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.lake.tables import LakeTable

FOLDER: Final = "_compaction"
"""Delta takes names that begin with `_` for none of its business."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One compaction, noted before it writes anything.

    Attributes:
        transaction: the transaction that commits it.
        at: when it was begun.
        removed: the files that it replaces, below the table's folder.
        added: the files that it writes.
    """

    transaction: str
    at: datetime
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journal:
    """The notes of a table's compactions."""

    table: LakeTable

    @property
    def folder(self) -> Path:
        """The folder of the notes."""
        return self.table.folder / FOLDER

    @property
    def spill(self) -> Path:
        """The folder for what a sort cannot keep in memory; nothing in it outlives the sort."""
        return self.folder / "spill"

    def note(self, entry: Entry) -> None:
        """Keep `entry`; it stands before anything of it does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "note"
        unfinished.write_bytes(msgspec.json.encode(entry))
        unfinished.rename(self.file(entry))

    def file(self, entry: Entry) -> Path:
        """Return the file that keeps `entry`."""
        return self.folder / f"{entry.transaction}.json"

    def expired(self, now: datetime, grace: timedelta) -> list[Path]:
        """Return the files that were replaced and that a sweep will remove, notes among them."""
        return [
            file
            for note, entry in self._over(now, grace)
            if self.table.has(entry.transaction)
            for file in (note, *(self.table.folder / name for name in entry.removed))
        ]

    def sweep(self, now: datetime, grace: timedelta) -> int:
        """Remove what a compaction that was never committed has written, and what was replaced.

        Args:
            now: the present.
            grace: how long a file that was replaced stays for readers that have it open.

        Returns:
            How many files were removed.
        """
        shutil.rmtree(self.spill, ignore_errors=True)
        removed_count = 0
        for note, entry in self._over(now, grace):
            names = entry.removed if self.table.has(entry.transaction) else entry.added
            for name in names:
                file = self.table.folder / name
                removed_count += file.exists()
                file.unlink(missing_ok=True)
            note.unlink()
        return removed_count

    def _over(self, now: datetime, grace: timedelta) -> Iterator[tuple[Path, Entry]]:
        """Yield the notes of what was never committed, and of what readers are done with."""
        for note in sorted(self.folder.glob("*.json")):
            entry = msgspec.json.decode(note.read_bytes(), type=Entry)
            if not self.table.has(entry.transaction) or now - entry.at >= grace:
                yield note, entry
