"""The project's own lake: audit rows committed, compacted and published, asked in the warehouse."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from lineage_pipeline import pipeline
from lineage_pipeline.bronze.commit import commit
from lineage_pipeline.initialise import initialise
from lineage_pipeline.scan.tasks import Manifest, Segment
from lineage_pipeline.scan.writer import WrittenFile
from lineage_pipeline.trail.batch import Seal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.needle.store import Answer, Column, Reader
    from lineage_pipeline.paths import WorkspacePaths

_FOLDER: Final = Path(__file__).parent
_DAYS_LATER: Final = timedelta(days=40)


def load(files: Sequence[str], store: Path) -> None:
    """Lay the rows out as a workspace at `store` that scanned them and compacted its months."""
    paths = initialise(store)
    latest = max(_commit(paths, Path(file)) for file in files)
    workspace = pipeline.open_workspace(store)
    pipeline.publish_warehouse(workspace)
    pipeline.compact_lake(workspace, latest + _DAYS_LATER)


def _commit(paths: WorkspacePaths, file: Path) -> datetime:
    """Commit a month of rows as the batch that a scan would have made; return its clock."""
    batch_id = hashlib.sha256(file.name.encode()).hexdigest()[:32]
    folder = paths.table("bronze", "audit_event")
    folder.mkdir(parents=True, exist_ok=True)
    landed = folder / f"{batch_id}-00000.parquet"
    rows = pl.scan_parquet(file)
    bounds = rows.select(
        pl.len(), pl.col("occurred_at").min().alias("first"), pl.col("occurred_at").max()
    ).collect()
    count, first, last = bounds.row(0)
    clock: datetime = last.astimezone(UTC)
    name = f"landing/audit/cloudtrail/{file.stem}.ndjson"
    rows.with_columns(
        batch_id=pl.lit(batch_id),
        source_file=pl.lit(name),
        source_offset=pl.int_range(pl.len(), dtype=pl.Int64) * 1000,
        ingested_at=pl.lit(clock, dtype=pl.Datetime("us", "UTC")),
    ).sink_parquet(landed, compression="zstd")
    segment = Segment(
        "audit/cloudtrail", name, 0, count * 1000, hashlib.sha256(name.encode()).digest(),
        file.stat().st_size, 0, 0, count, count, count, 0, 0, first, last, False, 0.0, "", "",  # noqa: FBT003
        clock,
    )  # fmt: skip
    # Nothing here is verified, so nothing is sealed either.
    seal = Seal("row", count, b"", b"")
    size = landed.stat().st_size
    written = WrittenFile("audit_event", landed.name, count, size, b"", "", seal)
    commit(paths, batch_id, Manifest((written,), (segment,), ()), clock)
    return clock


def connect(files: Sequence[str], store: Path) -> Reader:  # noqa: ARG001
    """Return the published warehouse, open for reading."""
    return _Warehouse(store / "warehouse.duckdb")


class _Warehouse:
    def __init__(self, file: Path) -> None:
        self._connection = duckdb.connect(str(file), read_only=True)
        self._connection.execute("set parquet_metadata_cache = true")

    def ask(self, column: Column, value: str) -> Answer:
        """Return what the rows with this value in this column say."""
        query = (_FOLDER / f"ours_{column}.sql").read_text(encoding="utf-8")
        return self._connection.execute(query, {"value": value}).fetchall()
