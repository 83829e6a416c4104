"""The closures of the warehouse are those of networkx, whatever the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import duckdb
import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

Graph = list[tuple[int, int]]

SIZE: Final = 9
VERTEX: Final = st.integers(0, SIZE - 1)
GRAPHS: Final = st.lists(st.tuples(VERTEX, VERTEX), max_size=24)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds nodes `0` to `8` and no edges, open for writing."""
    workspace = make_workspace(tmp_path_factory.mktemp("closure") / "workspace")
    deliver(workspace, {})
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute(
            "insert into lineage.node (node_id, kind) "
            "select range::varchar, 'dataset' from range($size)",
            {"size": SIZE},
        )
        yield connection


@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    edges=GRAPHS,
    closed=GRAPHS,
    question=st.tuples(
        st.sampled_from(("upstream", "downstream")),
        VERTEX,
        st.one_of(st.none(), st.integers(0, 4)),
    ),
)
def test_closure_is_that_of_the_edges_that_hold(
    empty: duckdb.DuckDBPyConnection,
    edges: Graph,
    closed: Graph,
    question: tuple[str, int, int | None],
) -> None:
    direction, start, max_depth = question
    empty.execute("truncate lineage.edge")
    for source, target in (*edges, *edges[:3]):
        insert(empty, source, target, ended=False)
    for source, target in closed:
        insert(empty, source, target, ended=True)

    found = empty.execute(
        f"select node_id, depth from lineage.{direction}($start, max_depth := $depth)",
        {"start": str(start), "depth": max_depth},
    ).fetchall()
    graph = nx.DiGraph(edges)
    graph.add_node(start)
    walked = graph.reverse() if direction == "upstream" else graph
    depths = nx.single_source_shortest_path_length(walked, start, cutoff=max_depth)
    assert sorted(found) == sorted((str(node), depth) for node, depth in depths.items())


def insert(connection: duckdb.DuckDBPyConnection, source: int, target: int, *, ended: bool) -> None:
    """Add an edge that holds, or one that no longer does, or that nobody believes any more."""
    ending = ("valid_to_at", "known_to_at")[(source + target) % 2]
    connection.execute(
        "insert into lineage.edge (source_node_id, target_node_id, valid_from_at, known_from_at, "
        f"{ending}) values ($source, $target, '2026-01-01', '2026-01-01', $ended)",
        {"source": str(source), "target": str(target), "ended": "2026-02-01" if ended else None},
    )
