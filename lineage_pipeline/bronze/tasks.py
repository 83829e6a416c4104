"""What one scan task is given and what it gives back: plain data that any process can carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.bronze.writer import WrittenFile
    from lineage_pipeline.settings import ScanSettings


class ScannedPart(NamedTuple):
    """A part of the file that was scanned before: where it ended, the digest of its bytes."""

    end_offset: int
    sha256: bytes


class KnownFacet(NamedTuple):
    """What is known of a facet body: why it was set aside, whether it names a producer."""

    set_aside_reason: str | None
    lacks_producer: bool


FacetIdentity = tuple[str, str, bytes]
"""Holder, key and digest of a facet body."""


@dataclass(frozen=True, slots=True)
class LandingFile:
    """One landing file as the listing saw it.

    Attributes:
        source: its landing folder, such as `openlineage` or `audit/cloudtrail`.
        path: where it is read.
        source_file: how tables name it: relative to the workspace, with `/`.
        size_bytes: its size when listed.
        modified_ns: its time of change when listed, in nanoseconds since the epoch.
    """

    source: str
    path: Path
    source_file: str
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class SegmentTask:
    """A landing file and what earlier scans have read of it, from its start on."""

    file: LandingFile
    scanned: tuple[ScannedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class ScanTask:
    """Files for one call of the kernel.

    Attributes:
        batch_id: the batch that becomes visible as a whole.
        number: the task's place in the batch.
        segments: what to scan, in order.
        ingested_at: the clock of the scan.
        folder: where the tables' folders lie.
        known: facet bodies that need no second parse.
        settings: the limits of the scan.
    """

    batch_id: str
    number: int
    segments: tuple[SegmentTask, ...]
    ingested_at: datetime
    folder: Path
    known: Mapping[FacetIdentity, KnownFacet]
    settings: ScanSettings


class Segment(NamedTuple):
    """One scanned segment: a manifest row, in the order of `schemas.SEGMENT` behind `batch_id`."""

    source: str
    source_file: str
    start_offset: int
    end_offset: int
    sha256: bytes
    file_bytes: int
    file_modified_ns: int
    torn_bytes: int
    record_count: int
    accepted_count: int
    quarantined_count: int
    redaction_count: int
    first_event_at: datetime | None
    last_event_at: datetime | None
    is_rewrite: bool
    scan_ms: float
    ingested_at: datetime


class Manifest(NamedTuple):
    """What one task wrote: Parquet files, scanned segments, and files that could not be opened."""

    files: tuple[WrittenFile, ...]
    segments: tuple[Segment, ...]
    unreadable: tuple[tuple[str, str], ...]
