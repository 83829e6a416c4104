"""Edges between fields by number, and what those mean that end at a whole dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


class ColumnEdges(NamedTuple):
    """Edges between fields, a column each; truths are 0 and 1.

    `target` is -1 where all of `target_node` depends on the source.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    target_node: NDArray[np.int32]
    is_masking: NDArray[np.int32]
    is_indirect: NDArray[np.int32]

    def where(self, kept: NDArray[np.bool_ | np.int64]) -> ColumnEdges:
        """Return those that are kept, by truth or by place."""
        return ColumnEdges(*(column[kept] for column in self))

    def spread(self, fields: NDArray[np.int32], holder: NDArray[np.int32]) -> ColumnEdges:
        """Return the edges, those to whole datasets as one to each of its fields.

        Args:
            fields: the fields that count.
            holder: the node that holds each of them.
        """
        named, whole = self.where(self.target >= 0), self.where(self.target < 0)
        by_holder = np.argsort(holder, kind="stable")
        first = np.searchsorted(holder, whole.target_node, "left", by_holder)
        counts = np.searchsorted(holder, whole.target_node, "right", by_holder) - first
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        places = np.repeat(first - ends + counts, counts) + np.arange(total)
        spread = whole.where(np.repeat(np.arange(len(counts)), counts))._replace(
            target=fields[by_holder[places]]
        )
        return ColumnEdges(
            *(np.concatenate(columns) for columns in zip(named, spread, strict=True))
        )


def read_column_edges(table: pa.Table) -> ColumnEdges:
    """Return the edges of the answer to `ask.graph_column_flow`."""
    return ColumnEdges(*(table[name].to_numpy() for name in table.column_names))
