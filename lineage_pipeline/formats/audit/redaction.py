"""Secrets taken out of whole records, looked for in all of them at once.

What a secret is, `formats.redaction` decides, one record at a time and slowly. Here the records are
found that may hold one: all that it would change, and some more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.formats.redaction import redact_body, redact_text
from lineage_pipeline.formats.redaction.suspicion import compiled, holds_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.formats.audit.records import Chunk


class Redaction:
    """Takes secrets out of the records of one kind of log."""

    def __init__(self, public_keys: Sequence[str], *, is_text: bool) -> None:
        """Redact records of JSON objects, or lines of text.

        Args:
            public_keys: keys that look like a secret's and hold none; their values stay.
            is_text: whether the records are lines of text.
        """
        self._is_text = is_text
        self._hints = compiled(tuple(public_keys))
        # A control character stands nowhere in JSON: the stand-in is found again for certain.
        self._stand_ins = [
            (f'"{key}"'.encode(), b'"\x01%d"' % number) for number, key in enumerate(public_keys)
        ]

    def to_clean(self, chunk: Chunk) -> list[int]:
        """Return the numbers of the records that may hold a secret, on which `clean` decides."""
        if self._hints is None:
            return [number for number in range(len(chunk)) if holds_mark(chunk.body(number))]
        numbers: list[int] = self._hints.stand_among(*chunk.spans).nonzero()[0].tolist()
        return numbers

    def clean(self, body: bytes) -> tuple[bytes, int]:
        """Return a valid record without its secrets, and how many were masked."""
        if self._is_text:
            line = body.decode()
            clean = redact_text(line)
            return (body, 0) if clean == line else (clean.encode(), 1)
        for name, stand_in in self._stand_ins:
            body = body.replace(name, stand_in)
        body, count = redact_body("", body)
        for name, stand_in in self._stand_ins:
            body = body.replace(stand_in, name)
        return body, count
