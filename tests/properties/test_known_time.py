"""Asked as of a past scan, the warehouse answers what it answered after that scan, to the row."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.graph.columns import open_column_graph
from lineage_pipeline.graph.graph import open_graph
from lineage_pipeline.graph.shape import dead_ends, orphans
from lineage_pipeline.warehouse.query import Warehouse
from tests.builders import at_hour
from tests.properties.histories import histories
from tests.properties.test_fold import EVERY_TIME, SEED, hands, workspace
from tests.workspaces import CLOCK, deliver

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.builders import Body

Answers = dict[tuple[str, ...], Any]

WAYS: Final = ("upstream", "downstream", "upstream_jobs", "downstream_jobs")
FIELDS: Final = ("x", "y")
VERSIONS: Final = """
select *
from lineage.version_upstream($node, known_at := $known_at)
"""
IDENTIFIERS: Final = """
select node_id from lineage.node
union select alias_node_id from lineage.alias where known_to_at is null
order by all
"""


@settings(EVERY_TIME, max_examples=5)
@given(
    events=histories(worlds=2),
    seed=SEED,
    count=st.integers(2, 4),
    hour=st.none() | st.integers(0, 6),
)
def test_the_past_is_asked_as_it_was(
    events: list[Body], seed: int, count: int, hour: int | None
) -> None:
    as_of = None if hour is None else datetime.fromisoformat(at_hour(hour))
    with workspace() as dated:
        now, then = dated.paths.warehouse, dated.paths.root
        for number, files in enumerate(hands(seed, events, count)):
            deliver(dated, files, CLOCK + timedelta(days=number))
            shutil.copyfile(now, then / f"{number}.duckdb")
        with opened(now) as whole:
            for number in range(count):
                known_at = CLOCK + timedelta(days=number)
                with opened(then / f"{number}.duckdb") as prefix:
                    asked = [node for (node,) in prefix.execute(IDENTIFIERS).fetchall()]
                    expected = answers(prefix, asked, as_of)
                    assert apart(walked(prefix, asked, as_of), expected) == {}
                found = answers(whole, asked, as_of, known_at)
                assert apart(found, expected) == {}
                assert apart(walked(whole, asked, as_of, known_at), expected) == {}


@contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def answers(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[str],
    as_of: datetime | None,
    known_at: datetime | None = None,
) -> Answers:
    """Return the rows of every closure by the macros, of fields too."""
    times = {"as_of": as_of, "known_at": known_at}
    clocks = "as_of := $as_of, known_at := $known_at"
    found: Answers = {}
    for node in asked:
        given = {"node": node} | times
        for way in WAYS:
            rows = connection.execute(f"from lineage.{way}($node, {clocks})", given).fetchall()
            found[way, node] = rows
        for way in WAYS[:2]:
            for name in FIELDS:
                query = f"from lineage.column_{way}($node, $field, {clocks})"
                rows = connection.execute(query, given | {"field": name}).fetchall()
                found[way, node, name] = rows
        behind = connection.execute(VERSIONS, {"node": node, "known_at": known_at}).fetchall()
        found["versions", node] = behind
    classified = connection.execute(f"from lineage.classification({clocks})", times).fetchall()
    found["classification",] = classified
    return found | shapes(connection, as_of, known_at)


def walked(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[str],
    as_of: datetime | None,
    known_at: datetime | None = None,
) -> Answers:
    """Return the same from the graphs in memory."""
    graph = open_graph(Warehouse(connection), as_of, known_at)
    columns = open_column_graph(Warehouse(connection), as_of, known_at)
    nodes = {(way, node): getattr(graph, way)(node).rows() for node in asked for way in WAYS}
    fields = {
        (way, node, name): getattr(columns, way)(node, name).rows()
        for node in asked
        for way in WAYS[:2]
        for name in FIELDS
    }
    return nodes | fields | shapes(connection, as_of, known_at)


def shapes(
    connection: duckdb.DuckDBPyConnection, as_of: datetime | None, known_at: datetime | None
) -> Answers:
    """Return what is odd in the graph: a node of another time is none of its orphans."""
    graph = open_graph(Warehouse(connection), as_of, known_at)
    return {("orphans",): orphans(graph).rows(), ("dead ends",): dead_ends(graph).rows()}


def apart(found: Answers, expected: Answers) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Return the questions that are answered otherwise, with both answers."""
    return {
        asked: (rows, expected[asked]) for asked, rows in found.items() if rows != expected[asked]
    }
