"""`python -m benchmarks.graph make|ask ENGINE STORE NODES`: made graphs, and the time to walk them.

ENGINE is `ours`, `sql` or `igraph`. `ask` prints, as JSON, the seconds to open the large graph, the
median milliseconds of each question, and how many nodes each answer holds, with a digest of them.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.graph.shapes import SHAPES
from benchmarks.graph.store import make_warehouse, node_name
from lineage_pipeline.graph.graph import open_graph
from lineage_pipeline.paths import WorkspacePaths
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.graph.shapes import Shape

    Question = Callable[[], Iterable[int]]

REPEATS: Final = 7
TABLE: Final = "table_"


def main(arguments: Sequence[str]) -> int:
    """Return the exit code."""
    work, name, folder, nodes = arguments
    shapes = {shape: make(int(nodes)) for shape, make in SHAPES.items()}
    store = Path(folder)
    if work == "make":
        for shape, made in shapes.items():
            done = store / f"{shape}.made"
            if not done.exists():
                store.mkdir(parents=True, exist_ok=True)
                make_warehouse(store / shape, made)
                done.touch()
        return 0
    said: dict[str, float] = {}
    for shape, made in shapes.items():
        started = time.perf_counter()
        up, down = ENGINES[name](store / shape, made)
        said[f"{shape}_open_s"] = time.perf_counter() - started
        for direction, ask in (("up", up), ("down", down)):
            if shape == "marquez" or direction == "up":
                said |= _asked(f"{shape}_{direction}", ask, once=name == "sql" and shape in LONG)
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


LONG: Final = frozenset({"chain", "cycle"})
"""The graphs in which SQL stops before the end: their answers are not compared."""


def _asked(question: str, ask: Callable[[], Any], *, once: bool) -> dict[str, float]:
    taken = []
    for _ in range(1 if once else REPEATS):
        started = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - started) * 1000)
    numbers = np.sort(_numbers(answer)).astype(np.int64)
    digest = 0 if once else zlib.crc32(numbers.tobytes())
    return {
        f"{question}_ms": statistics.median(taken),
        f"{question}_rows": len(numbers),
        f"{question}_answer": digest,
    }


def _numbers(answer: Any) -> Any:
    """Return the numbers of the nodes in an answer: a list of them, or a frame with their names."""
    if isinstance(answer, list):
        return np.array(answer)
    names = answer["name"].str.split(TABLE).list.last()
    return names.cast(int).to_numpy()


def _ours(root: Path, shape: Shape) -> tuple[Callable[[], Any], Callable[[], Any]]:
    with open_warehouse(WorkspacePaths(root)) as warehouse:
        graph = open_graph(warehouse)
    first, last = node_name(0), node_name(shape.asked)
    graph.upstream(last, 0)
    return lambda: graph.upstream(last), lambda: graph.downstream(first)


def _sql(root: Path, shape: Shape) -> tuple[Callable[[], Any], Callable[[], Any]]:
    connection = open_warehouse(WorkspacePaths(root)).connection
    first, last = node_name(0), node_name(shape.asked)

    def ask(direction: str, node: str) -> Any:
        return connection.sql(f"from lineage.{direction}($node)", params={"node": node}).pl()

    return lambda: ask("upstream", last), lambda: ask("downstream", first)


def _igraph(_: Path, shape: Shape) -> tuple[Callable[[], Any], Callable[[], Any]]:
    import igraph  # type: ignore[import-not-found, import-untyped, unused-ignore]

    edges = np.stack([shape.source, shape.target], axis=1)
    graph = igraph.Graph(n=shape.nodes, edges=edges, directed=True)
    return (
        lambda: graph.subcomponent(shape.asked, mode="in"),
        lambda: graph.subcomponent(0, mode="out"),
    )


ENGINES: Final = {"ours": _ours, "sql": _sql, "igraph": _igraph}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
