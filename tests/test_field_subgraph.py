"""The part of the graph that a field reaches, where a whole dataset is named as a source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.exports.openlineage import openlineage
from lineage_pipeline.questions import parts
from lineage_pipeline.questions.parts import Closure
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Workspace


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """raw has x and y; z of clean is made of raw, and nobody says of what in it."""
    workspace = published_workspace(tmp_path_factory.mktemp("whole") / "workspace")
    event = make_event(
        run="one",
        job="load",
        type="COMPLETE",
        at=1,
        inputs=[{"name": "raw", "schema": {"x": "int", "y": "int"}}],
        outputs=[{"name": "clean", "schema": {"z": "int"}}],
        job_facets={"lineage": {"clean": {"z": ["raw"]}}},
    )
    deliver(workspace, {"events": [event]})
    return workspace


@pytest.mark.parametrize(
    ("direction", "node", "field", "ends"),
    [
        ("upstream", "clean", "z", {("dataset:db:raw", "datasetField:db:clean:z")}),
        ("downstream", "raw", "x", {("datasetField:db:raw:x", "datasetField:db:clean:z")}),
    ],
)
def test_a_whole_source_stands_as_itself_and_leads_on_from_each_field(
    told: Workspace, direction: str, node: str, field: str, ends: set[tuple[str, str]]
) -> None:
    asked = Closure(direction, f"dataset:db:{node}", field=field)

    with open_warehouse(told.paths) as warehouse:
        found = parts.field_subgraph(warehouse, asked)

    assert {(edge.source_node_id, edge.target_node_id) for edge in found.edges} == ends


def test_exported_events_name_the_whole_source_without_a_field(told: Workspace) -> None:
    with open_warehouse(told.paths) as warehouse:
        part = parts.subgraph(warehouse, Closure("upstream", "dataset:db:clean", field="z"))

    events = [json.loads(line) for line in openlineage(part).splitlines()]

    (entry,) = [e["job"]["facets"]["lineage"]["entries"][0] for e in events if "job" in e]
    assert entry["fields"] == {
        "z": {"inputs": [{"namespace": "db", "name": "raw", "type": "DATASET"}]}
    }
