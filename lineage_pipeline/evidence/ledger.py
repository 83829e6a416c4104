"""What a log says there is: each file with its digest, each batch with its rows, as of its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.evidence.entries import (
    Altered,
    Batch,
    Expired,
    Gone,
    Query,
    Received,
    Rewritten,
    Rows,
    Tombstone,
    Withdrawn,
    Written,
    from_bytes,
)
from lineage_pipeline.evidence.parts import Parts
from lineage_pipeline.trail.batch import RANGE_ROWS
from lineage_pipeline.trail.merkle import HASH_BYTES
from lineage_pipeline.trail.rotation import rotated_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.evidence.entries import Entry, File


class Sealed(NamedTuple):
    """A file of rows: the entry that seals it, and where its ranges stand among the batch's."""

    entry_index: int
    rows: Rows
    ranges_at: int

    @property
    def ranges_end(self) -> int:
        """Where its ranges end among the batch's."""
        return self.ranges_at + -(-self.rows.n_rows // RANGE_ROWS) * HASH_BYTES


class SealedBatch(NamedTuple):
    """A batch: the entry that seals it, and its files of rows."""

    entry_index: int
    batch: Batch
    files: tuple[Sealed, ...]


class Expected(NamedTuple):
    """A file as it must be: its bytes, their digest, and the entry that says so."""

    file_bytes: int
    sha256: str
    entry_index: int
    batch_id: str


@dataclass(slots=True)
class Ledger:
    """What there must be.

    Attributes:
        files: every file that was sealed and not taken away since, by its path.
        batches: every batch, in the order in which they were sealed.
        received: what was received of each file of acts, policies and settings.
        queries: the questions that were asked, behind their entries.
        tombstones: what was erased, by batch, table and task.
        withdrawn: tombstones that were taken back.
        expired: what is left of files of rows, by batch, table and task.
        altered: what runs have found to be other than it was sealed, behind their entries.
        unknown: entries of kinds that this release does not know.
    """

    files: dict[str, Expected] = field(default_factory=dict)
    batches: list[SealedBatch] = field(default_factory=list)
    received: dict[str, Parts] = field(default_factory=dict)
    queries: list[tuple[int, Query]] = field(default_factory=list)
    tombstones: dict[tuple[str, str, int], list[Tombstone]] = field(default_factory=dict)
    withdrawn: list[Tombstone] = field(default_factory=list)
    expired: dict[tuple[str, str, int], list[Expired]] = field(default_factory=dict)
    altered: list[tuple[int, Altered]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)

    def tombstones_of(self, sealed: Sealed) -> list[Tombstone]:
        """Return what says that rows of a file were erased."""
        rows = sealed.rows
        return self.tombstones.get((rows.batch_id, rows.stream, task_of(rows.file)), [])

    def expired_of(self, sealed: Sealed) -> list[Expired]:
        """Return what says that rows of a file have expired, the last of it last."""
        rows = sealed.rows
        return self.expired.get((rows.batch_id, rows.stream, task_of(rows.file)), [])


def task_of(file: str) -> int:
    """Return which task of its batch wrote a file of rows."""
    return int(PurePath(file).stem.split("-")[1])


def ledger_of(entries: Iterable[bytes]) -> Ledger:
    """Return what the entries of a log, in their order, say there must be."""
    found = Ledger()
    held: list[Sealed] = []
    going: dict[int, Tombstone | Expired | Rewritten] = {}
    for index, data in enumerate(entries):
        entry = from_bytes(data)
        if isinstance(entry, Rows):
            held.append(Sealed(index, entry, held[-1].ranges_end if held else 0))
            expected = Expected(entry.bytes, entry.file_sha256, index, entry.batch_id)
            found.files[entry.file] = expected
        elif isinstance(entry, Batch):
            found.batches.append(SealedBatch(index, entry, tuple(held)))
            held = []
            _add(found, entry.added, index, entry.batch_id)
        elif isinstance(entry, Written):
            _remove(found, entry.removed)
            _add(found, entry.added, index, "")
        elif isinstance(entry, Withdrawn):
            _take_back(found, going.pop(entry.entry, None))
        elif entry is None and rotated_keys(data) is None:
            found.unknown.append(index)
        else:
            if isinstance(entry, Tombstone | Expired | Rewritten):
                going[index] = entry
            _take(found, index, entry)
    return found


def _take(ledger: Ledger, index: int, entry: Entry | None) -> None:
    """Take in an entry that speaks of no file of the lake as a whole."""
    if isinstance(entry, Received | Gone | Rewritten):
        ledger.received.setdefault(entry.file, Parts()).take(index, entry)
    elif isinstance(entry, Altered):
        ledger.altered.append((index, entry))
    elif isinstance(entry, Query):
        ledger.queries.append((index, entry))
    elif isinstance(entry, Tombstone):
        ledger.tombstones.setdefault(_group(entry), []).append(entry)
    elif isinstance(entry, Expired):
        ledger.expired.setdefault(_group(entry), []).append(entry)


def _take_back(ledger: Ledger, entry: Tombstone | Expired | Rewritten | None) -> None:
    """Take back an entry that said what was about to go; None is of no such entry."""
    if isinstance(entry, Rewritten):
        ledger.received[entry.file].take_back()
    elif isinstance(entry, Tombstone):
        ledger.tombstones[_group(entry)].remove(entry)
        ledger.withdrawn.append(entry)
    elif isinstance(entry, Expired):
        ledger.expired[_group(entry)].remove(entry)


def _group(entry: Tombstone | Expired) -> tuple[str, str, int]:
    return entry.batch_id, entry.stream, entry.task


def _add(ledger: Ledger, files: Iterable[File], index: int, batch_id: str) -> None:
    for file in files:
        ledger.files[file.path] = Expected(file.size_bytes, file.sha256, index, batch_id)


def _remove(ledger: Ledger, paths: Iterable[str]) -> None:
    folders = tuple(path for path in paths if path.endswith("/"))
    for path in paths:
        ledger.files.pop(path, None)
    if folders:
        for path in [path for path in ledger.files if path.startswith(folders)]:
            del ledger.files[path]
