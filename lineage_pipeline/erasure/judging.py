"""All that is kept of a person, each record with what is to become of it, and what decided that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.erasure.finding import NOTHING, find
from lineage_pipeline.erasure.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lineage_pipeline.erasure.finding import Found
    from lineage_pipeline.erasure.records import Record
    from lineage_pipeline.erasure.subject import Subject
    from lineage_pipeline.pipeline import Workspace

Course = Literal["erase", "mask", "decide", "kept", "ask", "unread"]
"""The records go; the identifiers in them go; people decide; the law keeps them; others are asked;
nobody could read them."""
Rules = tuple[dict[str, Any], ...]
"""Rules of retention, as a certificate tells them."""
_HELD: Final = "under a legal hold: it speaks of somebody who is"


class Judged(NamedTuple):
    """All that a workspace keeps of a person, each record with what is to become of it.

    Attributes:
        found: what it keeps.
        records: of it, the records, each with its course and the reason.
        gave_way: by object, the rules that would have kept it.
    """

    found: Found
    records: tuple[tuple[Record, Course, str], ...]
    gave_way: Mapping[str, Rules]


def judge(workspace: Workspace, subject: Subject, as_of: datetime) -> Judged:
    """Return all that is kept of a person, each record with what is to become of it and why."""
    ratio = workspace.settings.scan.max_decompression_ratio
    found = find(workspace.paths, Pattern(subject.identifiers), ratio)
    objects = sorted({record.object_id for record in found.records if record.object_id})
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        rows = warehouse.ask("erasable", objects=objects, as_of=as_of).rows
        holds = warehouse.ask("held_people", as_of=as_of).rows
    rules = {object_id: (course, reason) for object_id, course, reason, _ in rows}
    gave_way = {object_id: msgspec.json.decode(told, type=Rules) for object_id, *_, told in rows}
    asked = {one.lower() for one in subject.identifiers}
    reasons = [reason for person, reason in holds if person.lower() in asked]
    held = f"under a legal hold: {reasons[0]}" if reasons else ""
    # Who is under a hold may be called otherwise in the request, or be spoken of beside others.
    people = {person for person, _ in holds}
    kept = find(workspace.paths, Pattern(people), ratio) if people else NOTHING
    places = {(record.source_file, record.offset) for record in kept.records}
    judged = []
    for record in found.records:
        is_beside = (record.source_file, record.offset) in places
        why = held or (_HELD if is_beside else "")
        judged.append((record, *_course(record, rules, why)))
    left = _without(found, found if held else kept)
    return Judged(left, tuple(judged), gave_way)


def _without(found: Found, kept: Found) -> Found:
    """Return what is found without the bodies and questions that speak of who is under a hold."""
    held = kept.facets | kept.facets_to_decide
    return found._replace(
        facets=found.facets - held,
        facets_to_decide=found.facets_to_decide | (found.facets & held),
        questions=tuple(one for one in found.questions if one not in kept.questions),
    )


def _course(record: Record, rules: dict[str, tuple[Course, str]], held: str) -> tuple[Course, str]:
    if held:
        return "kept", held
    ruled, why = rules.get(record.object_id, ("erase", ""))
    if ruled in {"kept", "unread"}:
        return ruled, why
    if record.treatment == "decide":
        return "decide", record.reason
    # An identifier that gives way takes nothing from the events that the law asks for.
    if ruled == "decide" and record.treatment == "erase":
        return "decide", why
    return record.treatment, ""
