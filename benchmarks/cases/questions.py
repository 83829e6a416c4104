"""Needle questions: one actor, one resource, in years of audit rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.case import Case, Contestant, Target, python
from benchmarks.cases.contestants import OURS
from benchmarks.measure import measure
from benchmarks.scratch import Made, Scratch

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.case import Repeat

MERGE_TREE: Final = "ClickHouse MergeTree"
UNSORTED: Final = "DuckDB, Parquet unsorted"
SORTED: Final = "DuckDB, Parquet sorted"


def needle(scratch: Scratch, rows: int) -> Case:
    """Return the questions over so many rows of 36 months."""
    made = scratch.input(Made("needle", rows))
    stores = scratch.root / "stores" / str(rows)
    names = {OURS: "ours", MERGE_TREE: "clickhouse", SORTED: "sorted", UNSORTED: "unsorted"}
    return Case(
        "needle",
        "needle questions over audit rows",
        made,
        None,
        tuple(_contestant(name, key, made.files, stores / key) for name, key in names.items()),
        (
            _quotient("one actor to MergeTree by actor", "actor_ms", MERGE_TREE, 0.25),
            _quotient("one resource to MergeTree with bloom", "resource_ms", MERGE_TREE, 1.0),
            _quotient("one actor to sorted Parquet", "actor_ms", SORTED, None),
            _quotient("one resource to sorted Parquet", "resource_ms", SORTED, None),
            *(_milliseconds(name, key) for name in names for key in _KINDS),
        ),
    )


_KINDS: Final = {
    "actor_ms": "one actor",
    "resource_ms": "one resource",
    "actor_first_ms": "one actor, just opened",
    "resource_first_ms": "one resource, just opened",
}


def _contestant(name: str, key: str, files: str, store: Path) -> Contestant:
    def before(_: Path) -> None:
        measure(python("benchmarks.needle", "load", key, files, str(store)))

    return Contestant(
        name,
        lambda _: python("benchmarks.needle", "ask", key, files, str(store)),
        before,
        reads_input=False,
    )


def _quotient(label: str, key: str, reference: str, bound: float | None) -> Target:
    """Return how many times quicker ours is; 0.25 is four times as slow."""

    def value(repeat: Repeat) -> float:
        return repeat[reference].said[key] / repeat[OURS].said[key]

    return Target(label, "ratio", bound, value)


def _milliseconds(name: str, key: str) -> Target:
    def value(repeat: Repeat) -> float:
        return repeat[name].said[key]

    return Target(f"{_KINDS[key]}: {name}", "milliseconds", None, value)
