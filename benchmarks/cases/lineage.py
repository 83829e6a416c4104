"""Questions to lineage graphs: closures in Python and in SQL, against igraph."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from benchmarks.case import Case, Contestant, Input, Target, python
from benchmarks.cases.contestants import OURS
from benchmarks.graph.shapes import INPUTS, LAYERS
from benchmarks.measure import measure

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.case import Repeat, Unit
    from benchmarks.scratch import Scratch

SQL: Final = "ours, in SQL"
IGRAPH: Final = "igraph"

_SHAPES: Final = {
    "large_up": "closure in the large graph",
    "marquez_up": "a thousand jobs, upstream",
    "marquez_down": "a thousand jobs, downstream",
    "ladder_up": "ladder of 2^60 paths",
    "chain_up": "chain of 100,000",
    "cycle_up": "cycle of 100,000",
}
_BOUNDS: Final = {
    OURS: {
        "large_up": 50,
        "marquez_up": 20,
        "marquez_down": 20,
        "ladder_up": 100,
        "chain_up": 100,
        "cycle_up": 100,
    },
    SQL: {"large_up": 300, "ladder_up": 100},
}


def graph(scratch: Scratch, nodes: int) -> Case:
    """Return the questions to a graph of so many nodes, and to shapes that are hard to walk."""
    store = scratch.root / "graphs" / str(nodes)
    names = {OURS: "ours", SQL: "sql", IGRAPH: "igraph"}
    command = f"python -m benchmarks.graph make all {store} {nodes}"
    edges = nodes * INPUTS * (LAYERS - 1) // LAYERS
    return Case(
        "graph",
        "lineage graph",
        Input(str(store / "*.made"), 0, edges, len(_SHAPES), command),
        None,
        tuple(_contestant(name, key, store, nodes) for name, key in names.items()),
        (
            _said("opening the large graph", "seconds", OURS, "large_open_s", 1.5),
            Target("closure, to igraph's subcomponent", "ratio", 1 / 3, _to_igraph),
            *(
                _said(f"{label}: {name}", "milliseconds", name, f"{key}_ms", bounds.get(key))
                for name, bounds in _BOUNDS.items()
                for key, label in _SHAPES.items()
            ),
            _said(
                "closure in the large graph: igraph", "milliseconds", IGRAPH, "large_up_ms", None
            ),
            Target("answers that are not igraph's", "count", 0, _wrong),
        ),
    )


def _contestant(name: str, key: str, store: Path, nodes: int) -> Contestant:
    def before(_: Path) -> None:
        measure(python("benchmarks.graph", "make", "all", str(store), str(nodes)))
        # A gigabyte on its way to the disk makes the closure in SQL take twice as long.
        os.sync()

    return Contestant(
        name,
        lambda _: python("benchmarks.graph", "ask", key, str(store), str(nodes)),
        before,
        reads_input=False,
    )


def _said(label: str, unit: Unit, name: str, key: str, bound: float | None) -> Target:
    return Target(label, unit, bound, lambda repeat: repeat[name].said[key])


def _to_igraph(repeat: Repeat) -> float:
    return repeat[IGRAPH].said["large_up_ms"] / repeat[OURS].said["large_up_ms"]


def _wrong(repeat: Repeat) -> float:
    """Return how many answers differ from igraph's; those that SQL cuts say 0."""
    right = repeat[IGRAPH].said
    return sum(
        repeat[name].said[f"{key}_answer"] not in {0, right[f"{key}_answer"]}
        for name in (OURS, SQL)
        for key in _SHAPES
    )
