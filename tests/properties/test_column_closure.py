"""The column closures of the graph are those of the macros and of a plain walk, at any time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lineage_pipeline.graph import adjacency, plain_walk
from lineage_pipeline.graph.columns import open_column_graph
from lineage_pipeline.warehouse.query import Warehouse
from tests.properties.open_warehouse import day, held_in, insert, writable
from tests.workspaces import renumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

Spell = tuple[int, int | None]


class Edge(NamedTuple):
    """A column edge between nodes and fields by number; no field is the whole node."""

    source: int
    source_field: int | None
    target: int
    target_field: int | None
    kind: str | None
    is_masking: bool | None
    valid: Spell
    known: Spell


class Field(NamedTuple):
    """A field that a schema states."""

    node: int
    field: int
    valid: Spell
    known: Spell


class Question(NamedTuple):
    """What is asked of both."""

    direction: str
    node: int
    field: int
    depth: int | None
    include_indirect: bool
    as_of: int | None
    known_at: int | None


SIZE: Final = 4
NAMES: Final = ("s", "s.a", "s.b", "s.a.c")
NUMBER: Final = st.integers(0, SIZE - 1)
SPELL: Final = st.tuples(st.integers(1, 3), st.one_of(st.none(), st.none(), st.integers(4, 6)))
EDGES: Final = st.lists(
    st.builds(
        Edge,
        NUMBER,
        st.one_of(NUMBER, NUMBER, NUMBER, st.none()),
        NUMBER,
        st.one_of(NUMBER, NUMBER, st.none()),
        st.sampled_from(("DIRECT", "INDIRECT", None)),
        st.sampled_from((True, False, None)),
        SPELL,
        SPELL,
    ),
    max_size=20,
)
FIELDS: Final = st.lists(st.builds(Field, NUMBER, NUMBER, SPELL, SPELL), max_size=8)
TIME: Final = st.one_of(st.none(), st.integers(0, 7))
QUESTIONS: Final = st.builds(
    Question,
    st.sampled_from(("upstream", "downstream")),
    NUMBER,
    NUMBER,
    st.one_of(st.none(), st.integers(0, 3)),
    st.booleans(),
    TIME,
    TIME,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds nodes `0` to `3` and no edges."""
    with writable(tmp_path_factory.mktemp("columns")) as connection:
        connection.execute(
            "insert into lineage.node_history (node_id, kind, known_from_at) "
            "select range::varchar, 'dataset', $first from range($size)",
            {"size": SIZE, "first": day(0)},
        )
        yield connection


@settings(
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edges=EDGES, fields=FIELDS, question=QUESTIONS)
@pytest.mark.parametrize("walker", ["compiled", "plain"])
def test_graph_answers_as_the_macros_do(
    empty: duckdb.DuckDBPyConnection,
    edges: list[Edge],
    fields: list[Field],
    question: Question,
    walker: str,
) -> None:
    put(empty, edges, fields)
    times = {"as_of": day(question.as_of), "known_at": day(question.known_at)}
    node, name = str(question.node), NAMES[question.field]
    told = empty.sql(
        f"from lineage.column_{question.direction}($node, $field, max_depth := $depth, "
        "as_of := $as_of, known_at := $known_at, include_indirect := $indirect)",
        params={
            "node": node,
            "field": name,
            "depth": question.depth,
            "indirect": question.include_indirect,
            **times,
        },
    ).pl()
    with pytest.MonkeyPatch.context() as patch:
        if walker == "plain":
            patch.setattr(adjacency, "walk", plain_walk)
        graph = open_column_graph(Warehouse(empty), **times)
        found = getattr(graph, question.direction)(
            node, name, question.depth, include_indirect=question.include_indirect
        )
    assert_frame_equal(found, told)
    assert set(told.drop("is_cut").rows()) == walked(edges, fields, question)


Vertex = tuple[int, int | None]
"""A field of a node; no field is the whole node."""


def walked(
    edges: list[Edge], fields: list[Field], question: Question
) -> set[tuple[str, str | None, int, bool]]:
    """Return the closure by a walk over the edges that hold, one at a time."""
    at = (question.as_of, question.known_at)
    held = [edge for edge in edges if held_in((edge.valid, edge.known), at)]
    known: set[Vertex] = {
        (one.node, one.field) for one in fields if held_in((one.valid, one.known), at)
    }
    known |= {(edge.source, edge.source_field) for edge in held}
    known |= {(edge.target, edge.target_field) for edge in held}
    is_up = question.direction == "upstream"
    depths: dict[tuple[Vertex, bool], int] = {((question.node, question.field), False): 0}
    pending = deque(depths)
    while pending:
        (vertex, is_masked) = state = pending.popleft()
        if depths[state] == question.depth:
            continue
        for edge in held:
            source, target = (edge.source, edge.source_field), (edge.target, edge.target_field)
            near, far = (target, source) if is_up else (source, target)
            is_left_out = edge.kind == "INDIRECT" and not question.include_indirect
            reached = (far, is_masked or bool(edge.is_masking))
            if overlap(vertex, near) and not is_left_out and reached not in depths:
                depths[reached] = depths[state] + 1
                pending.append(reached)
    shown: dict[Vertex, list[tuple[int, bool]]] = {}
    for (vertex, is_masked), depth in depths.items():
        beside = {one for one in known if one[1] is not None and overlap(one, vertex)}
        itself = {vertex} if is_up or vertex[1] is not None else set()
        for one in beside | itself:
            shown.setdefault(one, []).append((depth, is_masked))
    return {
        (
            str(node),
            None if field is None else NAMES[field],
            min(depth for depth, _ in ways),
            all(is_masked for _, is_masked in ways),
        )
        for (node, field), ways in shown.items()
    }


def overlap(one: Vertex, other: Vertex) -> bool:
    """Tell whether one is the other, holds it or lies in it."""
    names = [() if field is None else tuple(NAMES[field].split(".")) for _, field in (one, other)]
    shortest = min(map(len, names))
    return one[0] == other[0] and names[0][:shortest] == names[1][:shortest]


def put(connection: duckdb.DuckDBPyConnection, edges: list[Edge], fields: list[Field]) -> None:
    """Make these the column edges and schema fields of the warehouse."""
    connection.execute("truncate lineage.column_edge; truncate lineage.dataset_field")
    insert(
        connection,
        "column_edge",
        edges,
        {
            "source_node_id": [str(edge.source) for edge in edges],
            "source_field": [name_of(edge.source_field) for edge in edges],
            "target_node_id": [str(edge.target) for edge in edges],
            "target_field": [name_of(edge.target_field) for edge in edges],
            "transformation_type": [edge.kind for edge in edges],
            "is_masking": [edge.is_masking for edge in edges],
        },
    )
    insert(
        connection,
        "dataset_field",
        fields,
        {
            "dataset_node_id": [str(one.node) for one in fields],
            "field_path": [name_of(one.field) for one in fields],
        },
    )
    renumber(connection)


def name_of(field: int | None) -> str | None:
    return None if field is None else NAMES[field]
