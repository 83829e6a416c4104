"""Rows compared with their seals: those of a file as the scan wrote it, and those of compaction."""

from __future__ import annotations

import tempfile
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline.engines import connect
from lineage_pipeline.lake.batches import span_of
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import BRONZE, COMPACTED
from lineage_pipeline.trail.batch import (
    RANGE_ROWS,
    Seal,
    Sealing,
    changed_ranges,
    seal_file,
    seal_survivors,
)
from lineage_pipeline.trail.merkle import HASH_BYTES, root_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lineage_pipeline.evidence.ledger import Sealed
    from lineage_pipeline.paths import WorkspacePaths

MEMORY: Final = "1GB"
"""What ordering compacted rows may hold; the rest goes to a temporary folder."""

Group = tuple[str, int]


class Change(NamedTuple):
    """Which rows differ, as a text, and how."""

    rows: str
    problem: str


def kept_seal(sealed: Sealed, ranges: bytes) -> Seal:
    """Return what the rows of a file amounted to.

    Args:
        sealed: the entry of the file.
        ranges: the hashes of the ranges of its batch.
    """
    own = ranges[sealed.ranges_at : sealed.ranges_end]
    rows = sealed.rows
    return Seal(rows.leaf_profile, rows.n_rows, bytes.fromhex(rows.row_root), own)


def changes_in(file: Path, kept: Seal, erased: Mapping[int, bytes]) -> list[Change]:
    """Return how the rows of a Parquet file differ from what was sealed; nothing if they do not.

    Args:
        file: the file.
        kept: what its rows amounted to.
        erased: the kept leaf hash of each row that was erased since, by its place.
    """
    undead: list[int] = []
    try:
        if erased:
            found, undead = survivors(pq.read_table(file, partitioning=None), erased)
        else:
            found = seal_file(file, kept.profile)
    except Exception:  # noqa: BLE001 - altered bytes make a reader fail in any way that it can
        return [Change("", "can no longer be read as the rows that it held")]
    return [*differences(found, kept), *still_there(undead)]


def still_there(undead: list[int]) -> list[Change]:
    """Return that rows are still there that were to be erased; nothing if none are."""
    what = "rows are still there that a tombstone says were erased"
    return [Change(f"{undead[0]} to {undead[-1]}", what)] if undead else []


def survivors(table: pa.Table, erased: Mapping[int, bytes]) -> tuple[Seal, list[int]]:
    """Return what rows amount to with those that were erased, and which of these are still there.

    Args:
        table: rows in the order in which they were sealed.
        erased: the kept leaf hash of each row that was erased, by its place.

    Raises:
        ProofError: an erased row lies beyond the batch.
    """
    places = table["row_number"].to_pylist()
    undead = [place for place in places if place in erased]
    is_left = pa.array([place not in erased for place in places], pa.bool_())
    return seal_survivors(table.filter(is_left), erased), undead


def differences(found: Seal, kept: Seal) -> list[Change]:
    """Return how rows differ from what was sealed; nothing if they do not."""
    if (found.root, found.row_count) == (kept.root, kept.row_count):
        return []
    if found.row_count != kept.row_count:
        what = f"holds {found.row_count:,} rows, and {kept.row_count:,} were sealed"
    else:
        what = "rows were altered since they were sealed"
    if not is_whole(kept):
        return [Change("", f"{what}; which of them cannot be told")]
    numbers = changed_ranges(found, kept)
    last = max(found.row_count, kept.row_count) - 1
    return [Change(_told(first, end, last), what) for first, end in _runs(numbers)]


def is_whole(kept: Seal) -> bool:
    """Whether the hashes of the ranges are those that the root was made of."""
    hashes = [kept.range_hash(number) for number in range(len(kept.ranges) // HASH_BYTES)]
    return root_of(hashes) == kept.root


class Gathered(NamedTuple):
    """The rows of one task of one batch, as compacted files hold them.

    Attributes:
        group: the batch and the task.
        seal: what they amount to.
        undead: the places of rows that were to be erased and are still there.
    """

    group: Group
    seal: Seal
    undead: list[int]


def gathered(
    paths: WorkspacePaths, erased: Mapping[Group, Mapping[int, bytes]]
) -> Iterator[Gathered]:
    """Yield what the rows in compacted files amount to, each task's in the order of its rows.

    Args:
        paths: the workspace.
        erased: the kept leaf hashes of rows that were erased, by their places, of each task.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    files = [file for file in LakeTable(paths.table("bronze", COMPACTED)).files() if span_of(file)]
    for group, pieces in in_order(files, BRONZE[COMPACTED]):
        if group in erased:
            table = pa.Table.from_batches([*pieces])
            yield Gathered(group, *survivors(table, erased[group]))
            continue
        sealing = Sealing("row")
        for piece in pieces:
            sealing.add(piece)
        yield Gathered(group, sealing.seal(), [])


def in_order(
    files: Sequence[str], schema: pa.Schema, batches: Collection[str] | None = None
) -> Iterator[tuple[Group, Iterator[pa.RecordBatch]]]:
    """Yield the rows of files by batch and task, each task's in the order in which it sealed them.

    Args:
        files: Parquet files of a table.
        schema: its columns.
        batches: those that are asked for; None: all.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    if not files:
        return
    with connect() as engine, tempfile.TemporaryDirectory() as spill:
        engine.execute("set timezone = 'UTC'")
        engine.execute("set memory_limit = $limit", {"limit": MEMORY})
        engine.execute("set temp_directory = $spill", {"spill": spill})
        rows = engine.read_parquet([*files])
        if batches is not None:
            wanted = pa.table({"batch_id": pa.array(sorted(batches), pa.string())})
            engine.from_arrow(wanted).create("wanted")
            rows = rows.join(engine.table("wanted"), "batch_id", how="semi")
        held = rows.order("batch_id, task, row_number").to_arrow_reader(1 << 16)
        for group, pieces in groupby(_pieces(held, schema), key=lambda piece: piece[0]):
            yield group, (piece for _, piece in pieces)


def _pieces(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema
) -> Iterator[tuple[Group, pa.RecordBatch]]:
    """Yield the rows in pieces of one batch and task each."""
    for batch in batches:
        if not batch.num_rows:
            continue
        table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
        rows = table.combine_chunks().to_batches()[0]
        ends = pc.run_end_encode(rows["batch_id"]), pc.run_end_encode(rows["task"])
        starts = sorted({0, *(end for runs in ends for end in runs.run_ends.to_pylist())})
        for start, end in pairwise(starts):
            group = (rows["batch_id"][start].as_py(), rows["task"][start].as_py())
            yield group, rows.slice(start, end - start)


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first number of each run of neighbours, and the one after its last."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        members = [number for _, number in run]
        yield members[0], members[-1] + 1


def _told(first: int, end: int, last: int) -> str:
    return f"{first * RANGE_ROWS} to {min(end * RANGE_ROWS - 1, last)}"
