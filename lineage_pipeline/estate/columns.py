"""Stacked columns over time, from zero up, on an axis of days or months in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.estate.marks import legend
from lineage_pipeline.pictures.markup import number, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.estate.marks import Marks

AXIS: Final = 34
"""Pixels below the columns, for two lines of labels."""
HEAD: Final = 18
"""Pixels above the tallest column, for its number."""
FEW: Final = 14
"""Up to so many columns, each carries its number."""
LETTER: Final = 15
"""Pixels that a part needs to carry its number."""
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
    marks: Marks,
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
    title: str, told: str, steps: Sequence[Column], marks: Marks, height: int
) -> str:
    """Return the drawing of a plot alone, as SVG; the arguments are those of `columns`."""
    highest = max((step.total for step in steps), default=0)
    plane = _Plane(100 / max(len(steps), 1), HEAD + height, height / (highest or 1), marks)
    is_few = len(steps) <= FEW
    parts = [
        f"<title>{text_of(title)}</title><desc>{text_of(told)}</desc>",
        f'<line class="axis" x1="0" x2="100%" y1="{plane.base}.5" y2="{plane.base}.5"/>',
    ]
    if highest and not is_few:
        parts.append(
            f'<line class="grid" x1="0" x2="100%" y1="{HEAD}" y2="{HEAD}"/>'
            f'<text class="tick end" x="100%" y="{HEAD - 5}">{highest:,}</text>'
        )
    for place, step in enumerate(steps):
        parts += _column(plane, place, step, has_numbers=is_few)
        parts += [
            _text("tick", plane.middle(place), plane.base + 14 + 13 * line, label)
            for line, label in enumerate(step.labels)
        ]
    return f'<svg role="img" width="100%" height="{plane.base + AXIS}">{"".join(parts)}</svg>'


class _Plane(NamedTuple):
    """Where columns stand: their width in per cent, baseline and scale in pixels."""

    width: float
    base: int
    scale: float
    marks: Marks

    def middle(self, place: int) -> float:
        return (place + 0.5) * self.width


def _column(plane: _Plane, place: int, step: Column, *, has_numbers: bool) -> list[str]:
    """Return the parts of one column from the baseline up, and their numbers where they fit."""
    if not step.total:
        return []
    middle = plane.middle(place)
    begin, width = middle - 0.4 * plane.width, 0.8 * plane.width
    is_parted = step.total not in step.count_by_mark.values()
    drawn, top = [], float(plane.base)
    for key in reversed(list(plane.marks)):
        count, fill = step.count_by_mark.get(key, 0), plane.marks[key].fill
        if not count:
            continue
        tall = max(LEAST, count * plane.scale)
        top -= tall
        drawn.append(
            f'<rect x="{begin:.2f}%" width="{width:.2f}%" y="{number(top)}" '
            f'height="{number(tall)}" class="{fill}"/>'
        )
        if has_numbers and is_parted and tall >= LETTER:
            drawn.append(_text(f"on {fill}", middle, top + tall / 2 + 4, f"{count:,}"))
    if has_numbers:
        drawn.append(_text("value", middle, top - 5, f"{step.total:,}"))
    return drawn


def _text(kind: str, middle: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{middle:.2f}%" y="{number(y)}">{text_of(text)}</text>'
