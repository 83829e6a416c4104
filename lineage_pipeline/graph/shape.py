"""What is odd in the shape of a graph: cycles, nodes without edges, data that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from lineage_pipeline.graph.graph import Graph


def cycles(graph: Graph) -> pl.DataFrame:
    """Return the nodes whose data comes back to them, a row each.

    Columns: cycle (from 1; nodes of one cycle or of cycles that touch share it, the largest first),
    size (how many nodes share it), then node_id, kind, stage, namespace, name, is_cut (always
    false: the macro `lineage.cycle` may stop and then leaves cycles open, this does not). A node
    that is made of itself alone is a cycle of size 1.
    """
    label = graph.targets.components()
    size = np.bincount(label, minlength=1)[label] if len(label) else label
    is_looped = np.zeros(len(label), np.bool_)
    is_looped[graph.source[graph.source == graph.target]] = True
    numbers = np.flatnonzero((size > 1) | is_looped)
    _, first, place = np.unique(label[numbers], return_index=True, return_inverse=True)
    # A cycle is called by its first node, whatever numbers the walk gave.
    frame = graph.nodes.rows(numbers.astype(np.int32)).select(
        pl.Series("size", size[numbers], pl.Int32),
        pl.Series("first", first[place] if len(place) else place),
        pl.all(),
    )
    ordered = frame.sort(-pl.col("size"), "first", "node_id")
    cycle = pl.col("first").rle_id().add(1).cast(pl.Int32).alias("cycle")
    is_cut = pl.lit(value=False).alias("is_cut")
    return ordered.select(cycle, pl.exclude("first"), is_cut)


def orphans(graph: Graph) -> pl.DataFrame:
    """Return the nodes that no edge touches: neither made of anything nor used by anything.

    A row per node, jobs apart; columns: node_id, kind, stage, namespace, name.
    """
    is_alone = graph.nodes.is_known & ~(_marked(graph, graph.source) | _marked(graph, graph.target))
    return _without_jobs(graph, is_alone)


def dead_ends(graph: Graph) -> pl.DataFrame:
    """Return the datasets that jobs write and nothing reads.

    A row per dataset; columns: node_id, kind, stage, namespace, name. Models and deployments are
    where lineage is meant to end, so they do not count.
    """
    is_unread = _marked(graph, graph.target) & ~_marked(graph, graph.source)
    return _without_jobs(graph, is_unread).filter(pl.col("kind") == "dataset")


def _marked(graph: Graph, numbers: np.ndarray[tuple[int], np.dtype[np.int32]]) -> np.ndarray:
    is_marked = np.zeros(len(graph.nodes.frame), np.bool_)
    is_marked[numbers] = True
    return is_marked


def _without_jobs(graph: Graph, is_kept: np.ndarray) -> pl.DataFrame:
    numbers = np.flatnonzero(is_kept).astype(np.int32)
    return graph.nodes.rows(numbers).filter(pl.col("kind").ne_missing("job"))
