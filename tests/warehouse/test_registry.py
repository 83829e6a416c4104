"""What registries list, in the story and in the lineage graph beside what events say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline.pipeline import check_warehouse
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, deliver_documents, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.conftest import Demo

POLL: Final = "registry/mlflow/server"
"""The folder of a registry that events call mlflow://server."""
VERSION: Final = "modelVersion:mlflow://server:a:1"
DATASET: Final = "dataset:s3://bucket:sets/1"
RAW: Final = "dataset:s3://bucket:raw"
LISTED: Final = [
    {"registered_models": [{"name": "a"}]},
    {
        "model_versions": [
            {"name": "a", "version": "1", "creation_timestamp": 1767232800000, "run_id": "run"}
        ]
    },
    {
        "runs": [
            {
                "info": {"run_id": "run"},
                "inputs": {
                    "dataset_inputs": [
                        {
                            "dataset": {"name": "sets/1"},
                            "tags": [
                                {"key": "mlflow.data.context", "value": "training"},
                                {"key": "openlineage.namespace", "value": "s3://bucket"},
                                {"key": "openlineage.name", "value": "sets/1"},
                            ],
                        }
                    ]
                },
            }
        ]
    },
]
"""Registered at two o'clock of the first day of 2026."""


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return warehouse.connection.execute(query).fetchall()


def offending(workspace: Workspace) -> list[str]:
    """Return the checks that find something."""
    with open_warehouse(workspace.paths) as warehouse:
        return [
            file.object
            for file in stage_files("checks")
            if warehouse.connection.execute(file.statements).fetchall()
        ]


def edges(workspace: Workspace) -> list[tuple[Any, ...]]:
    """Return what flows into the version: basis, valid hours, known days; null is open."""
    return asked(
        workspace,
        "select basis, job_node_id, hour(valid_from_at), hour(valid_to_at), "
        "day(known_from_at), day(known_to_at) from lineage.edge "
        f"where (source_node_id, target_node_id) = ('{DATASET}', '{VERSION}') order by all",
    )


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return what a registry told first, then events of its data, then events of the training."""
    workspace = published_workspace(tmp_path_factory.mktemp("joined") / "workspace")
    deliver_documents(workspace, {f"{POLL}/20260501T050000Z/all.ndjson": LISTED})
    made = make_event(
        run="r1", type="COMPLETE", at=1, inputs=["s3://bucket|raw"], outputs=["s3://bucket|sets/1"]
    )
    deliver(workspace, {"made": [made]}, CLOCK + timedelta(days=1))
    trained = make_event(
        run="r2",
        job="train",
        type="COMPLETE",
        at=5,
        inputs=["s3://bucket|sets/1"],
        outputs=[{"name": "mlflow://server|models/a", "datasetType": "MODEL", "version": "1"}],
    )
    deliver(workspace, {"trained": [trained]}, CLOCK + timedelta(days=2))
    return workspace


def test_the_registry_says_what_no_event_does(joined: Workspace) -> None:
    assert edges(joined) == [
        ("cartesian", "job:db:train", 5, None, 3, None),
        ("registry", None, 2, 5, 3, None),
        ("registry", None, 2, None, 2, 3),
    ]


def test_lineage_leads_through_what_the_registry_says(joined: Workspace) -> None:
    behind = asked(joined, f"select node_id from lineage.upstream('{VERSION}', known_at := "
                           f"'{CLOCK + timedelta(days=1)}') order by depth")  # fmt: skip
    assert behind == [(VERSION,), (DATASET,), (RAW,)]
    at_first = f"select node_id from lineage.upstream('{VERSION}', known_at := '{CLOCK}')"
    assert asked(joined, at_first) == [(VERSION,)]


def test_what_only_a_registry_knows_is_a_node_until_an_event_names_it(joined: Workspace) -> None:
    query = (
        "select node_id, name, stage_rule, day(known_from_at), day(known_to_at) "
        "from lineage.node_history where kind in ('model', 'modelVersion') order by all"
    )
    assert asked(joined, query) == [
        ("model:mlflow://server:a", "a", "dataset_type", 3, None),
        ("model:mlflow://server:a", "a", "registry", 1, 3),
        (VERSION, "a@1", "dataset_type", 3, None),
        (VERSION, "a@1", "registry", 1, 3),
    ]
    nodes = "select count(*), count(distinct node_id) from lineage.node where namespace like 'mlf%'"
    assert asked(joined, nodes) == [(2, 2)]


def test_the_joined_graph_is_whole_and_the_same_afresh(joined: Workspace) -> None:
    assert offending(joined) == []
    assert check_warehouse(joined) == []


def test_a_version_that_is_deleted_was_still_made_of_its_data(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    made = make_event(run="r1", type="COMPLETE", at=1, outputs=["s3://bucket|sets/1"])
    deliver(workspace, {"made": [made]})
    polls = {
        f"{POLL}/20260501T050000Z/all.ndjson": LISTED,
        f"{POLL}/20260502T050000Z/all.ndjson": [{"model_versions": []}, {"registered_models": []}],
    }
    deliver_documents(workspace, polls, CLOCK + timedelta(days=1))
    assert edges(workspace) == [("registry", None, 2, None, 2, None)]
    rows = "select known_to_at is null, valid_to_at is null from registry.model_version"
    assert asked(workspace, rows) == [(True, False)]
    assert offending(workspace) == []
    assert check_warehouse(workspace) == []


def test_the_story_has_its_versions_and_owners(demo: Demo) -> None:
    query = (
        "select name, source, count(distinct version), list_sort(list_distinct(list(owner))) "
        "from registry.model_version where known_to_at is null and valid_to_at is null "
        "group by all order by all"
    )
    assert asked(demo.workspace, query) == [
        ("collections-priority", "mlflow", 2, ["lena@example.org"]),
        ("credit-risk", "mlflow", 4, ["tomas@example.org"]),
        ("newsletter-ranking", "files", 4, ["yuki@example.org"]),
    ]
    tiers = "select name, risk_tier from registry.model where known_to_at is null order by all"
    assert asked(demo.workspace, tiers) == [
        ("collections-priority", "medium"), ("credit-risk", "high"), ("newsletter-ranking", "low")
    ]  # fmt: skip


def test_the_story_s_versions_are_those_that_lineage_knows(demo: Demo) -> None:
    query = (
        "select count(*), count(node.node_id) from registry.model_version as version "
        "left join lineage.node as node on version.version_node_id = node.node_id "
        "and node.stage_rule != 'registry' where version.known_to_at is null"
    )
    ((versions, known),) = asked(demo.workspace, query)
    assert versions == known
    runs = (
        "select count(*) from registry.model_version as version where source = 'mlflow' "
        "and openlineage_run_id not in (select run_id from lineage.run)"
    )
    assert asked(demo.workspace, runs) == [(0,)]


def test_the_story_s_trainers_are_those_who_trained(demo: Demo) -> None:
    query = (
        "select distinct name, version, trainer from registry.model_version "
        "where source = 'mlflow' order by all"
    )
    assert asked(demo.workspace, query) == [
        ("collections-priority", "1", "mia"),
        ("collections-priority", "2", "mia"),
        ("credit-risk", "1", "jonas"),
        ("credit-risk", "2", "jonas"),
        ("credit-risk", "3", "jonas"),
        ("credit-risk", "4", "mia"),
    ]


def test_only_one_alias_of_the_story_moved_in_silence(demo: Demo) -> None:
    query = (
        "select model_node_id, item, before, after, strftime(changed_after_at, '%m-%d'), "
        "strftime(seen_at, '%m-%d'), actor from registry.change "
        "where starts_with(change, 'alias') and not has_notice"
    )
    assert asked(demo.workspace, query) == [
        (
            "model:mlflow://mlflow.example.org:collections-priority",
            "champion", "2", "1", "10-05", "10-12", "unknown",
        )
    ]  # fmt: skip


def test_the_registry_says_of_version_4_what_its_card_contradicts(demo: Demo) -> None:
    query = (
        "select value, dataset_name, dataset_digest from registry.evaluation "
        "where version_node_id like '%:credit-risk:4' and metric = 'auc' and slice = 'all' "
        "and phase = 'evaluation'"
    )
    assert asked(demo.workspace, query) == [(0.74, "holdout/credit_2026h1", "c403c9ab")]
