"""The nodes of a graph by number, found by identifier or alias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lineage_pipeline.graph.adjacency import Reach
    from lineage_pipeline.warehouse.query import Warehouse

COLUMNS: Final = ("node_id", "depth", "kind", "stage", "namespace", "name", "is_cut")
"""The columns of a closure, those of the macro `lineage.upstream`."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Every node; its row in `frame` is its number.

    Attributes:
        frame: node_id, kind, stage, namespace, name; in the order of node_id.
        aliases: alias_node_id, number; in that order.
    """

    frame: pl.DataFrame
    aliases: pl.DataFrame

    def find(self, node: str) -> NDArray[np.int32]:
        """Return the number of a node, or those for which an alias stands; none if unknown."""
        ids = self.frame["node_id"]
        place = ids.search_sorted(node)
        if place < len(ids) and ids[place] == node:
            return np.array([place], np.int32)
        stands_for = self.aliases.filter(pl.col("alias_node_id") == node)
        return stands_for["number"].cast(pl.Int32).to_numpy()

    def jobs(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return those of the numbers that are jobs."""
        is_job = self.frame["kind"][numbers].eq_missing("job")
        return pl.Series(numbers).filter(is_job).to_numpy()

    def rows(self, numbers: NDArray[np.int32]) -> pl.DataFrame:
        """Return the rows of these nodes, in this order."""
        return self.frame[numbers]

    def reached(self, reach: Reach) -> pl.DataFrame:
        """Return a closure, one row per node: node_id, depth, kind, stage, namespace, name, is_cut.

        `is_cut`, the same in every row: edges go on behind the depth that was asked for.
        """
        frame = self.rows(reach.vertices)
        depths = pl.Series("depth", reach.depths)
        cut = pl.Series("is_cut", [reach.is_cut]).new_from_index(0, len(frame))
        return frame.with_columns(depths, cut).select(COLUMNS)


def read_nodes(warehouse: Warehouse) -> Nodes:
    """Return the nodes of a warehouse."""
    frame = pl.DataFrame(warehouse.table("graph_node")).rechunk()
    # They lie in order, and to sort them costs half of what it takes to read them: so look first.
    if not frame["number"].is_sorted():
        frame = frame.sort("number")
    return Nodes(frame.drop("number"), pl.DataFrame(warehouse.table("graph_alias")))
