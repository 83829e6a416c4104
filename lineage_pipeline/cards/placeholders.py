"""Texts that hold a place and say nothing."""

from __future__ import annotations

import re
from typing import Final

_WHOLE: Final = re.compile(
    r"""
    tb[dacs] | to[\s-]?do | fix[\s-]?me | x{2,} | n\s*[/.]?\s*a\.? | none | nil | null | nothing
    | not\s+(applicable|available|known|specified|provided|yet)
    | un(known|specified|defined) | pending | placeholder | draft | test | asdf\w*
    | foo | bar | string
    | to\s+be\s+\w+ | coming\s+soon | work\s+in\s+progress | wip | see\s+above | same\s+as\s+above
    | (insert|add|fill\s+in|describe|your|enter)\b.{0,60}\bhere
    | [\s?.\-_*#/\u2026\u2013\u2014]*
    | <[^<>]*> | \[[^\[\]]*\] | \{\{?[^{}]*\}\}?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANYWHERE: Final = re.compile(
    r"\b(tbd|tba|todo|fixme|xxx)\b|\bto-?do\s*:|lorem\s+ipsum|more\s+information\s+needed"
    r"|\bto be (defined|determined|completed|confirmed|filled in|written|added)\b",
    re.IGNORECASE,
)
_ENDS: Final = " \t\n.!:;,'\"`()"


def is_placeholder(text: str) -> bool:
    """Return whether a text only holds a place, such as `TBD`, `n/a` or `<describe here>`."""
    bare = text.strip(_ENDS)
    return (
        _WHOLE.fullmatch(bare) is not None
        or _ANYWHERE.search(text) is not None
        or _is_one_character(bare)
    )


def _is_one_character(text: str) -> bool:
    """Return whether a text is one character again and again."""
    return len(text) > 1 and len(set(text.lower())) == 1
