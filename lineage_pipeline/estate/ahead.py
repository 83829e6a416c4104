"""Retention ahead: what is past its time, what becomes due by month, what holds it back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.columns import Column, columns
from lineage_pipeline.estate.facts import MONTHS
from lineage_pipeline.estate.gates import month_labels, months_from
from lineage_pipeline.estate.marks import VERDICT_OF_OBJECT, Mark, worded
from lineage_pipeline.estate.tables import empty, heading, paragraph, section, table
from lineage_pipeline.estate.words import counted, moment, named, number, said, size, written

if TYPE_CHECKING:
    from datetime import date

    from lineage_pipeline.estate.facts import Estate
    from lineage_pipeline.estate.marks import Marks

GOES: Final[Marks] = {
    "back": Mark("open", "■", "kept back: held, needed or in conflict"),
    "goes": Mark("wait", "→", "to go"),
}
BACK: Final = frozenset({"held", "needed", "conflict", "unknown"})
"""Verdicts by which an object stays although a rule says by when it is to go."""


def ahead(estate: Estate) -> str:
    """Return the part of the page about retention."""
    rows = estate.rows("retention")
    if not rows:
        nothing = "No object is known that is kept; what must stay or go is unknown."
        return section("retention", "Retention ahead", empty(nothing), _erasures(estate))
    return section(
        "retention", "Retention ahead",
        _by_month(estate, rows), _by_class(rows), _over(estate), _holds(estate), _erasures(estate),
    )  # fmt: skip


def _by_month(estate: Estate, rows: list[dict[str, Any]]) -> str:
    at = estate.state.known_at
    if at is None:
        return ""
    months = months_from(at.date(), MONTHS)
    counts: dict[date | None, Counter[str | None]] = {}
    for row in rows:
        if row["month_on"] is not None:
            place = None if _is_over(row, months[0]) else row["month_on"]
            kind = "back" if row["verdict"] in BACK else "goes"
            counts.setdefault(place, Counter())[kind] += row["object_count"]
    drawn = [None, *months]
    labels: list[tuple[str, ...]] = [("over",), *month_labels(months)]
    steps = [
        Column(label, counts.get(month, Counter()))
        for month, label in zip(drawn, labels, strict=True)
    ]
    told = ", ".join(
        f"{'over' if month is None else format(month, '%Y-%m')}: {step.total}"
        for month, step in zip(drawn, steps, strict=True)
    )
    later = {month: of for month, of in counts.items() if month and month > months[-1]}
    caption = "Objects by the month by which they are to go, twelve months, UTC; over: already past"
    return columns(caption, told, steps, GOES) + paragraph(_later(later), _unruled(rows))


def _is_over(row: dict[str, Any], first: date) -> bool:
    """Return whether the day is past: what is due is, and what is held back in an earlier month."""
    return bool(row["verdict"] == "due" or row["month_on"] < first)


def _later(later: dict[date, Counter[str | None]]) -> str:
    if not later:
        return "No rule says of anything else that it goes later."
    total = sum(of.total() for of in later.values())
    return f"Later: {counted(total, 'object')}, the first by {min(later):%Y-%m}."


def _unruled(rows: list[dict[str, Any]]) -> str:
    kept = sum(row["object_count"] for row in rows if row["month_on"] is None)
    return f"Of {counted(kept, 'object')} no rule says by when they go." if kept else ""


def _by_class(rows: list[dict[str, Any]]) -> str:
    counts: dict[str | None, Counter[str | None]] = {}
    sizes: Counter[str | None] = Counter()
    for row in rows:
        counts.setdefault(row["class"], Counter())[row["verdict"]] += row["object_count"]
        sizes[row["class"]] += row["total_bytes"] or 0
    order = sorted(counts, key=lambda name: (name is None, -counts[name].total(), name or ""))
    drawn = [
        Bar(
            "class unknown" if name is None else written(name),
            counts[name],
            f"({size(sizes[name])} told of)" if sizes[name] else "",
        )
        for name in order
    ]
    return bars("Objects by class, and what holds for them", "object", drawn, VERDICT_OF_OBJECT)


def _over(estate: Estate) -> str:
    title = heading("Past its time")
    rows = estate.rows("disposable")
    if not rows:
        return title + empty("Nothing that is known is past its time.")
    total = sum(row["object_count"] for row in estate.rows("retention") if row["verdict"] == "due")
    cells = [
        [
            named(row["object_id"]),
            said(row["class"]),
            worded(VERDICT_OF_OBJECT[row["verdict"]]),
            said(row["rule"]),
            said(row["action"]) if row["verdict"] == "due" else "nothing for now",
            said(row["reason"]),
            size(row["total_bytes"]),
        ]
        for row in rows
    ]
    head = ("object", "class", "state", "rule", "to do", "reason", "size#")
    due = counted(total, "object is", "objects are")
    return title + paragraph(
        f"{due} past their time with nothing that keeps them."
        if total != 1
        else f"{due} past its time with nothing that keeps it."
    ) + table(
        "Past their time, what may go first; what something keeps back is among them",
        head, cells, max(total, len(rows)),
    )  # fmt: skip


def _holds(estate: Estate) -> str:
    title = heading("Legal holds")
    rows = estate.rows("hold")
    if not rows:
        return title + empty("No legal hold stands, by what was read.")
    cells = [
        [
            said(row["matter"]),
            named(row["object_id"]) if row["object_id"] else "a person, who is not named here",
            said(row["reach"]),
            said(row["placed_by"]),
            said(row["reason"]),
            moment(row["valid_from_at"]),
        ]
        for row in rows
    ]
    head = ("matter", "holds", "reach", "placed by", "reason", "since")
    return title + table("Holds that stand, the oldest first", head, cells, estate.total("hold"))


def _erasures(estate: Estate) -> str:
    title = heading("Erasures of persons")
    rows = estate.rows("erasure")
    if not rows:
        return title + empty("No erasure was planned, by what was read.")
    cells = [
        [
            written(row["erasure_id"]),
            said(row["basis"]),
            number(row["object_count"]),
            number(row["open_count"]),
            moment(row["planned_at"]),
        ]
        for row in rows
    ]
    open_count = estate.total("erasure", "open_total_count")
    told = paragraph(f"{counted(open_count, 'erasure is', 'erasures are')} not finished.")
    head = ("erasure", "basis", "objects#", "open#", "planned")
    return (
        title
        + told
        + table("Open ones first, then the newest", head, cells, estate.total("erasure"))
    )
