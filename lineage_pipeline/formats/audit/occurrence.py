"""When events occurred: texts as logs write them, to microseconds in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import polars as pl

from lineage_pipeline.formats.times import (
    NANOSECONDS_MAX,
    NANOSECONDS_MIN,
    Instant,
    parse_time,
)

if TYPE_CHECKING:
    from lineage_pipeline.settings.lineage_toml import AuditTime

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NANOSECONDS: Final = {"seconds": 1_000_000_000, "milliseconds": 1_000_000}
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE]\+?[0-9]{1,2})?")
# What the vectorised reading takes: it means the same to it as to `parse_time`.
_PLAIN: Final = (
    r"^(?:1[7-9]|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\.[0-9]{1,9})?Z$"
)
_INSTANT: Final = pl.Datetime("us", "UTC")


def occurrences(texts: pl.Series, time: AuditTime, default_zone: str) -> pl.DataFrame:
    """Return `occurred_at` and `is_naive` for each text; null where it names no time.

    Args:
        texts: as the records have them.
        time: how they are written.
        default_zone: the IANA zone of times that name no offset.
    """
    if time.format is None and time.epoch is None:
        is_plain = texts.str.contains(_PLAIN)
        plain = texts if is_plain.all() else texts.set(~is_plain, None)
        occurred = plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", strict=False)
        known = occurred.dt.replace_time_zone("UTC").alias("occurred_at")
    else:
        known = pl.Series("occurred_at", [None], _INSTANT).new_from_index(0, len(texts))
    frame = pl.DataFrame([texts.alias("text"), known])
    odd = frame.filter(known.is_null() & texts.is_not_null())["text"].unique()
    if not len(odd):
        return pl.DataFrame(
            [known, pl.repeat(value=False, n=len(known), eager=True).alias("is_naive")]
        )
    found = [_instant(text, time, default_zone) for text in odd]
    answers = pl.DataFrame(
        {
            "text": odd,
            "odd_at": pl.Series([one and one.ns // 1000 for one in found], dtype=pl.Int64),
            "is_naive": pl.Series([one and one.is_naive for one in found], dtype=pl.Boolean),
        }
    )
    joined = frame.join(answers, on="text", how="left", maintain_order="left")
    return joined.select(
        pl.coalesce(
            "occurred_at", pl.col("odd_at").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        ),
        pl.col("is_naive").fill_null(value=False),
    )


def _instant(text: str, time: AuditTime, default_zone: str) -> Instant | None:
    if time.epoch is not None and (counted := _counted(text, _NANOSECONDS[time.epoch])) is not None:
        return counted
    if time.format is not None and (written := _written(text, time.format, default_zone)):
        return written
    return parse_time(text, default_zone)


def _counted(text: str, nanoseconds: int) -> Instant | None:
    """Return the instant that is so many units after 1970, None if it is no number in range."""
    if _NUMBER.fullmatch(text) is None:
        return None
    ns = int(Decimal(text) * nanoseconds)
    return Instant(ns, is_naive=False) if NANOSECONDS_MIN <= ns <= NANOSECONDS_MAX else None


def _written(text: str, directives: str, default_zone: str) -> Instant | None:
    """Return the instant that is written in strptime's directives, None if it is not."""
    try:
        # A zone is given in the next line if the text has none.
        local = datetime.strptime(text, directives)  # noqa: DTZ007
        is_naive = local.tzinfo is None
        instant = local.replace(tzinfo=ZoneInfo(default_zone)) if is_naive else local
        ns = (instant - _EPOCH) // _MICROSECOND * 1000
    except (ValueError, OverflowError):
        return None
    return Instant(ns, is_naive) if NANOSECONDS_MIN <= ns <= NANOSECONDS_MAX else None
