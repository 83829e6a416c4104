"""What one scan task is given and what it gives back: plain data that any process can carry."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.landing.files import SegmentTask
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets
    from lineage_pipeline.scan.writer import WrittenFile
    from lineage_pipeline.settings.lineage_toml import AuditDeclaration, ScanSettings


def _nothing_known() -> KnownFacets:
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets

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
        salts: returns so many random bytes, for the rows that are sealed one by one.
    """

    batch_id: str
    number: int
    segments: tuple[SegmentTask, ...]
    ingested_at: datetime
    folder: Path | None
    settings: ScanSettings
    known: KnownFacets = field(default_factory=_nothing_known)
    declared: Mapping[str, AuditDeclaration] = field(default_factory=dict)
    salts: Callable[[int], bytes] = os.urandom


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
