"""What a tag reaches is what a plain walk over the edges reaches; every proof of it holds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.open_warehouse import day, held_in, remember_nodes, writable
from tests.workspaces import renumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

Spell = tuple[int, int | None]
Place = tuple[int, str | None]


class Flow(NamedTuple):
    """An edge between nodes."""

    source: int
    target: int
    job: int | None
    basis: str
    valid: Spell
    known: Spell


class Edge(NamedTuple):
    """A column edge; no field is the whole node."""

    source: int
    source_field: str | None
    target: int
    target_field: str | None
    job: int | None
    kind: str | None
    is_masking: bool | None
    valid: Spell
    known: Spell


class Field(NamedTuple):
    """A field that a schema states."""

    node: int
    field: str
    valid: Spell
    known: Spell


class Tag(NamedTuple):
    """A tag of a field, or of a whole node: then of each of its fields, or of some."""

    node: int
    field: str | None
    reach: str
    valid: Spell
    known: Spell


class State(NamedTuple):
    """Where a tag is, and whether it is only possible there."""

    place: Place
    is_possible: bool


class Question(NamedTuple):
    """What is asked."""

    include_indirect: bool
    as_of: int | None
    known_at: int | None


SIZE: Final = 4
NAMES: Final = ("x", "s", "s.a", "s.b")
NEVER: Final = (1, None)
TIMES: Final = (None, None, 2, 3, 5)


class Told(NamedTuple):
    """All that the warehouse is told."""

    flows: list[Flow]
    edges: list[Edge]
    fields: list[Field]
    tags: list[Tag]


def made(random: Random) -> Told:
    """Return a small world with a little of everything."""

    def number() -> int:
        return random.randrange(SIZE)

    def name() -> str:
        return random.choice(NAMES)

    def job() -> int | None:
        return random.choice((8, 8, 9, None))

    def spells() -> tuple[Spell, Spell]:
        odd = (random.randint(1, 3), random.choice((None, 4, 6)))
        return random.choice((NEVER, NEVER, odd)), random.choice((NEVER, NEVER, odd))

    kinds, masks = ("DIRECT", "DIRECT", "INDIRECT", None), (True, False, None, None)
    bases = ("explicit", "column", "cartesian")
    flows = [
        Flow(number(), number(), job(), random.choice(bases), *spells())
        for _ in range(random.randrange(4))
    ]
    edges = [
        Edge(
            number(), random.choice((name(), name(), name(), name(), None)),
            number(), random.choice((name(), name(), name(), None)), job(),
            random.choice(kinds), random.choice(masks), *spells(),
        )
        for _ in range(random.randint(2, 9))
    ]  # fmt: skip
    fields = [Field(number(), name(), *spells()) for _ in range(random.randrange(6))]
    tags = [
        Tag(
            number(), *random.choice(((name(), "field"), (None, "each"), (None, "some"))), *spells()
        )
        for _ in range(random.randint(1, 2))
    ]
    return Told(flows, edges, fields, tags)


@dataclass(frozen=True)
class World:
    """What held, and was known, when it was asked."""

    flows: list[Flow]
    edges: list[Edge]
    tags: list[Tag]
    fields: set[Place]
    include_indirect: bool

    def of(self, node: int) -> list[str]:
        return [str(field) for holder, field in self.fields if holder == node]

    def inside(self, node: int, field: str) -> list[str]:
        """Return the field and what lies inside it."""
        return [name for name in self.of(node) if f"{name}.".startswith(f"{field}.")]

    def starts(self, tag: Tag) -> set[State]:
        own = State((tag.node, tag.field), is_possible=False)
        names = self.of(tag.node) if tag.field is None else self.inside(tag.node, tag.field)
        return {own, *(State((tag.node, name), tag.reach == "some") for name in names)}

    def after(self, state: State) -> set[State]:
        """Return where the tag goes in one step."""
        (node, field), is_possible = state
        found: set[State] = set()
        for edge in self.edges:
            is_closed = bool(edge.is_masking) or (
                edge.kind == "INDIRECT" and not self.include_indirect
            )
            if is_closed or edge.source != node:
                continue
            if edge.source_field is None:
                found |= {State(place, True) for place in self.written(edge)}  # noqa: FBT003
            elif field is not None and field in self.inside(node, edge.source_field):
                is_weak = is_possible or field != edge.source_field
                found |= {State(place, is_weak) for place in self.written(edge)}
        for flow in self.flows:
            if flow.source == node:
                found |= {State((flow.target, name), True) for name in self.unsaid(flow)}  # noqa: FBT003
        return found

    def written(self, edge: Edge) -> set[Place]:
        if edge.target_field is None:
            return {(edge.target, None), *((edge.target, name) for name in self.of(edge.target))}
        return {(edge.target, name) for name in self.inside(edge.target, edge.target_field)}

    def unsaid(self, flow: Flow) -> list[str | None]:
        """Return the fields that may take something by the flow, and None for the whole node."""
        said = [
            edge.target_field
            for edge in self.edges
            if (edge.target, edge.job) == (flow.target, flow.job)
            and edge.target_field is not None
            and edge.kind != "INDIRECT"
        ]
        names = [
            name
            for name in self.of(flow.target)
            if flow.basis == "cartesian"
            or not any(
                f"{name}.".startswith(f"{one}.") or f"{one}.".startswith(f"{name}.") for one in said
            )
        ]
        return [*names, None] if names or not self.of(flow.target) else []

    def reached(self, tags: Sequence[Tag]) -> dict[State, int]:
        """Return how far each state is from where these tags are declared."""
        depths = dict.fromkeys((state for tag in tags for state in self.starts(tag)), 0)
        pending = deque(depths)
        while pending:
            state = pending.popleft()
            for other in self.after(state):
                if other not in depths:
                    depths[other] = depths[state] + 1
                    pending.append(other)
        return depths

    def classified(self, tags: Sequence[Tag]) -> dict[Place, tuple[str, int]]:
        """Return status and depth of each place that these tags reach."""
        depths = self.reached(tags)
        found: dict[Place, tuple[str, int]] = {}
        for (place, is_possible), depth in depths.items():
            if not is_possible:
                found[place] = ("derived" if depth else "declared", depth)
            elif State(place, False) not in depths:  # noqa: FBT003
                found[place] = ("possible", depth)
        for node, field in self.fields:
            inner = [
                depth
                for ((holder, name), _), depth in depths.items()
                if holder == node and name in self.inside(node, str(field))
            ]
            if inner and (node, field) not in found:
                found[node, field] = ("possible", min(inner))
        return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds nodes `0` to `3`, two jobs and no edges."""
    with writable(tmp_path_factory.mktemp("classification")) as connection:
        connection.execute(
            "insert into lineage.node (node_id, kind) "
            "select range::varchar, 'dataset' from range($size) union all "
            "select unnest(['8', '9']), 'job'",
            {"size": SIZE},
        )
        remember_nodes(connection)
        yield connection


@settings(
    database=None,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32 - 1))
def test_tags_go_where_a_plain_walk_takes_them(empty: duckdb.DuckDBPyConnection, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - the same worlds every time
    told = made(random)
    question = Question(random.random() < 0.3, random.choice(TIMES), random.choice(TIMES))
    put(empty, told)
    world = world_at(question, told)
    expected = {
        (str(node), field, reach_key(reach), status, depth)
        for reach in {reach_key(tag.reach) for tag in world.tags}
        for (node, field), (status, depth) in world.classified(
            [tag for tag in world.tags if reach_key(tag.reach) == reach]
        ).items()
    }
    rows = classification(empty, question)
    assert {(*row[:2], row[2], *row[3:5]) for row in rows} == expected
    assert len(rows) == len(expected)
    for node, field, key, status, depth, origin, origin_field in rows:
        steps = proof(empty, question, node, field, key)
        assert steps[-1][:3] == (node, field, status)
        assert steps[0][:3] == (origin, origin_field, "declared")
        assert steps[0][3] == "declared"
        bases = [basis for *_, basis in steps]
        assert len([basis for basis in bases if basis in ("column", "dataset")]) == depth
        states = [State((int(one), name), how == "possible") for one, name, how, _ in steps]
        assert all(
            is_step(world, *pair, basis)
            for pair, basis in zip(pairwise(states), bases[1:], strict=True)
        )


def is_step(world: World, one: State, other: State, basis: str) -> bool:
    """Tell whether a proof may go on so."""
    if basis == "covered":
        return any(one in world.starts(tag) and other in world.starts(tag) for tag in world.tags)
    if basis == "part":
        is_same = one.place[0] == other.place[0] and other.is_possible
        return is_same and one.place[1] in world.inside(other.place[0], str(other.place[1]))
    return other in world.after(one)


def reach_key(reach: str) -> str:
    """Return the key of the tags whose reach it is: those of fields and of some go together."""
    return "each" if reach == "each" else "some"


def world_at(question: Question, told: Told) -> World:
    at = (question.as_of, question.known_at)

    def held(rows: list[Any]) -> list[Any]:
        return [row for row in rows if held_in((row.valid, row.known), at)]

    known: set[Place] = {(one.node, one.field) for one in held(told.fields)}
    known |= {(edge.source, edge.source_field) for edge in held(told.edges)}
    known |= {(edge.target, edge.target_field) for edge in held(told.edges)}
    known |= {(tag.node, tag.field) for tag in held(told.tags)}
    named = {(node, field) for node, field in known if field is not None}
    return World(
        held(told.flows), held(told.edges), held(told.tags), named, question.include_indirect
    )


def classification(
    connection: duckdb.DuckDBPyConnection, question: Question
) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select node_id, field, key, status, depth, origin_node_id, origin_field "
        "from lineage.classification(as_of := $as_of, known_at := $known_at, "
        "include_indirect := $indirect)",
        asked(question),
    ).fetchall()


def proof(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    node: str,
    field: str | None,
    key: str,
) -> list[tuple[Any, ...]]:
    """Return node, field, status and basis of each step, in order."""
    rows = connection.execute(
        "select step, node_id, field, status, basis from lineage.tag_path($node, $field, "
        "key := $key, as_of := $as_of, known_at := $known_at, include_indirect := $indirect)",
        {"node": node, "field": field, "key": key, **asked(question)},
    ).fetchall()
    assert [row[0] for row in rows] == list(range(len(rows)))
    return [row[1:] for row in rows]


def asked(question: Question) -> dict[str, Any]:
    return {
        "as_of": day(question.as_of),
        "known_at": day(question.known_at),
        "indirect": question.include_indirect,
    }


def put(connection: duckdb.DuckDBPyConnection, told: Told) -> None:
    """Make these all that the warehouse knows of edges, fields and tags."""
    flows, edges, fields, tags = told
    insert(connection, "edge", flows, {
        "source_node_id": [str(flow.source) for flow in flows],
        "target_node_id": [str(flow.target) for flow in flows],
        "job_node_id": [text(flow.job) for flow in flows],
        "basis": [flow.basis for flow in flows],
    })  # fmt: skip
    insert(connection, "column_edge", edges, {
        "source_node_id": [str(edge.source) for edge in edges],
        "source_field": [edge.source_field for edge in edges],
        "target_node_id": [str(edge.target) for edge in edges],
        "target_field": [edge.target_field for edge in edges],
        "job_node_id": [text(edge.job) for edge in edges],
        "transformation_type": [edge.kind for edge in edges],
        "is_masking": [edge.is_masking for edge in edges],
    })  # fmt: skip
    insert(connection, "dataset_field", fields, {
        "dataset_node_id": [str(one.node) for one in fields],
        "field_path": [one.field for one in fields],
    })  # fmt: skip
    insert(connection, "tag", tags, {
        "node_id": [str(tag.node) for tag in tags],
        "field": [tag.field for tag in tags],
        "key": [reach_key(tag.reach) for tag in tags],
        "value": ["1" for _ in tags],
        "category": ["made" for _ in tags],
        "reach": [tag.reach for tag in tags],
    })  # fmt: skip
    renumber(connection)


def text(job: int | None) -> str | None:
    return None if job is None else str(job)


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[Any],
    columns: dict[str, list[Any]],
) -> None:
    spells = {
        f"{clock}_{side}_at": [day(getattr(row, clock)[place]) for row in rows]
        for clock in ("valid", "known")
        for place, side in enumerate(("from", "to"))
    }
    kinds = {name: pl.Boolean if name == "is_masking" else pl.String for name in columns}
    times = dict.fromkeys(spells, pl.Datetime("us", "UTC"))
    frame = pl.DataFrame(columns | spells, schema={**kinds, **times})
    connection.execute(f"truncate lineage.{table}")
    connection.register("rows", frame)
    connection.execute(f"insert into lineage.{table} by name from rows")
