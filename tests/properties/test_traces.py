"""Traces lead back where they came from, whatever the runs: both follow exact versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.open_warehouse import day, writable
from tests.workspaces import renumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

NODES: Final = ("a", "b", "c", "d")
RUNS: Final = 5
PROPERTY: Final = settings(
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

Version = tuple[str, str]


class Read(NamedTuple):
    """What a run read: whose version of a node, and which nodes that it wrote that flows into."""

    run: int
    node: str
    writer: int | None
    feeds: list[str]


class Graph(NamedTuple):
    """Which nodes each run wrote, and what runs read; a run writes one version of a node."""

    written: list[list[str]]
    read: list[Read]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return a few runs, each of which reads what another wrote, before it or not, or nobody."""
    some = st.lists(st.sampled_from(NODES), unique=True, max_size=3)
    written = [draw(some) for _ in range(RUNS)]
    read = []
    for run, own in enumerate(written):
        for node in draw(some):
            writers = [None, *(one for one, nodes in enumerate(written) if node in nodes)]
            into = st.lists(st.sampled_from(own), unique=True) if own else st.just([])
            read.append(Read(run, node, draw(st.sampled_from(writers)), draw(into)))
    return Graph(written, read)


def version_of(read: Read) -> Version:
    """Return what was read: the version of its writer, or one that nobody wrote."""
    return read.node, "first" if read.writer is None else f"of {read.writer}"


def chains(graph: Graph) -> set[tuple[Version, Version]]:
    """Return each version that was read with each that it went into, by whatever runs."""
    steps = {
        (version_of(read), (node, f"of {read.run}")) for read in graph.read for node in read.feeds
    }
    found = set(steps)
    while True:
        longer = {
            (begin, last) for begin, middle in found for first, last in steps if first == middle
        }
        if longer <= found:
            return found
        found |= longer


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that holds the nodes and runs, and nothing that they read or wrote."""
    with writable(tmp_path_factory.mktemp("traces")) as connection:
        connection.execute(
            "insert into lineage.node_history (node_id, kind, known_from_at) "
            "select unnest($nodes), 'dataset', $first",
            {"nodes": NODES, "first": day(0)},
        )
        connection.execute(
            "insert into lineage.run (run_id, job_node_id, state) "
            "select range::varchar, 'job', 'COMPLETE' from range($runs)",
            {"runs": RUNS},
        )
        connection.execute(
            "insert into lineage.run_history (run_id, job_node_id, state, known_from_at) "
            "select range::varchar, 'job', 'COMPLETE', $first from range($runs)",
            {"runs": RUNS, "first": day(0)},
        )
        renumber(connection)
        yield connection


def put(connection: duckdb.DuckDBPyConnection, graph: Graph) -> None:
    """Let the warehouse hold what these runs read and wrote, and nothing else."""
    connection.execute("delete from lineage.dataset_version_history")
    connection.execute("delete from lineage.run_input_history")
    for run, nodes in enumerate(graph.written):
        for node in nodes:
            connection.execute(
                "insert into lineage.dataset_version_history "
                "(dataset_node_id, dataset_version, run_id, known_from_at) values (?, ?, ?, ?)",
                (node, f"of {run}", str(run), day(0)),
            )
    for read in graph.read:
        writer = None if read.writer is None else str(read.writer)
        connection.execute(
            "insert into lineage.run_input_history "
            "(run_id, dataset_node_id, dataset_version, written_by_run_id, feeds, known_from_at) "
            "values (?, ?, ?, ?, ?, ?)",
            (str(read.run), *version_of(read), writer, read.feeds or None, day(0)),
        )


def led_to(connection: duckdb.DuckDBPyConnection, version: Version) -> set[Version]:
    """Return the versions that were read by the runs behind a version."""
    return pairs(
        connection.execute(
            "select dataset_node_id, dataset_version "
            "from compliance.trace_backward($node, version := $version)",
            {"node": version[0], "version": version[1]},
        ).fetchall()
    )


def made_of(connection: duckdb.DuckDBPyConnection, version: Version) -> set[Version]:
    """Return the versions that were written by the runs that read a version, or what was made."""
    return pairs(
        connection.execute(
            "select written_node_id, written_version "
            "from compliance.trace_forward($node, version := $version)",
            {"node": version[0], "version": version[1]},
        ).fetchall()
    )


def pairs(rows: Sequence[tuple[str | None, str | None]]) -> set[Version]:
    return {(node, version) for node, version in rows if node is not None and version is not None}


@PROPERTY
@given(graph=graphs())
def test_forward_and_backward_are_each_others_inverse(
    empty: duckdb.DuckDBPyConnection, graph: Graph
) -> None:
    put(empty, graph)
    held = chains(graph)
    read = {version_of(one) for one in graph.read}
    written = {(node, f"of {run}") for run, nodes in enumerate(graph.written) for node in nodes}

    assert {(begin, end) for begin in read for end in made_of(empty, begin)} == held
    assert {(begin, end) for end in written for begin in led_to(empty, end)} == held
