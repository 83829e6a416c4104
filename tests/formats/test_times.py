"""Event times are read as producers stretch them, to the nanosecond, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.times import NANOSECONDS_MAX, NANOSECONDS_MIN, Instant, parse_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(1678, 1, 1)  # noqa: DTZ001 - hypothesis wants naive bounds
LATEST = datetime(2261, 12, 31)  # noqa: DTZ001

seconds = st.datetimes(EARLIEST, LATEST).map(lambda at: at.replace(microsecond=0))
fractions = st.text("0123456789", max_size=9)
offset_minutes = st.integers(-(23 * 60 + 59), 23 * 60 + 59)


def nanoseconds(at: datetime, fraction: str) -> int:
    whole = (at - EPOCH) // timedelta(seconds=1)
    return whole * 10**9 + int(fraction.ljust(9, "0"))


@given(at=seconds, fraction=fractions, minutes=offset_minutes, colon=st.booleans())
@settings(max_examples=500, deadline=None)
def test_a_time_with_an_offset_is_that_instant(
    at: datetime,
    fraction: str,
    minutes: int,
    colon: bool,  # noqa: FBT001
) -> None:
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{sign}{hours:02}{':' if colon else ''}{rest:02}"
    text = f"{at:%Y-%m-%dT%H:%M:%S}{'.' + fraction if fraction else ''}{offset}"
    aware = at.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_time(text, "Europe/Berlin") == Instant(
        nanoseconds(aware, fraction), is_naive=False
    )


@given(
    at=seconds,
    fraction=fractions,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)
@settings(max_examples=300, deadline=None)
def test_a_time_without_an_offset_is_taken_in_the_default_zone(
    at: datetime, fraction: str, zone: str
) -> None:
    text = f"{at:%Y-%m-%d %H:%M:%S}{'.' + fraction if fraction else ''}"
    aware = at.replace(tzinfo=ZoneInfo(zone))
    assert parse_time(text, zone) == Instant(nanoseconds(aware, fraction), is_naive=True)


@given(text=st.text("0123456789-+:.,TZz ", max_size=40) | st.text(max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_text_is_an_instant_or_none(text: str) -> None:
    instant = parse_time(text, "UTC")
    assert instant is None or NANOSECONDS_MIN <= instant.ns <= NANOSECONDS_MAX


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", 500_000_000),
        ("1970-01-01T00:00:00.472698302Z", 472_698_302),
        ("1970-01-01T00:00:00.4726983029Z", 472_698_302),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00 +0000", 0),
        ("1970-01-01T10:00:00+10", 0),
        ("1970-01-01T00:00Z", 0),
        ("1970-01-01T00:00:00,25Z", 250_000_000),
        ("1969-12-31T23:59:60Z", 0),
        ("2262-04-11T23:47:16.854775807Z", NANOSECONDS_MAX),
        ("1677-09-21T00:12:43.145224192Z", NANOSECONDS_MIN),
    ],
)
def test_what_producers_make_of_rfc_3339_is_understood(text: str, ns: int) -> None:
    assert parse_time(text, "UTC") == Instant(ns, is_naive=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-01-01",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Zulu",
        "2026-01-01T00:00:00Z\n",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "2262-04-11T23:47:16.854775808Z",
        "1677-09-21T00:12:43.145224191Z",
        "1735689600",
        "\uff12\uff10\uff12\uff16-01-01T00:00:00Z",
    ],
)
def test_what_names_no_instant_that_can_be_kept_is_none(text: str) -> None:
    assert parse_time(text, "UTC") is None
