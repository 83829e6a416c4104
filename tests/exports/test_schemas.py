"""Exported events state the schemas that hold, and a workspace that scans them has them again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.exports.node_schemas import nested
from lineage_pipeline.exports.openlineage import openlineage
from lineage_pipeline.exports.subgraph import SchemaField
from lineage_pipeline.formats.facets.schema import Schema, schema_field_rows
from lineage_pipeline.formats.facets.schema import SchemaField as StatedField
from lineage_pipeline.questions.parts import Closure, subgraph
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import at_hour, make_event
from tests.exports.parts import DAY
from tests.exports.test_openlineage import events_of, rescanned, told
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.exports.subgraph import Subgraph

Fields = set[tuple[str, int, str | None]]


def part_of(folder: Path, events: list[dict[str, Any]], node: str, at: int | None) -> Subgraph:
    """Return what lies upstream of a node in a workspace that holds the events."""
    workspace = published_workspace(folder)
    deliver(workspace, {"events": events})
    as_of = None if at is None else datetime.fromisoformat(at_hour(at))
    with open_warehouse(workspace.paths) as warehouse:
        return subgraph(warehouse, Closure("upstream", node, as_of=as_of))


HISTORY = [
    make_event(
        run="r1", job="load", type="COMPLETE", at=1,
        inputs=[{"name": "a", "schema": {"id": "int", "address": {"city": "text", "zip": "int"}}}],
        outputs=[{"name": "c", "schema": {"x": "int", "y": "int"}, "tags": {"pii@x": "yes"}}],
    ),
    make_event(dataset={"name": "a", "tags": {"licence": "one"}}, at=2),
    make_event(
        run="r2", job="load", type="COMPLETE", at=3, inputs=["a"],
        outputs=[{"name": "c", "schema": {"x": "text", "y": "int", "z": "int"}}],
    ),
    make_event(
        run="r3", job="use", type="COMPLETE", at=5,
        inputs=[{"name": "c", "schema": {"read": "int"}}], outputs=["d"],
    ),
]  # fmt: skip


@pytest.mark.parametrize("at", [2, 4, None])
def test_the_schemas_that_hold_come_back(tmp_path: Path, at: int | None) -> None:
    part = part_of(tmp_path / "first", HISTORY, "dataset:db:c", at)

    again = rescanned(part, tmp_path / "again")

    assert {field.path for field in part.schema} >= {"id", "address", "address.city", "x", "y"}
    assert set(again.schema) == set(part.schema)
    assert told(again) == told(part)


def test_what_a_writer_said_is_not_said_to_be_what_a_reader_said(tmp_path: Path) -> None:
    part = part_of(tmp_path / "first", HISTORY, "dataset:db:d", None)

    assert "read" not in {field.path for field in part.schema}
    assert set(rescanned(part, tmp_path / "again").schema) == set(part.schema)
    for event in events_of(part):
        assert all("schema" not in one.get("facets", {}) for one in event.get("inputs", ()))


def test_nested_fields_are_nested_again(tmp_path: Path) -> None:
    part = part_of(tmp_path / "first", HISTORY, "dataset:db:a", 2)

    (schema,) = {
        str(event["dataset"]["facets"]["schema"]["fields"]): event["dataset"]["facets"]["schema"]
        for event in events_of(part)
        if "schema" in event.get("dataset", {}).get("facets", {})
    }.values()

    address = {
        "name": "address", "ordinal_position": 2, "type": "struct",
        "fields": [
            {"name": "city", "ordinal_position": 1, "type": "text"},
            {"name": "zip", "ordinal_position": 2, "type": "int"},
        ],
    }  # fmt: skip
    assert schema["fields"] == [{"name": "id", "ordinal_position": 1, "type": "int"}, address]


def test_a_model_and_its_fields_stay_one_node(tmp_path: Path) -> None:
    model = {"name": "mlflow://h|models/m", "datasetType": "MODEL", "schema": {"age": "int"}}
    events = [make_event(run="r", job="fit", type="COMPLETE", at=1, inputs=["a"], outputs=[model])]
    part = part_of(tmp_path / "first", events, "model:mlflow://h:m", None)

    again = rescanned(part, tmp_path / "again")

    assert [field.path for field in again.schema] == ["age"]
    assert told(again) == told(part)


def test_without_a_schema_none_is_stated(tmp_path: Path) -> None:
    events = [make_event(run="r", job="load", type="COMPLETE", at=1, inputs=["a"], outputs=["c"])]

    assert 'schema"' not in openlineage(part_of(tmp_path / "w", events, "dataset:db:c", None))


NAME = st.sampled_from(("a", "b", "a.b", ".", "", "a.", ".a"))
TYPE = st.sampled_from(("int", "struct", "", None))
ORDINAL = st.one_of(st.none(), st.integers(0, 3))
LEAF = st.builds(StatedField, name=NAME, type=TYPE, ordinal_position=ORDINAL)
FIELDS = st.lists(
    st.recursive(
        LEAF,
        lambda inner: st.builds(
            StatedField,
            name=NAME,
            type=TYPE,
            ordinal_position=ORDINAL,
            fields=st.lists(inner, max_size=3),
        ),
        max_leaves=6,
    ),
    max_size=4,
)


@given(fields=FIELDS)
def test_any_fields_are_read_as_they_were(fields: list[StatedField]) -> None:
    read = rows(fields)

    stated = nested(SchemaField("dataset:db:a", *row, DAY) for row in sorted(read, key=str))

    assert rows(list(map(as_field, stated))) == read


def rows(fields: list[StatedField]) -> Fields:
    read = schema_field_rows(Schema(fields=fields))
    return {(row.field_path, row.ordinal, row.type) for row in read}


def as_field(body: dict[str, Any]) -> StatedField:
    inner = [as_field(one) for one in body.get("fields", ())]
    return StatedField(**{key: body[key] for key in body if key != "fields"}, fields=inner)
