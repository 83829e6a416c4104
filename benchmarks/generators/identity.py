"""Ids and times as the text that producers send, drawn from a seeded generator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
"""When the first made event happens."""


def uuid4(random: Random) -> bytes:
    """Return a random UUID of version 4."""
    digits = b"%032x" % random.getrandbits(128)
    return b"%b-%b-4%b-a%b-%b" % (
        digits[:8], digits[8:12], digits[13:16], digits[17:20], digits[20:],
    )  # fmt: skip


def uuid7(random: Random, at_ms: int) -> bytes:
    """Return a random UUID of version 7 that was made at this many milliseconds since 1970."""
    head = b"%012x" % at_ms
    tail = b"%018x" % random.getrandbits(72)
    return b"%b-%b-7%b-9%b-%b" % (head[:8], head[8:], tail[:3], tail[3:6], tail[6:])


def instant(ms: int) -> bytes:
    """Return the moment `ms` milliseconds after the start, in UTC, with milliseconds."""
    at = START + timedelta(milliseconds=ms)
    return b"%b.%03dZ" % (at.strftime("%Y-%m-%dT%H:%M:%S").encode(), ms % 1000)


def epoch_ms(ms: int) -> int:
    """Return the milliseconds since 1970 of the moment `ms` after the start."""
    return int(START.timestamp()) * 1000 + ms
