"""OpenLineage events in bulk: heavy ones, heavy ones with known facets, light ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks import ours
from benchmarks.case import Case, ratio
from benchmarks.cases.contestants import (
    BODIES,
    CLICKHOUSE,
    DUCKDB,
    FLOOR,
    OURS,
    POLARS,
    PYARROW,
    floor,
    peers,
    scan,
)
from benchmarks.measure import measure
from benchmarks.scratch import Made, Scratch

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.case import Contestant, Input

_PEERS = (DUCKDB, BODIES, CLICKHOUSE, POLARS, PYARROW)


def heavy(scratch: Scratch, total_bytes: int) -> Case:
    """Return heavy events, everything new; beside them, what a scan costs before its first byte."""
    made = scratch.input(Made("heavy", total_bytes))
    one = scratch.input(Made("small", 1))
    fixed = replace(
        scan(one.files, "openlineage", name="ours, one event", is_compared=False),
        reads_input=False,
    )
    return _fresh("heavy", "heavy OpenLineage", made, to_floor=0.55, to_duckdb=5.0, fixed=(fixed,))


def light(scratch: Scratch, total_bytes: int) -> Case:
    """Return light events, everything new."""
    made = scratch.input(Made("light", total_bytes))
    return _fresh("light", "light OpenLineage", made, to_floor=0.3, to_duckdb=2.0)


def known(scratch: Scratch, total_bytes: int) -> Case:
    """Return heavy events of runs that are new, of jobs and tables that are known."""
    first = scratch.input(Made("heavy", total_bytes))
    made = scratch.input(Made("heavy", total_bytes, stream=1))
    after = scratch.root / "workspaces" / f"heavy-{total_bytes}"
    scanned = scan(made.files, "openlineage", after=after, is_compared=False)
    return Case(
        "known",
        "heavy OpenLineage, known facets",
        made,
        None,
        (_prepared(scanned, first, after), floor(made.files)),
        (ratio("to scan floor", FLOOR, OURS, 0.65),),
    )


def _prepared(scanned: Contestant, first: Input, after: Path) -> Contestant:
    """Return the contestant, which scans the first input before it is measured."""
    copy = scanned.before

    def before(repeat: Path) -> None:
        if not (after / "lake").exists():
            ours.fresh_workspace(after)
            measure(ours.scan_command(first.files, after, "openlineage"))
        if copy is not None:
            copy(repeat)

    return replace(scanned, before=before)


def _fresh(
    name: str,
    title: str,
    made: Input,
    *,
    to_floor: float,
    to_duckdb: float,
    fixed: tuple[Contestant, ...] = (),
) -> Case:
    others = peers("openlineage", made.files, _PEERS)
    unbound = [ratio(f"to {peer}", peer, OURS, None) for peer in _PEERS[1:]]
    return Case(
        name,
        title,
        made,
        "openlineage",
        (scan(made.files, "openlineage"), floor(made.files), *others, *fixed),
        (
            ratio("to scan floor", FLOOR, OURS, to_floor),
            ratio(f"to {DUCKDB}", DUCKDB, OURS, to_duckdb),
            *unbound,
        ),
    )
