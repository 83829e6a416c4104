"""Which files of a table are worth rewriting, and into what: the plan of a compaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lineage_pipeline.lake.batches import batch_of, span_of
from lineage_pipeline.lake.span import (
    Span,
    is_usual,
    month_span,
    other_span,
    span_named,
    year_of,
    year_span,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lineage_pipeline.lake.tables import DataFile

Month = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Rules:
    """When files are compacted.

    Attributes:
        fresh_days: batches known for less stay as the scan wrote them.
        worthwhile_rows: older rows are rewritten once there are so many.
        patience_days: fewer rows wait for others until they have been known for so long.
        bulk_rows: a batch of so many rows does not wait.
        year_rows: a year that is over becomes one file, unless it holds more rows than this.
        fragment_count: so many files of one span are merged, however small they are.
        growth: files are merged when together they hold this fraction of the largest, so that
            a row is not rewritten for each late one.
        grace_days: files that were replaced stay on disk this long, for readers that have them
            open.
    """

    fresh_days: int = 2
    worthwhile_rows: int = 100_000
    patience_days: int = 31
    bulk_rows: int = 5_000_000
    year_rows: int = 32_000_000
    fragment_count: int = 8
    growth: float = 0.25
    grace_days: int = 7


@dataclass(frozen=True, slots=True)
class Merge:
    """One file to be written.

    Attributes:
        span: what it will speak of.
        whole: compacted files that go into it as they are.
        takes_due: whether rows of this span in the files that are due go into it too.
    """

    span: Span
    whole: tuple[DataFile, ...]
    takes_due: bool


def due_files(
    files: Iterable[DataFile], known_at: Mapping[str, datetime], now: datetime, rules: Rules
) -> tuple[DataFile, ...]:
    """Return the files of the scan that are to be rewritten: all that are old enough, or none.

    Args:
        files: active files.
        known_at: the known times of the visible batches; files of others are left alone.
        now: the present.
        rules: when files are compacted.
    """
    by_batch: defaultdict[str, list[DataFile]] = defaultdict(list)
    for file in files:
        batch_id = batch_of(file.name)
        if batch_id is not None and batch_id in known_at:
            by_batch[batch_id].append(file)
    sizes = {batch_id: sum(file.row_count for file in own) for batch_id, own in by_batch.items()}
    fresh_from = now - timedelta(days=rules.fresh_days)
    due = [
        batch_id
        for batch_id, size in sizes.items()
        if known_at[batch_id] <= fresh_from or size >= rules.bulk_rows
    ]
    waited_from = now - timedelta(days=rules.patience_days)
    is_worthwhile = sum(sizes[batch_id] for batch_id in due) >= rules.worthwhile_rows
    if not is_worthwhile and all(known_at[batch_id] > waited_from for batch_id in due):
        return ()
    return tuple(sorted((f for batch in due for f in by_batch[batch]), key=lambda f: f.name))


def plan_merges(
    due: Mapping[Month, int], files: Iterable[DataFile], now: datetime, rules: Rules
) -> tuple[Merge, ...]:
    """Return what is to be written, by span.

    Args:
        due: the rows that are due, by year and month.
        files: active files; those of the scan do not count.
        now: the present.
        rules: when files are compacted.
    """
    compacted = [(file, name) for file in files if (name := span_of(file.name))]
    years: Counter[int | None] = Counter()
    for (year, _), row_count in due.items():
        years[year] += row_count
    for file, name in compacted:
        years[year_of(name)] += file.row_count
    settled = (now - timedelta(days=rules.fresh_days)).year
    whole_years = {
        year
        for year, row_count in years.items()
        if year is not None and year < settled and row_count <= rules.year_rows
    }

    new_rows: Counter[str] = Counter()
    for (year, month), row_count in due.items():
        if year is None or month is None or not is_usual(year, now):
            span = other_span(now)
        else:
            span = year_span(year) if year in whole_years else month_span(year, month)
        new_rows[span.name] += row_count
    inside: defaultdict[str, list[DataFile]] = defaultdict(list)
    for file, name in compacted:
        year = year_of(name)
        inside[f"year-{year:04}" if year in whole_years else name].append(file)

    merges = (
        _merge(span_named(name, now), inside[name], new_rows[name], rules)
        for name in sorted({*new_rows, *inside})
    )
    return tuple(merge for merge in merges if merge)


def _merge(span: Span, inside: list[DataFile], new_rows: int, rules: Rules) -> Merge | None:
    sizes = sorted(file.row_count for file in inside)
    if len(inside) + bool(new_rows) > 1 and (
        len(inside) >= rules.fragment_count
        or sum(sizes[:-1]) + new_rows >= rules.growth * sizes[-1]
    ):
        return Merge(span, tuple(inside), takes_due=new_rows > 0)
    return Merge(span, (), takes_due=True) if new_rows else None
