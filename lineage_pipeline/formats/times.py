"""Event times as producers write them, to nanoseconds since the epoch, the text kept elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?"
    r"\s?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?",
    re.ASCII,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
NANOSECONDS_MIN: Final = -(1 << 63)
NANOSECONDS_MAX: Final = (1 << 63) - 1


class Instant(NamedTuple):
    """A point in time: nanoseconds since the epoch, and whether the text named its offset."""

    ns: int
    is_naive: bool


@lru_cache(maxsize=65_536)
def parse_time(text: str, default_zone: str) -> Instant | None:
    """Return the instant that `text` names, or None if it names none that 64 bits can hold.

    Args:
        text: RFC 3339 as producers stretch it: one to nine fractional digits, `+0200`, a space for
            the `T`, no offset at all; a leap second counts as the next second.
        default_zone: the IANA zone of a time without an offset.

    Source: OpenLineage 2-0-2, `eventTime` (format date-time).
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, off_hours, off_minutes = (
        found.groups()
    )
    is_leap = second == "60"
    is_naive = found[8] is None and sign is None
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour), int(minute),
            59 if is_leap else int(second or 0),
            tzinfo=_zone(sign, off_hours, off_minutes, default_zone if is_naive else None),
        )  # fmt: skip
    except ValueError:
        return None
    ns = (local - _EPOCH) // _MICROSECOND * 1000 + int((fraction or "0").ljust(9, "0"))
    ns += 1_000_000_000 if is_leap else 0
    return Instant(ns, is_naive) if NANOSECONDS_MIN <= ns <= NANOSECONDS_MAX else None


def _zone(
    sign: str | None, hours: str | None, minutes: str | None, name: str | None
) -> timezone | ZoneInfo:
    if name is not None:
        return UTC if name == "UTC" else ZoneInfo(name)
    if sign is None:
        return UTC
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset)
