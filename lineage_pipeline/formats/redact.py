"""Secrets taken out of what producers send, before anything is hashed or written.

What goes: passwords and secret parameters in URIs, texts under keys that name a secret, values of
environment variables. What stays: numbers, since `max_tokens` is no secret; a secret in free text
that no key and no URI marks. Strings are judged as they decode, so that an escape hides nothing.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lineage_pipeline.formats.split.hints import Hints

MASK: Final = "***"

_USER: Final = r"[^/\s\"'@:?#]"
_AFTER_USER: Final = r"(?:[^/\s\"'@]|@(?=[^/\s\"'?#]{0,200}@))+"
_URI: Final = re.compile(rf"([A-Za-z][A-Za-z0-9+.\-]{{0,31}}://)({_USER}*):{_AFTER_USER}@")
_TOKEN_URI: Final = re.compile(rf"(https?://){_USER}+@", re.IGNORECASE)
_SENSITIVE: Final = (
    r"(?i:passw|secret|token|api[_\-.]?key|access[_\-.]?key|private[_\-.]?key|credential"
    r"|authorization)"
)
_PARAMETER: Final = re.compile(
    r"([?&;][\w.\-]{0,40}" + _SENSITIVE + r"[\w.\-]{0,40}=)[^&;\s\"']+", re.ASCII
)
_SECRET_KEY: Final = re.compile(_SENSITIVE)
_SUSPECT: Final = re.compile(rb"://[^/\s\"'@]*@|\\u00[2-7]|\\/|" + _SENSITIVE.encode())
_SUSPECT_UNESCAPED: Final = re.compile(
    rb"://[^/\s\"'@]*@|" + _SENSITIVE.encode() + rb"(?:[^\"]*\"\s*:|[\w.\-]{0,40}=)"
)
"""What can hold a secret where no escape hides anything: sensitive keys, parameters, URIs."""
_HINTS: Final = (
    b"@", b"key", b"token", b"secret", b"passw", b"credential", b"authorization", b"\\u00", b"\\/",
)  # fmt: skip
"""What stands in every body that `redact_body` changes."""
_RARE: Final = (b"@", b"\\", b"z", b"k", b"w", b"c")
_TOKEN: Final = re.compile(r"(\"[^\"\\]*(?:\\.[^\"\\]*)*\")(\s*:)?|[{}\[\],]")


def redact_identifier(text: str | None) -> tuple[str | None, int]:
    """Return a namespace or name without user and password, and how many were taken out.

    The user part goes whole: `postgres://svc:secret@db:5432` is the place `postgres://db:5432`.
    """
    if text is None or not ("@" in text or "=" in text):
        return text, 0
    text, passwords = _URI.subn(r"\1", text)
    text, tokens = _TOKEN_URI.subn(r"\1", text)
    text, parameters = _PARAMETER.subn(rf"\1{MASK}", text)
    return text, passwords + tokens + parameters


def redact_body(key: str, body: bytes) -> tuple[bytes, int]:
    """Return a facet's bytes without secrets, and how many values were masked.

    Args:
        key: the facet's key; every value of `environmentVariables` counts as a secret.
        body: the facet as JSON text; what is not masked keeps its bytes.
    """
    is_environment = key == "environmentVariables"
    if not is_environment and not _is_suspect(body):
        return body, 0
    text = body.decode()
    pieces: list[str] = []
    done = count = 0
    secret_holders: list[bool] = []
    is_secret = False
    for token in _TOKEN.finditer(text):
        literal, colon = token.groups()
        if literal is None:
            is_secret = _enter(token[0], secret_holders, is_secret=is_secret)
            continue
        string = json.loads(literal) if "\\" in literal else literal[1:-1]
        clean = MASK if is_secret and not colon else _without_secrets(string)
        if colon:
            is_secret = (
                any(secret_holders[-1:])
                or _SECRET_KEY.search(string) is not None
                or (is_environment and string == "value")
            )
        if clean != string:
            pieces += (text[done : token.start(1)], json.dumps(clean, ensure_ascii=False))
            done = token.end(1)
            count += 1
    return ("".join((*pieces, text[done:])).encode(), count) if count else (body, 0)


def suspected(bodies: list[bytes]) -> list[bool]:
    """Return for each body whether `redact_body` may find a secret in it; UTF-8 is assumed.

    One pass for all words, where the package was compiled; only what has one is looked at closely.
    """
    hints = _compiled_hints()
    if hints is None:
        return [_is_suspect(body) for body in bodies]
    hinted = hints.stand_in(bodies)
    return [is_hinted and _is_suspect(body) for body, is_hinted in zip(bodies, hinted, strict=True)]


@cache
def _compiled_hints() -> Hints | None:
    try:
        from lineage_pipeline.formats.split.hints import Hints
    except ImportError:
        return None
    return Hints(_HINTS, _RARE)


def _without_secrets(text: str) -> str:
    """Return the text with what its URIs and parameters give away masked."""
    if "@" in text and "://" in text:
        text = _TOKEN_URI.sub(rf"\1{MASK}@", _URI.sub(rf"\1\2:{MASK}@", text))
    return _PARAMETER.sub(rf"\1{MASK}", text) if "=" in text else text


def _is_suspect(body: bytes) -> bool:
    """Return whether the body may hold a secret: one substring at a time, before the pattern."""
    folded = body.lower()
    may_be = (
        (b"@" in folded and b"://" in folded)
        or b"key" in folded
        or b"token" in folded
        or b"secret" in folded
        or b"passw" in folded
        or b"credential" in folded
        or b"authorization" in folded
        or b"\\u00" in folded
        or b"\\/" in folded
    )
    if not may_be:
        return False
    suspect = _SUSPECT if b"\\" in body else _SUSPECT_UNESCAPED
    return suspect.search(body) is not None


def _enter(symbol: str, secret_holders: list[bool], *, is_secret: bool) -> bool:
    """Return whether the next value is a secret, because what it stands in is one."""
    if symbol in "{[":
        secret_holders.append(is_secret)
    elif symbol in "}]":
        secret_holders.pop()
    return any(secret_holders[-1:])
