"""What a plan of an erasure comes to now: searched anew, and parted from what it does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from lineage_pipeline.erasure.judging import judge
from lineage_pipeline.erasure.pattern import Pattern
from lineage_pipeline.erasure.plan import FACETS, QUESTIONS, keyed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lineage_pipeline.erasure.judging import Rules
    from lineage_pipeline.erasure.plan import ErasurePlan, Item
    from lineage_pipeline.erasure.records import Record
    from lineage_pipeline.erasure.subject import Subject
    from lineage_pipeline.pipeline import Workspace

Became = Literal[
    "erased", "to be erased", "left", "to be decided", "asked", "to be asked", "kept",
]  # fmt: skip
_NEW = "not in the plan; plan anew"


class Outcome(NamedTuple):
    """What became of an object.

    Attributes:
        object_id: the object.
        became: what.
        record_count: records of it that this speaks of.
        reason: why.
    """

    object_id: str
    became: Became
    record_count: int
    reason: str


RecordPlace = tuple[str, int, int]
"""Where a record stands: the landing file, where it begins there, and its bytes."""


class Work(NamedTuple):
    """What is to go now, and what stays although it was found.

    Attributes:
        records: what goes, each by its treatment.
        facets: digests of bodies that go.
        questions: digests of questions that go.
        stays: what is found and does not go, with the reason.
        staying: where that stands.
        gave_way: the rules that would have kept what goes.
    """

    records: tuple[Record, ...]
    facets: frozenset[bytes]
    questions: tuple[str, ...]
    stays: tuple[Outcome, ...]
    staying: frozenset[RecordPlace]
    gave_way: Rules


def work_of(workspace: Workspace, subject: Subject, plan: ErasurePlan, as_of: datetime) -> Work:
    """Search anew, and return what of it the plan lets go, and what stays."""
    judged = judge(workspace, subject, as_of)
    pattern = Pattern(subject.identifiers)
    planned = {(item.object_id, item.course): {*item.records} for item in plan.items}
    going, stays = [], []
    for record, course, reason in judged.records:
        file = pattern.masked(f"file:{record.source_file}")
        is_planned = (record.offset, record.size) in planned.get((file, course), ())
        if course in {"kept", "decide"}:
            stays.append(Outcome(file, "kept" if course == "kept" else "to be decided", 1, reason))
        elif is_planned and course != "unread":
            going.append(record)
        else:
            stays.append(Outcome(file, "left", 1, reason or _NEW))
    found = judged.found
    facets = {one for one in found.facets if keyed(subject, [one])[0] in plan.facets}
    if new := len(found.facets) - len(facets):
        stays.append(Outcome(FACETS, "left", new, _NEW))
    is_asked = any(item.object_id == QUESTIONS for item in plan.items)
    questions = found.questions if is_asked else ()
    staying = {place_of(record) for record, *_ in judged.records}
    staying -= {place_of(record) for record in going}
    objects = sorted({record.object_id for record in going})
    return Work(
        tuple(going),
        frozenset(facets),
        questions,
        merged(stays),
        frozenset(staying),
        tuple(rule for one in objects for rule in judged.gave_way.get(one, ())),
    )


def place_of(record: Record) -> RecordPlace:
    """Return where a record stands."""
    return record.source_file, record.offset, record.size


def told(plan: ErasurePlan, subject: Subject, work: Work, *, is_done: bool) -> tuple[Outcome, ...]:
    """Return what becomes of each object of the plan, and of what was found beside it.

    Args:
        plan: the plan.
        subject: the person.
        work: what it comes to.
        is_done: whether that has happened.
    """
    became: Became = "erased" if is_done else "to be erased"
    pattern = Pattern(subject.identifiers)
    gone = [
        Outcome(pattern.masked(f"file:{record.source_file}"), became, 1, "")
        for record in work.records
    ]
    counts = {FACETS: len(work.facets), QUESTIONS: len(work.questions)}
    gone += [Outcome(name, became, count, "") for name, count in counts.items() if count]
    elsewhere = [
        Outcome(item.object_id, _elsewhere(item, is_done=is_done), 0, item.reason)
        for item in plan.items
        if item.course in {"ask", "unread"} or (item.course == "decide" and not item.records)
    ]
    return (*merged(gone), *work.stays, *elsewhere)


def merged(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Return outcomes of one object, of one kind and reason, as one; in their order."""
    counts: dict[tuple[str, Became, str], int] = {}
    for one in outcomes:
        key = (one.object_id, one.became, one.reason)
        counts[key] = counts.get(key, 0) + one.record_count
    return tuple(Outcome(name, became, count, why) for (name, became, why), count in counts.items())


def _elsewhere(item: Item, *, is_done: bool) -> Became:
    if item.course == "ask":
        return "asked" if is_done else "to be asked"
    return "to be decided" if item.course == "decide" else "left"
