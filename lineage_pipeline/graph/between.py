"""What lies between two vertices: the part of a graph that paths from one to the other can use."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lineage_pipeline.graph.adjacency import adjacency
from lineage_pipeline.graph.plain_walk import neighbours

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from lineage_pipeline.graph.adjacency import Adjacency

FAR: Final = 1 << 40
"""Farther than anything is."""


@dataclass(frozen=True, slots=True)
class Between:
    """The vertices on ways from `start` to `end`, by numbers of their own.

    Attributes:
        start: the first vertex; no edge leads to it.
        end: the last; no edge leads from it.
        names: the number of each vertex in the whole graph.
        onward: where the edges of each lead to, each once, in order.
        distance: how many steps each is from the end, at least.
        group: vertices of one group reach each other.
        is_cyclic: of each, whether there are others in its group.
    """

    start: int
    end: int
    names: list[int]
    onward: list[list[int]]
    distance: list[int]
    group: list[int]
    is_cyclic: list[bool]

    def rest(self, vertex: int, passed: Collection[int]) -> int:
        """Return how many steps the end is from a vertex, at least; FAR if none lead there.

        Args:
            vertex: where to go on.
            passed: vertices of its group that must not be passed again.
        """
        if not passed:
            return self.distance[vertex]
        if vertex in passed:
            return FAR
        least = FAR
        steps = {vertex: 0}
        pending = deque(steps)
        while pending:
            here = pending.popleft()
            if steps[here] >= least:
                break
            for other in self.onward[here]:
                if self.group[other] != self.group[vertex]:
                    least = min(least, steps[here] + 1 + self.distance[other])
                elif other not in passed and other not in steps:
                    steps[other] = steps[here] + 1
                    pending.append(other)
        return least


def between(targets: Adjacency, sources: Adjacency, start: int, end: int) -> Between | None:
    """Return what lies between two different vertices; None if no path leads from one to the other.

    Args:
        targets: where the edges of each vertex lead to.
        sources: where they come from.
        start: where paths begin.
        end: where they end.
    """
    behind = targets.reach(np.array([start], np.int32), None).vertices
    before = sources.reach(np.array([end], np.int32), None).vertices
    names = np.intersect1d(behind, before)
    if start not in names:
        return None
    near, far = _edges(targets, names)
    first, last = np.searchsorted(names, (start, end))
    kept = (near != last) & (far != first) & (near != far)
    near, far = near[kept], far[kept]
    # What is only reached through the end, or reaches it only through the start, is on no path.
    onward = adjacency(near, far, len(names)).reach(first[None].astype(np.int32), None)
    back = adjacency(far, near, len(names)).reach(last[None].astype(np.int32), None)
    is_used = np.isin(near, onward.vertices) & np.isin(far, back.vertices)
    near, far = near[is_used], far[is_used]
    distance = np.full(len(names), FAR, np.int64)
    distance[back.vertices] = back.depths
    ways = adjacency(near, far, len(names))
    group = ways.components()
    return Between(
        start=int(first),
        end=int(last),
        names=names.tolist(),
        onward=[others.tolist() for others in np.split(ways.far, ways.starts[1:-1])],
        distance=distance.tolist(),
        group=group.tolist(),
        is_cyclic=(np.bincount(group)[group] > 1).tolist(),
    )


def _edges(
    targets: Adjacency, names: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the edges among these vertices, numbered by their places, each once, in order."""
    counts = targets.starts[names + 1] - targets.starts[names]
    near = np.repeat(np.arange(len(names)), counts)
    far = neighbours(targets.starts, targets.far, names)
    place = np.searchsorted(names, far)
    is_among = names[np.minimum(place, len(names) - 1)] == far
    keys = np.unique(near[is_among] * len(names) + place[is_among])
    return (keys // len(names)).astype(np.int32), (keys % len(names)).astype(np.int32)
