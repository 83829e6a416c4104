"""The closures of the warehouse and of the graph are those of networkx, whatever the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lineage_pipeline.graph import adjacency, plain_walk
from lineage_pipeline.graph.graph import open_graph
from lineage_pipeline.warehouse.query import Warehouse
from tests.properties.open_warehouse import day, held_in, writable
from tests.workspaces import renumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

Graph = list[tuple[int, int]]
Spell = tuple[int, int | None]
Edge = tuple[int, int, int, Spell, Spell]
Question = tuple[str, int, int | None]
Times = tuple[int | None, int | None]

SIZE: Final = 9
VERTEX: Final = st.integers(0, SIZE - 1)
GRAPHS: Final = st.lists(st.tuples(VERTEX, VERTEX), max_size=24)
SPELL: Final = st.tuples(st.integers(1, 3), st.one_of(st.none(), st.integers(4, 6)))
EDGES: Final = st.lists(st.tuples(VERTEX, VERTEX, st.integers(0, 2), SPELL, SPELL), max_size=24)
DEPTH: Final = st.one_of(st.none(), st.integers(0, 4))
TIME: Final = st.one_of(st.none(), st.integers(0, 7))
TIMES: Final = st.tuples(TIME, TIME)
QUESTION: Final = st.tuples(st.sampled_from(("upstream", "downstream")), VERTEX, DEPTH)
JOB_QUESTION: Final = st.tuples(
    st.sampled_from(("upstream", "downstream")), st.integers(0, 2), DEPTH
)
PROPERTY: Final = settings(
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds nodes `0` to `8`, three jobs and no edges."""
    with writable(tmp_path_factory.mktemp("closure")) as connection:
        connection.execute(
            "insert into lineage.node_history (node_id, kind, known_from_at) "
            "select range::varchar, 'dataset', $first from range($size) "
            "union all select 'job:' || range, 'job', $first from range(3)",
            {"size": SIZE, "first": day(0)},
        )
        yield connection


@pytest.fixture(params=["compiled", "plain"])
def walks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walk by what the build compiled, then as where it could not."""
    if request.param == "plain":
        monkeypatch.setattr(adjacency, "walk", plain_walk)
    else:
        assert adjacency.walk is not plain_walk


@PROPERTY
@given(edges=GRAPHS, closed=GRAPHS, question=QUESTION)
def test_closure_is_that_of_the_edges_that_hold(
    empty: duckdb.DuckDBPyConnection,
    edges: Graph,
    closed: Graph,
    question: Question,
) -> None:
    direction, start, max_depth = question
    held = [(*edge, 0, (1, None), (1, None)) for edge in (*edges, *edges[:3])]
    ended: list[Edge] = [
        (*edge, 0, (1, None), (1, 4)) if sum(edge) % 2 else (*edge, 0, (1, 4), (1, None))
        for edge in closed
    ]
    put(empty, [*held, *ended])

    found = empty.execute(
        f"select node_id, depth from lineage.{direction}($start, max_depth := $depth)",
        {"start": str(start), "depth": max_depth},
    ).fetchall()
    assert sorted(found) == sorted(depths(edges, direction, start, max_depth))


@PROPERTY
@given(edges=EDGES, question=QUESTION, at=TIMES)
@pytest.mark.usefixtures("walks")
def test_graph_answers_as_the_macros_do_at_any_time(
    empty: duckdb.DuckDBPyConnection,
    edges: list[Edge],
    question: Question,
    at: Times,
) -> None:
    direction, start, max_depth = question
    put(empty, edges)
    times = dict(zip(("as_of", "known_at"), map(day, at), strict=True))
    graph = open_graph(Warehouse(empty), **times)

    for asked in (direction, f"{direction}_jobs"):
        told = empty.sql(
            f"from lineage.{asked}($node, max_depth := $depth, as_of := $as_of, "
            "known_at := $known_at)",
            params={"node": str(start), "depth": max_depth, **times},
        ).pl()
        assert_frame_equal(getattr(graph, asked)(str(start), max_depth), told)
    holding = [(source, target) for source, target, _, *spells in edges if held_in(spells, at)]
    found = getattr(graph, direction)(str(start), max_depth)
    expected = depths(holding, direction, start, max_depth)
    assert sorted(found.select("node_id", "depth").rows()) == sorted(expected)
    whole = depths(holding, direction, start, None)
    assert set(found["is_cut"]) == {len(whole) > len(expected)}


@PROPERTY
@given(edges=EDGES, question=JOB_QUESTION, at=TIMES)
def test_closure_of_a_job_is_that_of_what_it_reads_or_writes(
    empty: duckdb.DuckDBPyConnection, edges: list[Edge], question: Question, at: Times
) -> None:
    direction, job, max_depth = question
    put(empty, edges)
    times = dict(zip(("as_of", "known_at"), map(day, at), strict=True))

    told = empty.sql(
        f"from lineage.{direction}($node, max_depth := $depth, as_of := $as_of, "
        "known_at := $known_at)",
        params={"node": f"job:{job}", "depth": max_depth, **times},
    ).pl()
    found = getattr(open_graph(Warehouse(empty), **times), direction)(f"job:{job}", max_depth)

    assert_frame_equal(found, told)
    held = [(source, target, by) for source, target, by, *spells in edges if held_in(spells, at)]
    near = {ends[direction == "downstream"] for *ends, by in held if by == job}
    expected = {f"job:{job}": 0}
    for node in near:
        for name, depth in depths([edge[:2] for edge in held], direction, node, None):
            expected[name] = min(depth + 1, expected.get(name, depth + 1))
    within = {name: n for name, n in expected.items() if max_depth is None or n <= max_depth}
    assert dict(told.select("node_id", "depth").rows()) == within
    assert set(told["is_cut"]) == {len(within) < len(expected)}


@pytest.mark.usefixtures("walks")
def test_an_unknown_node_has_no_rows(empty: duckdb.DuckDBPyConnection) -> None:
    put(empty, [(0, 1, 0, (1, None), (1, None))])
    found = open_graph(Warehouse(empty)).upstream("nowhere")
    assert found.is_empty()
    assert found.schema == empty.sql("from lineage.upstream('nowhere')").pl().schema


@pytest.mark.usefixtures("walks")
@pytest.mark.parametrize("size", [1, 2_000])
def test_a_long_chain_and_a_long_cycle_end(size: int) -> None:
    numbers = pl.Series(range(size), dtype=pl.Int32).to_numpy()
    cycle = adjacency.adjacency(numbers, (numbers + 1) % size, size)
    reach = cycle.reach(numbers[:1], None)
    assert reach.depths.tolist() == reach.vertices.tolist() == list(range(size))
    assert set(cycle.components().tolist()) == {0}
    chain = adjacency.adjacency(numbers[:-1], numbers[1:], size)
    assert len(set(chain.components().tolist())) == size


def depths(
    edges: Graph, direction: str, start: int, max_depth: int | None
) -> list[tuple[str, int]]:
    """Return what networkx reaches, and how far it is."""
    graph = nx.DiGraph(edges)
    graph.add_node(start)
    walked = graph.reverse() if direction == "upstream" else graph
    found = nx.single_source_shortest_path_length(walked, start, cutoff=max_depth)
    return [(str(node), depth) for node, depth in found.items()]


def put(connection: duckdb.DuckDBPyConnection, edges: list[Edge]) -> None:
    """Make these the edges of the warehouse: source, target, job, valid and known days."""
    connection.execute("truncate lineage.edge")
    columns: dict[str, list[Any]] = {
        "source_node_id": [str(edge[0]) for edge in edges],
        "target_node_id": [str(edge[1]) for edge in edges],
        "job_node_id": [f"job:{edge[2]}" for edge in edges],
    }
    for place, name in ((3, "valid"), (4, "known")):
        for end, side in ((0, "from"), (1, "to")):
            columns[f"{name}_{side}_at"] = [day(edge[place][end]) for edge in edges]  # type: ignore[misc,index]
    schema = {
        name: pl.String if name.endswith("id") else pl.Datetime("us", "UTC") for name in columns
    }
    frame = pl.DataFrame(columns, schema=schema)
    connection.register("edges", frame)
    connection.execute("insert into lineage.edge by name from edges")
    renumber(connection)
