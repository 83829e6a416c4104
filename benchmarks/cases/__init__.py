"""Every benchmark by its name, made for a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.cases import (
    audit,
    folding,
    lineage,
    openlineage,
    questions,
    retention,
    sealing,
    shapes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.case import Case
    from benchmarks.scratch import Scratch


class Sizes(NamedTuple):
    """How large the inputs are: bytes of the main one, from which others follow; rows; nodes."""

    total_bytes: int
    needle_rows: int
    graph_nodes: int


CASES: Final[Mapping[str, Callable[[Scratch, Sizes], Case]]] = {
    "heavy": lambda scratch, sizes: openlineage.heavy(scratch, sizes.total_bytes),
    "known": lambda scratch, sizes: openlineage.known(scratch, sizes.total_bytes),
    "light": lambda scratch, sizes: openlineage.light(scratch, sizes.total_bytes // 2),
    "cloudtrail": lambda scratch, sizes: audit.cloudtrail(scratch, sizes.total_bytes),
    "kubernetes": lambda scratch, sizes: audit.kubernetes(scratch, sizes.total_bytes // 2),
    "packed": lambda scratch, sizes: shapes.packed(scratch, sizes.total_bytes // 2),
    "small": lambda scratch, sizes: shapes.small(scratch, sizes.total_bytes // 10_000),
    "needle": lambda scratch, sizes: questions.needle(scratch, sizes.needle_rows),
    "graph": lambda scratch, sizes: lineage.graph(scratch, sizes.graph_nodes),
    "incremental": lambda scratch, sizes: folding.incremental(scratch, sizes.total_bytes // 2),
    "sealing-cloudtrail": lambda scratch, sizes: sealing.in_a_scan(
        scratch, "cloudtrail", sizes.total_bytes // 5
    ),
    "sealing-light": lambda scratch, sizes: sealing.in_a_scan(
        scratch, "light", sizes.total_bytes // 5
    ),
    "trail": lambda scratch, sizes: sealing.rows(scratch, sizes.needle_rows),
    "plan": lambda scratch, sizes: retention.plan(scratch, sizes.total_bytes // 100),
    "deletion": lambda scratch, sizes: retention.deletion(scratch, sizes.needle_rows),
    "memory": lambda scratch, sizes: shapes.memory(scratch, 10 * sizes.total_bytes),
}
"""The makers of the cases, in the order in which they run."""

BY_REQUEST: Final = frozenset({"memory"})
"""Cases that run only when they are named: they take long, or much of the disk."""
