"""Secrets taken out of whole records, looked for in all of them at once.

What a secret is, `formats.redact` decides, one record at a time and slowly. Here a few regular
expressions find the records that may hold one: all that it would change, and some more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from lineage_pipeline.formats.redact import redact_body, redact_identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

# Apart, each is searched for by its literals; in one expression they take twice as long.
_SUSPICIOUS: Final = (
    r"(?i-u:passw|secret|token)",
    r"(?i-u:credential|authorization)",
    r"(?i-u:api[_\-.]?key|access[_\-.]?key|private[_\-.]?key)",
    r"://[^/ \t\n\r\f\v\"'@]*@|\\u00[2-7]|\\/",
)


# What a secret in JSON looks like where no escape hides it: as `redact_body` decides it first. In
# what else has one of the words above it stands in a value, as in `"resource": "secrets"`.
_SENSITIVE: Final = (
    r"(?i-u:passw|secret|token|api[_\-.]?key|access[_\-.]?key|private[_\-.]?key|credential"
    r"|authorization)"
)
_TELLING: Final = (
    rf"{_SENSITIVE}(?:[^\"]*\"[ \t\n\r\f\v]*:|[A-Za-z0-9_.\-]{{0,40}}=)"
    r"|://[^/ \t\n\r\f\v\"'@]*@|\\"
)
_NAMELESS: Final = '"\x01"'


class Redaction:
    """Takes secrets out of the records of one kind of log."""

    def __init__(self, public_keys: Sequence[str], *, is_text: bool) -> None:
        """Redact records of JSON objects, or lines of text.

        Args:
            public_keys: keys that look like a secret's and hold none; their values stay.
            is_text: whether the records are lines of text.
        """
        self._is_text = is_text
        names = pl.Series([f'"{key}"' for key in public_keys], dtype=pl.String)
        self._public = "|".join(map(re.escape, names))
        self._apart = [one for one in _SUSPICIOUS if not names.str.contains(one).any()]
        self._beside_public = [one for one in _SUSPICIOUS if one not in self._apart]
        # A control character stands nowhere in JSON: the stand-in is found again for certain.
        self._stand_ins = [
            (name.encode(), b'"\x01%d"' % number) for number, name in enumerate(names)
        ]

    def suspects(self, bodies: pl.Series) -> pl.Series:
        """Return for each text whether it may hold a secret."""
        found = pl.repeat(value=False, n=len(bodies), dtype=pl.Boolean, eager=True)
        for expression in self._apart:
            found |= bodies.str.contains(expression)
        if self._beside_public:
            public = bodies.str.count_matches(self._public)
            for expression in self._beside_public:
                found |= bodies.str.count_matches(f"{self._public}|{expression}") > public
        return found

    def to_clean(self, bodies: pl.Series) -> pl.Series:
        """Return the numbers of the suspects of which `clean` is to make sure."""
        numbers = self.suspects(bodies).arg_true()
        if self._is_text or not len(numbers):
            return numbers
        named = bodies.gather(numbers)
        if self._public:
            named = named.str.replace_all(self._public, _NAMELESS)
        return numbers.filter(named.str.contains(_TELLING))

    def clean(self, body: bytes) -> tuple[bytes, int]:
        """Return a valid record without its secrets, and how many were masked."""
        if self._is_text:
            line, count = redact_identifier(body.decode())
            return (line or "").encode(), count
        for name, stand_in in self._stand_ins:
            body = body.replace(name, stand_in)
        body, count = redact_body("", body)
        for name, stand_in in self._stand_ins:
            body = body.replace(stand_in, name)
        return body, count
