"""The scan kernel: landing files in, Parquet files and a manifest out. No state, no order.

Everything that the scan does to a record happens here, once, in one process or in many.
"""

from __future__ import annotations

import hashlib
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from lineage_pipeline.bronze.facets import FacetStore
from lineage_pipeline.bronze.tasks import Manifest, Segment
from lineage_pipeline.bronze.writer import BatchWriter
from lineage_pipeline.formats import openlineage
from lineage_pipeline.formats.compression import LandingStream
from lineage_pipeline.formats.facets import TABLES
from lineage_pipeline.formats.framing import Frame, Framer
from lineage_pipeline.formats.redact import redact_body, redact_identifier
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.formats.times import parse_time
from lineage_pipeline.schemas import BATCH, BRONZE, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.bronze.tasks import LandingFile, ScanTask, SegmentTask
    from lineage_pipeline.formats.openlineage import Envelope, Kind

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def kernel_schemas() -> dict[str, pa.Schema]:
    """Return the columns of every table that the kernel writes, typed facet tables among them."""
    digest = pa.field("facet_digest", pa.binary())
    typed = {name: pa.schema([BATCH, digest, *schema]) for name, schema in TABLES.items()}
    return {name: schema for name, schema in BRONZE.items() if name != MANIFEST} | typed


def scan(task: ScanTask, on_bytes: Callable[[int], None] | None = None) -> Manifest:
    """Return the manifest of the task's files, whose rows it has written to Parquet.

    Args:
        task: the files, the batch they belong to and the limits.
        on_bytes: called with the stored bytes of each file once it is done.
    """
    segments: list[Segment] = []
    unreadable: list[tuple[str, str]] = []
    with BatchWriter(task.folder, kernel_schemas(), task.batch_id, task.number) as writer:
        store = FacetStore(dict(task.known), writer)
        for segment in task.segments:
            try:
                segments.append(_SegmentScan(task, segment.file, writer, store).run(segment))
            except OSError as error:
                unreadable.append((segment.file.source_file, error.strerror or str(error)))
            if on_bytes is not None:
                on_bytes(segment.file.size_bytes)
    return Manifest(writer.files(), tuple(segments), tuple(unreadable))


class _SegmentScan:
    """One file on its way through the kernel; holds nothing but its own counts."""

    def __init__(
        self, task: ScanTask, file: LandingFile, writer: BatchWriter, store: FacetStore
    ) -> None:
        self._task = task
        self._file = file
        self._writer = writer
        self._store = store
        self._records = self._accepted = self._quarantined = self._redactions = 0
        self._first_ns: int | None = None
        self._last_ns: int | None = None

    def run(self, segment: SegmentTask) -> Segment:
        """Scan what is new in the file and return its manifest row."""
        started = time.perf_counter()
        ratio = self._task.settings.max_decompression_ratio
        with LandingStream(self._file.path, ratio) as stream:
            start = _agreed_end(stream, segment)
            is_rewrite = start == 0 and any(part.end_offset for part in segment.scanned)
            if not is_rewrite:
                return self._read(stream, start, started, is_rewrite=False)
        with LandingStream(self._file.path, ratio) as stream:
            return self._read(stream, 0, started, is_rewrite=True)

    def _read(
        self, stream: LandingStream, start: int, started: float, *, is_rewrite: bool
    ) -> Segment:
        framer = Framer(
            stream.read,
            openlineage.decode_envelope,
            offset=start,
            max_record_bytes=self._task.settings.max_record_bytes,
        )
        for frame in framer:
            self._records += 1
            problem = frame.problem or self._accept(frame)
            if problem is not None:
                self._set_aside(frame.offset, frame.size, problem)
        torn = framer.torn_bytes
        if stream.broken is not None:
            self._records += 1
            self._set_aside(framer.end_offset, torn, Problem(*stream.broken))
            torn = 0
        return Segment(
            self._file.source, self._file.source_file, start, framer.end_offset, framer.sha256,
            self._file.size_bytes, self._file.modified_ns, torn,
            self._records, self._accepted, self._quarantined, self._redactions,
            _instant(self._first_ns), _instant(self._last_ns), is_rewrite,
            (time.perf_counter() - started) * 1000, self._task.ingested_at,
        )  # fmt: skip

    def _set_aside(self, offset: int, size: int, problem: Problem) -> None:
        self._quarantined += 1
        row = (
            "record", self._file.source_file, offset, size, problem.code, problem.reason,
            None, None, self._task.ingested_at,
        )  # fmt: skip
        self._writer.add("quarantine", row)

    def _accept(self, frame: Frame) -> Problem | None:
        """Write the event's rows, or return why it is none."""
        envelope: Envelope = frame.value  # type: ignore[assignment]
        event = envelope.event
        if problem := openlineage.problem_of(event):
            return problem
        instant = parse_time(event.eventTime or "", self._task.settings.default_timezone)
        if instant is None:
            return Problem("invalid_event_time", "the eventTime is no date-time that can be kept")
        kind = openlineage.kind_of(event) or "run"
        envelope, redactions = _redacted(envelope, kind)
        flags = _flags(envelope, kind, is_naive=instant.is_naive)
        facets, masked = self._facets(envelope, kind, frame, flags)
        if redactions + masked:
            flags.append(("redacted", f"{redactions + masked} secret values were masked"))
        self._redactions += redactions + masked
        identity = openlineage.event_id(envelope, facets)
        self._write(envelope, kind, frame, instant.ns, identity)
        self._writer.extend("event_facet", ((identity, *facet) for facet in facets))
        self._writer.extend("flag", ((identity, *flag) for flag in dict.fromkeys(flags)))
        self._accepted += 1
        self._first_ns = min(instant.ns, self._first_ns or instant.ns)
        self._last_ns = max(instant.ns, self._last_ns or instant.ns)
        return None

    def _facets(
        self, envelope: Envelope, kind: Kind, frame: Frame, flags: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str | None, int, str, bytes]], int]:
        """Return the event's facets by digest, and how many secrets were masked in them."""
        facets: list[tuple[str, str | None, int, str, bytes]] = []
        masked = 0
        for use in openlineage.facet_uses(envelope.event, kind):
            seen = self._store.meet(use)
            if seen is None:
                flags.append(("null_facet", use.key))
                continue
            facets.append((use.holder, use.direction, use.position, use.key, seen.digest))
            masked += seen.redaction_count
            if seen.known.lacks_producer:
                flags.append(("facet_without_producer", use.key))
            if reason := seen.known.set_aside_reason:
                flags.append(("facet_set_aside", use.key))
                row = (
                    "facet", self._file.source_file, frame.offset, len(bytes(use.body)),
                    "facet_breaks_its_schema", f"{use.path}: {reason}", None, use.key,
                    self._task.ingested_at,
                )  # fmt: skip
                self._writer.add("quarantine", row)
        return facets, masked

    def _write(
        self, envelope: Envelope, kind: Kind, frame: Frame, event_ns: int, identity: bytes
    ) -> None:
        event = envelope.event
        job = event.job if kind != "dataset" else None
        row = (
            identity, kind, _event_type(event.eventType), event.eventTime, event_ns,
            event.run.runId if kind == "run" and event.run else None,
            job and job.namespace, job and job.name,
            event.producer, event.schemaURL, envelope.extra_json,
            self._file.source_file, frame.offset, frame.size, self._task.ingested_at,
        )  # fmt: skip
        self._writer.add("event", row)
        for direction, datasets in (("input", event.inputs), ("output", event.outputs)):
            for position, dataset in enumerate(datasets or ()):
                place = (identity, direction, position, dataset.namespace, dataset.name)
                self._writer.add("event_dataset", place)
        if kind == "dataset" and event.dataset is not None:
            own = (identity, "dataset", 0, event.dataset.namespace, event.dataset.name)
            self._writer.add("event_dataset", own)


def _agreed_end(stream: LandingStream, segment: SegmentTask) -> int:
    """Return how far the file still is what was scanned before: its last scanned end, or 0."""
    done = 0
    for part in segment.scanned:
        digest = hashlib.sha256()
        while done < part.end_offset and (
            chunk := stream.read(min(part.end_offset - done, 8 << 20))
        ):
            digest.update(chunk)
            done += len(chunk)
        if done < part.end_offset or digest.digest() != part.sha256:
            return 0
    return done


def _redacted(envelope: Envelope, kind: Kind) -> tuple[Envelope, int]:
    """Return the envelope with the secrets in its names taken out, and their number."""
    event = envelope.event
    count = 0
    holders: list[openlineage.Dataset | openlineage.Job]
    holders = [dataset for _, dataset in openlineage.datasets_of(event, kind)]
    for holder in [*holders, *([event.job] if event.job else [])]:
        holder.namespace, in_namespace = redact_identifier(holder.namespace)
        holder.name, in_name = redact_identifier(holder.name)
        count += in_namespace + in_name
    event.producer, in_producer = redact_identifier(event.producer)
    event.schemaURL, in_schema = redact_identifier(event.schemaURL)
    count += in_producer + in_schema
    if envelope.extra_json is None:
        return envelope, count
    extra, in_extra = redact_body("", envelope.extra_json.encode())
    return envelope._replace(extra_json=extra.decode()), count + in_extra


def _flags(envelope: Envelope, kind: Kind, *, is_naive: bool) -> list[tuple[str, str]]:
    """Return what is odd about an event that is kept all the same, as (flag, detail)."""
    event = envelope.event
    flags: list[tuple[str, str]] = []
    if is_naive:
        flags.append(("naive_event_time", "no offset from UTC; the configured zone was assumed"))
    if not event.schemaURL:
        flags.append(("missing_schema_url", ""))
    if not event.producer:
        flags.append(("missing_producer", ""))
    if kind == "run" and event.run and not _UUID.fullmatch(event.run.runId or ""):
        flags.append(("run_id_not_uuid", ""))
    if kind != "run" and event.eventType:
        flags.append(("event_type_without_run", ""))
    if kind == "run" and not event.eventType:
        flags.append(("missing_event_type", ""))
    if event.eventType and event.eventType.upper() not in openlineage.EVENT_TYPES:
        flags.append(("unknown_event_type", ""))
    if envelope.extra_json is not None:
        flags.append(("unknown_keys", "kept in extra_json"))
    return flags


def _event_type(text: str | None) -> str | None:
    upper = text.upper() if text else None
    return upper if upper in openlineage.EVENT_TYPES else text


def _instant(ns: int | None) -> datetime | None:
    return None if ns is None else _EPOCH + timedelta(microseconds=ns // 1000)
