"""OpenLineage records on their way into bronze: checked, redacted, identified, written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.bronze.facets import FacetStore
from lineage_pipeline.bronze.holders import Holder, HolderStore
from lineage_pipeline.formats import openlineage
from lineage_pipeline.formats.openlineage import EVENT_TYPES, NULL
from lineage_pipeline.formats.redact import redact_body, redact_identifier
from lineage_pipeline.formats.rejection import Problem, misfit
from lineage_pipeline.formats.times import parse_time

if TYPE_CHECKING:
    from lineage_pipeline.bronze.counts import Counts
    from lineage_pipeline.bronze.known import KnownFacets
    from lineage_pipeline.bronze.writer import BatchWriter
    from lineage_pipeline.formats.framing import Frame, Framer
    from lineage_pipeline.formats.openlineage import Envelope, Event, Kind, Role

_MARKS: Final[dict[Role, bytes]] = {
    "run": b"r", "job": b"j", "dataset": b"d", "input": b"i", "output": b"o",
}  # fmt: skip

_IDENTIFIERS: Final = 4096
"""Producers and schema URLs that are remembered; a stream has a handful."""

Held = list[tuple["Role", int, Holder]]
Head = tuple[str | None, str | None, str | None, str | None, str | None]


class EventScan:
    """The OpenLineage side of one task: what it has met, and where its rows go."""

    def __init__(self, known: KnownFacets, writer: BatchWriter, default_zone: str) -> None:
        """Start from the `known` facet bodies; times without an offset are of `default_zone`."""
        self._writer = writer
        self._holders = HolderStore(FacetStore(known, writer), writer)
        self._zone = default_zone
        self._identifiers: dict[str, tuple[str, int]] = {}

    def read(self, framer: Framer, source_file: str, counts: Counts) -> None:
        """Write the rows of every record of one file and count them in `counts`."""
        for frame in framer:
            problem = frame.problem or self._accept(frame, source_file, counts)
            if problem is not None:
                counts.set_aside(frame.offset, frame.size, problem)

    def _accept(self, frame: Frame, source_file: str, counts: Counts) -> Problem | None:
        """Write the event's rows, or return why it is none."""
        envelope: Envelope = frame.value  # type: ignore[assignment]
        event = envelope.event
        kind = openlineage.kind_of(event)
        if kind is None:
            return Problem("not_an_event", "the object has neither a run, nor a job, nor a dataset")
        try:
            held = self._held(event, kind)
        except msgspec.ValidationError as error:
            return _misfit(event, error)
        if problem := _problem_of(event, held):
            return problem
        instant = parse_time(event.eventTime or "", self._zone)
        if instant is None:
            return Problem("invalid_event_time", "the eventTime is no date-time that can be kept")
        producer, schema_url, masked = self._redacted(event)
        flags = _flags(event, kind, is_naive=instant.is_naive)
        extra_json = None
        if (extra := _extra(envelope, kind, held)) is not None:
            kept, in_extra = redact_body("", msgspec.json.encode(extra, order="deterministic"))
            extra_json, masked = kept.decode(), masked + in_extra
            flags.append(("unknown_keys", "kept in extra_json"))
        for _, _, holder in held:
            if holder.flags or holder.redaction_count:
                masked += holder.redaction_count
                flags.extend(holder.flags)
        if masked:
            flags.append(("redacted", f"{masked} secret values were masked"))
        head = (event.eventType, event.eventTime, producer, schema_url, extra_json)
        identity = event_id(head, held)
        place = (source_file, frame.offset, frame.size)
        self._write(identity, kind, held, (head, instant.ns), place)
        if flags:
            rows = [(identity, *flag) for flag in dict.fromkeys(flags)]
            self._writer.extend("flag", rows)
            self._set_facets_aside(held, frame, counts)
        counts.accept(instant.ns, masked)
        return None

    def _held(self, event: Event, kind: Kind) -> Held:
        """Return every holder of the event with its role and its place in its list."""
        meet = self._holders.meet
        held: Held = []
        if kind == "run":
            held.append(("run", 0, meet("run", event.run)))
        if kind == "dataset":
            held.append(("dataset", 0, meet("dataset", event.dataset)))
        else:
            held.append(("job", 0, meet("job", event.job)))
        for position, body in enumerate(event.inputs or ()):
            held.append(("input", position, meet("input", body)))
        for position, body in enumerate(event.outputs or ()):
            held.append(("output", position, meet("output", body)))
        return held

    def _redacted(self, event: Event) -> tuple[str | None, str | None, int]:
        """Return producer and schema URL without secrets, and how many were taken out."""
        texts: list[str | None] = []
        count = 0
        for text in (event.producer, event.schemaURL):
            if text is None:
                texts.append(None)
                continue
            known = self._identifiers.get(text)
            if known is None:
                clean, masked = redact_identifier(text)
                known = (clean or "", masked)
                if len(self._identifiers) > _IDENTIFIERS:
                    self._identifiers.clear()
                self._identifiers[text] = known
            texts.append(known[0])
            count += known[1]
        return texts[0], texts[1], count

    def _write(
        self,
        identity: bytes,
        kind: Kind,
        held: Held,
        envelope: tuple[Head, int],
        place: tuple[str, int, int],
    ) -> None:
        (event_type, event_time, producer, schema_url, extra_json), event_ns = envelope
        run = held[0][2] if kind == "run" else None
        job = held[1 if run else 0][2] if kind != "dataset" else None
        row = (
            identity, kind, _event_type(event_type), event_time, event_ns,
            run.run_id if run else None, job.namespace if job else None, job.name if job else None,
            producer, schema_url, extra_json, *place,
        )  # fmt: skip
        self._writer.add("event", row)
        rows = [
            (identity, role, position, holder.namespace, holder.name, holder.digest)
            for role, position, holder in held
        ]
        self._writer.extend("event_holder", rows)

    def _set_facets_aside(self, held: Held, frame: Frame, counts: Counts) -> None:
        for role, position, holder in held:
            for facet in holder.odd_facets:
                where = f"{openlineage.path_of(role, position)}.{facet.key}"
                counts.set_facet_aside(frame.offset, facet, where)


def event_id(head: Head, held: Held) -> bytes:
    """Return the identity of an event: SHA-256 of its envelope and its holders' digests.

    Args:
        head: eventType, eventTime, producer, schemaURL and the unknown keys, as a JSON array,
            after redaction.
        held: run, job, inputs and outputs in the order of the event, each by one letter and by
            `holder_digest`, which covers its names and the sorted digests of its facets.
    """
    units = [_MARKS[role] + holder.digest for role, _, holder in held]
    return hashlib.sha256(b"".join((msgspec.json.encode(head), *units))).digest()


def _misfit(event: Event, error: msgspec.ValidationError) -> Problem:
    """Return where in the record a holder departs from its shape."""
    try:
        openlineage.check_whole(msgspec.json.encode(event))
    except msgspec.ValidationError as located:
        return misfit(b"{", located)
    return misfit(b"{", error)


def _problem_of(event: Event, held: Held) -> Problem | None:
    """Return what an event needs and this one lacks; its time is judged elsewhere."""
    if not event.eventTime:
        return Problem("missing_event_time", "the event has no eventTime")
    for role, position, holder in held:
        if (holder.namespace and holder.name) or holder.run_id:
            continue
        if role == "run":
            return Problem("missing_run_id", "the event has a run without a runId")
        if role == "job":
            return Problem("missing_job", "the event's job has no namespace or no name")
        where = openlineage.path_of(role, position)
        return Problem("missing_dataset", f"{where} has no namespace or no name")
    return None


def _extra(envelope: Envelope, kind: Kind, held: Held) -> dict[str, Any] | None:
    """Return the keys that the specification does not know, under their paths."""
    stray = envelope.event.dataset
    is_stray = kind != "dataset" and stray is not NULL and bytes(stray) != b"null"
    if envelope.extra is None and not is_stray and all(not h.extra for _, _, h in held):
        return None
    extra = dict(envelope.extra or {})
    if is_stray:
        extra["dataset"] = msgspec.json.decode(stray)
    for role, position, holder in held:
        where = openlineage.path_of(role, position)
        extra |= {f"{where}.{key}": value for key, value in (holder.extra or {}).items()}
    return extra


def _flags(event: Event, kind: Kind, *, is_naive: bool) -> list[tuple[str, str]]:
    """Return what is odd about an envelope that is kept all the same, as (flag, detail)."""
    flags: list[tuple[str, str]] = []
    event_type = event.eventType
    if is_naive:
        flags.append(("naive_event_time", "no offset from UTC; the configured zone was assumed"))
    if not event.schemaURL:
        flags.append(("missing_schema_url", ""))
    if not event.producer:
        flags.append(("missing_producer", ""))
    if kind == "run" and not event_type:
        flags.append(("missing_event_type", ""))
    if kind != "run" and event_type:
        flags.append(("event_type_without_run", ""))
    if event_type and event_type not in EVENT_TYPES and event_type.upper() not in EVENT_TYPES:
        flags.append(("unknown_event_type", ""))
    return flags


def _event_type(text: str | None) -> str | None:
    if text is None or text in EVENT_TYPES:
        return text or None
    upper = text.upper()
    return upper if upper in EVENT_TYPES else text
