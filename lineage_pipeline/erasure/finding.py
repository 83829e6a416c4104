"""All that a workspace keeps of a person: records, facet bodies, questions, declarations."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline.bronze.ledger import was_replaced
from lineage_pipeline.erasure.landed import is_taken_out, landed_with
from lineage_pipeline.erasure.records import (
    other_records,
    read_records,
    rows_by_record,
    unless_named,
)
from lineage_pipeline.erasure.rows import ALONE, rows_with
from lineage_pipeline.evidence.questions import questions_with
from lineage_pipeline.lake.tables import LakeTable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.erasure.landed import Span
    from lineage_pipeline.erasure.pattern import Pattern
    from lineage_pipeline.erasure.records import Record
    from lineage_pipeline.paths import WorkspacePaths

LINEAGE_FACETS: Final = frozenset(
    {
        "symlink", "column_lineage", "lineage_entry", "hierarchy_level", "parent",
        "job_dependency", "lifecycle_change",
    }
)  # fmt: skip
"""Tables of facets that say what is connected with what: without them others' lineage breaks."""
NAMES: Final = ("event_holder", "flag")
"""Tables that tell what an event is about."""


class Found(NamedTuple):
    """All that is kept.

    Attributes:
        records: in the order of files and offsets.
        facets: digests of bodies that hold an identifier and go.
        facets_to_decide: those that people decide about.
        questions: digests of questions that were asked about the person.
        unread: files that could not be read, with the reason.
        declared: files of policies and settings that name the person, who is one of its people.
        named: landing files whose own names hold an identifier, and nothing in them does.
    """

    records: tuple[Record, ...]
    facets: frozenset[bytes]
    facets_to_decide: frozenset[bytes]
    questions: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]
    declared: tuple[str, ...]
    named: tuple[str, ...]


NOTHING: Final = Found((), frozenset(), frozenset(), (), (), (), ())


def find(paths: WorkspacePaths, pattern: Pattern, max_ratio: int) -> Found:
    """Return all that a workspace keeps of a person.

    Args:
        paths: the workspace.
        pattern: their identifiers.
        max_ratio: how many times as many bytes may come out of a compressed landing file.
    """
    hits = {stream: rows.to_pylist() for stream, rows in rows_with(paths, pattern)}
    landed = list(landed_with(paths, pattern, max_ratio))
    facets, to_decide = _facets(hits)
    named_events = {
        *_events_of(hits),
        *_holders_of(paths, to_decide),
    }
    of_files = {file.source_file: file for file in landed}
    rows = rows_by_record(paths, hits, landed)

    replaced = cache(partial(was_replaced, paths))

    def taken_out(file: str, span: Span, batches: Collection[str]) -> bool:
        is_replaced = replaced(file, frozenset(batches))
        return is_replaced or is_taken_out(paths, file, span, max_ratio)

    records = [
        *read_records(rows, of_files, named_events, pattern, taken_out),
        *other_records(paths, rows, landed, max_ratio),
    ]
    told = {record.source_file for record in records}
    return Found(
        tuple(sorted(unless_named(record, pattern) for record in records)),
        frozenset(facets),
        frozenset(to_decide),
        questions_with(paths, pattern.is_in),
        tuple((file.source_file, file.unread) for file in landed if file.unread),
        tuple(_declared(paths, pattern)),
        tuple(
            file.source_file for file in landed if file.is_named and file.source_file not in told
        ),
    )


def _facets(hits: Mapping[str, list[dict[str, Any]]]) -> tuple[set[bytes], set[bytes]]:
    """Return the digests of bodies that go, and of those that people decide about."""
    lineage: set[bytes] = set()
    sure: set[bytes] = set()
    near: set[bytes] = set()
    for stream, rows in hits.items():
        for row in rows:
            if digest := row.get("facet_digest"):
                (sure if row[ALONE] else near).add(digest)
                if stream in LINEAGE_FACETS:
                    lineage.add(digest)
    going = sure - lineage
    return going, (sure | near) - going


def _events_of(hits: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[str, bytes]]:
    """Yield the events whose own names hold an identifier."""
    for stream in ("event", *NAMES):
        for row in hits.get(stream, ()):
            yield row["batch_id"], row["event_id"]


def _holders_of(paths: WorkspacePaths, facets: Collection[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the events that hold some of these bodies."""
    if not facets:
        return
    holders = {
        row["holder_digest"]
        for row in _where(paths, "holder_facet", "facet_digest", facets, ("holder_digest",))
    }
    for row in _where(paths, "event_holder", "holder_digest", holders, ("batch_id", "event_id")):
        yield row["batch_id"], row["event_id"]


def _where(
    paths: WorkspacePaths,
    stream: str,
    column: str,
    values: Collection[bytes],
    wanted: tuple[str, ...],
) -> Iterator[dict[str, Any]]:
    for file in LakeTable(paths.table("bronze", stream)).files():
        rows = pq.read_table(file, columns=[*wanted, column], partitioning=None)
        known = pc.SetLookupOptions(pa.array(sorted(values), rows[column].type))
        yield from rows.filter(pc.is_in(rows[column], options=known)).select(wanted).to_pylist()


def _declared(paths: WorkspacePaths, pattern: Pattern) -> Iterator[str]:
    """Yield the files of policies and settings that name the person."""
    for file in sorted([paths.settings, *_files_below(paths.policy)]):
        if file.is_file() and any(pattern.spans(file.read_bytes())):
            yield file.relative_to(paths.root).as_posix()


def _files_below(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]
