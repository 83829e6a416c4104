"""What is new in landing/, scanned and committed to bronze as one batch that happens once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pyarrow.parquet as pq

from lineage_pipeline.bronze import kernel
from lineage_pipeline.bronze.discover import (
    ScannedFile,
    Skipped,
    list_landing,
    new_segments,
)
from lineage_pipeline.bronze.tasks import KnownFacet, ScannedPart, ScanTask
from lineage_pipeline.bronze.writer import record_batch
from lineage_pipeline.formats.facets.format import PERSISTENT
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.paths import OPENLINEAGE_FOLDERS
from lineage_pipeline.schemas import MANIFEST, SEGMENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lineage_pipeline.bronze.tasks import FacetIdentity, Manifest, Segment, SegmentTask
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.settings import ScanSettings


@dataclass(frozen=True, slots=True)
class Ingest:
    """What one scan of landing/ did.

    Attributes:
        batch_id: the batch that was committed, None if nothing was new.
        segments: what was scanned.
        skipped: what lies in landing/ and is not read.
        unreadable: files that could not be opened, with the reason; they are tried again.
        listed_count: files that were looked at.
    """

    batch_id: str | None
    segments: tuple[Segment, ...]
    skipped: tuple[Skipped, ...]
    unreadable: tuple[tuple[str, str], ...]
    listed_count: int


def ingest(
    paths: WorkspacePaths,
    settings: ScanSettings,
    clock: datetime,
    on_plan: Callable[[int], Callable[[int], None]] | None = None,
) -> Ingest:
    """Scan what is new in landing/ and commit it; with nothing new, nothing is read or written.

    Args:
        paths: the workspace.
        settings: the limits of the scan.
        clock: the known time of everything in the batch.
        on_plan: told the bytes that will be read; returns what to tell of progress.
    """
    listing = list_landing(paths.root, paths.landing, OPENLINEAGE_FOLDERS)
    segments = new_segments(listing, scanned_files(paths))
    if not segments:
        return Ingest(None, (), listing.skipped, (), len(listing.files))
    batch_id = _batch_id(segments, clock)
    on_bytes = on_plan(sum(task.file.size_bytes for task in segments)) if on_plan else None
    folder = paths.lake / "bronze"
    task = ScanTask(batch_id, 0, segments, clock, folder, _known_facets(paths), settings)
    manifest = kernel.scan(task, on_bytes)
    if manifest.segments:
        commit(paths, batch_id, manifest, clock)
    return Ingest(
        batch_id if manifest.segments else None,
        manifest.segments,
        listing.skipped,
        manifest.unreadable,
        len(listing.files),
    )


def commit(paths: WorkspacePaths, batch_id: str, manifest: Manifest, clock: datetime) -> None:
    """Register the batch's files table by table; the manifest comes last and shows them."""
    schemas = kernel.kernel_schemas()
    modified_ms = int(clock.timestamp() * 1000)
    for written in manifest.files:
        table = LakeTable(paths.table("bronze", written.table))
        file = DataFile(written.name, written.row_count, written.file_bytes)
        table.append([file], schemas[written.table], batch_id, modified_ms)
    rows: list[tuple[object, ...]] = [tuple(segment) for segment in manifest.segments]
    manifests = LakeTable(paths.table("bronze", MANIFEST))
    manifests.folder.mkdir(parents=True, exist_ok=True)
    file_path = manifests.folder / f"{batch_id}.parquet"
    with pq.ParquetWriter(file_path, SEGMENT, compression="zstd") as writer:
        writer.write_batch(record_batch(SEGMENT, batch_id, rows))
    manifests.append(
        [DataFile(file_path.name, len(rows), file_path.stat().st_size)],
        SEGMENT,
        batch_id,
        modified_ms,
    )


def scanned_files(paths: WorkspacePaths) -> dict[str, ScannedFile]:
    """Return what earlier scans have read, by file: its parts since it was read from 0."""
    files = LakeTable(paths.table("bronze", MANIFEST)).files()
    if not files:
        return {}
    order = ("source_file", "ingested_at", "start_offset")
    segments = pl.read_parquet(
        files,
        columns=[*order, "end_offset", "sha256", "file_bytes", "file_modified_ns"],
    ).sort(order)
    scanned: dict[str, ScannedFile] = {}
    for name, _, start, end, sha256, size, modified_ns in segments.iter_rows():
        before = scanned[name].parts if start and name in scanned else ()
        scanned[name] = ScannedFile(size, modified_ns, (*before, ScannedPart(end, sha256)))
    return scanned


def _known_facets(paths: WorkspacePaths) -> dict[FacetIdentity, KnownFacet]:
    """Return the bodies of job and dataset facets in visible batches.

    Facets of runs, inputs and outputs belong to one run: each batch holds those of its own.
    """
    files = LakeTable(paths.table("bronze", "facet")).files()
    manifests = LakeTable(paths.table("bronze", MANIFEST)).files()
    if not files or not manifests:
        return {}
    visible = pl.read_parquet(manifests, columns=["batch_id"]).unique()
    columns = ["batch_id", "holder", "key", "facet_digest", "set_aside_reason", "producer"]
    facets = (
        pl.scan_parquet(files)
        .select(columns)
        .filter(pl.col("holder").is_in(sorted(PERSISTENT)))
        .join(visible.lazy(), on="batch_id", how="semi")
        .collect()
    )
    return {
        (holder, key, digest): KnownFacet(reason, producer is None)
        for _, holder, key, digest, reason, producer in facets.iter_rows()
    }


def _batch_id(segments: tuple[SegmentTask, ...], clock: datetime) -> str:
    """Return the batch's name: the same files and the same clock give the same name."""
    plan = [
        (task.file.source_file, task.file.size_bytes, task.file.modified_ns, task.scanned)
        for task in segments
    ]
    return hashlib.sha256(msgspec.json.encode((clock, plan))).hexdigest()[:32]
