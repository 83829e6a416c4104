"""Paths and shapes in SQL are those of the graph in memory, whatever the edges and the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lineage_pipeline.graph.graph import open_graph
from lineage_pipeline.graph.paths import paths_between
from lineage_pipeline.graph.shape import cycles, dead_ends, orphans
from lineage_pipeline.warehouse.query import Warehouse
from tests.properties.open_warehouse import day, writable
from tests.properties.test_closure import EDGES, PROPERTY, SIZE, TIMES, VERTEX, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from tests.properties.test_closure import Edge, Times

RUNGS: Final = 60
BOUNDS: Final = st.tuples(
    st.one_of(st.none(), st.integers(0, 5)), st.one_of(st.just(10_000), st.integers(1, 5))
)
MACROS: Final = {"cycle": cycles, "orphan": orphans, "dead_end": dead_ends}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds nodes `0` to `8`, three jobs and no edges."""
    with writable(tmp_path_factory.mktemp("shapes")) as connection:
        know(connection, SIZE)
        yield connection


@PROPERTY
@given(edges=EDGES, at=TIMES)
def test_shapes_are_those_of_the_graph(
    empty: duckdb.DuckDBPyConnection, edges: list[Edge], at: Times
) -> None:
    put(empty, edges)
    times = dict(zip(("as_of", "known_at"), map(day, at), strict=True))
    graph = open_graph(Warehouse(empty), **times)

    for macro, shape in MACROS.items():
        told = ask(empty, f"{macro}(as_of := $as_of, known_at := $known_at)", **times)
        assert_frame_equal(told, shape(graph))


@PROPERTY
@given(
    edges=EDGES,
    ends=st.tuples(VERTEX, VERTEX),
    bounds=BOUNDS,
    at=TIMES,
    is_forward=st.booleans(),
)
def test_paths_are_those_of_the_graph(
    empty: duckdb.DuckDBPyConnection,
    edges: list[Edge],
    ends: tuple[int, int],
    bounds: tuple[int | None, int],
    at: Times,
    *,
    is_forward: bool,
) -> None:
    if is_forward:
        edges = [(min(edge[:2]), max(edge[:2]), *edge[2:]) for edge in edges if edge[0] != edge[1]]
    put(empty, edges)
    times = dict(zip(("as_of", "known_at"), map(day, at), strict=True))
    depth, limit = bounds
    source, target = map(str, ends)

    told = ask(
        empty,
        "path($source, $target, max_paths := $limit, max_depth := $depth, as_of := $as_of, "
        "known_at := $known_at)",
        source=source,
        target=target,
        limit=limit,
        depth=depth,
        **times,
    )

    graph = open_graph(Warehouse(empty), **times)
    found, _ = paths_between(graph, source, target, depth=depth, limit=limit)
    assert_frame_equal(told.drop("is_cut"), found.drop("is_cut"))
    if is_forward or depth is None:
        assert told["is_cut"].equals(found["is_cut"])
    else:
        # Through a cycle, SQL does not follow a way that is too long to see whether it arrives.
        assert not (found["is_cut"] & ~told["is_cut"]).any()


def test_paths_up_a_ladder_stop_at_the_bound(empty: duckdb.DuckDBPyConnection) -> None:
    """2^60 paths lead up the ladder; asked for ten, SQL gives the same ten as the graph."""
    size = RUNGS * 3 + 1
    edges = [
        (rung * 3 + low, rung * 3 + high)
        for rung in range(RUNGS)
        for low, high in ((0, 1), (0, 2), (1, 3), (2, 3))
    ]
    know(empty, size)
    put(empty, [(*edge, 0, (1, None), (1, None)) for edge in edges])

    told = ask(empty, "path('0', '180', max_paths := 10)")

    found, is_cut = paths_between(open_graph(Warehouse(empty)), "0", "180", limit=10)
    assert_frame_equal(told, found)
    assert is_cut
    assert told["path"].n_unique() == 10
    assert told["is_cut"].all()
    know(empty, SIZE)


def test_a_thicket_is_cut_where_its_ways_outnumber_what_sql_follows(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    thicket = [(one, other) for one in range(1, 7) for other in range(1, 7) if one != other]
    ways = [(0, 1), *thicket, (6, 8)]
    put(empty, [(*edge, 0, (1, None), (1, None)) for edge in ways])

    whole = ask(empty, "path('0', '8')")
    few = ask(empty, "path('0', '8', max_paths := 3, max_walks := 4)")

    assert not whole["is_cut"].any()
    assert whole["path"].n_unique() == 1 + 4 + 12 + 24 + 24
    assert few["is_cut"].all()
    assert 1 <= few["path"].n_unique() <= 3
    assert few.filter(pl.col("path") == 1)["node_id"].to_list() == ["0", "1", "6", "8"]


def test_a_cycle_longer_than_sql_walks_is_said_to_be_cut(empty: duckdb.DuckDBPyConnection) -> None:
    put(empty, [(one, (one + 1) % SIZE, 0, (1, None), (1, None)) for one in range(SIZE)])

    assert not ask(empty, "cycle()")["is_cut"].any()
    cut = ask(empty, "cycle(max_steps := 3)")
    assert cut["is_cut"].all()
    assert len(cut) == SIZE
    assert cut["cycle"].null_count() == cut["size"].null_count() == SIZE


@PROPERTY
@given(edges=EDGES, steps=st.integers(0, 4))
def test_what_sql_numbers_before_it_stops_is_whole(
    empty: duckdb.DuckDBPyConnection, edges: list[Edge], steps: int
) -> None:
    put(empty, edges)

    told = ask(empty, f"cycle(max_steps := {steps})")

    whole = cycles(open_graph(Warehouse(empty)))
    known = told.filter(~pl.col("is_cut"))
    groups = {frozenset(one) for one in whole.group_by("cycle").agg("node_id")["node_id"]}
    found = known.group_by("cycle", maintain_order=True).agg("node_id", pl.first("size"))
    assert {*map(frozenset, found["node_id"])} <= groups
    assert found["node_id"].list.len().to_list() == found["size"].to_list()
    assert found["cycle"].to_list() == list(range(1, len(found) + 1))
    left = told.filter("is_cut")
    assert left["cycle"].null_count() == left["size"].null_count() == len(left)
    assert {*whole["node_id"]} <= {*told["node_id"]}
    assert told["is_cut"].is_sorted()


def test_a_long_ring_and_a_thicket_that_nothing_connects_are_two_cycles(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    ring = [(one, (one + 1) % 2_500) for one in range(2_500)]
    thicket = [(one, other) for one in range(3_000, 3_009) for other in range(3_000, 3_009)]
    chain = [(one, one + 1) for one in range(4_000, 5_500)]
    know(empty, 5_501)
    put(empty, [(*edge, 0, (1, None), (1, None)) for edge in ring + thicket + chain])

    told = ask(empty, "cycle()")
    assert told.group_by("cycle", "size").len().sort("cycle").rows() == [
        (1, 2_500, 2_500), (2, 9, 9),
    ]  # fmt: skip
    assert not told["is_cut"].any()
    few = ask(empty, "cycle(max_steps := 4)")
    assert few["is_cut"].any()
    assert {*few.filter("is_cut")["size"]} == {None}
    know(empty, SIZE)


def test_a_path_along_a_long_chain_is_found_or_said_to_be_hidden(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    know(empty, 1_501)
    put(empty, [(one, one + 1, 0, (1, None), (1, None)) for one in range(1_500)])

    whole = ask(empty, "path('0', '1500')")
    assert whole["step"].to_list() == list(range(1_501))
    assert not whole["is_cut"].any()
    for bound in ("max_steps := 1000", "max_depth := 1499"):
        hidden = ask(empty, f"path('0', '1500', {bound})")
        assert hidden.rows() == [(*[None] * 7, True)]
    assert ask(empty, "path('1500', '0', max_depth := 1)").is_empty()
    know(empty, SIZE)


def ask(connection: duckdb.DuckDBPyConnection, call: str, **given: Any) -> pl.DataFrame:
    """Return the rows of a macro of lineage."""
    return connection.sql(f"from lineage.{call}", params=given).pl()


def know(connection: duckdb.DuckDBPyConnection, size: int) -> None:
    """Have these many nodes, and three jobs, from the first day on."""
    connection.execute("truncate lineage.node_history")
    connection.execute(
        "insert into lineage.node_history (node_id, kind, known_from_at) "
        "select range::varchar, 'dataset', $first from range($size) "
        "union all select 'job:' || range, 'job', $first from range(3)",
        {"size": size, "first": day(0)},
    )
