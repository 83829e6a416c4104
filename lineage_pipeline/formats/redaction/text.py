"""Secrets in one text: in whatever a producer writes, or in the name of a thing."""

from __future__ import annotations

import re
from typing import Final

from lineage_pipeline.formats.redaction.assignments import without_assigned
from lineage_pipeline.formats.redaction.shapes import has_shape, without_shapes
from lineage_pipeline.formats.redaction.uris import without_passwords, without_users
from lineage_pipeline.formats.redaction.vocabulary import PARTS, WHOLE

_WORDS: Final = re.compile(
    "|".join(
        (
            *(word.replace(" ", r"[_\-. ]?") for word in PARTS),
            *WHOLE,
            "key=",
            "signature=",
            "identified",
        )
    ),
    re.IGNORECASE,
)
_PROGRAM: Final = re.compile(
    r"\s*(?:--[^\n]*\n\s*|/\*.{0,1000}?\*/\s*)*+(?:with|select|insert|merge|create|update|delete|alter|copy|replace)\s",
    re.IGNORECASE | re.DOTALL,
)


def redact_text(text: str, *, is_code: bool = False) -> str:
    """Return the text without the secrets that are marked in it.

    Args:
        text: any text.
        is_code: it is a program, where what is not in quotes is the name of something.
    """
    text = without_shapes(text)
    if "@" in text:
        text = without_passwords(text)
    if _WORDS.search(text):
        text = without_assigned(text, is_code=is_code or _PROGRAM.match(text) is not None)
    return text


def redact_identifier(text: str | None) -> tuple[str | None, int]:
    """Return a namespace or name without user and password, and how many were taken out.

    The user part goes whole: `postgres://svc:secret@db:5432` is the place `postgres://db:5432`.
    """
    if text is None or not ("@" in text or "=" in text or has_shape(text)):
        return text, 0
    clean, count = without_users(text)
    marked = without_shapes(clean)
    if "=" in marked and _WORDS.search(marked):
        marked = without_assigned(marked, is_code=False)
    return (marked, count + (marked != clean)) if count or marked != text else (text, 0)
