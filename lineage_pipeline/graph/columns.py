"""The graph of columns as it was at one time: what a field is made of, and what it goes into.

A mask counts only where every way passes one, so a field is walked in two states: vertex `v` as it
is (state `2 * v`) and behind a mask (`2 * v + 1`). A vertex is a field by its number, or, behind
all fields, a whole node, or what a node holds under any name that nobody ever stated.

A field overlaps what lies inside it and what it lies inside: `address.city` overlaps `address`, not
`address.street`. What flows into the one flows into the other, but a walk leaves a field that it
has reached through one that overlaps it only along an edge: from a part to its whole and on to
another part is no way. A whole node overlaps each of its fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from lineage_pipeline.graph.adjacency import adjacency
from lineage_pipeline.graph.column_edges import ColumnEdges, Fields, read_column_edges
from lineage_pipeline.graph.nodes import read_nodes

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lineage_pipeline.graph.adjacency import Adjacency, Reach
    from lineage_pipeline.graph.nodes import Nodes
    from lineage_pipeline.warehouse.query import Warehouse

COLUMNS: Final = ("node_id", "field", "depth", "is_masked", "is_cut")
"""The columns of a column closure, those of the macro `lineage.column_upstream`."""


@dataclass(frozen=True)
class ColumnGraph:
    """Edges between fields that held at one time, as they were known at one time.

    Attributes:
        nodes: every node that was ever believed.
        fields: node_number, field, is_known (whether it was then); the row is the field's number.
        edges: what held.
        overlaps: fields, in order, and a field that each overlaps.
    """

    nodes: Nodes
    fields: pl.DataFrame
    edges: ColumnEdges
    overlaps: tuple[NDArray[np.int32], NDArray[np.int32]]
    _made: dict[tuple[str, bool], Adjacency] = field(default_factory=dict)

    def upstream(
        self, node: str, name: str, depth: int | None = None, *, include_indirect: bool = True
    ) -> pl.DataFrame:
        """Return what `lineage.column_upstream` returns: a row per field behind the given one.

        Args:
            node: an identifier or an alias; an unknown one has no rows.
            name: a field of it; one that nobody ever stated depends on what the whole node does.
            depth: how many steps at most; None is any number.
            include_indirect: also what only steers: joins, filters, orders.
        """
        return self._closure(node, name, depth, "upstream", indirect=include_indirect)

    def downstream(
        self, node: str, name: str, depth: int | None = None, *, include_indirect: bool = True
    ) -> pl.DataFrame:
        """Return what `lineage.column_downstream` returns: a row per field that it goes into."""
        return self._closure(node, name, depth, "downstream", indirect=include_indirect)

    def knows(self, node: str, name: str) -> bool:
        """Tell whether a node, or what an alias stands for, was ever stated to have a field."""
        vertices = [self._vertex(number, name) for number in self.nodes.find(node).tolist()]
        return any(vertex < len(self.fields) for vertex in vertices)

    def _adjacent(self, direction: str, include_indirect: bool) -> Adjacency:  # noqa: FBT001
        if (direction, include_indirect) not in self._made:
            self._made[direction, include_indirect] = self._steps(
                direction, self._places, include_indirect
            )
        return self._made[direction, include_indirect]

    def _steps(self, direction: str, places: Fields, include_indirect: bool) -> Adjacency:  # noqa: FBT001
        edges = self.edges if include_indirect else self.edges.where(self.edges.is_indirect == 0)
        near, far, is_masking = places.steps(edges, direction)
        return adjacency(
            np.concatenate([2 * near, 2 * near + 1]).astype(np.int32),
            np.concatenate([2 * far + is_masking, 2 * far + 1]).astype(np.int32),
            2 * (len(self.fields) + 2 * len(self.nodes.frame)),
        )

    @cached_property
    def _places(self) -> Fields:
        holder = self.fields["node_number"].to_numpy()
        return Fields(holder, *self.overlaps, len(self.nodes.frame))

    @cached_property
    def _is_known(self) -> NDArray[np.bool_]:
        return self.fields["is_known"].to_numpy()

    def _closure(
        self, node: str, name: str, depth: int | None, direction: str, *, indirect: bool
    ) -> pl.DataFrame:
        start = [self._vertex(number, name) for number in self.nodes.find(node).tolist()]
        unstated = [pair for vertex in start for pair in self._unstated(vertex, name)]
        if unstated:
            places = self._places.with_overlaps(unstated)
            adjacent = self._steps(direction, places, indirect)
        else:
            places, adjacent = self._places, self._adjacent(direction, indirect)
        reach = adjacent.reach(2 * np.array(start, np.int32), depth)
        return self._reached(reach, name, places, has_whole=direction == "upstream")

    def _unstated(self, vertex: int, name: str) -> list[tuple[int, int]]:
        """Return what overlaps a field that nobody stated, which is told by its name."""
        node = vertex - len(self.fields) - len(self.nodes.frame)
        within = np.flatnonzero(self._places.holder == node).tolist() if node >= 0 else []
        return [(vertex, one) for one in within if _overlap(self.fields["field"][one], name)]

    def _vertex(self, node: int, name: str) -> int:
        """Return the field called so, or what stands for fields of the node that nobody stated."""
        holder = self.fields["node_number"]
        first, last = holder.search_sorted(node, "left"), holder.search_sorted(node, "right")
        found = (self.fields["field"][first:last] == name).arg_true()
        return first + found[0] if len(found) else len(self.fields) + len(self.nodes.frame) + node

    def _reached(self, reach: Reach, name: str, places: Fields, *, has_whole: bool) -> pl.DataFrame:
        count, node_count = len(self.fields), len(self.nodes.frame)
        state, depths = self._with_overlapping(reach, places)
        vertices, first, place = np.unique(state >> 1, return_index=True, return_inverse=True)
        is_masked = np.ones(len(vertices), np.bool_)
        is_masked[place[state % 2 == 0]] = False
        depths = depths[first]
        is_field = vertices < count
        node = np.where(is_field, 0, (vertices - count) % max(node_count, 1))
        node[is_field] = places.holder[vertices[is_field]]
        order = np.lexsort((vertices, node, depths))
        is_whole = ~is_field & (vertices < count + node_count)
        order = order if has_whole else order[~is_whole[order]]
        names = pl.concat([self.fields["field"], pl.Series([None, name], dtype=pl.String)])
        named = np.where(is_field, vertices, np.where(is_whole, count, count + 1))
        return pl.DataFrame(
            {
                "node_id": self.nodes.frame["node_id"][node[order]],
                "field": names[named[order]],
                "depth": depths[order],
                "is_masked": is_masked[order],
                "is_cut": np.full(len(order), reach.is_cut, np.bool_),
            }
        )

    def _with_overlapping(
        self, reach: Reach, places: Fields
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return states and depths, nearest first: what is reached, and known fields beside it."""
        beside, other = places.overlapping(reach.vertices >> 1)
        beside, other = beside[other < len(self.fields)], other[other < len(self.fields)]
        is_known = self._is_known[other]
        beside, other = beside[is_known], other[is_known]
        state = np.concatenate([reach.vertices, 2 * other + reach.vertices[beside] % 2])
        depths = np.concatenate([reach.depths, reach.depths[beside]])
        order = np.argsort(depths, kind="stable")
        return state[order], depths[order]


def _overlap(one: str, other: str) -> bool:
    """Tell whether a field lies inside another, or around it."""
    return one.startswith(f"{other}.") or other.startswith(f"{one}.")


def open_column_graph(
    warehouse: Warehouse,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    nodes: Nodes | None = None,
) -> ColumnGraph:
    """Return the graph of the columns of a warehouse.

    Args:
        warehouse: an open one; it may be closed afterwards.
        as_of: what was true then; None is what is true now.
        known_at: what we had been told then; None is all that we know.
        nodes: those at `known_at`, where they were read already.
    """
    times = {"as_of": as_of, "known_at": known_at}
    beside = warehouse.table("graph_overlapping_field")
    return ColumnGraph(
        nodes or read_nodes(warehouse, known_at),
        pl.DataFrame(warehouse.table("graph_field", **times)).rechunk(),
        read_column_edges(warehouse.table("graph_column_flow", **times)),
        (beside["number"].to_numpy(), beside["other_number"].to_numpy()),
    )
