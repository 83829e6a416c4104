"""What is rewritten: nothing that is fresh, nothing that is not worth it, and no row each month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from lineage_pipeline.lake.merge import Merge, Rules, due_files, plan_merges
from lineage_pipeline.lake.tables import DataFile

NOW: Final = datetime(2026, 6, 15, tzinfo=UTC)
RULES: Final = Rules(fresh_days=7, worthwhile_rows=100, bulk_rows=1_000, year_rows=10_000)


def scanned(batch: str, row_count: int) -> DataFile:
    return DataFile(f"{batch}-00000.parquet", row_count, 1)


def compacted(span: str, row_count: int, number: int = 0) -> DataFile:
    return DataFile(f"{span}-{number:016x}.parquet", row_count, 1)


def due(**batches: tuple[float, int]) -> list[str]:
    """Return which batches are due; each is its age in days and its rows."""
    known_at = {name: NOW - timedelta(days=age) for name, (age, _) in batches.items()}
    files = [scanned(name, row_count) for name, (_, row_count) in batches.items()]
    return [file.name.split("-")[0] for file in due_files(files, known_at, NOW, RULES)]


def test_a_fresh_batch_is_not_due() -> None:
    assert due(a=(6.9, 500)) == []
    assert due(a=(7, 500)) == ["a"]


def test_few_rows_wait_until_they_are_many_or_old() -> None:
    assert due(a=(8, 50)) == []
    assert due(a=(8, 50), b=(9, 50)) == ["a", "b"]
    assert due(a=(31, 1), b=(9, 1), c=(1, 1)) == ["a", "b"]


def test_a_bulk_batch_does_not_wait() -> None:
    assert due(a=(0, 999)) == []
    assert due(a=(0, 1_000), b=(1, 1)) == ["a"]


def test_files_of_batches_that_are_not_visible_and_compacted_ones_are_not_due() -> None:
    files = [scanned("ghost", 5_000), compacted("month-2026-01", 5_000)]
    assert due_files(files, {}, NOW, RULES) == ()


def plan(months: dict[tuple[int | None, int | None], int], *files: DataFile) -> list[str]:
    """Return what is written: span, `+` if it takes due rows, and how many files go into it."""
    merges = plan_merges(months, files, NOW, RULES)
    return [f"{m.span.name}{'+' * m.takes_due}{len(m.whole) or ''}" for m in merges]


def test_rows_go_to_their_month_and_to_the_year_that_is_over() -> None:
    assert plan({(2026, 4): 10, (2026, 5): 10, (2025, 3): 10, (2025, 4): 10}) == [
        "month-2026-04+", "month-2026-05+", "year-2025+",
    ]  # fmt: skip


def test_a_year_with_too_many_rows_stays_in_months() -> None:
    assert plan({(2025, 3): 6_000, (2025, 4): 4_000}) == ["year-2025+"]
    assert plan({(2025, 3): 6_000, (2025, 4): 4_001}) == ["month-2025-03+", "month-2025-04+"]


@pytest.mark.parametrize("year", [None, 1, 1999, 2028, 9999])
def test_times_that_cannot_be_share_one_file(year: int | None) -> None:
    assert plan({(year, year and 1): 3, (1234, 5): 2}) == ["other+"]


def test_a_few_late_rows_make_a_further_file() -> None:
    month = compacted("month-2026-03", 1_000)
    assert plan({(2026, 3): 249}, month) == ["month-2026-03+"]
    assert plan({(2026, 3): 250}, month) == ["month-2026-03+1"]


def test_fragments_are_merged_when_they_have_grown_or_are_many() -> None:
    big = compacted("month-2026-03", 1_000)
    small = [compacted("month-2026-03", 10, number + 1) for number in range(7)]
    assert plan({}, big, *small[:6]) == []
    assert plan({}, big, *small) == ["month-2026-038"]
    assert plan({}, big, compacted("month-2026-03", 250, 1)) == ["month-2026-032"]


def test_the_months_of_a_year_become_one_file_once_it_is_over() -> None:
    months = [compacted(f"month-2025-{number:02}", 100) for number in range(1, 13)]
    assert plan({}, *months) == ["year-202512"]
    before = datetime(2026, 1, 7, tzinfo=UTC)
    assert plan_merges({}, months, before, RULES) == ()


def test_what_is_compacted_well_is_left_alone() -> None:
    files = [compacted("year-2024", 9_000), compacted("month-2026-01", 10), compacted("other", 1)]
    assert plan({}, *files) == []
    assert plan({(2026, 5): 4}, *files) == ["month-2026-05+"]


def test_a_plan_names_the_files_that_it_takes_whole() -> None:
    month = compacted("month-2026-03", 10)
    [merge] = plan_merges({(2026, 3): 9}, [month, scanned("a", 9)], NOW, RULES)
    assert merge == Merge(merge.span, (month,), takes_due=True)
    assert (merge.span.from_at.month, merge.span.to_at.month) == (3, 4)
