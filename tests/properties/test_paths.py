"""Paths and shapes of the graph are those of networkx, whatever the edges."""

from __future__ import annotations

from typing import Final

import networkx as nx
import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.graph.graph import Graph
from lineage_pipeline.graph.nodes import Nodes
from lineage_pipeline.graph.paths import paths_between
from lineage_pipeline.graph.shape import cycles, dead_ends, orphans

Edges = list[tuple[int, int]]

SIZE: Final = 7
VERTEX: Final = st.integers(0, SIZE - 1)
EDGES: Final = st.lists(st.tuples(VERTEX, VERTEX), max_size=22)
PROPERTY: Final = settings(database=None, deadline=None, max_examples=300)


@PROPERTY
@given(
    edges=EDGES,
    ends=st.tuples(VERTEX, VERTEX),
    depth=st.one_of(st.none(), st.integers(0, 6)),
    limit=st.one_of(st.just(10_000), st.integers(0, 6)),
)
def test_paths_are_all_simple_ones_the_shortest_first(
    edges: Edges, ends: tuple[int, int], depth: int | None, limit: int
) -> None:
    every = simple_paths(edges, *ends)
    short = [path for path in every if depth is None or len(path) <= depth + 1]

    frame, is_cut = paths_between(make_graph(edges), *map(str, ends), depth=depth, limit=limit)

    if is_cut and frame["path"].null_count():
        # One row says that a bound hides every path.
        assert frame.rows() == [(*[None] * (frame.width - 1), True)]
        assert min(limit, len(short)) == 0
        frame = frame.clear()
    elif is_cut:
        assert not frame.is_empty()
    grouped = frame.group_by("path", maintain_order=True).agg("node_id", "step")
    found = [list(map(int, path)) for path in grouped["node_id"]]
    assert grouped["path"].to_list() == list(range(1, len(found) + 1))
    assert all(list(steps) == list(range(len(steps))) for steps in grouped["step"])
    assert all(path in short for path in found)
    assert len({*map(tuple, found)}) == len(found) == min(limit, len(short))
    lengths = sorted(map(len, short))
    assert [len(path) for path in found] == lengths[: len(found)]
    assert is_cut == (len(found) < len(every))
    assert set(frame["is_cut"]) <= {is_cut}


@PROPERTY
@given(edges=EDGES)
def test_shapes_are_those_of_the_edges(edges: Edges) -> None:
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(SIZE))

    found = cycles(make_graph(edges))

    looped = [
        part
        for part in nx.strongly_connected_components(graph)
        if len(part) > 1 or graph.has_edge(*[*part] * 2)
    ]
    told = found.group_by("cycle", maintain_order=True).agg("node_id", "size")
    assert {frozenset(map(int, nodes)) for nodes in told["node_id"]} == {*map(frozenset, looped)}
    assert [len(nodes) for nodes in told["node_id"]] == [sizes[0] for sizes in told["size"]]
    assert told["cycle"].to_list() == list(range(1, len(looped) + 1))
    assert [*told["size"].list.first()] == sorted(map(len, looped), reverse=True)
    alone = [str(node) for node in range(SIZE) if not graph.degree(node)]
    assert orphans(make_graph(edges))["node_id"].to_list() == alone
    unread = [
        str(node) for node in range(SIZE) if graph.in_degree(node) and not graph.out_degree(node)
    ]
    assert dead_ends(make_graph(edges))["node_id"].to_list() == unread


def test_paths_of_a_ladder_of_sixty_rungs_are_bounded() -> None:
    """2^60 paths lead up the ladder; asked for ten, it gives ten and says that there are more."""
    edges = [
        (rung * 3 + low, rung * 3 + high)
        for rung in range(60)
        for low, high in ((0, 1), (0, 2), (1, 3), (2, 3))
    ]
    frame, is_cut = paths_between(make_graph(edges, 181), "0", "180", limit=10)
    assert frame["path"].n_unique() == 10
    assert is_cut
    assert frame.group_by("path").len()["len"].unique().to_list() == [121]


def test_paths_through_a_thicket_without_a_way_out_end() -> None:
    """Everything in the thicket reaches everything; only one vertex of it leads to the end."""
    thicket = [(one, other) for one in range(1, 40) for other in range(1, 40) if one != other]
    frame, is_cut = paths_between(make_graph([(0, 1), *thicket, (1, 40)], 41), "0", "40")
    assert frame["node_id"].to_list() == ["0", "1", "40"]
    assert not is_cut


def test_a_path_along_a_long_chain_and_round_a_long_cycle() -> None:
    size = 3_000
    edges = [(one, (one + 1) % size) for one in range(size)]
    for made in (edges[:-1], edges):
        frame, is_cut = paths_between(make_graph(made, size), "0", str(size - 1))
        assert frame["step"].to_list() == list(range(size))
        assert not is_cut


def simple_paths(edges: Edges, start: int, end: int) -> list[list[int]]:
    if start == end:
        return [[start]]
    graph = nx.DiGraph(edges)
    graph.add_nodes_from((start, end))
    return list(nx.all_simple_paths(graph, start, end))


def make_graph(edges: Edges, size: int = SIZE) -> Graph:
    """Return a graph whose nodes are called by their numbers, as sorted texts."""
    names = sorted(map(str, range(size)))
    number = {name: place for place, name in enumerate(names)}
    frame = pl.DataFrame(
        {
            "node_id": names,
            "kind": ["dataset"] * size,
            "stage": ["unknown"] * size,
            "namespace": ["db"] * size,
            "name": names,
        }
    )
    aliases = pl.DataFrame(
        schema={"alias_node_id": pl.String, "number": pl.Int32, "precedence": pl.Int32}
    )
    ends = [[number[str(edge[side])] for edge in edges] for side in (0, 1)]
    source, target = (np.array(end, np.int32) for end in ends)
    nodes = Nodes(frame, aliases, pl.zeros(len(frame), pl.Int32, eager=True))
    return Graph(nodes, source, target, np.full(len(edges), -1, np.int32))
