"""Records that speak of a person, each with the rows that were read from it, and what is done.

Nothing here holds an identifier: places alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec

from lineage_pipeline.disposal.forgetting import Leaving, RowPlace
from lineage_pipeline.erasure.lines import line_records
from lineage_pipeline.erasure.rows import ALONE, BODY, rows_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from lineage_pipeline.erasure.landed import Landed, Span
    from lineage_pipeline.erasure.pattern import Pattern
    from lineage_pipeline.paths import WorkspacePaths

Treatment = Literal["erase", "mask", "decide"]
"""The record goes; the identifier in it goes; people decide."""

PREDICTION: Final = "prediction"
ABOUT: Final = frozenset(
    {
        "lineage.retention.consent_withdrawn.v1",
        "lineage.retention.erasure_requested.v1",
        "lineage.retention.disposal_confirmed.v1",
        "lineage.compliance.subject_request.v1",
    }
)
"""Acts that are about a person, if they name one as their subject."""
SUBJECT: Final = "subject:"
_NAMED: Final = "a name that the lineage rests on holds it"
_GOVERNS: Final = "it tells what people or registries did"
NAMED_FILE: Final = "the name of the file itself holds it; let the file go as a whole"
_JOINED: Final = "an identifier is joined there to a longer word, which may be another person's"
_OTHERWISE: Final = (
    "what was read from it holds an identifier, and its bytes hold none in any spelling that is "
    "looked for: it is spelled otherwise, or the file holds something else by now"
)
_UNKNOWN: Final = "nothing reads it, and it is no record that stands by itself"


class Record(NamedTuple):
    """A record of a landing file that speaks of the person.

    Attributes:
        source_file: the file.
        offset: where the record begins, in decompressed bytes.
        size: its bytes.
        spans: where in the file identifiers stand within it; none if the file is not there.
        rows: what bronze has of it that would go with it.
        treatment: what may be done about it.
        reason: why people decide; empty if they need not.
        object_id: whose retention rules hold for it; empty if no rules do.
    """

    source_file: str
    offset: int
    size: int
    spans: tuple[Span, ...]
    rows: tuple[RowPlace, ...]
    treatment: Treatment
    reason: str
    object_id: str

    @property
    def leaving(self) -> Leaving:
        """What of it goes."""
        is_masked = self.treatment == "mask"
        return Leaving(
            self.source_file, self.offset, self.size, self.rows,
            is_there=bool(self.spans) and not is_masked,
            masks=self.spans if is_masked else (),
        )  # fmt: skip


class Row(NamedTuple):
    """A row of a table of records: whether it holds an identifier as a whole word, None if none."""

    stream: str
    key: dict[str, Any]
    is_alone: bool | None

    @property
    def place(self) -> RowPlace:
        """Where it stands in bronze."""
        key = self.key
        return RowPlace(self.stream, key["batch_id"], key["task"], key["row_number"])


def rows_by_record(
    paths: WorkspacePaths,
    hits: Mapping[str, list[dict[str, Any]]],
    landed: Iterable[Landed],
) -> dict[tuple[str, int], list[Row]]:
    """Return the rows of each record that may speak of the person, by file and offset."""
    hit_rows = {
        (stream, row["batch_id"], row["task"], row["row_number"]): row[ALONE]
        for stream, rows in hits.items()
        for row in rows
        if "source_offset" in row and "row_number" in row
    }
    wanted: dict[str, set[int]] = {
        file.source_file: {start for start, _ in (*file.spans, *file.joined)} for file in landed
    }
    for rows in hits.values():
        for row in rows:
            if "source_offset" in row:
                wanted.setdefault(row["source_file"], set()).add(row["source_offset"])
    found: dict[tuple[str, int], list[Row]] = {}
    for stream, rows in rows_at(paths, {file: sorted(offsets) for file, offsets in wanted.items()}):
        for key in rows.to_pylist():
            is_alone = hit_rows.get((stream, key["batch_id"], key["task"], key["row_number"]))
            place = (key["source_file"], key["source_offset"])
            found.setdefault(place, []).append(Row(stream, key, is_alone))
    return found


def read_records(
    rows: Mapping[tuple[str, int], list[Row]],
    landed: Mapping[str, Landed],
    named_events: Collection[tuple[str, bytes]],
    pattern: Pattern,
    is_taken_out: Callable[[str, Span, Collection[str]], bool],
) -> Iterator[Record]:
    """Yield the records that were read and hold an identifier, in their rows or their bytes.

    Args:
        rows: what was read of each, by file and offset.
        landed: the files that hold an identifier, by their names.
        named_events: events whose names hold one.
        pattern: the identifiers.
        is_taken_out: tells whether a record that some batches read is not in its file any more.
    """
    for (file, offset), of_record in rows.items():
        size = max(row.key["source_bytes"] for row in of_record)
        there = landed.get(file)
        within = _within(there.spans if there else (), offset, offset + size)
        joined = _within(there.joined if there else (), offset, offset + size)
        is_named = any(
            (row.key["batch_id"], row.key["event_id"]) in named_events
            for row in of_record
            if row.stream == "event"
        )
        is_sure = bool(within) or any(row.is_alone for row in of_record)
        if is_sure or joined or is_named or any(row.is_alone is False for row in of_record):
            treatment, reason, object_id = _judged(of_record, pattern, is_named=is_named)
            if not is_sure and not is_named:
                treatment, reason = "decide", _JOINED
            rows_of_it = of_record
            if not within and treatment != "decide":
                batches = {row.key["batch_id"] for row in of_record if row.is_alone}
                # What the file says there by now is another record, which stays.
                rows_of_it = [row for row in of_record if row.key["batch_id"] in batches]
                if not is_taken_out(file, (offset, offset + size), batches):
                    treatment, reason = "decide", _OTHERWISE
            places = tuple(sorted(_going(rows_of_it, treatment)))
            yield Record(file, offset, size, within, places, treatment, reason, object_id)


def _going(rows: Iterable[Row], treatment: Treatment) -> Iterator[RowPlace]:
    """Yield the rows that go with their record, or hold an identifier themselves."""
    for row in rows:
        is_aside = row.stream == "quarantine" and bool(row.is_alone)
        if treatment == "erase" or (treatment == "mask" and is_aside):
            yield row.place


def _judged(rows: list[Row], pattern: Pattern, *, is_named: bool) -> tuple[Treatment, str, str]:
    """Return what may be done about a record, why people decide, and whose rules hold for it."""
    file = f"file:{rows[0].key['source_file']}"
    streams = {row.stream for row in rows}
    if is_named:
        return "decide", _NAMED, file
    if "event" in streams:
        return "mask", "", file
    if "document" not in streams:
        return "erase", "", file
    document = next(row.key for row in rows if row.stream == "document")
    if document["kind"] == PREDICTION:
        return "erase", "", _prediction(document)
    if document["kind"] in ABOUT and _is_about(document[BODY], pattern):
        return "erase", "", ""
    return "decide", _GOVERNS, ""


class _Said(msgspec.Struct):
    model: str | None = None
    model_version: str | None = None
    subject: str | None = None


def _prediction(document: dict[str, Any]) -> str:
    """Return what retention calls the decisions of a model on the day of this one."""
    said = msgspec.json.decode(document[BODY], type=_Said)
    return f"prediction:{said.model}:{said.model_version}:{document['occurred_at']:%Y-%m-%d}"


def _is_about(body: str, pattern: Pattern) -> bool:
    subject = msgspec.json.decode(body, type=_Said).subject or ""
    return subject.startswith(SUBJECT) and pattern.is_in(subject)


def other_records(
    paths: WorkspacePaths,
    rows: Mapping[tuple[str, int], list[Row]],
    landed: Iterable[Landed],
    max_ratio: int,
) -> Iterator[Record]:
    """Yield the lines of landing files that hold an identifier and that nothing has read."""
    ends: dict[str, list[Span]] = {}
    for (file, offset), of_record in rows.items():
        size = max(row.key["source_bytes"] for row in of_record)
        ends.setdefault(file, []).append((offset, offset + size))
    for one in landed:
        known = sorted(ends.get(one.source_file, ()))
        spans = tuple(sorted((*one.spans, *one.joined)))
        left = [span for span in spans if not _is_inside(span, known)]
        for (start, end), is_record in line_records(paths, one.source_file, left, max_ratio):
            within = _within(one.spans, start, end)
            treatment: Treatment = "erase" if is_record and within else "decide"
            reason = "" if treatment == "erase" else _UNKNOWN if within else _JOINED
            file = f"file:{one.source_file}"
            yield Record(one.source_file, start, end - start, within, (), treatment, reason, file)


def _within(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    return spans[bisect_left(spans, (start, 0)) : bisect_left(spans, (end, 0))]


def _is_inside(span: Span, known: list[Span]) -> bool:
    at = bisect_right(known, (span[0], 1 << 62)) - 1
    return at >= 0 and span[1] <= known[at][1]


def unless_named(record: Record, pattern: Pattern) -> Record:
    """Return a record; people decide about it if the name of its file holds an identifier."""
    if not pattern.is_near(record.source_file):
        return record
    return record._replace(rows=(), treatment="decide", reason=NAMED_FILE)
