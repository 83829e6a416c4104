"""The Python API: questions to a workspace's lineage, answered as Polars frames.

    from lineage_pipeline.workspace import Workspace

    lineage = Workspace("demo")
    lineage.upstream("modelVersion:mlflow://mlflow.example.org:credit-risk:3")

`node` is always an identifier or an alias. `as_of` asks what was true then (None: what is true
now), `known_at` what we had been told then (None: all that we know); both are a datetime or ISO
8601, UTC where they name no offset. A workspace that is published again is read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lineage_pipeline.asking.cards import CardQuestions
from lineage_pipeline.asking.change import ChangeQuestions
from lineage_pipeline.asking.opened import instant
from lineage_pipeline.asking.runs import RunQuestions
from lineage_pipeline.asking.sql import SqlQuestions
from lineage_pipeline.asking.tags import TagQuestions
from lineage_pipeline.graph import shape
from lineage_pipeline.graph.paths import paths_between
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from lineage_pipeline.asking.opened import Time


class Workspace(CardQuestions, ChangeQuestions, RunQuestions, SqlQuestions, TagQuestions):
    """A workspace to ask. It reads the published warehouse; of `sql` the log is told."""

    def upstream(
        self, node: str, depth: int | None = None, as_of: Time = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return where the data of `node` comes from, `depth` steps at most.

        A row per node, itself at depth 0, nearest first: node_id, depth (steps on the shortest
        way), kind (dataset, model, modelVersion, deployment), stage, namespace, name, is_cut (the
        same in every row: edges go on behind `depth`). The rows of the macro `lineage.upstream`.
        Of a job, what it reads is one step away; other jobs are in `upstream_jobs`.

        Raises:
            UnknownNodeError: there is no such node.
        """
        return self._known(as_of, known_at, node).upstream(node, depth)

    def downstream(
        self, node: str, depth: int | None = None, as_of: Time = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return where the data of `node` goes to; rows and columns as of `upstream`."""
        return self._known(as_of, known_at, node).downstream(node, depth)

    def upstream_jobs(
        self, node: str, depth: int | None = None, as_of: Time = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return the jobs by which data reaches `node`, which may be a job itself.

        A row per job, columns as of `upstream`; depth counts jobs on the shortest way, and a job
        that was asked for stands at depth 0.
        """
        return self._known(as_of, known_at, node).upstream_jobs(node, depth)

    def downstream_jobs(
        self, node: str, depth: int | None = None, as_of: Time = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return the jobs that data of `node` reaches; rows and columns as of `upstream_jobs`."""
        return self._known(as_of, known_at, node).downstream_jobs(node, depth)

    def column_upstream(
        self,
        node: str,
        field: str,
        depth: int | None = None,
        as_of: Time = None,
        known_at: Time = None,
        *,
        include_indirect: bool = True,
    ) -> pl.DataFrame:
        """Return what a field is made of and, unless told not to, steered by.

        A row per field, itself at depth 0, nearest first: node_id, field, depth, is_masked (every
        way passes a masking transformation), is_cut (as of `upstream`). With each field come what
        lies inside it and around it, at its depth; `field` is null where lineage names a whole node
        as the source. The rows of the macro `lineage.column_upstream`.

        Raises:
            UnknownNodeError: there is no such node.
            UnknownFieldError: nobody ever stated that the node has such a field, one inside it or
                one around it.
        """
        graph = self._known_field(as_of, known_at, node, field)
        return graph.upstream(node, field, depth, include_indirect=include_indirect)

    def column_downstream(
        self,
        node: str,
        field: str,
        depth: int | None = None,
        as_of: Time = None,
        known_at: Time = None,
        *,
        include_indirect: bool = True,
    ) -> pl.DataFrame:
        """Return what a field goes into; rows and columns as of `column_upstream`."""
        graph = self._known_field(as_of, known_at, node, field)
        return graph.downstream(node, field, depth, include_indirect=include_indirect)

    def paths(
        self,
        source: str,
        target: str,
        depth: int | None = None,
        as_of: Time = None,
        known_at: Time = None,
        *,
        limit: int = 100,
    ) -> pl.DataFrame:
        """Return the ways from one node to another, each through a node once at most.

        A row per path and node on it: path (from 1, the shortest first), step (from 0, at
        `source`), node_id, kind, stage, namespace, name, is_cut (the same in every row: there are
        more paths than `limit`, or longer ones than `depth`). Where all are longer, one row says so
        that is null but for `is_cut`: no rows mean that no way leads there.
        """
        graph = self._known(as_of, known_at, source, target)
        return paths_between(graph, source, target, depth=depth, limit=limit).frame

    def nodes(self, pattern: str = "%", known_at: Time = None) -> pl.DataFrame:
        """Return the nodes whose identifier or alias contains `pattern`; % and _ as in LIKE.

        A row per node: node_id, kind, stage, stage_rule, first_seen_at, last_seen_at (both null
        with `known_at`: they are told as known today alone), aliases.
        """
        time = instant("known_at", known_at)
        with open_warehouse(self._paths) as warehouse:
            return pl.DataFrame(warehouse.table("node", pattern=pattern, known_at=time))

    def cycles(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the nodes whose data comes back to them.

        A row per node: cycle (from 1, the largest first), size, node_id, kind, stage, namespace,
        name, is_cut (false; the macro `lineage.cycle` may stop and then leaves cycles open).
        """
        return shape.cycles(self.graph(as_of, known_at))

    def orphans(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the nodes that no edge touches: a row each, node_id to name.

        A node is one from when it was told of, `as_of` any time: also before its first event.
        """
        return shape.orphans(self.graph(as_of, known_at))

    def dead_ends(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the datasets that jobs write and nothing reads: a row each, node_id to name.

        By edges: what only a job that writes nothing reads is a dead end, too.
        """
        return shape.dead_ends(self.graph(as_of, known_at))

    def coverage(self, known_at: Time = None) -> str:
        """Return a sentence on what answers rest on, by `known_at`, and what is missing from it."""
        with open_warehouse(self._paths) as warehouse:
            return warehouse.coverage_note(instant("known_at", known_at))
