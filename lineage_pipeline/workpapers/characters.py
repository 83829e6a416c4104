"""Texts that others wrote, made safe to set and to send on: spelled out, never dropped."""

from __future__ import annotations

import re
from typing import Final

_TROUBLE: Final = re.compile(
    # Controls but for tab and line feed, overrides of direction, and what no XML may hold.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)
EMPTY: Final = "(empty)"


def legible(text: str) -> str:
    r"""Return the text with what cannot be seen, or turns what is seen around, as `\u202e`."""
    return _TROUBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def line(text: str) -> str:
    """Return the text on one line, without space around it; `(empty)` if nothing is left."""
    return " ".join(legible(text).split()) or EMPTY
