"""The graph of datasets, models and deployments as it was at one time: closures both ways."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from lineage_pipeline.graph.adjacency import Adjacency, Reach, adjacency
from lineage_pipeline.graph.nodes import Nodes, read_nodes

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl
    from numpy.typing import NDArray

    from lineage_pipeline.warehouse.query import Warehouse


_FARTHEST: Final = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Graph:
    """Edges that held at one time, as they were known at one time.

    Attributes:
        nodes: every node that was ever believed, jobs too.
        source: the number of the node that each edge comes from.
        target: the number of the node that it goes to.
        job: the number of the job that moves the data; -1 where none is known.
        is_implied: whether it leads from a model version to its model, which the job does not read
            it for; None: of no edge.
    """

    nodes: Nodes
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    job: NDArray[np.int32]
    is_implied: NDArray[np.bool_] | None = None

    def upstream(self, node: str, depth: int | None = None) -> pl.DataFrame:
        """Return what `lineage.upstream` returns: a row per node from which data reaches `node`.

        Args:
            node: an identifier or an alias; an unknown one has no rows. Of a job, what it reads is
                one step away.
            depth: how many steps at most; None is any number.
        """
        return self._closure(node, depth, self.sources, self.source)

    def downstream(self, node: str, depth: int | None = None) -> pl.DataFrame:
        """Return what `lineage.downstream` returns: a row per node that data of `node` reaches."""
        return self._closure(node, depth, self.targets, self.target)

    def upstream_jobs(self, node: str, depth: int | None = None) -> pl.DataFrame:
        """Return the jobs by which data reaches `node`, a row each, with the columns of `upstream`.

        `node` may be a job: then what it reads counts. A job's depth is the least number of jobs
        from it to `node`, itself included; a job asked for stands at depth 0.
        """
        return self._jobs(node, depth, self.sources, self.target, self.source)

    def downstream_jobs(self, node: str, depth: int | None = None) -> pl.DataFrame:
        """Return the jobs that data of `node` reaches; as `upstream_jobs`, the other way."""
        return self._jobs(node, depth, self.targets, self.source, self.target)

    @cached_property
    def sources(self) -> Adjacency:
        """The nodes that each node's data comes from."""
        return adjacency(self.target, self.source, len(self.nodes.frame))

    @cached_property
    def targets(self) -> Adjacency:
        """The nodes that each node's data goes to."""
        return adjacency(self.source, self.target, len(self.nodes.frame))

    def _closure(
        self, node: str, depth: int | None, neighbours: Adjacency, far: NDArray[np.int32]
    ) -> pl.DataFrame:
        start = self.nodes.find(node)
        jobs = self.nodes.jobs(start)
        moved = far[self._moves(jobs)] if len(jobs) else jobs
        if not len(moved):
            return self.nodes.reached(neighbours.reach(start, depth))
        if depth == 0:
            return self.nodes.reached(Reach(start, np.zeros_like(start), is_cut=True))
        # A job has no neighbours of its own: what it moves stands one step away.
        reach = neighbours.reach(np.unique(moved), None if depth is None else depth - 1)
        vertices = np.concatenate([start, reach.vertices])
        depths = np.concatenate([np.zeros_like(start), reach.depths + 1])
        return self.nodes.reached(Reach(vertices, depths, reach.is_cut))

    def _moves(self, jobs: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which edges one of the jobs moves data along."""
        moves = np.isin(self.job, jobs)
        return moves if self.is_implied is None else moves & ~self.is_implied

    def _jobs(
        self,
        node: str,
        depth: int | None,
        neighbours: Adjacency,
        near: NDArray[np.int32],
        far: NDArray[np.int32],
    ) -> pl.DataFrame:
        start = self.nodes.find(node)
        is_its_own = np.isin(self.job, start)
        seeds = np.union1d(far[is_its_own], start).astype(np.int32)
        reach = neighbours.reach(seeds, depth)
        distance = np.full(neighbours.count, _FARTHEST, np.int32)
        distance[reach.vertices] = reach.depths
        least = np.full(neighbours.count, _FARTHEST, np.int32)
        moving = (distance[near] < _FARTHEST) & (self.job >= 0)
        np.minimum.at(least, self.job[moving], distance[near[moving]] + 1)
        least[self.nodes.jobs(start)] = 0
        jobs = np.flatnonzero(least < _FARTHEST).astype(np.int32)
        near_enough = jobs if depth is None else jobs[least[jobs] <= depth]
        order = near_enough[np.argsort(least[near_enough], kind="stable")]
        return self.nodes.reached(Reach(order, least[order], len(order) < len(jobs)))


def open_graph(
    warehouse: Warehouse, as_of: datetime | None = None, known_at: datetime | None = None
) -> Graph:
    """Return the graph of a warehouse.

    Args:
        warehouse: an open one; it may be closed afterwards.
        as_of: what was true then; None is what is true now.
        known_at: what we had been told then; None is all that we know.
    """
    flow = warehouse.table("graph_flow", as_of=as_of, known_at=known_at)
    return Graph(
        read_nodes(warehouse, known_at),
        flow["source_number"].to_numpy(),
        flow["target_number"].to_numpy(),
        flow["job_number"].fill_null(-1).to_numpy(),
        flow["is_implied"].fill_null(False).to_numpy(zero_copy_only=False),  # noqa: FBT003
    )
