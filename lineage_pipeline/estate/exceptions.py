"""Exceptions by age: how old, of which control, and whether anybody looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.facts import MOST
from lineage_pipeline.estate.marks import COURSE, worded
from lineage_pipeline.estate.tables import empty, paragraph, section, table
from lineage_pipeline.estate.words import UNKNOWN, counted, moment, named, number, said, written

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.estate.facts import Estate

AGES: Final = {
    1: "up to 7 days",
    2: "8 to 30 days",
    3: "31 to 90 days",
    4: "91 to 180 days",
    5: "181 to 365 days",
    6: "over a year",
    None: "since when is unknown",
}
"""The buckets of `report_exception_age`."""


def exceptions(estate: Estate) -> str:
    """Return the part of the page about exceptions."""
    title = "Exceptions by age"
    if not estate.rows("control"):
        nothing = "No state was assessed by then: whether there are exceptions is unknown."
        return section("exceptions", title, empty(nothing))
    if not estate.rows("exception_age"):
        nothing = "No control that is on has an exception, in what could be tested."
        return section("exceptions", title, empty(nothing))
    return section("exceptions", title, _by_age(estate), _by_control(estate), _first(estate))


def _by_age(estate: Estate) -> str:
    counts: dict[int | None, dict[str | None, int]] = {age: {} for age in AGES}
    for row in estate.rows("exception_age"):
        counts[row["age"]][row["course"]] = row["exception_count"]
    drawn = [Bar(AGES[age], counts[age]) for age in AGES]
    total = sum(row.total for row in drawn)
    ahead = sum(
        row["exception_count"] for row in estate.rows("exception_control") if not row["is_due"]
    )
    return bars("Exceptions by age, since they came to be", "exception", drawn, COURSE) + paragraph(
        f"{counted(total, 'exception')} in all;",
        f"{number(ahead)} of them are of controls that are not in force yet.",
        "A waived exception is one still.",
    )


def _by_control(estate: Estate) -> str:
    rows = estate.rows("exception_control")
    cells = [
        [
            f"<strong>{written(row['control_id'])}</strong> {said(row['title'])}",
            number(row["exception_count"]),
            number(row["waived_count"]),
            number(row["assigned_count"]),
            number(row["overdue_count"]),
            UNKNOWN if row["oldest_days"] is None else counted(row["oldest_days"], "day"),
            "yes" if row["is_due"] else "not yet",
        ]
        for row in rows[:MOST]
    ]
    head = ("control", "exceptions#", "waived#", "assigned#", "overdue#", "oldest#", "in force")
    return table("Controls with exceptions, most first", head, cells, len(rows))


def _first(estate: Estate) -> str:
    at = estate.state.known_at
    cells = [
        [
            written(row["control_id"]),
            named(row["object_id"]) if row["object_id"] else "a person, who is not named here",
            said(row["finding"]),
            UNKNOWN if row["age_days"] is None else counted(row["age_days"], "day"),
            _course(row, at),
            said(row["owner_id"]) if row["owner_id"] else "nobody",
            moment(row["due_at"]) if row["due_at"] else "no day set",
        ]
        for row in estate.rows("exception")
    ]
    head = ("control", "about", "finding", "age#", "state", "owner", "due")
    caption = "Exceptions in force and not waived first, then the oldest"
    return table(caption, head, cells, estate.total("exception"))


def _course(row: dict[str, Any], at: datetime | None) -> str:
    if row["is_waived"]:
        until = row["waived_until_at"]
        end = f' <span class="muted">until {moment(until)}</span>' if until else ""
        return worded(COURSE["waived"]) + end
    if row["due_at"] and at and row["due_at"] < at:
        return worded(COURSE["overdue"])
    return worded(COURSE["assigned" if row["owner_id"] else "open"])
