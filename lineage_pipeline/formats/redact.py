"""Secrets taken out of what producers send, before anything is hashed or written.

What goes: passwords in URIs, values under keys that name a secret, values of environment variables.
What cannot be found: a secret in free text that no key and no URI marks.
"""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"

_URI: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*://)([^/\s\"'@:?#]*):([^/\s\"'@]+)@")
_SUSPECT: Final = re.compile(
    rb"://[^/\s\"'@]*:[^/\s\"'@]+@"
    rb"|(?i:passw|secret|token|api[_\-.]?key|access[_\-.]?key|private[_\-.]?key|credential"
    rb"|authorization)"
)
_SECRET_VALUE: Final = re.compile(
    r"(\"[^\"\\]*(?:passw|secret|token|api[_\-.]?key|access[_\-.]?key|private[_\-.]?key|credential"
    r"|authorization)[^\"\\]*\"\s*:\s*)\"((?:[^\"\\]|\\.)*)\"",
    re.IGNORECASE,
)
_VARIABLE_VALUE: Final = re.compile(r"(\"value\"\s*:\s*)\"((?:[^\"\\]|\\.)*)\"")


def redact_identifier(text: str | None) -> tuple[str | None, int]:
    """Return a namespace or name without user and password, and how many were taken out.

    The user part goes whole: `postgres://svc:secret@db:5432` is the place `postgres://db:5432`.
    """
    if text is None or "@" not in text:
        return text, 0
    return _URI.subn(r"\1", text)


def redact_body(key: str, body: bytes) -> tuple[bytes, int]:
    """Return a facet's bytes without secrets, and how many values were masked.

    Args:
        key: the facet's key; every value of `environmentVariables` counts as a secret.
        body: the facet as JSON text.
    """
    is_environment = key == "environmentVariables"
    if not is_environment and _SUSPECT.search(body) is None:
        return body, 0
    text = body.decode()
    text, uris = _URI.subn(rf"\1\2:{MASK}@", text)
    text, values = _SECRET_VALUE.subn(_mask, text)
    variables = 0
    if is_environment:
        text, variables = _VARIABLE_VALUE.subn(_mask, text)
    count = uris + values + variables
    return (text.encode(), count) if count else (body, 0)


def _mask(found: re.Match[str]) -> str:
    return f'{found[1]}"{MASK}"'
