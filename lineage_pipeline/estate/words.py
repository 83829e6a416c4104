"""Counts, days and names as a report writes them: markup, the same bytes everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.pictures.label import ELLIPSIS
from lineage_pipeline.pictures.markup import element, text_of

if TYPE_CHECKING:
    from datetime import date, datetime

UNKNOWN: Final = '<span class="muted">unknown</span>'
"""A cell of which nobody says anything."""
LONGEST: Final = 200
"""Characters of a text that are shown; the middle of a longer one is cut."""
LONG_WORD: Final = 24
"""Characters from which on a word may be broken anywhere."""
_KILO: Final = 1000


def written(text: str) -> str:
    """Return any text as content that cannot turn its neighbours around, its middle cut if long."""
    if len(text) > LONGEST:
        text = text[: LONGEST // 2] + ELLIPSIS + text[-LONGEST // 2 :]
    is_long = any(len(word) > LONG_WORD for word in text.split())
    return element("bdi", text_of(text), class_="long" if is_long else "")


def named(text: str | None) -> str:
    """Return an identifier as content, or that it is unknown."""
    return UNKNOWN if not text else f"<code>{written(text)}</code>"


def said(text: str | None) -> str:
    """Return a text as content, or that it is unknown."""
    return UNKNOWN if not text else written(text)


def number(count: float | None) -> str:
    """Return a count with its thousands apart, or that it is unknown."""
    return UNKNOWN if count is None else f"{count:,}"


def counted(count: int, thing: str, things: str | None = None) -> str:
    """Return a count of things: 1 model, 2 models."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def day(on: date | None) -> str:
    """Return a day as ISO 8601 writes it, or that it is unknown."""
    return UNKNOWN if on is None else f'<time class="day">{on:%Y-%m-%d}</time>'


def moment(at: datetime | None) -> str:
    """Return an instant to the minute, in UTC, or that it is unknown."""
    return UNKNOWN if at is None else f'<time class="day">{at:%Y-%m-%d %H:%M} UTC</time>'


def size(count: int | None) -> str:
    """Return a number of bytes in powers of 1000, or that it is unknown."""
    if count is None:
        return UNKNOWN
    left = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if left < _KILO:
            return f"{left:.0f} {unit}" if unit == "B" else f"{left:.1f} {unit}"
        left /= _KILO
    return f"{left:.1f} PB"


def digest(text: str | None) -> str:
    """Return a digest whole, or that it is unknown."""
    return UNKNOWN if not text else f'<code class="digest">{text_of(text)}</code>'
