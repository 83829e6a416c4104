"""All simple paths between two nodes, shortest first, bounded in number and length.

A path is only ever extended to a node from which the end is still reached without passing the path
again, and how far that is is known exactly. So every step leads to an answer: the work grows with
the answers, never with the ways that lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from lineage_pipeline.graph.between import FAR, between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.graph.adjacency import Adjacency
    from lineage_pipeline.graph.between import Between
    from lineage_pipeline.graph.graph import Graph

COLUMNS: Final = (
    "path", "step", "node_id", "kind", "stage", "namespace", "name", "is_cut",
)  # fmt: skip
"""The columns of the paths between two nodes."""


class Paths(NamedTuple):
    """Paths as numbers of nodes, shortest first, and whether there are more or longer ones."""

    paths: list[list[int]]
    is_cut: bool


class FoundPaths(NamedTuple):
    """A row per path and node on it, and whether there are more paths or longer ones.

    Columns: path (from 1, the shortest first), step (from 0, at the source), node_id, kind, stage,
    namespace, name, is_cut (the same in every row). Where the bounds hide every path there is one
    row, null but for `is_cut`: no rows mean that no way leads there.
    """

    frame: pl.DataFrame
    is_cut: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    """A path on its way: its last vertex, what came before, its steps, what it may not pass again.

    `passed` holds the vertices of the last one's group alone: a path that leaves one never returns.
    Less is what comes first by the numbers of its vertices.
    """

    vertex: int
    before: _Partial | None
    length: int
    passed: frozenset[int]

    def __lt__(self, other: _Partial) -> bool:
        """Tell whether this path comes before another; a beginning comes before what it begins."""
        one, two = self._begun(other.length), other._begun(self.length)
        is_before = one.length == self.length < other.length
        while one is not two:
            if one.vertex != two.vertex:
                is_before = one.vertex < two.vertex
            if one.before is None or two.before is None:
                break
            one, two = one.before, two.before
        return is_before

    def _begun(self, length: int) -> _Partial:
        """Return the beginning of this path that has no more than so many steps."""
        partial = self
        while partial.length > length and partial.before is not None:
            partial = partial.before
        return partial

    def walked(self) -> list[int]:
        """Return the vertices from the first to the last."""
        vertices: list[int] = []
        partial: _Partial | None = self
        while partial is not None:
            vertices.append(partial.vertex)
            partial = partial.before
        return vertices[::-1]

    def grown(self, vertex: int, region: Between) -> _Partial:
        """Return the path with one more vertex."""
        passed = self.passed if region.group[vertex] == region.group[self.vertex] else frozenset()
        if region.is_cyclic[vertex]:
            passed |= {vertex}
        return _Partial(vertex, self, self.length + 1, passed)


def paths_between(
    graph: Graph, source: str, target: str, *, depth: int | None = None, limit: int = 100
) -> FoundPaths:
    """Return the ways on which data of `source` reaches `target`, each through a node once at most.

    Args:
        graph: the graph.
        source: where the data comes from: an identifier or an alias.
        target: where it goes to.
        depth: how many steps a path may have; None is any number.
        limit: how many paths at most, the shortest.
    """
    found = [
        simple_paths(graph.targets, graph.sources, start, end, depth=depth, limit=limit)
        for start in graph.nodes.find(source).tolist()
        for end in graph.nodes.find(target).tolist()
    ]
    paths = [path for one in found for path in one.paths]
    paths.sort(key=lambda path: (len(path), path))
    is_cut = len(paths) > limit or any(one.is_cut for one in found)
    del paths[limit:]
    numbers = np.array([node for path in paths for node in path], np.int32)
    rows = graph.nodes.rows(numbers).with_columns(
        pl.Series("path", [place for place, path in enumerate(paths, 1) for _ in path], pl.Int32),
        pl.Series("step", [step for path in paths for step in range(len(path))], pl.Int32),
        pl.Series("is_cut", [is_cut] * len(numbers), pl.Boolean),
    )
    frame = rows.select(COLUMNS)
    if is_cut and not paths:
        unseen = pl.DataFrame([{"is_cut": True}], {**dict.fromkeys(COLUMNS), **frame.schema})
        return FoundPaths(unseen, is_cut)
    return FoundPaths(frame, is_cut)


def simple_paths(
    targets: Adjacency,
    sources: Adjacency,
    start: int,
    end: int,
    *,
    depth: int | None = None,
    limit: int = 100,
) -> Paths:
    """Return the simple paths from one vertex to another, the shortest first.

    Of paths of one length the first by the numbers of their vertices.

    Args:
        targets: where the edges of each vertex lead to.
        sources: where they come from.
        start: the first vertex of every path.
        end: the last; if it is the first, the one path has no step.
        depth: how many steps at most; None is any number.
        limit: how many paths at most.
    """
    if start == end:
        return Paths([[start]][:limit], is_cut=limit < 1)
    region = between(targets, sources, start, end)
    if region is None:
        return Paths([], is_cut=False)
    longest = FAR - 1 if depth is None else depth
    first = _Partial(region.start, None, 0, frozenset())
    waiting = [(region.distance[region.start], first)]
    if waiting[0][0] > longest:
        return Paths([], is_cut=True)
    paths: list[list[int]] = []
    is_cut = False
    while waiting and len(paths) < limit:
        _, partial = heappop(waiting)
        if partial.vertex == region.end:
            paths.append([region.names[vertex] for vertex in partial.walked()])
            continue
        for grown, length in _extended(partial, region):
            if length > longest:
                is_cut = True
            else:
                heappush(waiting, (length, grown))
    return Paths(paths, is_cut or bool(waiting))


def _extended(partial: _Partial, region: Between) -> Iterator[tuple[_Partial, int]]:
    """Yield the path with each vertex that leads on, and how long it then is at least."""
    group = region.group[partial.vertex]
    for vertex in region.onward[partial.vertex]:
        passed = partial.passed if region.group[vertex] == group else frozenset()
        rest = region.rest(vertex, passed)
        if rest < FAR:
            yield partial.grown(vertex, region), partial.length + 1 + rest
