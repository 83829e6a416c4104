"""The calendar of the story: its nights, its Sundays and the Monday deliveries."""

from datetime import UTC, date, datetime, time, timedelta

FIRST_NIGHT = date(2026, 8, 30)
LAST_NIGHT = date(2026, 10, 11)
FIRST_DELIVERY = date(2026, 8, 31)
DELIVERY_COUNT = 7
SCAN_HOUR = time(6, tzinfo=UTC)
# The release after which the cleaning of customers lets one more column through.
RELEASE = date(2026, 9, 22)

DELIVERIES = tuple(FIRST_DELIVERY + timedelta(weeks=week) for week in range(DELIVERY_COUNT))
NIGHTS = tuple(
    FIRST_NIGHT + timedelta(days=day) for day in range((LAST_NIGHT - FIRST_NIGHT).days + 1)
)
SUNDAYS = tuple(night for night in NIGHTS if night.isoweekday() == 7 and night > FIRST_NIGHT)


def at(day: date, clock: str) -> datetime:
    """The UTC moment of a `HH:MM[:SS]` clock on a day."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=UTC)


def moment(text: str) -> datetime:
    """The UTC moment that an ISO 8601 text names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def iso(when: datetime) -> str:
    """The moment in whole seconds with a trailing `Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def millis(when: datetime) -> int:
    """The moment in milliseconds since 1970."""
    return int(when.timestamp() * 1000)


def delivery_of(day: date) -> date:
    """The Monday whose delivery holds a file that was closed at the end of `day`."""
    return next((monday for monday in DELIVERIES if day < monday), DELIVERIES[-1])


def week_days(delivery: date) -> tuple[date, ...]:
    """The nights whose files arrive with a delivery, in order."""
    return tuple(night for night in NIGHTS if delivery_of(night) == delivery)


def week_label(day: date) -> str:
    """The ISO week of a day as in `2026w36`."""
    year, week, _ = day.isocalendar()
    return f"{year}w{week:02d}"
