"""Stacked columns over time, from zero up, on an axis of days or months in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.estate.marks import legend
from lineage_pipeline.pictures.markup import number, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.estate.marks import Mark

AXIS: Final = 34
"""Pixels below the columns, for two lines of labels."""
HEAD: Final = 18
"""Pixels above the tallest column, for its number."""
FEW: Final = 14
"""Up to so many columns, each carries its number."""
LEAST: Final = 1.5
"""Pixels that a part takes at least."""


class Column(NamedTuple):
    """One step of time.

    Attributes:
        labels: up to two lines below it; none: it has no label of its own.
        count_by_mark: how many of each mark, by the keys of the plot's marks.
    """

    labels: tuple[str, ...]
    count_by_mark: Mapping[str | None, int]

    @property
    def total(self) -> int:
        """How many of all marks."""
        return sum(self.count_by_mark.values())


def columns(
    caption: str,
    told: str,
    steps: Sequence[Column],
    marks: Mapping[str | None, Mark],
    height: int = 120,
) -> str:
    """Return a plot of stacked columns.

    Args:
        caption: what is plotted, and its unit.
        told: what the plot shows, in a sentence, for who cannot see it.
        steps: the columns, in the order of time.
        marks: how parts are drawn, in the order in which they are stacked, the first at the top.
        height: of the tallest column, in pixels.
    """
    shown = [marks[key] for key in marks if any(step.count_by_mark.get(key) for step in steps)]
    keys = legend(shown) if len(marks) > 1 else ""
    drawn = column_drawing(caption, told, steps, marks, height)
    return f'<figure class="plot"><figcaption>{text_of(caption)}</figcaption>{keys}{drawn}</figure>'


def column_drawing(
    title: str,
    told: str,
    steps: Sequence[Column],
    marks: Mapping[str | None, Mark],
    height: int,
) -> str:
    """Return the drawing of a plot alone, as SVG; the arguments are those of `columns`."""
    highest = max((step.total for step in steps), default=0)
    base = HEAD + height
    width = 100 / max(len(steps), 1)
    parts = [
        f"<title>{text_of(title)}</title><desc>{text_of(told)}</desc>",
        f'<line class="axis" x1="0" x2="100%" y1="{base}.5" y2="{base}.5"/>',
    ]
    if highest and len(steps) > FEW:
        parts.append(
            f'<line class="grid" x1="0" x2="100%" y1="{HEAD}" y2="{HEAD}"/>'
            f'<text class="tick" x="100%" y="{HEAD - 5}" text-anchor="end">{highest:,}</text>'
        )
    for place, step in enumerate(steps):
        middle = (place + 0.5) * width
        if highest and step.total:
            parts += _column(step, place * width, width, base, height / highest, marks)
            if len(steps) <= FEW:
                top = base - step.total * height / highest - 5
                parts.append(_text("value", middle, top, f"{step.total:,}"))
        parts += [
            _text("tick", middle, base + 14 + 13 * line, label)
            for line, label in enumerate(step.labels)
        ]
    return f'<svg role="img" width="100%" height="{base + AXIS}">{"".join(parts)}</svg>'


def _column(
    step: Column,
    begin: float,
    width: float,
    base: int,
    scale: float,
    marks: Mapping[str | None, Mark],
) -> list[str]:
    """Return the parts of one column, from the baseline up."""
    drawn, top = [], float(base)
    for key in reversed(list(marks)):
        count = step.count_by_mark.get(key, 0)
        if count:
            tall = max(LEAST, count * scale)
            top -= tall
            drawn.append(
                f'<rect x="{begin + width * 0.1:.2f}%" width="{width * 0.8:.2f}%" '
                f'y="{number(top)}" height="{number(tall)}" class="{marks[key].fill}"/>'
            )
    return drawn


def _text(kind: str, middle: float, y: float, text: str) -> str:
    return (
        f'<text class="{kind}" x="{middle:.2f}%" y="{number(y)}" text-anchor="middle">'
        f"{text_of(text)}</text>"
    )
