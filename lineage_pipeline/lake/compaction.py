"""Audit rows rewritten for readers: fresh days stay apart, older ones become months and years.

A scan writes rows as they come. Once they are old enough they are sorted by actor into one file a
month, and into one a year when the year is over, so that a question about one actor or one
resource over years opens few files and touches few row groups in them.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING, Final

from lineage_pipeline.engines import connect
from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.lake.batches import visible_batches
from lineage_pipeline.lake.journal import Entry, Journal
from lineage_pipeline.lake.merge import Merge, Month, Rules, due_files, plan_merges
from lineage_pipeline.lake.sorted_file import content_of, write_sorted
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.schemas import AUDIT_EVENT, COMPACTED, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from lineage_pipeline.paths import WorkspacePaths

MEMORY: Final = "768MB"
"""What a sort may hold; the rest goes to disk."""


@dataclass(frozen=True, slots=True)
class Compaction:
    """What one compaction did; nothing of it, most of the time.

    Attributes:
        row_count: rows that were rewritten.
        replaced_count: files that they came from.
        written: the files that they are in now, below the table's folder.
        deleted_count: files that nobody reads any more and that were deleted.
        left_out: files that were due, and are not what they were when they were written.
    """

    row_count: int = 0
    replaced_count: int = 0
    written: tuple[str, ...] = ()
    deleted_count: int = 0
    left_out: tuple[Path, ...] = ()


def _unwitnessed(*_: object) -> None:
    """Tell nobody."""


def _unasked(_: list[Path]) -> list[Path]:
    """Return no file."""
    return []


def compact(
    paths: WorkspacePaths,
    now: datetime,
    rules: Rules | None = None,
    *,
    before_commit: Callable[[str, list[Path]], None] = _unwitnessed,
    before_removal: Callable[[list[Path]], None] = _unwitnessed,
    altered: Callable[[list[Path]], list[Path]] = _unasked,
) -> Compaction:
    """Rewrite what is worth rewriting, and delete what was replaced long enough ago.

    Whoever calls it holds the workspace's lock. Rows of batches that are not visible stay where
    they are. Killed at any moment, it leaves the table as it was or as it becomes; the next call
    removes what lies about.

    Args:
        paths: the workspace.
        now: the present, on the clock that known times are told by.
        rules: when files are compacted.
        before_commit: told the transaction that is about to put files in the place of others, and
            what was written for it.
        before_removal: told the files that are about to go.
        altered: returns those of files that are not what they were when they were written: they
            stay as they are, to be looked at.

    Raises:
        IntegrityError: the rewritten rows are not those that were read; nothing is committed.
    """
    rules = rules or Rules()
    table = LakeTable(paths.table("bronze", COMPACTED))
    if not table.exists:
        return Compaction()
    journal = Journal(table)
    grace = timedelta(days=rules.grace_days)
    if expired := journal.expired(now, grace):
        before_removal(expired)
    deleted_count = journal.sweep(now, grace)
    manifests = LakeTable(paths.table("bronze", MANIFEST)).files()
    known_at = {batch_id: at for at, batch_id in visible_batches(manifests)}
    left_out: list[Path] = []
    while True:
        files = [file for file in table.data_files() if table.folder / file.name not in left_out]
        due = due_files(files, known_at, now, rules)
        merges = plan_merges(_months(table, due), files, now, rules)
        removed = (*due, *(file for merge in merges for file in merge.whole))
        if not merges:
            return Compaction(deleted_count=deleted_count, left_out=tuple(left_out))
        found = altered([table.folder / file.name for file in removed])
        if not found:
            break
        left_out += found
    plan = [(merge, _name_of(merge, due)) for merge in merges]
    names = tuple(sorted(file.name for file in removed))
    added = tuple(name for _, name in plan)
    entry = Entry(_digest(*names, *added), now, names, added)
    journal.note(entry)
    written = _write(table, plan, due)
    _require_same(table, removed, written)
    new = [table.folder / name for name in added]
    before_commit(entry.transaction, [*new, journal.file(entry)])
    table.replace(removed, written, AUDIT_EVENT, entry.transaction, int(now.timestamp() * 1000))
    row_count = sum(file.row_count for file in written)
    return Compaction(row_count, len(removed), added, deleted_count, tuple(left_out))


def _months(table: LakeTable, due: tuple[DataFile, ...]) -> dict[Month, int]:
    """Return how many rows are due, by year and month."""
    if not due:
        return {}
    with _engine(table) as engine:
        months = _read(engine, table, due).aggregate(
            "year(occurred_at) as year, month(occurred_at) as month, count(*) as row_count"
        )
        return {(year, month): row_count for year, month, row_count in months.fetchall()}


def _name_of(merge: Merge, due: tuple[DataFile, ...]) -> str:
    """Return the name of the file to write: the same sources give the same name."""
    sources = (*merge.whole, *(due if merge.takes_due else ()))
    digest = _digest(merge.span.name, *sorted(file.name for file in sources))
    return f"{merge.span.name}-{digest[:16]}.parquet"


def _write(
    table: LakeTable, plan: Iterable[tuple[Merge, str]], due: tuple[DataFile, ...]
) -> list[DataFile]:
    """Write the planned files and return them."""
    written = []
    with _engine(table) as engine:
        for merge, name in plan:
            parts = [_read(engine, table, merge.whole)] if merge.whole else []
            if merge.takes_due:
                parts.append(_read(engine, table, due).filter(merge.span.condition))
            target = table.folder / name
            row_count = write_sorted(reduce(_union, parts), target, AUDIT_EVENT)
            written.append(DataFile(name, row_count, target.stat().st_size))
    return written


def _require_same(
    table: LakeTable, removed: Iterable[DataFile], written: Iterable[DataFile]
) -> None:
    """Check that the files that were written hold the rows of those that they replace.

    Raises:
        IntegrityError: they do not.
    """
    with _engine(table) as engine:
        before = content_of(_read(engine, table, removed))
        after = content_of(_read(engine, table, written))
    if before != after:
        raise IntegrityError(
            f"{table.folder}: {after.row_count} rows with hash sum {after.hash_sum:x} were to "
            f"replace {before.row_count} rows with hash sum {before.hash_sum:x}; nothing was "
            f"replaced. Check the disk and the memory of this machine before the next run"
        )


def _read(
    engine: duckdb.DuckDBPyConnection, table: LakeTable, files: Iterable[DataFile]
) -> duckdb.DuckDBPyRelation:
    rows = engine.read_parquet([str(table.folder / file.name) for file in files])
    return rows.project(", ".join(AUDIT_EVENT.names))


def _union(rows: duckdb.DuckDBPyRelation, more: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    return rows.union(more)


@contextmanager
def _engine(table: LakeTable) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB that tells time in UTC and holds little in memory."""
    with connect() as engine:
        engine.execute("set timezone = 'UTC'")
        engine.execute("set memory_limit = $limit", {"limit": MEMORY})
        spill = {"spill": str(Journal(table).spill)}
        engine.execute("set temp_directory = $spill", spill)
        yield engine


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
