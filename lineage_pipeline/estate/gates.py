"""What the gates said, what people approved, and who went round them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.columns import Column, columns
from lineage_pipeline.estate.facts import MONTHS
from lineage_pipeline.estate.marks import RESULT, VERDICT, Mark, worded
from lineage_pipeline.estate.tables import empty, heading, paragraph, section, table
from lineage_pipeline.estate.words import counted, moment, named, number, said, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.estate.facts import Estate
    from lineage_pipeline.estate.marks import Marks

APPROVAL: Final[Marks] = {
    "rejected": Mark("bad", "✕", "rejected, stands"),
    "approved": Mark("good", "✓", "approved, stands"),
    "ended": Mark("none", "\N{EN DASH}", "stands no more"),
}
"""What became of what people said at a stage."""
MOST_GATES: Final = 40
"""Gates that are drawn, each with a bar."""
_YEAR: Final = 12


def gates(estate: Estate) -> str:
    """Return the part of the page about gates and approvals."""
    return section(
        "gates", "Gates and approvals",
        _decisions(estate), _gates(estate), _approvals(estate), _ways_round(estate),
    )  # fmt: skip


def months_from(first: date, count: int) -> list[date]:
    """Return the first days of so many months, beginning with the month of a day."""
    begin = first.year * _YEAR + first.month - 1
    return [date(at // _YEAR, at % _YEAR + 1, 1) for at in range(begin, begin + count)]


def month_labels(months: Sequence[date]) -> list[tuple[str, ...]]:
    """Return what stands below each month: its name, and its year where that begins."""
    return [
        (f"{month:%b}", f"{month:%Y}") if place == 0 or month.month == 1 else (f"{month:%b}",)
        for place, month in enumerate(months)
    ]


def _decisions(estate: Estate) -> str:
    rows = estate.rows("decision")
    at = estate.state.known_at
    if not rows or at is None:
        return empty(
            "No decision of the gates was kept by then: nobody asked "
            "<code>lineage gate check</code> about a version, or what it said has not been read. "
            "That is no sign that versions were deployed without being asked for."
        )
    counts: dict[date, Counter[str | None]] = {}
    forged = 0
    for row in estate.rows("decision_month"):
        if row["is_genuine"]:
            counts.setdefault(row["month_on"], Counter())[row["verdict"]] += row["decision_count"]
        else:
            forged += row["decision_count"]
    newest = months_from(at.date(), 1)[0]
    first = newest.year * _YEAR + newest.month - MONTHS
    months = months_from(date(first // _YEAR, first % _YEAR + 1, 1), MONTHS)
    steps = [
        Column(label, counts.get(month, Counter()))
        for month, label in zip(months, month_labels(months), strict=True)
    ]
    told = ", ".join(
        f"{month:%Y-%m}: {step.total}" for month, step in zip(months, steps, strict=True)
    )
    caption = "Decisions of the gates by month, twelve months, UTC"
    false = f"{counted(forged, 'decision')} that are not what their digest says are left out."
    drawn = columns(caption, told, steps, VERDICT) + paragraph(false if forged else "")
    return drawn + _last(estate, rows)


def _last(estate: Estate, rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            named(row["version_node_id"]),
            said(row["environment"]),
            said(row["tier"] or None),
            _verdict(row),
            ", ".join(map(written, row["against"] or ())),
            said(row["requested_by"]),
            moment(row["decided_at"]),
        ]
        for row in rows
    ]
    head = ("version", "environment", "tier", "verdict", "gates against", "asked by", "decided")
    return table("Decisions, the last first", head, cells, estate.total("decision"))


def _verdict(row: dict[str, Any]) -> str:
    """Return the verdict of a decision, and what it would be if its tier were enforced."""
    if not row["is_genuine"]:
        return worded(Mark("bad", "✕", "not what its digest says"))
    mark = VERDICT.get(row["verdict"])
    text = worded(mark) if mark else said(row["verdict"])
    if row["mode"] == "observing" and row["would_be"] not in (None, row["verdict"]):
        text += f' <span class="muted">(observing; else {written(row["would_be"])})</span>'
    return text


def _gates(estate: Estate) -> str:
    rows = estate.rows("gate")
    if not rows:
        return ""
    drawn = [
        Bar(
            written(row["gate"]),
            {"pass": row["pass_count"], "fail": row["fail_count"], "unknown": row["unknown_count"]},
            f"({row['waived_count']:,} waived)" if row["waived_count"] else "",
        )
        for row in rows[:MOST_GATES]
    ]
    left = f"{len(drawn)} of {len(rows)} gates are drawn." if len(rows) > len(drawn) else ""
    return bars("Results by gate, of all decisions that were kept", "answer", drawn, RESULT) + (
        paragraph(left)
    )


def _approvals(estate: Estate) -> str:
    rows = estate.rows("approval")
    title = heading("What people approved")
    if not rows:
        return title + empty("Nobody has approved or rejected a version, by what was read.")
    drawn = [
        Bar(
            written(row["stage"]),
            {
                "approved": row["approved_count"],
                "rejected": row["rejected_count"],
                "ended": row["ended_count"],
            },
        )
        for row in rows[:MOST_GATES]
    ]
    left = f"{len(drawn)} of {len(rows)} stages are drawn." if len(rows) > len(drawn) else ""
    return (
        title
        + bars("Approvals and rejections by stage", "act", drawn, APPROVAL)
        + paragraph(
            left, "Whether one that stands counts under the policy is for the gates to say."
        )
    )


def _ways_round(estate: Estate) -> str:
    rows = estate.rows("way_round")
    title = heading("Waivers and break-glass")
    if not rows:
        return title + empty("No waiver and no break-glass was told of.")
    glasses = estate.total("way_round", "break_glass_count")
    unreviewed = estate.total("way_round", "unreviewed_count")
    cells = [
        [
            written(row["kind"]),
            named(row["version_node_id"]),
            said(row["gate"]) if row["gate"] else "all gates",
            said(row["actor_id"]),
            said(row["reason"]),
            moment(row["valid_from_at"]),
            moment(row["valid_to_at"]) if row["valid_to_at"] else "open",
            _review(row),
        ]
        for row in rows
    ]
    head = ("what", "version", "gate", "by", "reason", "from", "until", "state")
    told = (
        f"{counted(glasses, 'deployment was', 'deployments were')} declared past the gates; "
        f"those that nobody else has reviewed: {number(unreviewed)}."
    )
    return (
        title + paragraph(told) + table("Begun last first", head, cells, estate.total("way_round"))
    )


def _review(row: dict[str, Any]) -> str:
    standing = "stands" if row["stands"] else "ended"
    if row["kind"] != "break-glass":
        return standing
    return f"{standing}, {'reviewed' if row['reviewed_at'] else 'not reviewed'}"
