"""A sealed workspace of audit logs, months of rows that were read from many files each."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline import pipeline
from lineage_pipeline.bronze.commit import commit
from lineage_pipeline.evidence import noting, sealing
from lineage_pipeline.initialise import initialise
from lineage_pipeline.lake.compaction import compact
from lineage_pipeline.lake.merge import Rules
from lineage_pipeline.scan.tasks import Manifest, Segment
from lineage_pipeline.scan.writer import WrittenFile
from lineage_pipeline.schemas import AUDIT_EVENT, COMPACTED
from lineage_pipeline.trail.batch import Sealing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

FILES: Final = 36
"""Landing files of a month, each read by a task of its own."""
LATER: Final = timedelta(days=40)


def name_of(month: str, number: int) -> str:
    """Return how rows name a landing file of a month."""
    return f"landing/audit/cloudtrail/{month}-{number:02}.ndjson"


def make_logs(root: Path, months: Sequence[Path]) -> None:
    """Make a workspace that read these months, a batch each, and compacted them month by month."""
    initialise(root)
    workspace = pipeline.open_workspace(root)
    pipeline.run(workspace, pipeline.system_clock)
    latest = max(_read(workspace, month) for month in months)
    _compacted(workspace, latest + LATER)
    pipeline.publish_warehouse(workspace)


def _read(workspace: Workspace, month: Path) -> datetime:
    """Commit and seal a month as the batch that a scan would have made; return its clock."""
    rows = pq.read_table(month)
    clock: datetime = pc.max(rows["occurred_at"]).as_py()
    batch_id = hashlib.sha256(month.name.encode()).hexdigest()[:32]
    size = -(-rows.num_rows // FILES)
    made = [
        _task(workspace, rows.slice(number * size, size), (batch_id, month.stem, number), clock)
        for number in range(FILES)
        if number * size < rows.num_rows
    ]
    manifest = Manifest(tuple(file for file, _ in made), tuple(segment for _, segment in made), ())
    paths, name = workspace.paths, workspace.settings.workspace.name
    noted = noting.note_batch(paths, name, batch_id, manifest, noting.microseconds(clock))
    commit(paths, batch_id, manifest, clock)
    sealing.seal(paths, name, noted)
    return clock


def _task(
    workspace: Workspace, rows: pa.Table, which: tuple[str, str, int], clock: datetime
) -> tuple[WrittenFile, Segment]:
    batch_id, month, number = which
    file, count = name_of(month, number), rows.num_rows
    made: dict[str, Any] = {
        "batch_id": pa.repeat(batch_id, count),
        "source_file": pa.repeat(file, count),
        "source_offset": pa.array(range(0, count * 1000, 1000), pa.int64()),
        "ingested_at": pa.repeat(pa.scalar(clock, AUDIT_EVENT.field("ingested_at").type), count),
        "task": pa.repeat(pa.scalar(number, pa.int32()), count),
        "row_number": pa.array(range(count), pa.int64()),
    }
    columns = [made.get(field.name) for field in AUDIT_EVENT]
    table = pa.table(
        [
            rows[field.name] if column is None else column.cast(field.type)
            for field, column in zip(AUDIT_EVENT, columns, strict=True)
        ],
        schema=AUDIT_EVENT,
    )
    seal = Sealing("row")
    for batch in table.to_batches():
        seal.add(batch)
    target = workspace.paths.table("bronze", COMPACTED) / f"{batch_id}-{number:05}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, target, compression="zstd")
    landed = workspace.paths.root / file
    landed.parent.mkdir(parents=True, exist_ok=True)
    landed.write_bytes(b"\n")
    size, sha256 = target.stat().st_size, hashlib.sha256(target.read_bytes()).digest()
    bounds = pc.min_max(table["occurred_at"]).as_py()
    segment = Segment(
        "audit/cloudtrail", file, 0, count * 1000, hashlib.sha256(file.encode()).digest(),
        size, 0, 0, count, count, count, 0, 0, bounds["min"], bounds["max"], False, 0.0, "", "",  # noqa: FBT003
        clock,
    )  # fmt: skip
    return WrittenFile(COMPACTED, target.name, count, size, sha256, "", seal.seal()), segment


def _compacted(workspace: Workspace, now: datetime) -> None:
    """Compact the rows by month: of whole years, too, so that there are as many parts."""
    paths, name = workspace.paths, workspace.settings.workspace.name
    at, noted = noting.microseconds(now), []

    def before_commit(transaction: str, files: list[Path]) -> None:
        note = noting.note_written(paths, name, "compaction", transaction, at=at, added=files)
        noted.append(note)

    def removed(files: list[Path]) -> None:
        sealing.seal_expiry(paths, name, files, at)

    compact(paths, now, Rules(year_rows=0), before_commit=before_commit)
    for one in noted:
        sealing.seal(paths, name, one)
    # What was replaced would be kept for readers, and deleted from as well: it goes first.
    compact(paths, now + LATER, Rules(year_rows=0), before_removal=removed)
