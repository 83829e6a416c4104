"""Controls by framework, each control with its status, and how the statuses went over time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.columns import FEW, Column, columns
from lineage_pipeline.estate.marks import STATUS, Mark, worded
from lineage_pipeline.estate.tables import empty, heading, paragraph, section, table
from lineage_pipeline.estate.words import number, said, written

if TYPE_CHECKING:
    from lineage_pipeline.estate.facts import Estate
    from lineage_pipeline.estate.marks import Marks

COUNTS: Final[Marks] = {
    "fail_count": Mark("bad", "✕", "fail"),
    "not_assessable_count": Mark("hatch", "?", "not assessable"),
    "not_yet_count": Mark("wait", "…", "not yet in force"),
    "other_count": Mark("said", "✎", "attested, not attested, or does not apply"),
    "pass_count": Mark("good", "✓", "pass"),
}
"""What an assessment counts, in the order in which it is stacked."""


def controls(estate: Estate) -> str:
    """Return the part of the page about controls."""
    title = "Controls by framework"
    rows = estate.rows("control")
    if not rows:
        nothing = "No state was assessed by then: of no control is it known whether it holds."
        return section("controls", title, empty(nothing))
    meaning = paragraph(
        "A pass says that a query found no exception in what was told, not that a clause is "
        "satisfied. This is not legal advice."
    )
    return section("controls", title, _by_framework(estate), meaning, _history(estate), _each(rows))


def _by_framework(estate: Estate) -> str:
    counts: dict[str, Counter[str | None]] = {}
    titles: dict[str, str] = {}
    off: list[str] = []
    for row in estate.rows("framework"):
        if not row["is_on"]:
            off.append(row["framework"])
            continue
        titles[row["framework"]] = row["title"]
        if row["status"] is not None:
            of = counts.setdefault(row["framework"], Counter())
            of[row["status"]] += row["control_count"]
    drawn = [
        Bar(
            f'{written(titles[name])} <span class="muted">{written(name)}</span>',
            counts.get(name, Counter()),
        )
        for name in titles
    ]
    told = (
        f"A control counts in each framework that asks for it. The policy does not name, so that "
        f"nothing is said of them: {', '.join(map(written, off))}."
        if off
        else "A control counts in each framework that asks for it."
    )
    return bars("Controls by framework and status", "control", drawn, STATUS) + paragraph(told)


def _history(estate: Estate) -> str:
    rows = estate.rows("assessment")
    if len(rows) < 2:  # noqa: PLR2004 - one state is no history
        return ""
    every = -(-len(rows) // FEW)
    steps = [
        Column(
            (f"{row['state_at']:%d %b}", f"{row['state_at']:%Y}" if place == 0 else "")
            if place % every == 0
            else (),
            {name: row[str(name)] for name in COUNTS},
        )
        for place, row in enumerate(rows)
    ]
    told = "; ".join(
        f"{row['state_at']:%Y-%m-%d}: {row['fail_count']} fail, {row['pass_count']} pass"
        for row in rows
    )
    total = estate.total("assessment")
    which = f"the last {len(rows)} of {total:,}" if total > len(rows) else f"all {total}"
    caption = f"Controls by status at each state that was published and assessed, {which}, UTC"
    catalogues = {row["catalogue_version"] for row in rows}
    changed = "The catalogue changed meanwhile, so that numbers may differ for that alone."
    return (
        heading("Over time")
        + columns(caption, told, steps, COUNTS, height=180)
        + paragraph(
            "Each state is told as it was found then; the columns stand side by side, however "
            "long lies between them.",
            changed if len(catalogues) > 1 else "",
        )
    )


def _each(rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            f"<strong>{written(row['control_id'])}</strong> {said(row['title'])}",
            _status(row),
            f"{number(row['tested'])} of {number(row['population'])}",
            _exceptions(row),
            said(row["reason"]),
            ", ".join(map(written, row["frameworks"] or ())),
            said(row["limits"]),
        ]
        for row in rows
    ]
    head = ("control", "status", "tested#", "exceptions#", "reason", "asked by", "cannot show")
    return heading("Each control") + table(
        "Controls that are on, of the whole organisation, what fails first", head, cells
    )


def _status(row: dict[str, Any]) -> str:
    mark = STATUS.get(row["status"])
    text = worded(mark) if mark else said(row["status"])
    if row["status"] == "NOT_YET":
        ready = STATUS.get(row["readiness"])
        text += f' <span class="muted">from {row["applies_from"]}; would {_would(ready)}</span>'
    return text if row["is_blocking"] else f'{text} <span class="muted">advises</span>'


def _would(mark: Mark | None) -> str:
    return "be unknown" if mark is None else f"be: {mark.word}"


def _exceptions(row: dict[str, Any]) -> str:
    waived = f" ({row['waived_count']:,} waived)" if row["waived_count"] else ""
    return f"{number(row['exception_count'])}{waived}"
