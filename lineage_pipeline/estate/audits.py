"""Audit sources: events a day, silences, how late they came, what their records lack."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from lineage_pipeline.estate.columns import Column, column_drawing
from lineage_pipeline.estate.facts import DAYS
from lineage_pipeline.estate.marks import Mark
from lineage_pipeline.estate.tables import empty, paragraph, section, table
from lineage_pipeline.estate.words import UNKNOWN, counted, day, number, written

if TYPE_CHECKING:
    from lineage_pipeline.estate.facts import Estate
    from lineage_pipeline.estate.marks import Marks

EVENTS: Final[Marks] = {"all": Mark("wait", "→", "events")}
HEIGHT: Final = 34
"""Pixels of the tallest day."""
ROOM: Final = 12
"""Days that the name of a month needs below its first."""


def audits(estate: Estate) -> str:
    """Return the part of the page about audit sources."""
    title = "Audit sources"
    if not estate.rows("audit_source"):
        nothing = "No audit log was read by then. Who did what in the systems is unknown."
        return section("audit", title, empty(nothing))
    return section("audit", title, _plots(estate), _sources(estate), _log_files(estate))


def _plots(estate: Estate) -> str:
    at = estate.state.known_at
    if at is None:
        return ""
    days = [at.date() - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    counts: dict[str, dict[date, int]] = defaultdict(dict)
    for row in estate.rows("audit_day"):
        counts[row["source"]][row["day_on"]] = row["event_count"]
    labels = _labels(days)
    rows = "".join(
        f'<tr><th scope="row">{written(name)}</th>'
        f'<td class="bar">{_days(counts[name], days, labels)}</td>'
        f'<td class="total">{counted(sum(counts[name].values()), "event")}</td></tr>'
        for name in estate.frames["audit_source"]["source"].to_list()
    )
    total = estate.total("audit_source")
    shown = estate.frames["audit_source"].height
    which = f"{shown} of {total:,} sources" if total > shown else f"all {shown} sources"
    caption = f"Events a day by source, the {DAYS} days up to {days[-1]}, UTC; {which}"
    return (
        f'<figure class="plot"><figcaption>{caption}</figcaption><table class="bars">'
        f'<caption class="unseen">{caption}</caption><thead class="unseen"><tr>'
        f'<th scope="col">source</th><th scope="col">events a day</th>'
        f'<th scope="col">events</th></tr></thead><tbody>{rows}</tbody></table></figure>'
        + paragraph(
            "Each source has a scale of its own; the number above its line is its busiest day."
        )
    )


def _days(counts: dict[date, int], days: list[date], labels: list[tuple[str, ...]]) -> str:
    if not counts:
        return '<span class="muted">no event in these days</span>'
    steps = [
        Column(label, {"all": counts.get(on, 0)}) for on, label in zip(days, labels, strict=True)
    ]
    told = f"events on {len(counts)} of {len(days)} days, at most {max(counts.values())} a day"
    return column_drawing("events a day", told, steps, EVENTS, HEIGHT)


def _labels(days: list[date]) -> list[tuple[str, ...]]:
    """Return the name of each month below its first day, and of the first where there is room."""
    last = len(days) - ROOM // 2
    return [
        (f"{on:%b %Y}" if on.month == 1 else f"{on:%b}",)
        if on.day == 1 and 1 < place < last
        else ()
        for place, on in enumerate(days)
    ]


def _sources(estate: Estate) -> str:
    cells = [
        [
            written(row["source"]),
            number(row["event_count"]),
            day(row["first_on"]),
            day(row["last_on"]),
            _silence(row["silent_days"], row["longest_silence_days"]),
            UNKNOWN if row["since_days"] is None else counted(row["since_days"], "day"),
            _lateness(row["median_late_days"], row["most_late_days"]),
            number(row["lacking_count"]),
        ]
        for row in estate.rows("audit_source")
    ]
    head = (
        "source", "events#", "first", "last", "days without#", "silent since#", "read after#",
        "incomplete#",
    )  # fmt: skip
    return table(
        "Sources of audit events, most events first", head, cells, estate.total("audit_source")
    ) + paragraph(
        "A day without an event may be a quiet day or a gap: the events alone do not tell. "
        "Incomplete records do not say who, what, when, where or with what outcome."
    )


def _silence(days: int | None, longest: int | None) -> str:
    if days is None:
        return UNKNOWN
    return f"{number(days)} (longest {number(longest)})" if days else "0"


def _lateness(median: int | None, most: int | None) -> str:
    if median is None or most is None:
        return UNKNOWN
    return f"{counted(median, 'day')} (at most {number(most)})"


def _log_files(estate: Estate) -> str:
    rows = estate.rows("log_file")
    if not rows:
        return ""
    told = ", ".join(f"{row['file_count']:,} {written(row['status'])}" for row in rows)
    return paragraph(f"Log files of CloudTrail, by the digests that landed: {told}.")
