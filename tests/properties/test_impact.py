"""What a change breaks, by the macro, is what networkx reaches edge by edge, effect by effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.open_warehouse import day, held_in, insert, remember_nodes, writable
from tests.workspaces import renumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

Spell = tuple[int, int | None]
Vertex = tuple[int, int | None] | tuple[str, int]
"""A field of a node, a whole node (no field), or a job."""
Row = tuple[str, str, str | None, str, bool, int]


class Flow(NamedTuple):
    """An edge between nodes by number."""

    source: int
    target: int
    job: int
    basis: str
    valid: Spell
    known: Spell


class ColumnFlow(NamedTuple):
    """A column edge; no field is the whole node."""

    source: int
    source_field: int | None
    target: int
    target_field: int | None
    job: int
    kind: str | None
    is_masking: bool | None
    valid: Spell
    known: Spell


class Question(NamedTuple):
    """What is asked of both."""

    node: int
    field: int | None
    depth: int | None
    as_of: int | None
    known_at: int | None


KINDS: Final = ("dataset", "dataset", "dataset", "modelVersion", "model", "deployment")
NAMES: Final = ("s", "s.a", "s.b", "s.a.c")
FIELDS: Final = range(len(NAMES))
EFFECTS: Final = {1: "direct", 2: "indirect", 3: "possible"}
NODE: Final = st.integers(0, len(KINDS) - 1)
FIELD: Final = st.integers(0, len(FIELDS) - 1)
JOB: Final = st.integers(0, 1)
SPELL: Final = st.tuples(st.integers(1, 3), st.one_of(st.none(), st.none(), st.integers(4, 6)))
FLOWS: Final = st.lists(
    st.builds(
        Flow,
        NODE,
        NODE,
        JOB,
        st.sampled_from(("explicit", "column", "cartesian", "registry", "deployment")),
        SPELL,
        SPELL,
    ),
    max_size=10,
)
COLUMN_FLOWS: Final = st.lists(
    st.builds(
        ColumnFlow,
        NODE,
        st.one_of(FIELD, FIELD, FIELD, st.none()),
        NODE,
        st.one_of(FIELD, FIELD, st.none()),
        JOB,
        st.sampled_from(("DIRECT", "INDIRECT", None)),
        st.sampled_from((True, False, None)),
        SPELL,
        SPELL,
    ),
    max_size=10,
)
TIME: Final = st.one_of(st.none(), st.none(), st.integers(0, 7))
QUESTIONS: Final = st.builds(
    Question,
    NODE,
    st.one_of(FIELD, FIELD, st.none()),
    st.one_of(st.none(), st.integers(0, 3)),
    TIME,
    TIME,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds a node of each of `KINDS`, two jobs and no edges."""
    with writable(tmp_path_factory.mktemp("impact")) as connection:
        for number, kind in enumerate(KINDS):
            connection.execute(
                "insert into lineage.node (node_id, kind) values ($1, $2)", [str(number), kind]
            )
        connection.execute("insert into lineage.node (node_id, kind) values ('job:0', 'job')")
        connection.execute("insert into lineage.node (node_id, kind) values ('job:1', 'job')")
        remember_nodes(connection)
        yield connection


@settings(
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(flows=FLOWS, columns=COLUMN_FLOWS, question=QUESTIONS)
def test_impact_is_what_can_be_reached(
    empty: duckdb.DuckDBPyConnection,
    flows: list[Flow],
    columns: list[ColumnFlow],
    question: Question,
) -> None:
    put(empty, flows, columns)

    found, is_cut = told(empty, question)

    assert found == reached(flows, columns, question)
    if found and not is_cut:
        assert found == reached(flows, columns, question._replace(depth=None))


def told(connection: duckdb.DuckDBPyConnection, question: Question) -> tuple[set[Row], bool]:
    rows = connection.execute(
        "select kind, node_id, field, effect, is_masked, depth, is_cut from lineage.impact($node, "
        "field := $field, max_depth := $depth, as_of := $as_of, known_at := $known_at)",
        {
            "node": str(question.node),
            "field": name_of(question.field),
            "depth": question.depth,
            "as_of": day(question.as_of),
            "known_at": day(question.known_at),
        },
    ).fetchall()
    assert len(rows) == len({row[:3] for row in rows})
    return {row[:-1] for row in rows}, any(row[-1] for row in rows)


def reached(flows: list[Flow], columns: list[ColumnFlow], question: Question) -> set[Row]:
    """Return the rows: the strongest effect by which each vertex can be reached, and how far."""
    steps = list(steps_of(flows, columns, (question.as_of, question.known_at)))
    start = (question.node, question.field)
    found: dict[Vertex, tuple[int, bool, int]] = {}
    for rank in EFFECTS:
        for (vertex, _), depth in distances(steps, start, rank, question.depth).items():
            if vertex not in found:
                shortest = min(
                    depths
                    for is_masked in (False, True)
                    if (
                        depths := distances(steps, start, rank, question.depth).get(
                            (vertex, is_masked)
                        )
                    )
                    is not None
                )
                assert shortest <= depth
                found[vertex] = rank, True, shortest
    for vertex, is_masked in distances(steps, start, 3, question.depth):
        if not is_masked:
            rank, _, depth = found[vertex]
            found[vertex] = rank, False, depth
    wholes = {vertex[0]: rank for vertex, (rank, _, _) in found.items() if vertex[1] is None}
    fields = {
        ("column", str(node), name_of(field), EFFECTS[rank], is_masked, depth)
        for (node, field), (rank, is_masked, depth) in changed(
            steps, columns, question, start
        ).items()
        if (node, field) != start and wholes.get(node, 9) > rank
    }
    return fields | set(rows_of(found, start))


def changed(
    steps: list[tuple[Vertex, Vertex, int, bool]],
    columns: list[ColumnFlow],
    question: Question,
    start: Vertex,
) -> dict[tuple[int, int], tuple[int, bool, int]]:
    """Return of each field that changes the effect, whether it is masked and how far it is.

    A field changes with what it lies in; of what holds it, something may.
    """
    at = (question.as_of, question.known_at)
    held = [one for one in columns if held_in((one.valid, one.known), at)]
    known = {(one.source, one.source_field) for one in held}
    known |= {(one.target, one.target_field) for one in held}
    ways: dict[tuple[int, int], list[tuple[int, int, bool]]] = {}
    for rank in EFFECTS:
        reached = distances(steps, start, rank, question.depth)
        for ((node, field), is_masked), depth in reached.items():
            if isinstance(node, str) or field is None:
                continue
            ways.setdefault((node, field), []).append((rank, depth, is_masked))
            for other in FIELDS:
                if depth and (node, other) in known and other != field:
                    if lies_in(other, field):
                        ways.setdefault((node, other), []).append((rank, depth, is_masked))
                    if lies_in(field, other):
                        ways.setdefault((node, other), []).append((3, depth, is_masked))
    return {
        vertex: (min(own)[0], all(one for _, _, one in own), min(own)[1])
        for vertex, own in ways.items()
    }


def lies_in(inner: int, outer: int) -> bool:
    """Tell whether a field is the other or lies inside it."""
    return NAMES[inner].split(".")[: NAMES[outer].count(".") + 1] == NAMES[outer].split(".")


def name_of(field: int | None) -> str | None:
    return None if field is None else NAMES[field]


def rows_of(found: dict[Vertex, tuple[int, bool, int]], start: Vertex) -> Iterator[Row]:
    nodes: dict[int, list[tuple[int, int, bool]]] = {}
    for vertex, (rank, is_masked, depth) in found.items():
        if isinstance(vertex[0], str):
            yield "job", f"job:{vertex[1]}", None, EFFECTS[rank], is_masked, depth
            continue
        nodes.setdefault(vertex[0], []).append((rank, depth, is_masked))
    for node, ways in nodes.items():
        if node != start[0]:
            rank, depth, _ = min(ways)
            is_masked = all(one for _, _, one in ways)
            yield KINDS[node], str(node), None, EFFECTS[rank], is_masked, depth


def distances(
    steps: list[tuple[Vertex, Vertex, int, bool]], start: Vertex, rank: int, depth: int | None
) -> dict[tuple[Vertex, bool], int]:
    """Return how far each vertex is, with and without a mask on the way, by steps of a rank."""
    graph = nx.DiGraph()
    graph.add_node((start, False))
    for source, target, of_step, is_masking in steps:
        for is_masked in (False, True):
            if of_step <= rank:
                graph.add_edge((source, is_masked), (target, is_masked or is_masking))
    found: dict[tuple[Vertex, bool], int] = nx.single_source_shortest_path_length(
        graph, (start, False), cutoff=depth
    )
    return dict(found)


def steps_of(
    flows: list[Flow], columns: list[ColumnFlow], at: tuple[int | None, int | None]
) -> Iterator[tuple[Vertex, Vertex, int, bool]]:
    """Yield from where to where a change goes in one step, with which effect, masked or not."""
    known = [one for one in columns if held_in((one.valid, one.known), at)]
    for one in known:
        rank = 2 if one.kind == "INDIRECT" else 1
        for field in (*FIELDS, None):
            source: Any = (one.source, field)
            used = rank_of_use(one.source_field, field, rank)
            if used is not None:
                yield source, (one.target, one.target_field), used, bool(one.is_masking)
                yield source, ("job", one.job), used, False
    with_columns = {(one.source, one.target, one.job) for one in known}
    for flow in flows:
        if held_in((flow.valid, flow.known), at) and flow[:3] not in with_columns:
            of_whole, of_field = ranks(flow)
            for field in (None, *FIELDS):
                source = (flow.source, field)
                rank = of_whole if field is None else of_field
                yield source, (flow.target, None), rank, False
                if flow.basis != "registry":
                    yield source, ("job", flow.job), rank, False


def rank_of_use(read: int | None, field: int | None, rank: int) -> int | None:
    """Return the effect of a field (none: the whole node) where `read` is read, if there is one."""
    if field is None or field == read:
        return rank
    if read is None or lies_in(field, read):
        return 3
    return rank if lies_in(read, field) else None


def ranks(flow: Flow) -> tuple[int, int]:
    """Return the effect of a flow without columns: from the whole node, and from a field of it."""
    if KINDS[flow.source] == "model":
        return (3 if flow.basis in ("cartesian", "deployment") else 1), 3
    of_whole = 3 if flow.basis == "cartesian" else 1
    return of_whole, 1 if flow.basis in ("registry", "deployment") else 3


def put(
    connection: duckdb.DuckDBPyConnection, flows: list[Flow], columns: list[ColumnFlow]
) -> None:
    """Make these the edges and column edges of the warehouse."""
    connection.execute("truncate lineage.edge; truncate lineage.column_edge")
    insert(
        connection,
        "edge",
        flows,
        {
            "source_node_id": [str(flow.source) for flow in flows],
            "target_node_id": [str(flow.target) for flow in flows],
            "job_node_id": [f"job:{flow.job}" for flow in flows],
            "basis": [flow.basis for flow in flows],
        },
    )
    insert(
        connection,
        "column_edge",
        columns,
        {
            "source_node_id": [str(one.source) for one in columns],
            "source_field": [name_of(one.source_field) for one in columns],
            "target_node_id": [str(one.target) for one in columns],
            "target_field": [name_of(one.target_field) for one in columns],
            "job_node_id": [f"job:{one.job}" for one in columns],
            "transformation_type": [one.kind for one in columns],
            "is_masking": [one.is_masking for one in columns],
        },
    )
    renumber(connection)
