"""The graph of columns as it was at one time: what a field is made of, and what it goes into.

A mask counts only where every way passes one, so a field is walked in two states: vertex `v` as it
is (state `2 * v`) and behind a mask (`2 * v + 1`). A vertex is a field by its number, or, behind
all fields, what a node holds under any name that nobody ever stated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from lineage_pipeline.graph.adjacency import adjacency
from lineage_pipeline.graph.column_edges import ColumnEdges, read_column_edges
from lineage_pipeline.graph.nodes import read_nodes

if TYPE_CHECKING:
    from datetime import datetime

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
    """

    nodes: Nodes
    fields: pl.DataFrame
    edges: ColumnEdges
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
        return self._closure(node, name, depth, self._adjacent("upstream", include_indirect))

    def downstream(
        self, node: str, name: str, depth: int | None = None, *, include_indirect: bool = True
    ) -> pl.DataFrame:
        """Return what `lineage.column_downstream` returns: a row per field that it goes into."""
        return self._closure(node, name, depth, self._adjacent("downstream", include_indirect))

    def knows(self, node: str, name: str) -> bool:
        """Tell whether a node, or what an alias stands for, was ever stated to have a field."""
        vertices = [self._vertex(number, name) for number in self.nodes.find(node).tolist()]
        return any(vertex < len(self.fields) for vertex in vertices)

    def _adjacent(self, direction: str, include_indirect: bool) -> Adjacency:  # noqa: FBT001
        if (direction, include_indirect) not in self._made:
            edges = (
                self.edges if include_indirect else self.edges.where(self.edges.is_indirect == 0)
            )
            count, holder = len(self.fields), self.fields["node_number"].to_numpy()
            if direction == "upstream":
                unnamed = np.arange(len(self.nodes.frame), dtype=np.int32)
                vertices = np.arange(count + len(unnamed), dtype=np.int32)
                named = edges.spread(vertices, np.concatenate([holder, unnamed]))
                near, far = named.target, named.source
            else:
                known = np.flatnonzero(self.fields["is_known"].to_numpy()).astype(np.int32)
                named = edges.spread(known, holder[known])
                near, far = named.source, named.target
            self._made[direction, include_indirect] = adjacency(
                np.concatenate([2 * near, 2 * near + 1]),
                np.concatenate([2 * far + named.is_masking, 2 * far + 1]),
                2 * (count + len(self.nodes.frame)),
            )
        return self._made[direction, include_indirect]

    def _closure(
        self, node: str, name: str, depth: int | None, adjacent: Adjacency
    ) -> pl.DataFrame:
        start = [self._vertex(number, name) for number in self.nodes.find(node).tolist()]
        return self._reached(adjacent.reach(2 * np.array(start, np.int32), depth), name)

    def _vertex(self, node: int, name: str) -> int:
        """Return the field called so, or what stands for fields of the node that nobody stated."""
        holder = self.fields["node_number"]
        first, last = holder.search_sorted(node, "left"), holder.search_sorted(node, "right")
        found = (self.fields["field"][first:last] == name).arg_true()
        return first + found[0] if len(found) else len(self.fields) + node

    def _reached(self, reach: Reach, name: str) -> pl.DataFrame:
        vertices, first, place = np.unique(
            reach.vertices >> 1, return_index=True, return_inverse=True
        )
        is_masked = np.ones(len(vertices), np.bool_)
        is_masked[place[reach.vertices % 2 == 0]] = False
        count, depths = len(self.fields), reach.depths[first]
        holder = np.append(self.fields["node_number"].to_numpy(), np.int32(0))
        node = np.where(vertices < count, holder[np.minimum(vertices, count)], vertices - count)
        order = np.lexsort((vertices, node, depths))
        names = pl.concat([self.fields["field"], pl.Series([name], dtype=pl.String)])
        return pl.DataFrame(
            {
                "node_id": self.nodes.frame["node_id"][node[order]],
                "field": names[np.minimum(vertices, count)[order]],
                "depth": depths[order],
                "is_masked": is_masked[order],
                "is_cut": np.full(len(order), reach.is_cut, np.bool_),
            }
        )


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
    return ColumnGraph(
        nodes or read_nodes(warehouse, known_at),
        pl.DataFrame(warehouse.table("graph_field", **times)).rechunk(),
        read_column_edges(warehouse.table("graph_column_flow", **times)),
    )
