"""Stacked bars that lie, one to a row of a table: the label and the number are text beside them.

Lengths are shares of the width that there is, so that letters keep their size on a telephone, on
paper and on a wall; every bar of a plot begins at zero and has the same scale.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.estate.marks import legend
from lineage_pipeline.estate.words import counted
from lineage_pipeline.pictures.markup import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.estate.marks import Mark, Marks

HEIGHT: Final = 22
"""Of a bar, in pixels."""
LEAST: Final = 0.6
"""Per cent of the width that a part takes at least, so that one in a million is seen."""
FOR_SIGN: Final = 4.4
FOR_DIGIT: Final = 1.7
"""Per cent of the width that a part must have to carry its sign, and for each digit more."""


class Bar(NamedTuple):
    """One row of a plot.

    Attributes:
        label: what it is about, as markup.
        count_by_mark: how many of each mark, by the keys of the plot's marks.
        note: what stands beside the total, as markup.
    """

    label: str
    count_by_mark: Mapping[str | None, int]
    note: str = ""

    @property
    def total(self) -> int:
        """How many of all marks."""
        return sum(self.count_by_mark.values())


def bars(caption: str, unit: str, rows: Sequence[Bar], marks: Marks) -> str:
    """Return a plot of stacked bars, with a legend of the marks that occur.

    Args:
        caption: what is plotted.
        unit: what is counted, as one: model.
        rows: the bars, in the order in which they are drawn.
        marks: how parts are drawn, in the order in which they are stacked.
    """
    longest = max((row.total for row in rows), default=0)
    shown = [marks[key] for key in marks if any(row.count_by_mark.get(key) for row in rows)]
    keys = legend(shown) if len(marks) > 1 else ""
    body = "".join(_row(row, unit, longest, marks) for row in rows)
    return (
        f'<figure class="plot"><figcaption>{text_of(caption)}</figcaption>{keys}'
        f'<table class="bars"><caption class="unseen">{text_of(caption)}</caption>'
        f'<thead class="unseen"><tr><th scope="col">of</th><th scope="col">share</th>'
        f'<th scope="col">number</th></tr></thead><tbody>{body}</tbody></table></figure>'
    )


def _row(row: Bar, unit: str, longest: int, marks: Marks) -> str:
    notes = (row.note, _untold(row, longest, marks))
    note = "".join(f' <span class="muted">{one}</span>' for one in notes if one)
    return (
        f'<tr><th scope="row">{row.label}</th><td class="bar">{_bar(row, longest, marks)}</td>'
        f'<td class="total">{counted(row.total, unit)}{note}</td></tr>'
    )


def _bar(row: Bar, longest: int, marks: Marks) -> str:
    parts = [(mark, row.count_by_mark.get(key, 0)) for key, mark in marks.items()]
    parts = [(mark, count) for mark, count in parts if count]
    if not parts:
        return '<span class="muted">none</span>'
    told = ", ".join(f"{count:,} {mark.word}" for mark, count in parts)
    widths = [_width(count, longest, len(marks)) for _, count in parts]
    ends = list(accumulate(widths))
    drawn = "".join(
        _part(mark, count, end - width, width)
        for (mark, count), width, end in zip(parts, widths, ends, strict=True)
    )
    return (
        f'<svg role="img" width="100%" height="{HEIGHT}"><title>{text_of(told)}</title>'
        f"{drawn}</svg>"
    )


def _width(count: int, longest: int, mark_count: int) -> float:
    """Return the share of a part in the width, in per cent."""
    return max(LEAST, count / longest * (100 - LEAST * mark_count))


def _has_room(count: int, width: float) -> bool:
    return width >= FOR_SIGN + FOR_DIGIT * len(f"{count:,}")


def _untold(row: Bar, longest: int, marks: Marks) -> str:
    """Return the number of each part where one has no room for it; nothing of a single part."""
    parts = [(mark, row.count_by_mark.get(key, 0)) for key, mark in marks.items()]
    parts = [(mark, count) for mark, count in parts if count]
    widths = [(count, _width(count, longest, len(marks))) for _, count in parts]
    if len(parts) < 2 or all(_has_room(*one) for one in widths):  # noqa: PLR2004
        return ""
    return " ".join(f'<span class="part">{mark.sign} {count:,}</span>' for mark, count in parts)


def _part(mark: Mark, count: int, begin: float, width: float) -> str:
    text = ""
    if _has_room(count, width):
        text = (
            f'<text x="{begin + width / 2:.2f}%" y="15" class="on {mark.fill}">'
            f"{mark.sign} {count:,}</text>"
        )
    return (
        f'<rect x="{begin:.2f}%" width="{width:.2f}%" height="{HEIGHT}" class="{mark.fill}"/>{text}'
    )
