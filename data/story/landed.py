"""Files as they land, and how rows with a moment become weekly or growing files."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.story.weeks import DELIVERIES, delivery_of

Row = tuple[datetime, object]


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file as it lands: the Monday that brings it, its path below `landing/`, its bytes."""

    delivery: date
    path: str
    content: bytes


def lines(rows: Iterable[object]) -> bytes:
    """The rows as NDJSON."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def document(value: object) -> bytes:
    """The value as one indented JSON document."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def week_end(delivery: date) -> date:
    """The Sunday that closes the week of a delivery."""
    return delivery - timedelta(days=1)


def by_week(rows: Iterable[Row]) -> dict[date, list[object]]:
    """The rows of each delivery that has any, in order of time."""
    weeks: dict[date, list[object]] = {}
    for when, row in sorted(rows, key=lambda pair: pair[0]):
        weeks.setdefault(delivery_of(when.date()), []).append(row)
    return weeks


def weekly(folder: str, name: str, rows: Iterable[Row]) -> list[LandedFile]:
    """One NDJSON file a week, named for the Sunday that closes it."""
    return [
        LandedFile(delivery, f"{folder}/{name}-{week_end(delivery)}.ndjson", lines(found))
        for delivery, found in by_week(rows).items()
    ]


def monthly(folder: str, rows: Iterable[Row]) -> list[LandedFile]:
    """One NDJSON file a month, which lands again, whole, in every week in which it grew."""
    ordered = sorted(rows, key=lambda pair: pair[0])
    landed = []
    for delivery in DELIVERIES:
        known = [pair for pair in ordered if pair[0].date() < delivery]
        fresh = {f"{when:%Y-%m}" for when, _ in known if delivery_of(when.date()) == delivery}
        for month in sorted(fresh):
            content = lines(row for when, row in known if f"{when:%Y-%m}" == month)
            landed.append(LandedFile(delivery, f"{folder}/{month}.ndjson", content))
    return landed
