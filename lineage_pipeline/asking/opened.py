"""A workspace opened to ask: its published warehouse, and the graphs that were read from it."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.graph.columns import open_column_graph
from lineage_pipeline.graph.graph import open_graph
from lineage_pipeline.paths import workspace_paths
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

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


class OpenWorkspace:
    """A workspace to ask. It reads the published warehouse and never writes."""

    def __init__(self, path: Path | str = ".") -> None:
        """Ask the workspace at `path`; nothing is read yet.

        Raises:
            ConfigError: its tables could not be found under such a path.
        """
        self._paths = workspace_paths(Path(path))
        self._graphs: OrderedDict[_Key, Any] = OrderedDict()

    def graph(self, as_of: Time = None, known_at: Time = None) -> Graph:
        """Return the graph of nodes at these times."""
        graph: Graph = self._kept("nodes", as_of, known_at, open_graph)
        return graph

    def column_graph(self, as_of: Time = None, known_at: Time = None) -> ColumnGraph:
        """Return the graph of columns at these times."""
        graph: ColumnGraph = self._kept("columns", as_of, known_at, open_column_graph)
        return graph

    def _asked(self, question: Callable[[Warehouse], pa.Table]) -> pl.DataFrame:
        with open_warehouse(self._paths) as warehouse:
            return pl.DataFrame(question(warehouse))

    def _kept(
        self,
        kind: str,
        as_of: Time,
        known_at: Time,
        opened: Callable[[Warehouse, datetime | None, datetime | None], Any],
    ) -> Any:
        times = clocks(as_of, known_at)
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
                    warehouse.require_node(node, instant("known_at", known_at))
        return graph

    def _known_field(self, as_of: Time, known_at: Time, node: str, field: str) -> ColumnGraph:
        """Return the graph at these times, once it is sure that the node has had it, or a part."""
        graph = self.column_graph(as_of, known_at)
        if not graph.knows(node, field):
            with open_warehouse(self._paths) as warehouse:
                warehouse.require_node(node, instant("known_at", known_at))
                warehouse.require_field(node, field, or_overlapping=True)
        return graph


def clocks(as_of: Time, known_at: Time) -> tuple[datetime | None, datetime | None]:
    """Return when it was true and when we had been told, in UTC.

    Raises:
        ConfigError: one of them is a text that tells no time.
    """
    return instant("as_of", as_of), instant("known_at", known_at)


def instant(name: str, time: Time) -> datetime | None:
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
