"""The times that compacted files speak of: a month, a whole year, or any other time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

FIRST_YEAR: Final = 2000
"""Years before it, years that are far off, and no time at all share one span: a producer whose
clock is wrong must not be able to make a file for each month of a thousand years."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open interval of time, or what lies outside of it.

    Attributes:
        name: as file names show it: `month-2026-01`, `year-2026`, `other`.
        from_at: where it begins.
        to_at: where it ends.
    """

    name: str
    from_at: datetime
    to_at: datetime

    @property
    def condition(self) -> str:
        """The span as a condition of SQL on `occurred_at`."""
        begins = f"occurred_at >= timestamptz '{self.from_at}'"
        inside = f"{begins} and occurred_at < timestamptz '{self.to_at}'"
        return f"not coalesce({inside}, false)" if self.name == "other" else inside


def month_span(year: int, month: int) -> Span:
    """Return the span of a month."""
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Span(f"month-{year:04}-{month:02}", datetime(year, month, 1, tzinfo=UTC), after)


def year_span(year: int) -> Span:
    """Return the span of a year."""
    begin, after = (datetime(number, 1, 1, tzinfo=UTC) for number in (year, year + 1))
    return Span(f"year-{year:04}", begin, after)


def other_span(now: datetime) -> Span:
    """Return what no month that is usual at `now` covers."""
    begin, after = (datetime(number, 1, 1, tzinfo=UTC) for number in (FIRST_YEAR, now.year + 2))
    return Span("other", begin, after)


def is_usual(year: int | None, now: datetime) -> bool:
    """Whether the months of a year get spans of their own, seen from `now`."""
    return year is not None and FIRST_YEAR <= year <= now.year + 1


def year_of(name: str) -> int | None:
    """Return the year that the span of this name lies in; None of `other`."""
    return None if name == "other" else int(name.split("-")[1])


def span_named(name: str, now: datetime) -> Span:
    """Return the span of this name."""
    kind, *numbers = name.split("-")
    if kind == "month":
        return month_span(*map(int, numbers))
    return year_span(int(numbers[0])) if kind == "year" else other_span(now)
