"""The Python API: questions to a workspace's lineage, answered as Polars frames.

    from lineage_pipeline.workspace import Workspace

    lineage = Workspace("demo")
    lineage.upstream("modelVersion:mlflow://mlflow.example.org:credit-risk:3")

`node` is always an identifier or an alias. `as_of` asks what was true then (None: what is true
now), `known_at` what we had been told then (None: all that we know); both are a datetime or ISO
8601, UTC where they name no offset. A workspace that is published again is read again.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from lineage_pipeline import changes
from lineage_pipeline.changes import Moment
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.graph import shape
from lineage_pipeline.graph.columns import open_column_graph
from lineage_pipeline.graph.graph import open_graph
from lineage_pipeline.graph.paths import paths_between
from lineage_pipeline.paths import workspace_paths
from lineage_pipeline.questions import TagQuestion, tag_proof
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.graph.columns import ColumnGraph
    from lineage_pipeline.graph.graph import Graph
    from lineage_pipeline.warehouse.query import Warehouse

    Time = datetime | str | None

MOST_GRAPHS: Final = 4
"""Graphs of different times that are kept; the one not asked for longest goes first."""


class _Key(NamedTuple):
    """Which graph: of nodes or columns, at which times, of which publication."""

    kind: str
    as_of: datetime | None
    known_at: datetime | None
    publication: tuple[int, int]


class Workspace:
    """A workspace to ask. It reads the published warehouse and never writes."""

    def __init__(self, path: Path | str = ".") -> None:
        """Ask the workspace at `path`; nothing is read yet.

        Raises:
            ConfigError: its tables could not be found under such a path.
        """
        self._paths = workspace_paths(Path(path))
        self._graphs: OrderedDict[_Key, Any] = OrderedDict()

    def upstream(
        self, node: str, depth: int | None = None, as_of: Time = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return where the data of `node` comes from, `depth` steps at most.

        A row per node, itself at depth 0, nearest first: node_id, depth (steps on the shortest
        way), kind (dataset, model, modelVersion, deployment), stage, namespace, name, is_cut (the
        same in every row: edges go on behind `depth`). The rows of the macro `lineage.upstream`.

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
        way passes a masking transformation), is_cut (as of `upstream`). The rows of the macro
        `lineage.column_upstream`.

        Raises:
            UnknownNodeError: there is no such node.
            UnknownFieldError: nobody ever stated that the node has such a field.
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
        more paths than `limit`, or longer ones than `depth`).
        """
        graph = self._known(as_of, known_at, source, target)
        return paths_between(graph, source, target, depth=depth, limit=limit).frame

    def classification(
        self, as_of: Time = None, known_at: Time = None, *, include_indirect: bool = False
    ) -> pl.DataFrame:
        """Return what tags such as personal data reach: the rows of `lineage.classification`.

        A row per node, field (None: the node as a whole) and tag: node_id, field, category, key,
        value, status (declared, derived, or possible: nobody says whether it is), depth,
        origin_node_id, origin_field, is_cut. `include_indirect` follows what only steers, too.
        """
        times = {"as_of": _instant("as_of", as_of), "known_at": _instant("known_at", known_at)}
        with open_warehouse(self._paths) as warehouse:
            asked = {"include_indirect": include_indirect, **times}
            return pl.DataFrame(warehouse.table("classification", **asked))

    def why(
        self,
        node: str,
        field: str | None = None,
        tag: str | None = None,
        as_of: Time = None,
        known_at: Time = None,
        *,
        include_indirect: bool = False,
    ) -> pl.DataFrame:
        """Return why a field is classified, or a node as a whole: the rows of `lineage.tag_path`.

        A row per tag (of the key or category `tag`, if given) and step from where it is declared,
        `reason` in words. Raises as `column_upstream`.
        """
        times = (_instant("as_of", as_of), _instant("known_at", known_at))
        asked = TagQuestion(node, field, tag, *times, include_indirect=include_indirect)
        with open_warehouse(self._paths) as warehouse:
            return pl.DataFrame(tag_proof(warehouse, asked))

    def nodes(self, pattern: str = "%") -> pl.DataFrame:
        """Return the nodes whose identifier or alias contains `pattern`; % and _ as in LIKE.

        A row per node: node_id, kind, stage, stage_rule, first_seen_at, last_seen_at, aliases.
        """
        with open_warehouse(self._paths) as warehouse:
            return pl.DataFrame(warehouse.table("node", pattern=pattern))

    def diff(
        self,
        node: str,
        from_at: Time = None,
        to_at: Time = None,
        depth: int | None = None,
        *,
        from_known_at: Time = None,
        to_known_at: Time = None,
    ) -> pl.DataFrame:
        """Return what differs upstream of a node between two times: the rows of `lineage.diff`.

        A row per difference: subject (node, edge, column, field), change (added, removed, changed,
        unknown), node_id, field, source_node_id, source_field, job_node_id, before, after, is_cut.
        """
        before = Moment(_instant("from_at", from_at), _instant("from_known_at", from_known_at))
        after = Moment(_instant("to_at", to_at), _instant("to_known_at", to_known_at))
        return self._asked(lambda warehouse: changes.diff(warehouse, node, before, after, depth))

    def version_diff(self, before: str, after: str, depth: int | None = None) -> pl.DataFrame:
        """Return what stands behind one model version and not another: as `diff`, with runs."""
        return self._asked(lambda warehouse: changes.version_diff(warehouse, before, after, depth))

    def impact(
        self,
        node: str,
        field: str | None = None,
        depth: int | None = None,
        as_of: Time = None,
        known_at: Time = None,
    ) -> pl.DataFrame:
        """Return what a change of a node, or of its field, breaks: the rows of `lineage.impact`.

        A row per thing that it reaches: kind (column, dataset, job, model, modelVersion or
        deployment), node_id, field, effect (direct, indirect or possible), is_masked, depth, stage,
        deployments (where a model version serves), owners, is_cut.
        """
        moment = Moment(_instant("as_of", as_of), _instant("known_at", known_at))
        return self._asked(lambda warehouse: changes.impact(warehouse, node, field, moment, depth))

    def run_upstream(
        self, run_id: str, depth: int | None = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return the exact runs behind a run, with the versions that each read.

        A row per run and dataset that it read: depth, run_id, job_node_id, state, dataset_node_id,
        dataset_version, version_basis (stated, inferred or unknown), is_ambiguous,
        written_by_run_id. Job and state are as known today.
        """
        given = {"run": run_id, "max_depth": depth, "known_at": _instant("known_at", known_at)}
        return self._asked(lambda _: changes.Question("run_upstream", given))

    def version_upstream(
        self,
        node: str,
        version: str | None = None,
        depth: int | None = None,
        known_at: Time = None,
    ) -> pl.DataFrame:
        """Return the exact runs behind a version of a node, as `run_upstream`; behind all if None.

        Raises:
            UnknownNodeError: there is no such node.
        """
        time = _instant("known_at", known_at)
        return self._asked(
            lambda warehouse: changes.version_upstream(warehouse, node, version, depth, time)
        )

    def model_datasets(self, pattern: str = "%") -> pl.DataFrame:
        """Return what model versions were trained and evaluated on: `lineage.model_dataset`."""
        return self._asked(lambda _: changes.Question("model_dataset", {"pattern": pattern}))

    def cycles(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the nodes whose data comes back to them.

        A row per node: cycle (from 1, the largest first), size, node_id, kind, stage, namespace,
        name.
        """
        return shape.cycles(self.graph(as_of, known_at))

    def orphans(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the nodes that no edge touches: a row each, node_id to name."""
        return shape.orphans(self.graph(as_of, known_at))

    def dead_ends(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the datasets that are written and never read: a row each, node_id to name."""
        return shape.dead_ends(self.graph(as_of, known_at))

    def coverage(self, known_at: Time = None) -> str:
        """Return a sentence on what answers rest on, by `known_at`, and what is missing from it."""
        with open_warehouse(self._paths) as warehouse:
            return warehouse.coverage_note(_instant("known_at", known_at))

    def graph(self, as_of: Time = None, known_at: Time = None) -> Graph:
        """Return the graph of nodes at these times."""
        graph: Graph = self._kept("nodes", as_of, known_at, open_graph)
        return graph

    def column_graph(self, as_of: Time = None, known_at: Time = None) -> ColumnGraph:
        """Return the graph of columns at these times."""
        graph: ColumnGraph = self._kept("columns", as_of, known_at, open_column_graph)
        return graph

    def _asked(self, question: Callable[[Warehouse], changes.Question]) -> pl.DataFrame:
        with open_warehouse(self._paths) as warehouse:
            asked = question(warehouse)
            return pl.DataFrame(warehouse.table(asked.name, **asked.given))

    def _kept(
        self,
        kind: str,
        as_of: Time,
        known_at: Time,
        opened: Callable[[Warehouse, datetime | None, datetime | None], Any],
    ) -> Any:
        times = (_instant("as_of", as_of), _instant("known_at", known_at))
        key = _Key(kind, *times, self._publication())
        if key not in self._graphs:
            with open_warehouse(self._paths) as warehouse:
                self._graphs[key] = opened(warehouse, *times)
        self._graphs.move_to_end(key)
        while len(self._graphs) > MOST_GRAPHS:
            self._graphs.popitem(last=False)
        return self._graphs[key]

    def _publication(self) -> tuple[int, int]:
        """Return what tells one published file from the next; it is replaced, never changed."""
        try:
            stat = self._paths.warehouse.stat()
        except FileNotFoundError:
            return (0, 0)
        return (stat.st_ino, stat.st_mtime_ns)

    def _known(self, as_of: Time, known_at: Time, *nodes: str) -> Graph:
        """Return the graph at these times, once it is sure that it knows the nodes."""
        graph = self.graph(as_of, known_at)
        for node in nodes:
            if not len(graph.nodes.find(node)):
                with open_warehouse(self._paths) as warehouse:
                    warehouse.require_node(node, _instant("known_at", known_at))
        return graph

    def _known_field(self, as_of: Time, known_at: Time, node: str, field: str) -> ColumnGraph:
        """Return the graph at these times, once it is sure that the node has had the field."""
        graph = self.column_graph(as_of, known_at)
        if not graph.knows(node, field):
            with open_warehouse(self._paths) as warehouse:
                warehouse.require_node(node, _instant("known_at", known_at))
                warehouse.require_field(node, field)
        return graph


def _instant(name: str, time: Time) -> datetime | None:
    """Return the time in UTC.

    Raises:
        ConfigError: it is a text that tells no time.
    """
    if time is None:
        return None
    try:
        instant = time if isinstance(time, datetime) else datetime.fromisoformat(time)
    except ValueError:
        raise ConfigError(
            f"{name}: {time!r} is no time; write one like 2026-09-30T12:00:00Z"
        ) from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
