"""Passwords in URIs, and in what is nearly one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.redaction.vocabulary import DATABASES, MASK

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]{0,31}://"
_USER: Final = r"[^/\s\"'@:?#\[]"
_NO_PORT: Final = r"(?![0-9]{1,5}(?:[/?#\s,;:)\"'\]}]|$))"
_NEXT_AT: Final = r"@(?=[^/\s\"'?#]{0,200}@)"
_PLAIN: Final = re.compile(
    rf"(?P<scheme>{_SCHEME})(?P<user>{_USER}*+):{_NO_PORT}(?:[^/\s\"'@]|{_NEXT_AT})++@"
)
_ODD: Final = re.compile(
    rf"(?P<scheme>{_SCHEME})(?P<user>{_USER}*+):{_NO_PORT}(?!\s)"
    rf"(?:(?!://)[^@\r\n\"'<>]|{_NEXT_AT}){{1,256}}+@(?=[\w\[%$.\-])"
)
_WHOLE_TEXT: Final = re.compile(
    rf"(?P<before>\A\s*(?:jdbc:)?)(?P<scheme>{_SCHEME})(?P<user>{_USER}*+):{_NO_PORT}(?![\s*])"
    r"[^\r\n]{1,512}@(?=[\w.\-]{1,253}(?::[0-9]{1,5})?(?:[/?#;]|\Z))"
)
_TOKEN: Final = re.compile(rf"(?P<scheme>https?://){_USER}++@", re.IGNORECASE)
_NO_SCHEME: Final = re.compile(rf"(?<![:/\w])(?P<scheme>//)(?P<user>{_USER}*+):[^/\s\"'@]++@")
_ORACLE: Final = re.compile(
    r"(?P<scheme>\bjdbc:oracle:\w{1,16}:)(?P<user>[^/\s\"'@:]{0,128}+)/"
    r"(?:\"[^\"\r\n]{1,256}\"|[^\s\"'@]{1,256}+)@",
    re.IGNORECASE,
)
_DATABASE: Final = re.compile(
    rf"(?<![\w:/.\-])(?P<scheme>(?:{DATABASES}):)(?P<user>[^\s:/@\"']{{0,128}}+)"
    r":[^\s/@\"']{1,256}+@(?=[\w\[])",
    re.IGNORECASE,
)
_HOST_AND_PORT: Final = re.compile(
    r"(?<![\w:/.@%+\-])(?P<scheme>)(?P<user>[A-Za-z][\w.+%\-]{0,63}+):[^\s/:@\"'<>,;]{1,256}+@"
    r"(?=(?:\[[0-9A-Fa-f:.]{2,45}\]|[\w.\-]{1,253}):[0-9]{2,5}(?![\w]))"
)
_USER_TOO: Final = ("http://", "https://", "s3://", "s3a://", "s3n://")
"""Where the user of a URI may be the secret itself: a token, a key's identifier."""


def without_passwords(text: str) -> str:
    """Return the text with the passwords of its URIs masked, and users that may be secrets."""
    return _replaced(text, _masked)[0]


def without_users(text: str) -> tuple[str, int]:
    """Return the text without users and passwords, and how many were taken out."""
    return _replaced(text, _dropped)


def _replaced(text: str, how: Callable[[re.Match[str]], str]) -> tuple[str, int]:
    if "@" not in text:
        return text, 0
    total = 0
    if "//" in text:
        for pattern in (_PLAIN, _ODD, _WHOLE_TEXT, _TOKEN, _NO_SCHEME):
            text, count = pattern.subn(how, text)
            total += count
    if ":" in text:
        for pattern in (_ORACLE, _DATABASE, _HOST_AND_PORT):
            text, count = pattern.subn(how, text)
            total += count
    return text, total


def _masked(found: re.Match[str]) -> str:
    named = found.groupdict()
    before, scheme, user = named.get("before") or "", named["scheme"], named.get("user")
    if user is None:
        return f"{scheme}{MASK}@"
    if user and scheme.lower() in _USER_TOO:
        user = MASK
    between = "/" if found.re is _ORACLE else ":"
    return f"{before}{scheme}{user}{between}{MASK}@"


def _dropped(found: re.Match[str]) -> str:
    at = "@" if found.re is _ORACLE else ""
    return f"{found.groupdict().get('before') or ''}{found['scheme']}{at}"
