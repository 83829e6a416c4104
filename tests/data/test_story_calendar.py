"""The calendar, the ids and the growing files of the story keep their promises."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from data.story import identity, landed, weeks

_DAYS = st.dates(date(2026, 8, 1), weeks.LAST_NIGHT)
_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_WITHIN = st.datetimes(datetime(2026, 8, 24), datetime(2026, 10, 11), timezones=st.just(UTC))  # noqa: DTZ001


@given(_DAYS)
def test_a_day_arrives_with_the_next_monday(day: date) -> None:
    """Never on the day itself, and within a week unless the story had not begun."""
    delivery = weeks.delivery_of(day)
    assert delivery.isoweekday() == 1
    assert day < delivery
    assert delivery - day <= timedelta(days=7) or delivery == weeks.FIRST_DELIVERY


def test_six_sundays_train() -> None:
    """The Sundays of the six weeks, from week 36 to week 41."""
    labels = [weeks.week_label(sunday) for sunday in weeks.SUNDAYS]
    assert labels == [f"2026w{week}" for week in range(36, 42)]


@given(_MOMENTS, st.text(max_size=12))
def test_a_run_id_is_a_version_7_uuid_of_its_time(when: datetime, name: str) -> None:
    """Version, variant and milliseconds are readable from the id, and it never changes."""
    found = uuid.UUID(identity.run_id(when, name))
    assert (found.int >> 76) & 0xF == 7
    assert found.variant == uuid.RFC_4122
    assert found.int >> 80 == weeks.millis(when)
    assert identity.run_id(when, name) == str(found)


@given(_MOMENTS)
def test_run_ids_of_two_jobs_differ(when: datetime) -> None:
    """Two runs that start in the same millisecond keep ids of their own."""
    assert identity.run_id(when, "a") != identity.run_id(when, "b")


def test_parts_of_a_digest_are_kept_apart() -> None:
    """Moving a letter from one part to the next gives another digest."""
    assert identity.digest("ab", "c") != identity.digest("a", "bc")


@given(st.lists(_WITHIN, max_size=30))
def test_a_monthly_file_only_grows(moments: list[datetime]) -> None:
    """Each landing of a month begins with the one before, and the last holds all its rows."""
    rows: list[landed.Row] = [(when, {"n": n}) for n, when in enumerate(moments)]
    seen: dict[str, bytes] = {}
    for file in landed.monthly("governance", rows):
        assert file.content.startswith(seen.get(file.path, b""))
        assert len(file.content) > len(seen.get(file.path, b""))
        seen[file.path] = file.content
    told = [json.loads(line)["n"] for content in seen.values() for line in content.splitlines()]
    assert sorted(told) == list(range(len(moments)))


@given(st.lists(_WITHIN, max_size=30))
def test_weekly_files_hold_every_row_once_in_order(moments: list[datetime]) -> None:
    """No row is lost between two weeks, and each file stands in order of time."""
    rows: list[landed.Row] = [(when, {"at": when.isoformat()}) for when in moments]
    files = landed.weekly("audit/generic", "log", rows)
    told = [[json.loads(line)["at"] for line in file.content.splitlines()] for file in files]
    assert all(times == sorted(times) for times in told)
    assert sorted(at for times in told for at in times) == sorted(w.isoformat() for w in moments)
