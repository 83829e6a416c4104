"""What one scan task is given and what it gives back: plain data that any process can carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.bronze.known import KnownFacets
    from lineage_pipeline.bronze.writer import WrittenFile
    from lineage_pipeline.settings import AuditDeclaration, ScanSettings


class ScannedPart(NamedTuple):
    """A part of the file that was scanned before: where it ended, the digest of its bytes."""

    end_offset: int
    sha256: bytes


class LandingFile(NamedTuple):
    """One file as the listing saw it.

    Attributes:
        source: the landing folder whose formats it may hold, such as `openlineage`.
        location: where it is read: an absolute path, or `s3://bucket/key`.
        source_file: how tables name it: relative to the workspace if it lies there.
        size_bytes: its size when listed.
        modified_ns: its time of change when listed, in nanoseconds since the epoch.
    """

    source: str
    location: str
    source_file: str
    size_bytes: int
    modified_ns: int


class SegmentTask(NamedTuple):
    """What to scan of a file.

    Attributes:
        file: the file.
        scanned: what earlier scans have read of it, from its start on; the rest is scanned.
        start: where a range of a new file begins, behind a line break.
        stop: where the range ends, behind a line break; None for the end of the file.
    """

    file: LandingFile
    scanned: tuple[ScannedPart, ...] = ()
    start: int = 0
    stop: int | None = None

    @property
    def size_bytes(self) -> int:
        """How many stored bytes the task reads."""
        return (self.file.size_bytes if self.stop is None else self.stop) - self.start


def _nothing_known() -> KnownFacets:
    from lineage_pipeline.bronze.known import KnownFacets

    return KnownFacets()


@dataclass(frozen=True, slots=True)
class ScanTask:
    """Files for one call of the kernel.

    Attributes:
        batch_id: the batch that becomes visible as a whole.
        number: the task's place in the batch.
        segments: what to scan, in order.
        ingested_at: the clock of the scan.
        folder: where the tables' folders lie; None counts without writing.
        settings: the limits of the scan.
        known: facet bodies that need no second parse.
        declared: the audit logs that `lineage.toml` declares, by name.
    """

    batch_id: str
    number: int
    segments: tuple[SegmentTask, ...]
    ingested_at: datetime
    folder: Path | None
    settings: ScanSettings
    known: KnownFacets = field(default_factory=_nothing_known)
    declared: Mapping[str, AuditDeclaration] = field(default_factory=dict)


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
    line_count: int
    record_count: int
    accepted_count: int
    quarantined_count: int
    redaction_count: int
    first_event_at: datetime | None
    last_event_at: datetime | None
    is_rewrite: bool
    scan_ms: float
    schema_fingerprint: str
    reader_digest: str
    ingested_at: datetime


class Manifest(NamedTuple):
    """What one task did.

    Attributes:
        files: the Parquet files that it wrote.
        segments: what was scanned.
        unreadable: files that could not be opened, with the reason.
        unsure: ranges whose end cut a record or an array: what was read of them does not count.
        rejected_by: how many records were set aside, by reason code.
    """

    files: tuple[WrittenFile, ...]
    segments: tuple[Segment, ...]
    unreadable: tuple[tuple[str, str], ...]
    unsure: tuple[SegmentTask, ...] = ()
    rejected_by: tuple[tuple[str, int], ...] = ()
