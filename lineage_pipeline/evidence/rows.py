"""Rows compared with their seals: those of a file as the scan wrote it, and those of compaction."""

from __future__ import annotations

import tempfile
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb
import pyarrow as pa

from lineage_pipeline.lake.batches import span_of
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import BRONZE
from lineage_pipeline.trail.batch import RANGE_ROWS, Seal, Sealing, changed_ranges, seal_file
from lineage_pipeline.trail.merkle import HASH_BYTES, root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lineage_pipeline.evidence.ledger import Sealed
    from lineage_pipeline.paths import WorkspacePaths

COMPACTED: Final = "audit_event"
"""The one table of bronze whose files are compacted."""
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


def task_of(sealed: Sealed) -> int:
    """Return which task of the batch wrote the file."""
    return int(PurePath(sealed.rows.file).stem.partition("-")[2])


def changes_in(file: Path, kept: Seal) -> list[Change]:
    """Return how the rows of a Parquet file differ from what was sealed; nothing if they do not."""
    try:
        found = seal_file(file, kept.profile)
    except Exception:  # noqa: BLE001 - altered bytes make a reader fail in any way that it can
        return [Change("", "can no longer be read as the rows that it held")]
    return differences(found, kept)


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
    """The rows of one task of one batch, as compacted files hold them."""

    group: Group
    seal: Seal


def gathered(paths: WorkspacePaths) -> Iterator[Gathered]:
    """Yield what the rows in compacted files amount to, each task's in the order of its rows.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    files = [file for file in LakeTable(paths.table("bronze", COMPACTED)).files() if span_of(file)]
    if not files:
        return
    with duckdb.connect() as engine, tempfile.TemporaryDirectory() as spill:
        engine.execute("set timezone = 'UTC'")
        engine.execute("set memory_limit = $limit", {"limit": MEMORY})
        engine.execute("set temp_directory = $spill", {"spill": spill})
        rows = engine.read_parquet(files).order("batch_id, task, row_number")
        batches = rows.to_arrow_reader(1 << 16)
        for group, pieces in groupby(_pieces(batches), key=lambda piece: piece[0]):
            sealing = Sealing("row")
            for _, piece in pieces:
                sealing.add(piece)
            yield Gathered(group, sealing.seal())


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Group, pa.RecordBatch]]:
    """Yield the rows in pieces of one batch and task each."""
    schema = BRONZE[COMPACTED]
    for batch in batches:
        table = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
        rows = table.combine_chunks().to_batches()[0]
        keys = list(zip(rows["batch_id"].to_pylist(), rows["task"].to_pylist(), strict=True))
        start = 0
        for key, same in groupby(keys):
            count = sum(1 for _ in same)
            yield key, rows.slice(start, count)
            start += count


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first number of each run of neighbours, and the one after its last."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        members = [number for _, number in run]
        yield members[0], members[-1] + 1


def _told(first: int, end: int, last: int) -> str:
    return f"{first * RANGE_ROWS} to {min(end * RANGE_ROWS - 1, last)}"
