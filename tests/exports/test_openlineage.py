"""Exported events are valid, and a workspace that scans them holds what was exported."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openlineage.client.event_v2 import (
    Dataset,
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
)

from data.replay import PRODUCTION
from lineage_pipeline.exports.openlineage import openlineage
from lineage_pipeline.exports.subgraph import ColumnFlow, Subgraph, SubgraphEdge, SubgraphNode
from lineage_pipeline.pipeline import open_workspace
from lineage_pipeline.questions.parts import Closure, between, subgraph
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.exports.parts import DAY
from tests.properties.histories import histories
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.warehouse.query import Warehouse
    from tests.conftest import Demo
    from tests.properties.histories import History

Event = dict[str, Any]

FACETS: Final = {
    "columnLineage": "column_lineage_dataset.ColumnLineageDatasetFacet",
    "datasetType": "dataset_type_dataset.DatasetTypeDatasetFacet",
    "version": "dataset_version_dataset.DatasetVersionDatasetFacet",
    "schema": "schema_dataset.SchemaDatasetFacet",
    "tags": "tags_dataset.TagsDatasetFacet",
    "lineage": "lineage.LineageJobFacet",
}
MODEL: Final = {"name": "mlflow://h|models/m", "datasetType": "MODEL"}


def events_of(part: Subgraph) -> list[Event]:
    return [json.loads(line) for line in openlineage(part).splitlines()]


def holders(event: Event) -> Iterator[Event]:
    yield from filter(None, (event.get("job"), event.get("dataset")))
    yield from (*event.get("inputs", ()), *event.get("outputs", ()))


def rescanned(part: Subgraph, folder: Path) -> Subgraph:
    """Return what stands between the same nodes in an empty workspace that scans the events."""
    workspace = published_workspace(folder)
    deliver(workspace, {"exported": openlineage(part).splitlines()})
    with open_warehouse(workspace.paths) as warehouse:
        assert warehouse.query("from quality.flag").rows == []
        assert warehouse.query("from quality.quarantine").rows == []
        return whole(warehouse)


def whole(warehouse: Warehouse) -> Subgraph:
    rows = warehouse.query("select node_id from lineage.node where kind != 'job'").rows
    return between(warehouse, {node_id: 1 for (node_id,) in rows})


def told(part: Subgraph) -> dict[str, set[object]]:
    """Return what has to come back."""
    return {
        "nodes": {(n.node_id, n.kind, n.namespace, n.name) for n in part.nodes},
        "edges": {
            (
                edge.source_node_id,
                edge.target_node_id,
                edge.job_node_id,
                edge.basis,
                edge.valid_from_at,
            )
            for edge in part.edges
        },
        "columns": set(part.columns),
        "schema": set(part.schema),
        "tags": {
            (tag.node_id, tag.field, tag.key, tag.value, tag.source)
            for tag in part.tags
            if not (tag.source or "").startswith("lineage-pipeline:")
        },
    }


@pytest.fixture(scope="module")
def production(demo: Demo) -> Subgraph:
    """Everything behind the story's deployment."""
    with open_warehouse(demo.workspace.paths) as warehouse:
        return subgraph(warehouse, Closure("upstream", PRODUCTION))


@pytest.fixture(scope="module")
def story(demo: Demo) -> Subgraph:
    """Every node of the story and every edge that holds now."""
    with open_warehouse(demo.workspace.paths) as warehouse:
        return whole(warehouse)


def test_the_story_comes_back_from_its_events(story: Subgraph, tmp_path: Path) -> None:
    again = rescanned(story, tmp_path / "again")

    assert told(again) == told(story)
    assert {n.node_id: n.stage for n in again.nodes} == {n.node_id: n.stage for n in story.nodes}


@pytest.mark.parametrize(
    ("direction", "node"),
    [
        ("upstream", "modelVersion:mlflow://mlflow.example.org:credit-risk:3"),
        ("downstream", "dataset:postgres://core-db.example.org:5432:core.public.loans"),
        ("upstream", "job:dbt:northwind.stg_consents"),
    ],
)
def test_a_question_has_the_same_answer_in_the_new_workspace(
    demo: Demo, tmp_path: Path, direction: str, node: str
) -> None:
    asked = Closure(direction, node)
    with open_warehouse(demo.workspace.paths) as warehouse:
        part = subgraph(warehouse, asked)
    rescanned(part, tmp_path / "again")

    with open_warehouse(open_workspace(tmp_path / "again").paths) as warehouse:
        assert told(subgraph(warehouse, asked)) == told(part)


@settings(
    database=None,
    deadline=None,
    max_examples=5,
    phases=[Phase.generate],  # a shrunk history would take an hour: each try is two workspaces
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories(worlds=5))
def test_any_graph_comes_back_from_its_events(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    folder = tmp_path_factory.mktemp("history")
    workspace = published_workspace(folder / "first")
    deliver(workspace, {"events": history})
    with open_warehouse(workspace.paths) as warehouse:
        part = whole(warehouse)

    again = rescanned(part, folder / "again")
    found, expected = told(between_models(again)), told(between_models(sayable(part)))
    for key, rows in expected.items():
        assert found[key] - rows == set()
        assert rows - found[key] == set()


def sayable(part: Subgraph) -> Subgraph:
    """Return the graph without what no event could say without saying more.

    An edge may rest on columns that a later run no longer named, or on SQL that nobody states as
    lineage, and columns may be named of an edge that no longer holds, or that rests on more.
    """
    said = {(c.source_node_id, c.target_node_id, c.job_node_id) for c in part.columns}
    edges = [
        edge
        if edge.basis not in ("column", "inferred")
        or (edge.basis == "column" and ends_of(edge) in said)
        else replace(edge, basis="cartesian")
        for edge in part.edges
    ]
    by_columns = {ends_of(e) for e in edges if e.basis in ("explicit", "column", "deployment")}
    columns = [
        flow
        for flow in part.columns
        if (flow.source_node_id, flow.target_node_id, flow.job_node_id) in by_columns
    ]
    return replace(part, edges=tuple(edges), columns=tuple(columns))


def between_models(part: Subgraph) -> Subgraph:
    """Return the graph without flows from a model to itself: a run has one version of a name."""
    edges = [e for e in part.edges if not is_of_one_model(e)]
    columns = [c for c in part.columns if not is_of_one_model(c)]
    return replace(part, edges=tuple(edges), columns=tuple(columns))


def is_of_one_model(flow: SubgraphEdge | ColumnFlow) -> bool:
    """Return whether both ends are one model or its versions; a node id has a version behind."""
    source, target = (end.split(":")[:3] for end in (flow.source_node_id, flow.target_node_id))
    return source[0].startswith("model") and source[1:] == target[1:] and target[0][:5] == "model"


def ends_of(edge: SubgraphEdge) -> tuple[str, str, str]:
    return (edge.source_node_id, edge.target_node_id, edge.job_node_id)


def test_events_are_those_of_the_specification(production: Subgraph) -> None:
    kinds = {"run": RunEvent, "job": JobEvent, "dataset": DatasetEvent}
    for event in events_of(production):
        kind = kinds[next(key for key in kinds if key in event)]
        assert event["schemaURL"] == kind._get_schema()
        if kind is RunEvent:
            assert RunState(event["eventType"]) in (RunState.RUNNING, RunState.COMPLETE)
        parts = {"run": Run, "job": Job, "dataset": Dataset}
        built = {key: parts[key](**value) for key, value in event.items() if key in parts}
        lists = {"inputs": InputDataset, "outputs": OutputDataset}
        built |= {key: [lists[key](**v) for v in event[key]] for key in lists if key in event}
        rest = {"eventTime": event["eventTime"], "producer": event["producer"]}
        if kind is RunEvent:
            rest["eventType"] = RunState(event["eventType"])
        kind(**built, **rest)


def test_facets_are_those_of_the_specification(story: Subgraph) -> None:
    met = set()
    for event in events_of(story):
        for holder in holders(event):
            for key, body in holder.get("facets", {}).items():
                module, _, name = FACETS[key].partition(".")
                place = f"openlineage.client.generated.{module}"
                facet = getattr(importlib.import_module(place), name)
                assert body["_schemaURL"] == facet._get_schema()
                facet(**{k: v for k, v in body.items() if not k.startswith("_")})
                met.add(key)
    assert met == FACETS.keys()


def test_an_edge_says_what_it_rests_on(story: Subgraph) -> None:
    """Column lineage as the facet, an explicit statement as entries of the job, else neither."""
    basis_of = {(e.source_node_id, e.target_node_id, e.job_node_id): e.basis for e in story.edges}
    assert {"explicit", "column", "cartesian"} <= set(basis_of.values())
    for event in events_of(story):
        if "run" not in event:
            continue
        (output,) = event["outputs"]
        job = f"job:{event['job']['namespace']}:{event['job']['name']}"
        stated = {
            basis_of.get((f"dataset:{i['namespace']}:{i['name']}", named(output), job), "")
            for i in event["inputs"]
        }
        is_column = "columnLineage" in output.get("facets", {})
        entries = event["job"].get("facets", {}).get("lineage", {}).get("entries", [])
        if named(output).startswith("dataset:"):
            assert is_column == ("column" in stated)
            assert bool(entries) == ("explicit" in stated)
        for entry in entries:
            assert entry["name"] == output["name"]
            assert [i["name"] for i in entry["inputs"]] == [i["name"] for i in event["inputs"]]


def named(dataset: Event) -> str:
    return f"dataset:{dataset['namespace']}:{dataset['name']}"


def test_no_run_is_left_without_an_end(story: Subgraph) -> None:
    runs: dict[str, str] = {}
    for event in events_of(story):
        if "run" in event:
            runs[event["run"]["runId"]] = event["eventType"]

    assert set(runs.values()) == {"COMPLETE"}


def test_what_only_a_job_event_stated_needs_no_run(tmp_path: Path) -> None:
    first, second = DAY, DAY.replace(day=3)
    ids = [f"dataset:db:{name}" for name in "abc"]
    nodes = tuple(SubgraphNode(i, "dataset", "db", i[-1], "unknown", 0) for i in ids)
    part = Subgraph(
        nodes,
        (
            SubgraphEdge(ids[0], ids[2], "job:db:load", "cartesian", 0, first),
            SubgraphEdge(ids[1], ids[2], "job:db:load", "cartesian", 0, second),
            SubgraphEdge(ids[0], ids[1], "job:db:load", "cartesian", 0, first),
        ),
    )

    assert all("run" not in event for event in events_of(part))
    assert told(rescanned(part, tmp_path / "again")) == told(part)


def test_two_versions_of_a_model_stand_in_runs_of_their_own(tmp_path: Path) -> None:
    versions = [f"modelVersion:mlflow://host:churn:{number}" for number in (1, 2)]
    nodes = [
        SubgraphNode(v, "modelVersion", "mlflow://host", f"churn@{v[-1]}", "model", 1)
        for v in versions
    ]
    report = SubgraphNode("dataset:db:report", "dataset", "db", "report", "unknown", 0)
    edges = [
        SubgraphEdge(v, report.node_id, "job:db:compare", "cartesian", 1, DAY) for v in versions
    ]
    part = Subgraph((*nodes, report), tuple(edges))

    again = rescanned(part, tmp_path / "again")

    assert told(again)["edges"] == told(part)["edges"]
    assert len({event["run"]["runId"] for event in events_of(part)}) == 2


@pytest.mark.parametrize(
    "node",
    [
        SubgraphNode("dataset:db:alone", "dataset", "db", "alone", "unknown", 0),
        SubgraphNode("model:mlflow://h:m", "model", "mlflow://h", "m", "model", 0),
        SubgraphNode(
            "deployment:endpoint://e:d", "deployment", "endpoint://e", "d", "deployment", 0
        ),
        SubgraphNode(
            "modelVersion:mlflow://h:m:1", "modelVersion", "mlflow://h", "m@1", "model", 0
        ),
    ],
    ids=lambda node: node.kind,
)
def test_a_node_without_edges_comes_back(node: SubgraphNode, tmp_path: Path) -> None:
    part = Subgraph((node,))

    assert told(part)["nodes"] <= told(rescanned(part, tmp_path / "again"))["nodes"]


def test_tags_come_back_with_who_states_them(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "first")
    tagged = {"name": "c", "tags": {"pii@x": "yes", "lineage.stage": "feature"}}
    load = {"run": "r1", "job": "load", "at": 1, "job_facets": {"tags": {"team": "a"}}}
    deliver(
        workspace,
        {
            "events": [
                make_event(**load, type="START", inputs=["a"]),
                make_event(**load | {"at": 2}, type="COMPLETE", outputs=[tagged]),
                make_event(dataset={"name": "a", "tags": {"licence": "one"}}, at=3),
            ]
        },
    )
    with open_warehouse(workspace.paths) as warehouse:
        part = whole(warehouse)

    again = rescanned(part, tmp_path / "again")

    def stated(one: Subgraph) -> set[object]:
        return {
            (tag.node_id, tag.field, tag.key, tag.value, tag.job_node_id)
            for tag in one.tags
            if not (tag.source or "").startswith("lineage-pipeline:")
        }

    assert stated(again) == stated(part)
    assert len(stated(again)) == 4
    assert told(again) == told(part)


def test_columns_into_a_whole_dataset_and_masks_are_kept(tmp_path: Path) -> None:
    ids = ["dataset:db:people", "dataset:db:report"]
    nodes = tuple(SubgraphNode(i, "dataset", "db", i[11:], "unknown", 0) for i in ids)
    edge = SubgraphEdge(*ids, "job:db:load", "column", 1, DAY)
    flow = (ids[0], "email", ids[1])
    flows = (
        ColumnFlow(*flow, "contact", edge.job_node_id, "DIRECT", "TRANSFORMATION", is_masking=True),
        ColumnFlow(*flow, "contact", edge.job_node_id, "INDIRECT", "FILTER"),
        ColumnFlow(*flow, "plain", edge.job_node_id),
        ColumnFlow(*flow, None, edge.job_node_id, "INDIRECT", "JOIN", is_masking=False),
    )
    part = Subgraph(nodes, (edge,), flows)

    assert told(rescanned(part, tmp_path / "again")) == told(part)


def test_explicit_entries_keep_their_columns() -> None:
    ids = ["dataset:db:a", "dataset:db:b"]
    nodes = tuple(SubgraphNode(i, "dataset", "db", i[-1], "unknown", 0) for i in ids)
    edge = SubgraphEdge(*ids, "job:db:load", "explicit", 1, DAY)
    flow = ColumnFlow(ids[0], "x", ids[1], "y", edge.job_node_id, "DIRECT", "IDENTITY")

    (event,) = events_of(Subgraph(nodes, (edge,), (flow,)))

    (entry,) = event["job"]["facets"]["lineage"]["entries"]
    source = {"namespace": "db", "name": "a", "type": "DATASET"}
    assert entry["inputs"] == [source]
    step = {"type": "DIRECT", "subtype": "IDENTITY"}
    assert entry["fields"] == {
        "y": {"inputs": [source | {"field": "x", "transformations": [step]}]}
    }


def test_events_are_the_same_bytes_in_any_order(production: Subgraph) -> None:
    again = Subgraph(
        production.nodes[::-1],
        production.edges[::-1],
        production.columns[::-1],
        production.tags[::-1],
        production.schema[::-1],
    )

    assert {frozenset_of(e) for e in events_of(again)} == {
        frozenset_of(e) for e in events_of(production)
    }


def frozenset_of(event: Event) -> str:
    """Return the event as text in which the order of keys and lists does not count."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(value[key]) for key in sorted(value)}
        return sorted(map(json.dumps, map(plain, value))) if isinstance(value, list) else value

    return json.dumps(plain(event))


def test_a_dataset_that_states_its_own_sources_keeps_its_tags(tmp_path: Path) -> None:
    """What it says last is said with all that it said before, and that holds still."""
    workspace = published_workspace(tmp_path / "first")
    states = [
        {"name": "c", "tags": {"licence": "one"}},
        {"name": "c", "lineage": ["a"]},
        {"name": "training/set", "lineage": ["c"], "tags": {"licence": "two"}},
        {"name": "c", "lineage": ["a", "b"]},
    ]
    use = make_event(run="r", job="fit", type="COMPLETE", at=5, inputs=["c"], outputs=[MODEL])
    told_in_turn = [make_event(dataset=one, at=at) for at, one in enumerate(states, 1)]
    deliver(workspace, {"events": [*told_in_turn, use]})
    with open_warehouse(workspace.paths) as warehouse:
        part = whole(warehouse)

    assert {node.stage_rule for node in part.nodes if node.name == "c"} == {"topology"}
    assert told(rescanned(part, tmp_path / "again")) == told(part)


def test_beside_a_version_stands_its_model(tmp_path: Path) -> None:
    version = SubgraphNode(
        "modelVersion:mlflow://h:m:1", "modelVersion", "mlflow://h", "m@1", "model", 0
    )
    data = SubgraphNode("dataset:db:a", "dataset", "db", "a", "unknown", 1)
    edge = SubgraphEdge(data.node_id, version.node_id, "job:db:fit", "cartesian", 1, DAY)

    again = rescanned(Subgraph((version, data), (edge,)), tmp_path / "again")

    assert {node.node_id for node in again.nodes} == {
        data.node_id, version.node_id, "model:mlflow://h:m",
    }  # fmt: skip
    assert {edge.basis for edge in again.edges} == {"cartesian", "registry"}
