"""What was received of the files that people's acts, policies and settings stand in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lineage_pipeline.evidence.durable import part_sha256
from lineage_pipeline.evidence.entries import (
    Gone,
    Received,
    Rewritten,
    Withdrawn,
    from_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ACTS: Final = ("landing/governance/", "landing/compliance/")
DECLARED: Final = (".yaml", ".yml")
"""Records that people write anew among the acts."""
FOLDERS: Final = (*(folder.rstrip("/") for folder in ACTS), "policy")


def only_grows(path: str) -> bool:
    """Return whether what was received of a file has to stay where it is."""
    return path.startswith(ACTS) and not path.endswith(DECLARED)


@dataclass(slots=True)
class Parts:
    """What was received of a file: its parts with their entries, and whether it went since.

    Attributes:
        parts: what is to be found of it, behind the entries that say so.
        is_gone: whether it went on purpose.
        before: what it was each time before records were erased from it: who died before it was
            replaced has left it so.
    """

    parts: list[tuple[int, Received | Rewritten]] = field(default_factory=list)
    is_gone: bool = False
    before: list[list[tuple[int, Received | Rewritten]]] = field(default_factory=list)

    @property
    def end(self) -> int:
        """How far the file was received."""
        return max((range_of(part)[1] for _, part in self.parts), default=0)

    def take(self, index: int, entry: Received | Gone | Rewritten) -> None:
        """Take in the next entry of the file."""
        self.is_gone = isinstance(entry, Gone)
        if isinstance(entry, Rewritten):
            self.is_gone = not entry.sha256
            if self.parts:
                self.before.append(self.parts)
            self.parts = [(index, entry)] if entry.sha256 else []
        if isinstance(entry, Received):
            if entry.start == 0 and not only_grows(entry.file):
                self.parts.clear()
            self.parts.append((index, entry))

    def take_back(self) -> None:
        """Take back the last entry by which records were erased: they are there."""
        if self.before:
            self.parts, self.is_gone = self.before.pop(), False


def parts_of(entries: Iterable[bytes]) -> dict[str, Parts]:
    """Return what was received of each file."""
    known: dict[str, Parts] = {}
    rewritten: dict[int, str] = {}
    for index, data in enumerate(entries):
        entry = from_bytes(data)
        if isinstance(entry, Received | Gone | Rewritten):
            known.setdefault(entry.file, Parts()).take(index, entry)
        if isinstance(entry, Rewritten):
            rewritten[index] = entry.file
        if isinstance(entry, Withdrawn) and entry.entry in rewritten:
            known[rewritten.pop(entry.entry)].take_back()
    return known


def altered_parts(
    root: Path, path: str, known: Parts
) -> Iterator[tuple[int, Received | Rewritten]]:
    """Yield the parts of a file that are not what was received, behind their entries."""
    for index, part in known.parts:
        if part_sha256(root / path, *range_of(part)) != part.sha256:
            yield index, part


def is_whole(root: Path, path: str, known: Parts) -> bool:
    """Return whether a file is what it was before records were erased from it."""
    if not known.before or (known.parts and not any(altered_parts(root, path, known))):
        return False
    return any(
        all(part_sha256(root / path, *range_of(part)) == part.sha256 for _, part in parts)
        for parts in known.before
        if parts
    )


def range_of(part: Received | Rewritten) -> tuple[int, int]:
    """Return where a part begins and ends."""
    return (part.start, part.end) if isinstance(part, Received) else (0, part.bytes)
