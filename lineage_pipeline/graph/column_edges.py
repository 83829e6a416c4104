"""Edges between fields by number, and what those mean that begin or end at a whole node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32 | np.int64]


class ColumnEdges(NamedTuple):
    """Edges between fields, a column each; truths are 0 and 1.

    `source` is -1 where nobody says which fields of `source_node` are read, `target` is -1 where
    all of `target_node` depends on the source.
    """

    source: NDArray[np.int32]
    source_node: NDArray[np.int32]
    target: NDArray[np.int32]
    target_node: NDArray[np.int32]
    is_masking: NDArray[np.int32]
    is_indirect: NDArray[np.int32]

    def where(self, kept: NDArray[np.bool_]) -> ColumnEdges:
        """Return those that are kept."""
        return ColumnEdges(*(column[kept] for column in self))


class Fields(NamedTuple):
    """Where fields lie: a number each, fields of one node behind one another.

    Attributes:
        holder: the node that holds each.
        inside: fields, in order, each as often as it overlaps another: holds it or lies in it.
        beside: the field that each of `inside` overlaps.
        node_count: how many nodes there are.
    """

    holder: NDArray[np.int32]
    inside: NDArray[np.int32]
    beside: NDArray[np.int32]
    node_count: int

    def whole(self, nodes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the vertices that stand for whole nodes: they follow those of fields."""
        return len(self.holder) + nodes

    def unnamed(self, nodes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the vertices of what nodes hold under names that nobody ever stated: the last."""
        return len(self.holder) + self.node_count + nodes

    def with_overlaps(self, pairs: Sequence[tuple[int, int]]) -> Fields:
        """Return the same, with pairs of vertices that overlap besides."""
        both = np.array([*pairs, *((other, one) for one, other in pairs)], np.int32)
        inside = np.concatenate([self.inside, both[:, 0]])
        order = np.argsort(inside, kind="stable")
        beside = np.concatenate([self.beside, both[:, 1]])
        return self._replace(inside=inside[order], beside=beside[order])

    def overlapping(self, vertices: NDArray[np.int32]) -> tuple[NDArray[np.int64], Numbers]:
        """Return places in `vertices`, and next to each a field that overlaps what stands there."""
        place, other = matches(vertices, self.inside)
        whole, within = matches(vertices - len(self.holder), self.holder)
        return np.concatenate([place, whole]), np.concatenate([self.beside[other], within])

    def steps(
        self, edges: ColumnEdges, direction: str
    ) -> tuple[Numbers, Numbers, NDArray[np.int32]]:
        """Return where each step is found, the vertex that it leads to, and whether it masks.

        A step is found at the field that an edge names, at those that overlap it, and, of an edge
        that names a whole node, at all that it holds.
        """
        source, target = edges[:2], edges[2:4]
        ends = (target, source) if direction == "upstream" else (source, target)
        (near, near_node), (far, far_node) = ends
        named, wide = np.flatnonzero(near >= 0), np.flatnonzero(near < 0)
        beside, other = matches(near[named], self.inside)
        held, field = matches(near_node[wide], self.holder)
        read_whole = named[np.isin(near_node[named], far_node[far < 0])]
        edge = np.concatenate([named, named[beside], wide[held], wide, wide, read_whole])
        found_at: list[Numbers] = [
            near[named],
            self.beside[other],
            field,
            self.unnamed(near_node[wide]),
            self.whole(near_node[wide]),
            self.whole(near_node[read_whole]),
        ]
        leads_to = np.where(far < 0, self.whole(far_node), far)
        return np.concatenate(found_at), leads_to[edge], edges.is_masking[edge]


def matches(
    keys: NDArray[np.int32], ordered: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of each pair of equals, first in `keys`, then in `ordered`."""
    first = np.searchsorted(ordered, keys, "left")
    counts = np.searchsorted(ordered, keys, "right") - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return (
        np.repeat(np.arange(len(keys)), counts),
        np.repeat(first - ends + counts, counts) + np.arange(total),
    )


def read_column_edges(table: pa.Table) -> ColumnEdges:
    """Return the edges of the answer to `ask.graph_column_flow`."""
    return ColumnEdges(*(table[name].to_numpy() for name in table.column_names))
