"""Audit logs in bulk to canonical rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.case import Case, ratio
from benchmarks.cases.contestants import (
    CLICKHOUSE,
    DUCKDB,
    FLOOR,
    OURS,
    POLARS,
    PYARROW,
    apart,
    floor,
    peers,
    scan,
)
from benchmarks.scratch import Made, Scratch

if TYPE_CHECKING:
    from benchmarks.peers.tables import Task

_PEERS: Final = (DUCKDB, CLICKHOUSE, POLARS, PYARROW)
_DIGESTS: Final = "digests alone"


def cloudtrail(scratch: Scratch, total_bytes: int) -> Case:
    """Return CloudTrail records, one a line."""
    return _case(scratch, "cloudtrail", "CloudTrail", total_bytes, bound=1.0)


def kubernetes(scratch: Scratch, total_bytes: int) -> Case:
    """Return Kubernetes audit events, one a line."""
    return _case(scratch, "kubernetes", "Kubernetes audit", total_bytes, bound=None)


def _case(scratch: Scratch, task: Task, title: str, total_bytes: int, bound: float | None) -> Case:
    made = scratch.input(Made("cloudtrail" if task == "cloudtrail" else "kubernetes", total_bytes))
    counted_out = [
        ratio(f"to {peer}, digests out", peer, OURS, bound, minus=_DIGESTS)
        for peer in (DUCKDB, CLICKHOUSE)
    ]
    counted_in = [ratio(f"to {peer}", peer, OURS, None) for peer in _PEERS]
    return Case(
        task,
        title,
        made,
        task,
        (
            scan(made.files, f"audit/{task}"),
            floor(made.files),
            apart(_DIGESTS, "digests", made.files),
            *peers(task, made.files, _PEERS),
        ),
        (*counted_out, *counted_in, ratio("to scan floor", FLOOR, OURS, None)),
    )
