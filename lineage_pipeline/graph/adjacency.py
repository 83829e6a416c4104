"""Who stands next to whom: a graph of numbered vertices in compressed rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

try:
    from lineage_pipeline.graph import walk
except ImportError:  # built without a compiler
    from lineage_pipeline.graph import plain_walk as walk  # type: ignore[no-redef]

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANY_DEPTH: Final = 1 << 62
"""A depth that no graph has."""


class Reach(NamedTuple):
    """What a walk reached: vertices nearest first, how far each is, whether edges go on behind."""

    vertices: NDArray[np.int32]
    depths: NDArray[np.int32]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Adjacency:
    """The neighbours of vertex `v`, in one direction: `far[starts[v]:starts[v + 1]]`."""

    starts: NDArray[np.int64]
    far: NDArray[np.int32]

    @property
    def count(self) -> int:
        """How many vertices there are."""
        return len(self.starts) - 1

    def neighbours(self, vertex: int) -> NDArray[np.int32]:
        """Return the neighbours of a vertex, one as often as edges lead to it."""
        return self.far[self.starts[vertex] : self.starts[vertex + 1]]

    def reach(self, seeds: NDArray[np.int32], depth: int | None) -> Reach:
        """Return what lies within `depth` steps of the seeds; by depth, then by number."""
        limit = ANY_DEPTH if depth is None else depth
        vertices, depths, is_cut = walk.breadth_first(self.starts, self.far, seeds, limit)
        keys = (depths.astype(np.int64) << 32) | vertices
        keys.sort()
        return Reach(keys.astype(np.int32), (keys >> 32).astype(np.int32), is_cut)

    def components(self) -> NDArray[np.int32]:
        """Return a number for each vertex: two have the same if each reaches the other."""
        return walk.components(self.starts, self.far)


def adjacency(near: NDArray[np.int32], far: NDArray[np.int32], count: int) -> Adjacency:
    """Return the graph of `count` vertices whose edges are found at `near` and lead to `far`."""
    return Adjacency(*walk.grouped(near, far, count))
