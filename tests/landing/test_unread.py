"""What is new: files never read as what they are taken for, or changed since they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.landing import unread
from lineage_pipeline.landing.files import LandingFile, ScannedPart, SegmentTask
from lineage_pipeline.landing.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE = "openlineage"
PARTS = pl.Schema(
    {
        "source": pl.String(),
        "source_file": pl.String(),
        "ingested_at": pl.Datetime("us", "UTC"),
        "start_offset": pl.Int64(),
        "end_offset": pl.Int64(),
        "sha256": pl.Binary(),
        "file_bytes": pl.Int64(),
        "file_modified_ns": pl.Int64(),
        "quarantined_count": pl.Int64(),
        "reader_digest": pl.String(),
    }
)
READERS = {SOURCE: "as now", "audit/cloudtrail": "as now"}


def scanned(
    *parts: tuple[str, int, int, int, bytes, int, int],
    source: str = SOURCE,
    set_aside: int = 0,
    reader: str = "as now",
) -> pl.LazyFrame:
    """Return parts of files: name, time of the scan, start, end, digest, size, time of change."""
    rows = [(source, *part, set_aside, reader) for part in parts]
    return pl.LazyFrame(rows, PARTS, orient="row")


def new_segments(listing: Listing, before: pl.LazyFrame) -> tuple[SegmentTask, ...]:
    return unread.new_segments(listing, before, READERS)


def listing_of(files: Mapping[str, tuple[int, int]]) -> Listing:
    """Return a listing of files by name, with size and time of change."""
    return Listing(tuple(LandingFile(SOURCE, f"/{n}", n, *seen) for n, seen in files.items()), ())


def test_new_is_what_was_never_read_or_changed_since() -> None:
    listing = listing_of({"a": (1, 1), "b": (2, 1), "c": (3, 9), "d": (4, 1), "never": (5, 1)})
    before = scanned(
        ("a", 1, 0, 10, b"A", 1, 1),
        ("b", 1, 0, 20, b"B", 1, 1),
        ("c", 1, 0, 30, b"C", 3, 1),
        ("d", 1, 0, 40, b"D", 9, 9),
        ("d", 2, 40, 50, b"E", 4, 1),
        ("gone", 1, 0, 10, b"G", 1, 1),
    )
    tasks = new_segments(listing, before)
    assert [(task.file.source_file, task.scanned) for task in tasks] == [
        ("b", (ScannedPart(20, b"B"),)),
        ("c", (ScannedPart(30, b"C"),)),
        ("never", ()),
    ]


def test_the_parts_of_a_file_are_those_since_it_was_last_read_from_its_start() -> None:
    before = scanned(
        ("a", 3, 5, 9, b"new tail", 9, 3),
        ("a", 1, 0, 10, b"old", 10, 1),
        ("a", 2, 0, 5, b"new", 5, 2),
        ("a", 1, 10, 12, b"old range", 10, 1),
    )
    for changed in ((99, 9), (10, 1)):
        [task] = new_segments(listing_of({"a": changed}), before)
        assert task.scanned == (ScannedPart(5, b"new"), ScannedPart(9, b"new tail"))


def test_a_file_that_was_read_as_another_source_was_not_read_as_this_one() -> None:
    before = scanned(("a", 1, 0, 10, b"A", 1, 1), source="audit/cloudtrail", set_aside=1)
    [task] = new_segments(listing_of({"a": (1, 1)}), before)
    assert task.scanned == ()


def test_what_was_set_aside_is_read_again_once_it_would_be_read_otherwise() -> None:
    part = ("a", 1, 0, 10, b"A", 1, 1)
    listing = listing_of({"a": (1, 1)})
    assert new_segments(listing, scanned(part, set_aside=1)) == ()
    assert new_segments(listing, scanned(part, reader="before")) == ()
    [task] = new_segments(listing, scanned(part, set_aside=1, reader="before"))
    assert task.scanned == ()
    grown = scanned(("a", 2, 10, 20, b"B", 1, 1), reader="before")
    odd = pl.concat([scanned(part, set_aside=1, reader="before"), grown])
    assert [one.scanned for one in new_segments(listing, odd)] == [()]
    read_again = scanned(("a", 3, 0, 20, b"C", 1, 1), set_aside=1)
    assert new_segments(listing, pl.concat([odd, read_again])) == ()


SEEN = st.tuples(st.integers(0, 2), st.integers(0, 2))


@given(
    files=st.dictionaries(st.sampled_from("abcdé"), SEEN),
    history=st.lists(st.tuples(st.sampled_from("abcdé"), st.booleans(), SEEN), max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_what_is_new_is_what_a_naive_comparison_says(
    files: dict[str, tuple[int, int]], history: list[tuple[str, bool, tuple[int, int]]]
) -> None:
    latest: dict[str, tuple[int, int]] = {}
    parts: dict[str, tuple[ScannedPart, ...]] = {}
    rows = []
    for at, (name, is_growth, seen) in enumerate(history):
        start = at if is_growth and name in parts else 0
        part = ScannedPart(at + 1, b"%d" % at)
        parts[name] = (*parts[name], part) if start else (part,)
        latest[name] = seen
        rows.append((name, at, start, *part, *seen))
    tasks = new_segments(listing_of(files), scanned(*reversed(rows)))
    expected = [
        (name, parts.get(name, ())) for name, seen in files.items() if latest.get(name) != seen
    ]
    assert [(task.file.source_file, task.scanned) for task in tasks] == expected


def test_nothing_listed_is_nothing_new() -> None:
    assert new_segments(listing_of({}), scanned(("a", 1, 0, 1, b"A", 1, 1))) == ()
    assert new_segments(listing_of({}), scanned()) == ()
