"""Rows erased from the lake: an entry first, then their values and salts; their hashes stay.

Where all rows of a task go, no hashes need stay: there is nothing left to be proven beside them.
An entry whose writer died before its rows did is made good by asking for the same rows again.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence import sealing
from lineage_pipeline.evidence.entries import Expired, Tombstone, to_bytes
from lineage_pipeline.evidence.erased import hashes_of, keep_hashes, places_of, ranges_of
from lineage_pipeline.evidence.going import Going
from lineage_pipeline.evidence.ledger import ledger_of, task_of
from lineage_pipeline.evidence.replacing import Replacement, put_in_place
from lineage_pipeline.evidence.rows import in_order
from lineage_pipeline.evidence.trail import append, log_of
from lineage_pipeline.lake.batches import of_batches, span_of
from lineage_pipeline.lake.sorted_file import write_in_order
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas
from lineage_pipeline.schemas import ERASABLE
from lineage_pipeline.trail.batch import Sealing, leaf_hashes, seal_hashes
from lineage_pipeline.trail.canonical import VERSION
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.evidence.going import Places
    from lineage_pipeline.evidence.intent import Intent
    from lineage_pipeline.evidence.ledger import Sealed
    from lineage_pipeline.evidence.rows import Group
    from lineage_pipeline.paths import WorkspacePaths

AT_ONCE: Final = 2
"""Files that are written anew at a time."""


class Request(NamedTuple):
    """What is to be erased.

    Attributes:
        stream: a table of bronze whose rows are sealed one by one.
        rows: the places of the rows, of each batch and task that sealed some.
        reason: the clause or policy by which; it must not name a person.
        at: the known time of it, in microseconds since 1970.
    """

    stream: str
    rows: Mapping[Group, Collection[int] | Places]
    reason: str
    at: int


class Erasure(NamedTuple):
    """What was erased: rows that were there, and files that were written anew or went."""

    row_count: int
    files: tuple[str, ...]


def erase_rows(paths: WorkspacePaths, name: str, request: Request) -> Erasure:
    """Erase rows of a table for good, and return what was done.

    Whoever calls it holds the workspace's lock, and publishes the warehouse from nothing after it:
    what was derived from the rows is still in there, and in silver and graph.

    Args:
        paths: the workspace.
        name: how it is called.
        request: what is to be erased, and why.

    Raises:
        ConfigError: the rows of the table are not sealed one by one, or the reason names a person.
        ProofError: a row was never sealed, or those around it are not what was sealed: nothing is
            erased that was tampered with.
        StorageError: something cannot be written; ask for the same rows again.
    """
    if "@" in request.reason:
        raise ConfigError(
            "the reason of an erasure names a person: it stays in the log for good; name the "
            "clause or the policy"
        )
    if request.stream not in ERASABLE:
        raise ConfigError(
            f"{request.stream}: its rows are sealed by blocks, not singly as those of "
            f"{', '.join(sorted(ERASABLE))}"
        )
    work = _Work(paths, name, request)
    entries = [to_bytes(one) for one in work.entries()]
    append(paths, name, os.environ, lambda _: entries)
    noted, done = work.rewritten()
    if noted is not None:
        sealing.seal(paths, name, noted)
    return done


class _Work:
    """A request, and the files that can hold its rows."""

    def __init__(self, paths: WorkspacePaths, name: str, request: Request) -> None:
        self._paths, self._name, self._request = paths, name, request
        self._table = LakeTable(paths.table("bronze", request.stream))
        self._schema = kernel_schemas()[request.stream]
        self._disk = Disk(paths.trail)
        self._ledger = ledger_of(log_of(paths).entries())
        self._rows = {
            group: np.unique(np.array([*places], np.int64))
            for group, places in request.rows.items()
        }
        self._going = Going(self._rows)
        self._active = {file.name: file for file in self._table.data_files()}
        # What was replaced lies there for a while: of it, too, nothing may be left.
        held = sorted(map(str, self._table.folder.glob("*.parquet")))
        names = of_batches(held, self._going.batches)
        self._files = [self._table.folder / name for name in names]

    def entries(self) -> Iterator[Tombstone | Expired]:
        """Yield what says that rows will be erased, unless that is said already."""
        sealed = self._sealed()
        new = {}
        for group, places in self._rows.items():
            told = self._ledger.tombstones_of(sealed[group])
            known = np.array([*chain.from_iterable(map(places_of, told))], np.int64)
            if not self._ledger.expired_of(sealed[group]):
                new[group] = np.setdiff1d(places, known)
        left = {group for group, places in new.items() if len(places)}
        files = [str(file) for file in self._files if file.name in self._active]
        batches = {batch_id for batch_id, _ in left}
        for group, pieces in in_order(files, self._schema, batches) if left else ():
            if group in left:
                left.remove(group)
                yield self._entry(sealed[group], new[group], pieces)
        for group in sorted(left):
            yield self._entry(sealed[group], new[group], iter(()))

    def rewritten(self) -> tuple[Intent | None, Erasure]:
        """Put files without the rows in the place of those with them; return what is to be sealed.

        What is to be sealed is None if no file holds any of the rows.
        """
        counts = {file: self._going.count_in(file) for file in self._files}
        gone = [file for file, count in counts.items() if count]
        if not gone:
            return None, Erasure(0, ())
        ranges = [(group, ranges_of(places.tolist())) for group, places in self._rows.items()]
        named = repr((sorted(ranges), [file.name for file in gone]))
        transaction = sha256(named.encode()).hexdigest()[:32]
        counting = [file for file in gone if file.name in self._active]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            new = [*pool.map(lambda file: self._written(file, transaction), counting)]
        old = [self._active[file.name] for file in counting]
        replacement = Replacement(self._table, transaction, self._request.at, old, new, gone)
        noted = put_in_place(self._paths, self._name, replacement)
        count = sum(counts[file] for file in counting)
        return noted, Erasure(count, tuple(file.name for file in gone))

    def _entry(
        self, sealed: Sealed, places: Places, pieces: Iterator[pa.RecordBatch]
    ) -> Tombstone | Expired:
        """Return what says that rows of a task will be erased: all that are left of it, or some.

        Raises:
            ProofError: the rows of the task are not what was sealed, or hold none of such a place.
        """
        told, rows = self._ledger.tombstones_of(sealed), sealed.rows
        is_inside = bool(places[0] >= 0 and places[-1] < rows.n_rows)
        earlier_count = sum(count for one in told for _, count in one.rows)
        is_whole = is_inside and len(places) + earlier_count == rows.n_rows
        if is_whole and not told:
            made = Sealing("row")
            for piece in pieces:
                made.add(piece)
            self._require_sealed(made.seal().root, sealed)
            return self._expired(sealed, len(places))
        there, hashes = [np.empty(0, np.int64)], []
        for piece in pieces:
            there.append(piece["row_number"].to_numpy(zero_copy_only=False))
            hashes += leaf_hashes(pa.Table.from_batches([piece]), "row")
        self._require_sealed(seal_hashes(hashes, hashes_of(self._disk, told)).root, sealed)
        if is_whole:
            return self._expired(sealed, len(places))
        held = np.concatenate(there)
        if len(lacking := np.setdiff1d(places, held)):
            raise ProofError(
                f"{rows.stream}, batch {rows.batch_id}, task {task_of(rows.file)}: there is no row "
                f"{lacking[0]}"
            )
        at = np.searchsorted(held, places)
        kept = keep_hashes(self._disk, b"".join(hashes[number] for number in at))
        return Tombstone(
            at=self._request.at, reason=self._request.reason, batch_id=rows.batch_id,
            stream=rows.stream, task=task_of(rows.file), rows=ranges_of(places.tolist()),
            hashes_sha256=kept,
        )  # fmt: skip

    def _expired(self, sealed: Sealed, count: int) -> Expired:
        rows, nothing = sealed.rows, Sealing("row").seal()
        return Expired(
            at=self._request.at, reason=self._request.reason, batch_id=rows.batch_id,
            stream=rows.stream, task=task_of(rows.file), n_gone=count, n_rows=nothing.row_count,
            row_root=nothing.root.hex(), canon_v=VERSION,
        )  # fmt: skip

    def _require_sealed(self, root: bytes, sealed: Sealed) -> None:
        if root.hex() != sealed.rows.row_root:
            raise ProofError(
                f"{sealed.rows.stream}, batch {sealed.rows.batch_id}: its rows are not those that "
                f"were sealed, and none was erased; `lineage audit verify --deep` says which differ"
            )

    def _sealed(self) -> dict[Group, Sealed]:
        """Return what seals the rows of each group."""
        stream = self._request.stream
        found: dict[Group, Sealed] = {}
        for one in chain.from_iterable(batch.files for batch in self._ledger.batches):
            if one.rows.stream == stream:
                found.setdefault((one.rows.batch_id, task_of(one.rows.file)), one)
        for batch_id, task in self._rows:
            if (batch_id, task) not in found:
                raise ProofError(
                    f"{stream}, batch {batch_id}, task {task}: no entry seals such rows"
                )
        return found

    def _written(self, file: Path, transaction: str) -> DataFile:
        """Write what is left of a file under a new name, in the form and the order of the old."""
        left = self._going.left_of(file, self._schema.names)
        if span := span_of(file.name):
            digest = sha256(f"{file.name}\n{transaction}".encode()).hexdigest()[:16]
            target = file.with_name(f"{span}-{digest}.parquet")
            count = write_in_order(left, target, self._schema)
        else:
            batch, task, *_ = file.stem.split("-")
            target = file.with_name(f"{batch}-{task}-{transaction[:8]}.parquet")
            count = 0
            with pq.ParquetWriter(target, self._schema, compression="zstd") as writer:
                for rows in left:
                    writer.write_table(pa.Table.from_batches([rows]).cast(self._schema))
                    count += rows.num_rows
        return DataFile(target.name, count, target.stat().st_size)
