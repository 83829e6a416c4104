"""Texts of others, made harmless: reasons and names come from acts, cards and registries.

Whoever writes one of these may want to end a line, to colour a terminal or to reverse a sentence.
What each form of output would obey beyond that is for its own module to break.
"""

from __future__ import annotations

from typing import Final

MOST: Final = 2000
"""Of how many characters a text is shown; a report is read by people."""


def one_line(text: str, most: int = MOST) -> str:
    r"""Return a text as one line of printable characters, and how much of it was left out.

    Line breaks, tabs and runs of spaces become one space; other control characters, and those that
    turn the direction of writing, are spelled out, such as `\x1b`.

    Args:
        text: anything.
        most: how many characters of it are shown.
    """
    seen = " ".join(text[:most].split())
    spelled = "".join(c if c.isprintable() else _spelled(c) for c in seen)
    return spelled if len(text) <= most else f"{spelled}… (of {len(text)} characters)"


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode()
