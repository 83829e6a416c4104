"""Rows erased from the lake: the tombstone first, then their values and salts; their hashes stay.

A tombstone that died before its rows did is made good by asking for the same rows again.
"""

from __future__ import annotations

import os
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline.engines import connect
from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence import noting, sealing
from lineage_pipeline.evidence.entries import Tombstone, to_bytes
from lineage_pipeline.evidence.erased import hashes_of, keep_hashes, places_of, ranges_of
from lineage_pipeline.evidence.ledger import ledger_of, task_of
from lineage_pipeline.evidence.trail import append, log_of
from lineage_pipeline.lake.batches import span_of
from lineage_pipeline.lake.sorted_file import write_sorted
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas
from lineage_pipeline.schemas import ERASABLE
from lineage_pipeline.trail.batch import leaf_hashes, seal_survivors
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.evidence.intent import Intent
    from lineage_pipeline.evidence.ledger import Sealed
    from lineage_pipeline.evidence.rows import Group
    from lineage_pipeline.paths import WorkspacePaths


class Request(NamedTuple):
    """What is to be erased.

    Attributes:
        stream: a table of bronze whose rows are sealed one by one.
        rows: the places of the rows, of each batch and task that sealed some.
        reason: the clause or policy by which; it must not name a person.
        at: the known time of it, in microseconds since 1970.
    """

    stream: str
    rows: Mapping[Group, Collection[int]]
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
    tombstones = [to_bytes(one) for group in request.rows for one in work.tombstones(group)]
    append(paths, name, os.environ, lambda _: tombstones)
    noted, done = work.rewritten()
    if noted is not None:
        sealing.seal(paths, name, noted)
    return done


class _Work:
    """A table of which rows are erased, and every file of rows that lies in its folder."""

    def __init__(self, paths: WorkspacePaths, name: str, request: Request) -> None:
        self._paths = paths
        self._name = name
        self._request = request
        self._disk = Disk(paths.trail)
        self._ledger = ledger_of(log_of(paths).entries())
        self._table = LakeTable(paths.table("bronze", request.stream))
        self._active = {file.name: file for file in self._table.data_files()}
        # What was replaced lies there for a while: of it, too, nothing may be left.
        self._rows = dict(self._touched(sorted(self._table.folder.glob("*.parquet"))))

    def tombstones(self, group: Group) -> Iterator[Tombstone]:
        """Yield what says that rows of a group will be erased; nothing if that is said already."""
        sealed = self._sealed(group)
        told = self._ledger.tombstones_of(sealed)
        new = {*self._request.rows[group]} - {*chain.from_iterable(map(places_of, told))}
        if not new:
            return
        earlier = hashes_of(self._disk, told)
        rows = self._rows_of(group, earlier)
        if seal_survivors(rows, earlier).root.hex() != sealed.rows.row_root:
            raise ProofError(
                f"{self._request.stream}, batch {group[0]}: its rows are not those that were "
                f"sealed, and none was erased; `lineage audit verify --deep` says which differ"
            )
        there = {place: number for number, place in enumerate(rows["row_number"].to_pylist())}
        if lacking := sorted(new - there.keys()):
            raise ProofError(
                f"{self._request.stream}, batch {group[0]}, task {group[1]}: there is no row "
                f"{lacking[0]}"
            )
        places = sorted(new)
        hashes = leaf_hashes(rows.take([there[place] for place in places]), "row")
        kept = keep_hashes(self._disk, dict(zip(places, hashes, strict=True)))
        yield Tombstone(
            at=self._request.at, reason=self._request.reason, batch_id=group[0],
            stream=self._request.stream, task=group[1], rows=ranges_of(places),
            hashes_sha256=kept,
        )  # fmt: skip

    def rewritten(self) -> tuple[Intent | None, Erasure]:
        """Put files without the rows in the place of those with them; return what is to be sealed.

        What is to be sealed is None if no file holds any of the rows.
        """
        wanted = {(*group, place) for group, rows in self._request.rows.items() for place in rows}
        named = repr((sorted(wanted), sorted(file.name for file in self._rows)))
        transaction = sha256(named.encode()).hexdigest()[:32]
        old, new, gone, count = [], [], [], 0
        for file, held in self._rows.items():
            is_left = [key not in wanted for key in _keys(held)]
            if all(is_left):
                continue
            gone.append(file)
            if file.name in self._active:
                count += is_left.count(False)
                old.append(self._active[file.name])
                rest = held.filter(pa.array(is_left, pa.bool_()))
                new.append(_written(self._table, file, rest, transaction))
        if not gone:
            return None, Erasure(0, ())
        at, schema = self._request.at, kernel_schemas()[self._request.stream]
        added = [self._table.folder / file.name for file in new]
        noted = noting.note_erasure(
            self._paths,
            self._name,
            self._request.stream,
            transaction,
            at=at,
            added=added,
            gone=gone,
        )
        self._table.replace(old, new, schema, transaction, at // 1000)
        return noted, Erasure(count, tuple(file.name for file in gone))

    def _touched(self, files: Iterable[Path]) -> Iterator[tuple[Path, pa.Table]]:
        """Yield the files that hold rows of the groups that are asked for, with all their rows."""
        groups = pa.array([batch_id for batch_id, _ in self._request.rows], pa.string())
        for file in files:
            batches = pq.read_table(file, columns=["batch_id"], partitioning=None)["batch_id"]
            if pc.any(pc.is_in(batches, groups)).as_py():
                yield file, pq.read_table(file, partitioning=None)

    def _sealed(self, group: Group) -> Sealed:
        stream = self._request.stream
        for batch in self._ledger.batches:
            for sealed in batch.files:
                rows = sealed.rows
                if (rows.stream, rows.batch_id, task_of(rows.file)) == (stream, *group):
                    return sealed
        raise ProofError(f"{stream}, batch {group[0]}, task {group[1]}: no entry seals such rows")

    def _rows_of(self, group: Group, earlier: Mapping[int, bytes]) -> pa.Table:
        """Return the rows of a group that were not erased before, in their order."""
        found = []
        for file, rows in self._rows.items():
            if file.name in self._active:
                is_its = [key[:2] == group and key[2] not in earlier for key in _keys(rows)]
                found.append(rows.filter(pa.array(is_its, pa.bool_())))
        return pa.concat_tables(found).sort_by("row_number")


def _keys(rows: pa.Table) -> list[tuple[str, int, int]]:
    """Return batch, task and place of each row."""
    columns = (rows[name].to_pylist() for name in ("batch_id", "task", "row_number"))
    return list(zip(*columns, strict=True))


def _written(table: LakeTable, file: Path, rows: pa.Table, transaction: str) -> DataFile:
    """Write what is left of a file under a new name, in the form of the old one."""
    schema = kernel_schemas()[table.folder.name]
    if span := span_of(file.name):
        digest = sha256(f"{file.name}\n{transaction}".encode()).hexdigest()[:16]
        target = file.with_name(f"{span}-{digest}.parquet")
        with connect() as engine:
            engine.execute("set timezone = 'UTC'")
            write_sorted(engine.from_arrow(rows), target, schema)
    else:
        batch, task, *_ = file.stem.split("-")
        target = file.with_name(f"{batch}-{task}-{transaction[:8]}.parquet")
        pq.write_table(rows.select(schema.names).cast(schema), target, compression="zstd")
    return DataFile(target.name, rows.num_rows, target.stat().st_size)
