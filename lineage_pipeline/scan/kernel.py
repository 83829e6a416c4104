"""The scan kernel: landing files in, Parquet files and a manifest out. No state, no order.

Everything that the scan does to a record happens here, once, in one process or in many.
"""

from __future__ import annotations

import gc
import hashlib
import time
from collections import Counter
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from lineage_pipeline.formats.compression import LandingStream
from lineage_pipeline.formats.facets import TABLES
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.landing.listing import YAML
from lineage_pipeline.landing.reader_digest import reader_digest
from lineage_pipeline.landing.storage import open_range
from lineage_pipeline.paths import CLOUDTRAIL_FOLDER, DOCUMENT_FOLDERS, OPENLINEAGE_FOLDERS
from lineage_pipeline.scan.blocks import RecordBlocks
from lineage_pipeline.scan.counts import Counts
from lineage_pipeline.scan.log_digests import is_signature
from lineage_pipeline.scan.openlineage.events import EventScan
from lineage_pipeline.scan.tasks import Manifest, Segment
from lineage_pipeline.scan.writer import BatchWriter
from lineage_pipeline.schemas import BATCH, BRONZE, MANIFEST, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lineage_pipeline.landing.files import LandingFile, SegmentTask
    from lineage_pipeline.landing.storage import Reader
    from lineage_pipeline.scan.audits import AuditScan
    from lineage_pipeline.scan.tasks import ScanTask


class Extent(Protocol):
    """How far a segment was read: what its manifest row says of the bytes themselves."""

    torn_bytes: int

    @property
    def end_offset(self) -> int:
        """Where the last whole record ended, in decompressed bytes."""

    @property
    def sha256(self) -> bytes:
        """The digest of the bytes from the segment's start to `end_offset`."""

    @property
    def line_count(self) -> int:
        """How many line breaks those bytes hold."""

    @property
    def is_between_records(self) -> bool:
        """Whether more bytes could only have added records."""


@cache
def kernel_schemas() -> dict[str, pa.Schema]:
    """Return the columns of every table that the kernel writes, typed facet tables among them."""
    digest = pa.field("facet_digest", pa.binary())
    typed = {
        name: sealed(name, pa.schema([BATCH, digest, *schema])) for name, schema in TABLES.items()
    }
    return {name: schema for name, schema in BRONZE.items() if name != MANIFEST} | typed


@cache
def schema_fingerprint() -> str:
    """Return what tells apart files that kernels of different tables wrote: a SHA-256, cut."""
    described = {name: str(schema) for name, schema in sorted(kernel_schemas().items())}
    return hashlib.sha256(repr(described).encode()).hexdigest()[:16]


@contextmanager
def collector_off() -> Iterator[None]:
    """Leave reference cycles alone inside the block: rows make none, and there are many rows."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def scan(task: ScanTask, on_bytes: Callable[[int], None] | None = None) -> Manifest:
    """Return the manifest of the task's files, whose rows it has written to Parquet.

    Args:
        task: the files, the batch they belong to and the limits.
        on_bytes: called with the stored bytes that have been read since the last call.
    """
    segments: list[Segment] = []
    unreadable: list[tuple[str, str]] = []
    unsure: list[SegmentTask] = []
    rejected_by: Counter[str] = Counter()
    with (
        collector_off(),
        BatchWriter(
            task.folder,
            kernel_schemas(),
            task.batch_id,
            task.number,
            task.ingested_at,
            salts=task.salts,
        ) as writer,
    ):
        with closing(_Kernel(task, writer, on_bytes)) as kernel:
            for segment in task.segments:
                try:
                    done, is_sure = kernel.run(segment)
                except OSError as error:
                    unreadable.append((segment.file.source_file, error.strerror or str(error)))
                    continue
                segments.append(done)
                if not is_sure:
                    unsure.append(segment)
        rejected_by = kernel.rejected_by
    return Manifest(
        writer.files(), tuple(segments), tuple(unreadable), tuple(unsure),
        tuple(sorted(rejected_by.items())),
    )  # fmt: skip


class _Kernel:
    """What the files of one task share on their way through the kernel."""

    def __init__(
        self, task: ScanTask, writer: BatchWriter, on_bytes: Callable[[int], None] | None
    ) -> None:
        self._task = task
        self._writer = writer
        self._on_bytes = on_bytes
        self._events = EventScan(task.known, writer, task.settings.default_timezone)
        self._audits: AuditScan | None = None
        self._readers: dict[str, str] = {}
        self.rejected_by: Counter[str] = Counter()

    def close(self) -> None:
        """Close what the formats are read by."""
        if self._audits is not None:
            self._audits.close()

    def run(self, segment: SegmentTask) -> tuple[Segment, bool]:
        """Scan what is new in the file; return its manifest row, and whether its end was clean."""
        started = time.perf_counter()
        start, is_rewrite = segment.start, False
        if segment.scanned and not _is_read_whole(segment.file):
            with closing(self._open(segment)) as stream:
                start = _agreed_end(stream, segment)
                is_rewrite = start == 0 and any(part.end_offset for part in segment.scanned)
                if not is_rewrite:
                    done, is_sure = self._read(segment, stream, start, started, is_rewrite=False)
                    self._keep_whole(segment, done)
                    return done, is_sure
        with closing(self._open(segment)) as stream:
            return self._read(segment, stream, start, started, is_rewrite=is_rewrite)

    def _keep_whole(self, segment: SegmentTask, done: Segment) -> None:
        """Write the digest of a log file that was read on: those of its parts tell nothing of it.

        Digests of AWS are of whole files, which seldom grow, so that it is read once more.
        """
        if segment.file.source == CLOUDTRAIL_FOLDER and 0 < done.start_offset < done.end_offset:
            with closing(self._open(segment)) as stream:
                whole = _sha256_of(stream, done.end_offset)
            self._writer.add("log_whole", (segment.file.source_file, whole))

    def _reader(self, source: str) -> str:
        if source not in self._readers:
            task = self._task
            self._readers[source] = reader_digest(source, task.settings, task.declared)
        return self._readers[source]

    def _open(self, segment: SegmentTask) -> LandingStream:
        file = segment.file
        raw = open_range(file.location, segment.start, segment.stop)
        ratio = self._task.settings.max_decompression_ratio
        counted = raw if self._on_bytes is None else _Counted(raw, self._on_bytes)
        return LandingStream(counted, file.location, file.size_bytes, ratio)

    def _read(
        self,
        segment: SegmentTask,
        stream: LandingStream,
        start: int,
        started: float,
        *,
        is_rewrite: bool,
    ) -> tuple[Segment, bool]:
        file = segment.file
        counts = Counts(file.source_file, self._writer)
        read = self._read_audit
        if file.source in OPENLINEAGE_FOLDERS:
            read = self._read_events
        elif file.source in DOCUMENT_FOLDERS:
            read = self._read_documents
        extent = read(segment, stream, start, counts)
        torn = extent.torn_bytes
        if stream.broken is not None:
            counts.set_aside(extent.end_offset, torn, Problem(*stream.broken))
            torn = 0
        quarantined = counts.quarantined
        if quarantined:
            self.rejected_by.update(counts.rejected_by)
        is_sure = segment.stop is None or (
            extent.is_between_records and extent.end_offset == segment.stop
        )
        done = Segment(
            file.source, file.source_file, start, extent.end_offset, extent.sha256,
            file.size_bytes, file.modified_ns, torn, extent.line_count,
            counts.accepted + quarantined, counts.accepted, quarantined,
            counts.redactions, counts.first_at, counts.last_at, is_rewrite,
            (time.perf_counter() - started) * 1000, schema_fingerprint(),
            self._reader(file.source), self._task.ingested_at,
        )  # fmt: skip
        return done, is_sure

    def _read_events(
        self, segment: SegmentTask, stream: LandingStream, start: int, counts: Counts
    ) -> Extent:
        blocks = RecordBlocks(
            stream.read,
            start,
            limit=self._task.settings.max_record_bytes,
            list_key=None,
            is_text=False,
            is_range=segment.start > 0,
            find_lines=self._events.find_lines,
        )
        return self._events.read(blocks, segment.file.source_file, counts)

    def _read_audit(
        self, segment: SegmentTask, stream: LandingStream, start: int, counts: Counts
    ) -> Extent:
        if self._audits is None:
            self._audits = self._audit_scan()
        return self._audits.read(
            stream.read, segment.file, start, counts, is_range=segment.start > 0
        )

    def _read_documents(
        self, segment: SegmentTask, stream: LandingStream, start: int, counts: Counts
    ) -> Extent:
        from lineage_pipeline.scan.documents import DocumentScan

        settings = self._task.settings
        documents = DocumentScan(
            self._writer, zone=settings.default_timezone, limit=settings.max_record_bytes
        )
        return documents.read(stream.read, segment.file, start, counts, is_range=segment.start > 0)

    def _audit_scan(self) -> AuditScan:
        # Imported where there is an audit log: its engine takes longer than a scan of few events.
        from lineage_pipeline.scan.audits import AuditScan

        settings = self._task.settings
        return AuditScan(
            self._task.declared,
            self._writer,
            zone=settings.default_timezone,
            limit=settings.max_record_bytes,
        )


class _Counted:
    """A reader that tells how much it has read."""

    def __init__(self, raw: Reader, on_bytes: Callable[[int], None]) -> None:
        self._raw = raw
        self._on_bytes = on_bytes

    def read(self, size: int, /) -> bytes:
        chunk = self._raw.read(size)
        self._on_bytes(len(chunk))
        return chunk

    def close(self) -> None:
        self._raw.close()


def _is_read_whole(file: LandingFile) -> bool:
    """Return whether nothing can be read of a file from where it ended before."""
    return is_signature(file) or file.source_file.endswith(YAML)


def _agreed_end(stream: LandingStream, segment: SegmentTask) -> int:
    """Return how far the file still is what was scanned before: its last scanned end, or 0."""
    done = 0
    for part in segment.scanned:
        if _sha256_of(stream, part.end_offset - done) != part.sha256:
            return 0
        done = part.end_offset
    return done


def _sha256_of(stream: LandingStream, size: int) -> bytes:
    """Return the digest of the next bytes of a stream, fewer if it ends before."""
    digest = hashlib.sha256()
    while size > 0 and (chunk := stream.read(min(size, 8 << 20))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.digest()
