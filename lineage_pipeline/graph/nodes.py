"""The nodes of a graph by number, found by identifier or alias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lineage_pipeline.graph.adjacency import Reach
    from lineage_pipeline.warehouse.query import Warehouse

COLUMNS: Final = ("node_id", "depth", "kind", "stage", "namespace", "name", "is_cut")
"""The columns of a closure, those of the macro `lineage.upstream`."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Every node that was ever believed; its row in `frame` is its number.

    Attributes:
        frame: node_id, kind, stage, namespace, name; in the order of node_id.
        aliases: alias_node_id, number, precedence; in that order.
        precedence: of each node, as in the macro `graph.meant`: 0 is one as it was known at the
            time that was asked for, 2 one of today alone; null is neither.
    """

    frame: pl.DataFrame
    aliases: pl.DataFrame
    precedence: pl.Series

    def find(self, node: str) -> NDArray[np.int32]:
        """Return the number of a node, or those for which an alias stands; none if unknown.

        What nobody had told of at the time that was asked for means what it means today.
        """
        ids = self.frame["node_id"]
        place = ids.search_sorted(node)
        precedence = self.precedence[place] if place < len(ids) and ids[place] == node else None
        if precedence == 0:
            return np.array([place], np.int32)
        meant = self.aliases.filter(pl.col("alias_node_id") == node)
        if precedence is not None:
            own = pl.DataFrame([[node], [place], [precedence]], self.aliases.schema)
            meant = pl.concat([own, meant])
        first = meant.filter(pl.col("precedence") == pl.col("precedence").min())
        return first["number"].cast(pl.Int32).to_numpy()

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Which of them are nodes, as it was known at the time that was asked for."""
        return (self.precedence == 0).fill_null(value=False).to_numpy()

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


def read_nodes(warehouse: Warehouse, known_at: datetime | None = None) -> Nodes:
    """Return the nodes of a warehouse, with the stages and aliases that were known at `known_at`.

    What is an alias today may have been a node then, so every node that ever was has its number.
    """
    frame = pl.DataFrame(warehouse.table("graph_node", known_at=known_at)).rechunk()
    # They lie in order, and to sort them costs half of what it takes to read them: so look first.
    if not frame["number"].is_sorted():
        frame = frame.sort("number")
    return Nodes(
        frame.drop("number", "precedence"),
        pl.DataFrame(warehouse.table("graph_alias", known_at=known_at)),
        frame["precedence"],
    )
