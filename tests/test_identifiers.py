"""A node identifier can be taken apart again whatever its parts hold, in Python as in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.identifiers import (
    PARTS_AFTER_NAMESPACE,
    Node,
    decode_part,
    encode_part,
    node_id,
    parse_node_id,
)
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from collections.abc import Iterator

awkward = st.text("ab:%235A/. ", max_size=12) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=12
)
kinds = st.sampled_from(sorted(PARTS_AFTER_NAMESPACE))


@st.composite
def nodes(draw: st.DrawFn) -> Node:
    kind = draw(kinds)
    count = PARTS_AFTER_NAMESPACE[kind]
    return Node(kind, draw(awkward), tuple(draw(awkward) for _ in range(count)))


@given(node=nodes())
@settings(max_examples=500, deadline=None)
def test_an_identifier_is_read_back_as_it_was_made(node: Node) -> None:
    assert parse_node_id(node_id(node.kind, node.namespace, *node.parts)) == node


@given(one=nodes(), other=nodes())
@settings(max_examples=500, deadline=None)
def test_different_nodes_have_different_identifiers(one: Node, other: Node) -> None:
    same = node_id(one.kind, one.namespace, *one.parts) == node_id(
        other.kind, other.namespace, *other.parts
    )
    assert same == (one == other)


@given(part=awkward)
@example(part="%3A")
@example(part="%253A:%")
@settings(max_examples=300, deadline=None)
def test_an_encoded_part_holds_no_colon_and_decodes(part: str) -> None:
    assert ":" not in encode_part(part)
    assert decode_part(encode_part(part)) == part


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the macros that make identifiers."""
    with duckdb.connect(":memory:") as opened:
        opened.execute("create schema silver")
        for file in stage_files("ground"):
            if file.object in ("silver.encode_part", "silver.node_of"):
                opened.execute(file.statements)
        yield opened


@given(namespace=awkward, name=awkward, kind=st.sampled_from(["dataset", "job", "model"]))
@settings(max_examples=200, deadline=None)
def test_sql_makes_the_same_identifiers(
    connection: duckdb.DuckDBPyConnection, namespace: str, name: str, kind: str
) -> None:
    found = connection.execute(
        "select silver.encode_part($name), silver.node_of($kind, $namespace, $name)",
        {"name": name, "kind": kind, "namespace": namespace},
    ).fetchall()
    assert found == [(encode_part(name), node_id(kind, namespace, name))]


@pytest.mark.parametrize(
    ("identifier", "node"),
    [
        ("dataset:postgres://host:5432:db.t", Node("dataset", "postgres://host:5432", ("db.t",))),
        ("dataset:s3://b:a%3Ab%25", Node("dataset", "s3://b", ("a:b%",))),
        ("datasetField:ns:t:f", Node("datasetField", "ns", ("t", "f"))),
        ("modelVersion:mlflow://h:5000:a:7", Node("modelVersion", "mlflow://h:5000", ("a", "7"))),
        ("run:a:b", Node("run", "", ("a:b",))),
    ],
)  # fmt: skip
def test_an_identifier_is_read_from_its_right_end(identifier: str, node: Node) -> None:
    assert parse_node_id(identifier) == node


@pytest.mark.parametrize(
    "identifier", ["", "nothing", "dataset", "dataset:only", "table:ns:name", "datasetField:n:t"]
)
def test_what_is_no_identifier_is_refused_with_an_example(identifier: str) -> None:
    with pytest.raises(ConfigError, match="write it like dataset:") as caught:
        parse_node_id(identifier)
    assert repr(identifier) in str(caught.value)


def test_a_node_with_too_many_parts_is_refused() -> None:
    with pytest.raises(ConfigError, match="dataset takes 1"):
        node_id("dataset", "ns", "name", "field")
    with pytest.raises(ConfigError, match="'table' is none of"):
        node_id("table", "ns", "name")
