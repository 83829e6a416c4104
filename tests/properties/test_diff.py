"""What differs between two times, by the macro, is what a comparison of plain sets tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import networkx as nx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.properties.open_warehouse import day, held_in, insert, remember_nodes, writable
from tests.workspaces import renumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

Spell = tuple[int, int | None]
Key = tuple[str, str, str | None, str | None, str | None, str | None]
"""Subject, node, field, source, source field, job."""


class Edge(NamedTuple):
    """An edge between nodes by number."""

    source: int
    target: int
    job: int
    basis: str
    valid: Spell
    known: Spell


class Basis(NamedTuple):
    """A basis on which one of the edges, by its place, was stated in a time of its own."""

    place: int
    basis: str
    valid: Spell
    known: Spell


class Column(NamedTuple):
    """A column edge between fields `x` and `y`; no target field is the whole node."""

    source: int
    source_field: str
    target: int
    target_field: str | None
    is_masking: bool | None
    valid: Spell
    known: Spell


class Field(NamedTuple):
    """A field that a schema states."""

    node: int
    field: str
    type: str | None
    valid: Spell
    known: Spell


class Moment(NamedTuple):
    """A day to ask for on each clock; None is now."""

    at: int | None
    known: int | None


class Side(NamedTuple):
    """What was told upstream of a node: each thing in words, and the kinds told of each node."""

    told: dict[Key, str]
    kinds: dict[str, set[str]]

    @property
    def nodes(self) -> set[str]:
        return {key[1] for key in self.told if key[0] == "node"}


SIZE: Final = 5
FIRST_SEEN: Final = 2
NUMBER: Final = st.integers(0, SIZE - 1)
SPELL: Final = st.tuples(st.integers(1, 3), st.one_of(st.none(), st.none(), st.integers(4, 6)))
FIELD: Final = st.sampled_from(("x", "y"))
EDGES: Final = st.lists(
    st.builds(
        Edge, NUMBER, NUMBER, st.integers(0, 1), st.sampled_from(("column", "explicit")), SPELL,
        SPELL,
    ),
    max_size=12,
)  # fmt: skip
STRENGTH: Final = ("explicit", "column", "inferred", "cartesian")
BASES: Final = st.lists(
    st.builds(Basis, st.integers(0, 11), st.sampled_from(STRENGTH), SPELL, SPELL), max_size=6
)
COLUMNS: Final = st.lists(
    st.builds(
        Column, NUMBER, FIELD, NUMBER, st.one_of(FIELD, st.none()),
        st.sampled_from((True, None)), SPELL, SPELL,
    ),
    max_size=6,
)  # fmt: skip
FIELDS: Final = st.lists(
    st.builds(Field, NUMBER, FIELD, st.sampled_from(("int", "text", None)), SPELL, SPELL),
    max_size=6,
)
TIME: Final = st.one_of(st.none(), st.integers(0, 7))
MOMENT: Final = st.builds(Moment, TIME, TIME)
LATE: Final = [
    Edge(1, 0, 0, "column", (1, None), (1, None)),
    Edge(2, 1, 0, "column", (3, None), (1, None)),
    Edge(3, 2, 0, "column", (3, None), (1, None)),
]
"""Where the second node comes from is told late: what is behind it cannot be said to be new."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds nodes `0` to `4`, the last seen late, and two jobs."""
    with writable(tmp_path_factory.mktemp("diff")) as connection:
        connection.execute(
            "insert into lineage.node (node_id, kind, first_seen_at) "
            "select range::varchar, 'dataset', if(range = $size - 1, $late, $early) "
            "from range($size) union all select 'job:' || range, 'job', $early from range(2)",
            {"size": SIZE, "late": day(FIRST_SEEN), "early": day(0)},
        )
        remember_nodes(connection)
        yield connection


@settings(
    database=None,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(
    edges=LATE,
    bases=[],
    columns=[],
    fields=[],
    node=0,
    before=Moment(2, None),
    after=Moment(4, None),
)
@example(
    edges=LATE,
    bases=[],
    columns=[],
    fields=[],
    node=1,
    before=Moment(2, None),
    after=Moment(4, None),
)
@given(
    edges=EDGES, bases=BASES, columns=COLUMNS, fields=FIELDS, node=NUMBER, before=MOMENT,
    after=MOMENT,
)  # fmt: skip
def test_diff_is_that_of_the_sets(
    empty: duckdb.DuckDBPyConnection,
    *,
    edges: list[Edge],
    bases: list[Basis],
    columns: list[Column],
    fields: list[Field],
    node: int,
    before: Moment,
    after: Moment,
) -> None:
    stated = stated_apart(edges, bases)
    put(empty, edges, columns, fields)
    put_bases(empty, stated)
    renumber(empty)

    found = told(empty, node, before, after)

    old, new = (
        side(as_told(edges, stated, moment), columns, fields, node, moment)
        for moment in (before, after)
    )
    expected = differences(str(node), old, new, is_one_time=before.at == after.at)
    assert found == expected
    assert told(empty, node, after, after) == {}
    turned = {"added": "removed", "removed": "added"}
    assert {key: turned.get(change, change) for key, (change, *_) in found.items()} == {
        key: change for key, (change, *_) in told(empty, node, after, before).items()
    }


def stated_apart(edges: Sequence[Edge], bases: Sequence[Basis]) -> list[Edge]:
    """Return the edges as they were stated, of such as have no other between the same nodes."""
    ends = Counter(edge[:3] for edge in edges)
    stated = [(edges[one.place % len(edges)], one) for one in bases if edges]
    return [
        edge._replace(basis=one.basis, valid=one.valid, known=one.known)
        for edge, one in stated
        if ends[edge[:3]] == 1
    ]


def as_told(edges: Sequence[Edge], stated: Sequence[Edge], moment: Moment) -> list[Edge]:
    """Return the edges with the strongest basis that was stated for the moment, if any was."""

    def basis(edge: Edge) -> str:
        bases = {one.basis for one in stated if one[:3] == edge[:3] and holds(one, moment)}
        return min(bases, key=STRENGTH.index, default=edge.basis)

    return [edge._replace(basis=basis(edge)) for edge in edges]


def told(
    connection: duckdb.DuckDBPyConnection, node: int, before: Moment, after: Moment
) -> dict[Key, tuple[str, str | None, str | None]]:
    rows = connection.execute(
        "select subject, node_id, field, source_node_id, source_field, job_node_id, change, "
        "before, after from lineage.diff($node, from_at := $a, to_at := $b, "
        "from_known_at := $c, to_known_at := $d)",
        {
            "node": str(node),
            "a": day(before.at),
            "b": day(after.at),
            "c": day(before.known),
            "d": day(after.known),
        },
    ).fetchall()
    assert len(rows) == len({row[:6] for row in rows})
    return {row[:6]: row[6:] for row in rows}


def side(
    edges: Sequence[Edge],
    columns: Sequence[Column],
    fields: Sequence[Field],
    node: int,
    moment: Moment,
) -> Side:
    """Return what lies upstream of the node at the moment, if anything was told of it."""
    graph = nx.DiGraph([(edge.source, edge.target) for edge in edges if holds(edge, moment)])
    graph.add_node(node)
    mentions = [
        row
        for row in (*edges, *columns, *fields)
        if node in (row[0], getattr(row, "target", None)) and mentioned(row, moment)
    ]
    is_late = node == SIZE - 1 and moment.at is not None and moment.at < FIRST_SEEN
    if is_late or (moment.known is not None and not mentions):
        return Side({}, {})
    near = {node, *nx.ancestors(graph, node)}
    kinds: dict[str, set[str]] = defaultdict(set)
    found: dict[Key, set[str]] = defaultdict(set)
    for one in near:
        found["node", str(one), None, None, None, None].add("")
    for kind, rows in (("edge", edges), ("column", columns), ("field", fields)):
        for row in rows:
            owner = row.node if isinstance(row, Field) else row.target
            if owner in near and began(row, moment):
                kinds[str(owner)].add(kind)
                if holds(row, moment) and (isinstance(row, Field) or row.source in near):
                    key, words = entry(row)
                    found[key].add(words)
    return Side({key: ", ".join(sorted(words)) for key, words in found.items()}, kinds)


def entry(row: Edge | Column | Field) -> tuple[Key, str]:
    match row:
        case Edge():
            ends = str(row.target), None, str(row.source), None, f"job:{row.job}"
            return ("edge", *ends), row.basis
        case Column():
            ends = str(row.target), row.target_field, str(row.source), row.source_field, None
            return ("column", *ends), "DIRECT/masked" if row.is_masking else "DIRECT"
        case Field():
            return ("field", str(row.node), row.field, None, None, None), row.type or "not said"


def differences(
    node: str, old: Side, new: Side, *, is_one_time: bool
) -> dict[Key, tuple[str, str | None, str | None]]:
    """Return what is not the same on both sides, and whether it can be said that it is new."""
    sure = {id(old): surely(node, old, new), id(new): surely(node, new, old)}
    rows: dict[Key, tuple[str, str | None, str | None]] = {}
    for key in old.told.keys() | new.told.keys():
        before, after = old.told.get(key), new.told.get(key)
        is_on_both = key[1] in old.nodes and key[1] in new.nodes
        if before == after or (key[0] == "field" and not is_on_both):
            continue
        has, lacks, change = (new, old, "added") if before is None else (old, new, "removed")
        if before is not None and after is not None:
            change = "changed"
        elif is_one_time:
            pass
        elif is_on_both:
            change = change if key[0] in lacks.kinds.get(key[1], ()) else "unknown"
        else:
            change = change if key[1] in sure[id(has)] else "unknown"
        rows[key] = (change, None, None) if key[0] == "node" else (change, before, after)
    return rows


def surely(node: str, has: Side, lacks: Side) -> set[str]:
    """Return what is reached without passing a node whose sources the other side was not told."""
    found, pending = {node}, [node]
    while pending:
        one = pending.pop()
        if one in lacks.nodes and "edge" not in lacks.kinds.get(one, ()):
            continue
        for key in has.told:
            source = key[3]
            if key[0] == "edge" and key[1] == one and source and source not in found:
                found.add(source)
                pending.append(source)
    return found


def holds(row: Any, moment: Moment) -> bool:
    return held_in((row.valid, row.known), moment)


def began(row: Any, moment: Moment) -> bool:
    """Tell whether it had begun by then, ended or not, as it was known."""
    return held_in((row.known,), (moment.known,)) and (
        moment.at is None or row.valid[0] <= moment.at
    )


def mentioned(row: Any, moment: Moment) -> bool:
    """Tell whether anything of it was known then, believed or not any more."""
    return (moment.known is None or row.known[0] <= moment.known) and (
        moment.at is None or row.valid[0] <= moment.at
    )


def put_bases(connection: duckdb.DuckDBPyConnection, stated: list[Edge]) -> None:
    """Make these what the edges were stated on."""
    connection.execute("truncate lineage.edge_basis")
    insert(connection, "edge_basis", stated, ends_of(stated))


def ends_of(edges: Sequence[Edge]) -> dict[str, list[Any]]:
    return {
        "source_node_id": [str(edge.source) for edge in edges],
        "target_node_id": [str(edge.target) for edge in edges],
        "job_node_id": [f"job:{edge.job}" for edge in edges],
        "basis": [edge.basis for edge in edges],
    }


def put(
    connection: duckdb.DuckDBPyConnection,
    edges: list[Edge],
    columns: list[Column],
    fields: list[Field],
) -> None:
    """Make these the edges, column edges and fields of the warehouse."""
    connection.execute(
        "truncate lineage.edge; truncate lineage.column_edge; truncate lineage.dataset_field"
    )
    insert(connection, "edge", edges, ends_of(edges))
    insert(
        connection,
        "column_edge",
        columns,
        {
            "source_node_id": [str(one.source) for one in columns],
            "source_field": [one.source_field for one in columns],
            "target_node_id": [str(one.target) for one in columns],
            "target_field": [one.target_field for one in columns],
            "transformation_type": ["DIRECT" for _ in columns],
            "is_masking": [one.is_masking for one in columns],
        },
    )
    insert(
        connection,
        "dataset_field",
        fields,
        {
            "dataset_node_id": [str(one.node) for one in fields],
            "field_path": [one.field for one in fields],
            "type": [one.type for one in fields],
        },
    )
