"""Walks over a graph in compressed rows, without a compiler: what `walk` returns, slower.

A graph is two arrays: the neighbours of vertex `v` are `far[starts[v]:starts[v + 1]]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEVER: Final = -1


def grouped(
    near: NDArray[np.int32], far: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return `starts` and `far` of the edges from `near` to `far`, in the order they come in."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(near, minlength=count), out=starts[1:])
    return starts, far[np.argsort(near, kind="stable")]


def breadth_first(
    starts: NDArray[np.int64], far: NDArray[np.int32], seeds: NDArray[np.int32], limit: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], bool]:
    """Return the vertices within `limit` steps of the seeds, how far each is, and what is beyond.

    Returns:
        Vertices, their depths, and whether an edge leads from them to any other vertex.
    """
    seen = np.zeros(len(starts) - 1, np.bool_)
    seen[seeds] = True
    levels = [seeds]
    while len(levels[-1]):
        around = neighbours(starts, far, levels[-1])
        unseen = np.unique(around[~seen[around]])
        if len(levels) > limit:
            return *_joined(levels), bool(len(unseen))
        seen[unseen] = True
        levels.append(unseen)
    return *_joined(levels), False


def neighbours(
    starts: NDArray[np.int64], far: NDArray[np.int32], vertices: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return the neighbours of all the vertices, one after another."""
    first = starts[vertices]
    counts = starts[vertices + 1] - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return far[np.repeat(first - ends + counts, counts) + np.arange(total)]


def components(starts: NDArray[np.int64], far: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a number for each vertex: two have the same if each reaches the other."""
    count = len(starts) - 1
    label = [_NEVER] * count
    entered = [_NEVER] * count
    lowest = [0] * count
    place = starts[:-1].tolist()
    ends = starts[1:].tolist()
    others = far.tolist()
    waiting: list[int] = []
    clock = made = 0
    for root in range(count):
        trail = [root] if entered[root] == _NEVER else []
        while trail:
            vertex = trail[-1]
            if entered[vertex] == _NEVER:
                entered[vertex] = lowest[vertex] = clock
                clock += 1
                waiting.append(vertex)
            while place[vertex] < ends[vertex] and entered[others[place[vertex]]] != _NEVER:
                other = others[place[vertex]]
                if label[other] == _NEVER:
                    lowest[vertex] = min(lowest[vertex], lowest[other])
                place[vertex] += 1
            if place[vertex] < ends[vertex]:
                trail.append(others[place[vertex]])
                continue
            trail.pop()
            if lowest[vertex] == entered[vertex]:
                while label[vertex] == _NEVER:
                    label[waiting.pop()] = made
                made += 1
    return np.array(label, np.int32)


def _joined(levels: list[NDArray[np.int32]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    depths = np.repeat(np.arange(len(levels), dtype=np.int32), [len(level) for level in levels])
    return np.concatenate(levels), depths
