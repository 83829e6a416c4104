"""A plan of an erasure: what goes, what people decide, what others are asked, under one digest.

It names places and never the person: where a name itself holds an identifier, `x` stands for it.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.erasure.judging import Course, judge
from lineage_pipeline.erasure.pattern import Pattern
from lineage_pipeline.erasure.records import NAMED_FILE
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.policy.reading import policy_digest, read_policy
from lineage_pipeline.release.acting import bring_up_to_date, keep
from lineage_pipeline.warehouse.query import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from lineage_pipeline.erasure.judging import Judged
    from lineage_pipeline.erasure.records import Record
    from lineage_pipeline.erasure.subject import Subject
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When
    from lineage_pipeline.warehouse.query import Warehouse

Basis = Literal["request", "withdrawal"]
"""Why: the person asks for it (GDPR Art 17(1)), or has withdrawn consent (Art 7(3), 17(1)(b))."""
PREFIX: Final = "erasure:"
"""What the identifier of an erasure begins with."""
QUESTIONS: Final = "trail/queries"
FACETS: Final = "bronze/facets"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One object that holds, or may hold, something about the person.

    Attributes:
        object_id: a landing file, a dataset, a model version, the questions that were asked.
        of: its class; None if nobody knows.
        course: what is to become of it.
        reason: why.
        records: of a landing file, where the records stand that this speaks of: offset and size.
        row_count: rows of bronze that go with them.
        serves_at: where a model version serves.
        sought: of which kind of trace this is: found, told, downstream, upstream, beside, decided.
    """

    object_id: str
    of: str | None = msgspec.field(name="class", default=None)
    course: Course
    reason: str = ""
    records: tuple[tuple[int, int], ...] = ()
    row_count: int = 0
    serves_at: tuple[str, ...] = ()
    sought: str = "found"

    @property
    def stays(self) -> bool:
        """Whether it lies in the workspace, and stays as a whole."""
        is_left = self.course in {"decide", "unread"}
        return is_left and self.sought == "found" and not self.records


class ErasurePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to become of all that is kept of a person.

    Attributes:
        erasure: for whom, as a handle that tells nothing.
        basis: why.
        as_of: the instant that it was made for, in microseconds since 1970.
        expires_at: until when it may be carried out, likewise.
        policy_sha256: the policy that says what must stay.
        facets: bodies of facets that go, each as a keyed digest of its digest.
        items: what goes first.
    """

    erasure: str
    basis: Basis
    as_of: int
    expires_at: int
    policy_sha256: str
    facets: tuple[str, ...]
    items: tuple[Item, ...]


class Planned(NamedTuple):
    """A plan that is kept: its digest, and the act that holds it."""

    plan: ErasurePlan
    digest: str
    file: str


def make_plan(
    workspace: Workspace, subject: Subject, basis: Basis, said: Statement, when: When
) -> Planned:
    """Plan the erasure of a person, and keep the plan as an act; nothing is erased by it.

    Args:
        workspace: what is searched.
        subject: the person.
        basis: why.
        said: who plans.
        when: the time.

    Raises:
        ConfigError: the policy is broken.
    """
    bring_up_to_date(workspace, when)
    policy = read_policy(workspace.paths.policy)
    as_of = when.now()
    judged = judge(workspace, subject, as_of)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        reached = tuple(_reached(warehouse, subject, as_of))
    plan = ErasurePlan(
        erasure=subject.handle,
        basis=basis,
        as_of=microseconds(as_of),
        expires_at=microseconds(as_of + timedelta(days=policy.disposal.plan_days)),
        policy_sha256=policy_digest(policy),
        facets=keyed(subject, judged.found.facets),
        items=(*_found(judged), *reached),
    )
    form = msgspec.json.encode(_shown(plan, subject), order="deterministic")
    digest = sha256(form).hexdigest()
    data = {**said.data, "plan_sha256": digest, "plan": msgspec.Raw(form)}
    file = keep(workspace, f"{PREFIX}{subject.handle}", said._replace(data=data), when)
    return Planned(msgspec.json.decode(form, type=ErasurePlan), digest, file)


def keyed(subject: Subject, digests: Iterable[bytes]) -> tuple[str, ...]:
    """Return digests so that nobody can tell of what they are, in order."""
    return tuple(sorted(hmac.digest(subject.key, one, "sha256").hex()[:32] for one in digests))


def as_rows(plan: ErasurePlan) -> Answer:
    """Return a plan for people: one row per object, what goes first."""
    columns = ("object_id", "class", "course", "sought", "records", "rows", "serves_at", "reason")
    rows = [
        (
            item.object_id, item.of, item.course, item.sought, len(item.records), item.row_count,
            ", ".join(item.serves_at), item.reason,
        )
        for item in plan.items
    ]  # fmt: skip
    return Answer(columns, rows)


def _found(judged: Judged) -> Iterator[Item]:
    """Yield what was found in the workspace itself, one item per file, course and reason."""
    grouped: dict[tuple[str, Course, str], list[Record]] = {}
    for record, course, reason in judged.records:
        grouped.setdefault((record.source_file, course, reason), []).append(record)
    order: Sequence[Course] = ("erase", "mask", "kept", "decide", "unread")
    for (file, course, reason), records in sorted(
        grouped.items(), key=lambda one: (order.index(one[0][1]), one[0])
    ):
        yield Item(
            object_id=f"file:{file}",
            of="landing file",
            course=course,
            reason=reason,
            records=tuple((record.offset, record.size) for record in records),
            row_count=sum(len(record.rows) for record in records),
        )
    found = judged.found
    if found.questions:
        yield Item(
            object_id=QUESTIONS, of="questions", course="erase",
            row_count=len(found.questions), reason="questions that were asked about the person",
        )  # fmt: skip
    for file, why in found.unread:
        yield Item(object_id=f"file:{file}", of="landing file", course="unread", reason=why)
    for file in found.named:
        yield Item(
            object_id=f"file:{file}", of="landing file", course="decide", reason=NAMED_FILE,
        )  # fmt: skip
    for file in found.declared:
        yield Item(
            object_id=f"file:{file}", of="declaration", course="decide",
            reason="the organisation itself names the person there",
        )  # fmt: skip
    if found.facets_to_decide:
        yield Item(
            object_id=FACETS, of="facet bodies", course="decide",
            row_count=len(found.facets_to_decide),
            reason="they say what is connected with what, by a name that holds an identifier",
        )  # fmt: skip


def _reached(warehouse: Warehouse, subject: Subject, as_of: datetime) -> Iterator[Item]:
    """Yield what the lineage says may hold the person's data elsewhere."""
    people = {"people": list(subject.identifiers), "as_of": as_of}
    answer = warehouse.ask("subject_reach", **people)
    for row in answer.rows:
        told: dict[str, Any] = dict(zip(answer.columns, row, strict=True))
        is_model = told["object_id"].startswith("modelVersion:")
        if not told["is_kept"] or told["basis"] == "decided":
            continue
        serves = tuple(told["serves_at"])
        yield Item(
            object_id=told["object_id"],
            of=told["class"],
            course="decide" if is_model else "ask",
            reason=_why_reached(told["basis"], is_model=is_model, serves=bool(serves)),
            serves_at=serves,
            sought=told["basis"],
        )


def _why_reached(basis: str, *, is_model: bool, serves: bool) -> str:
    told = {
        "told": "it is told that the person's data went into it",
        "downstream": "it was made from what holds the person's data",
        "upstream": "what holds the person's data was made from it",
        "beside": "it was made from where the person's data may come from",
    }[basis]
    if not is_model:
        return told
    return f"{told}; whether to train it anew, people decide{', and it serves' if serves else ''}"


def _shown(plan: ErasurePlan, subject: Subject) -> ErasurePlan:
    """Return a plan in whose names `x` stands for identifiers."""
    pattern = Pattern(subject.identifiers)
    items = tuple(
        msgspec.structs.replace(
            item,
            object_id=pattern.masked(item.object_id),
            reason=pattern.masked(item.reason),
            serves_at=tuple(map(pattern.masked, item.serves_at)),
        )
        for item in plan.items
    )
    return msgspec.structs.replace(plan, items=items)
