"""`lineage gate replay`: in the story one deployment went on approvals that had expired."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from lineage_pipeline.paths import WorkspacePaths
from lineage_pipeline.release.replaying import Deployed
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result
    from tests.conftest import Demo

STORY = ("--from", "2026-09-01", "--to", "2026-10-12")


@pytest.fixture
def replayed(lineage: Callable[..., Result], demo: Demo) -> Callable[..., Result]:
    def call(*arguments: object) -> Result:
        root = demo.workspace.paths.root
        return lineage("gate", "replay", *arguments, "--format", "json", "-w", root)

    return call


def told(result: Result, column: str) -> dict[str, Any]:
    return {row["version"]: row[column] for row in json.loads(result.out)}


def test_the_present_policy_denies_exactly_what_went_on_expired_approvals(
    replayed: Callable[..., Result],
) -> None:
    result = replayed(*STORY)

    assert result.code == 0
    assert told(result, "verdict") == {
        "credit-risk@3": "deploy",
        "collections-priority@2": "deny",
        "limit-increase": "unregistered",
        "newsletter-ranking@3": "deploy",
    }
    assert told(result, "failing_gates")["collections-priority@2"] == "independent approvals"
    (reason,) = told(result, "reasons")["collections-priority@2"]
    assert "expired at 2026-09-11T00:00:00Z" in reason


def test_a_deployment_that_three_sources_tell_of_is_one(replayed: Callable[..., Result]) -> None:
    rows = [row for row in json.loads(replayed().out) if row["version"] == "credit-risk@3"]

    (row,) = rows
    assert row["sources"] == ["cloudevents", "kubernetes", "openlineage"]
    assert (row["environment"], row["deployed_by"]) == ("production", "svc-deployer")
    assert row["deployed_at"] == "2026-09-10T09:00:31.027000Z"


def test_who_deployed_without_registering_is_named(replayed: Callable[..., Result]) -> None:
    assert told(replayed(*STORY), "deployed_by")["limit-increase"] == "oidc:devon@example.org"
    assert told(replayed(*STORY), "failing_gates")["limit-increase"] == "registered"


def test_before_the_records_begin_evidence_is_missing(replayed: Callable[..., Result]) -> None:
    result = replayed("--to", "2026-09-01")

    assert set(told(result, "verdict").values()) == {"unknown"}
    assert "4 stopped because evidence is missing; nothing is recorded" in result.err


def test_by_what_was_told_then_nothing_was_known_of_the_week(
    replayed: Callable[..., Result],
) -> None:
    found = told(replayed(*STORY, "--known-then"), "verdict")

    assert found["credit-risk@3"] != "deploy"
    assert found["limit-increase"] == "unregistered"


def test_another_policy_may_let_it_go(
    replayed: Callable[..., Result], demo: Demo, tmp_path: Path
) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(demo.workspace.paths.policy, folder)
    tiers = folder / "tiers.toml"
    text = tiers.read_text(encoding="utf-8")
    tiers.write_text(text.replace('mode = "enforcing"', 'mode = "observing"'), encoding="utf-8")

    result = replayed(*STORY, "--policy", folder)

    assert told(result, "verdict")["collections-priority@2"] == "deploy"
    assert told(result, "would_be")["collections-priority@2"] == "deny"
    assert told(result, "failing_gates")["collections-priority@2"] == "independent approvals"


def test_a_failure_is_asked_for(replayed: Callable[..., Result]) -> None:
    only_good = ("--from", "2026-09-10", "--to", "2026-09-11")

    assert replayed(*STORY, "--fail-on-deny").code == 1
    assert replayed(*only_good, "--fail-on-deny").code == 0
    assert replayed("--from", "2027-01-01", "--fail-on-deny").code == 0


def test_an_environment_keeps_to_its_deployments(replayed: Callable[..., Result]) -> None:
    found = replayed(*STORY, "--env", "staging")

    assert set(told(found, "version")) == {"limit-increase"}, "nobody says where that is"
    assert replayed("--env", "moon").code == 2


def test_a_policy_that_is_not_there_is_an_error(
    replayed: Callable[..., Result], tmp_path: Path
) -> None:
    result = replayed("--policy", tmp_path / "nowhere")

    assert result.code == 2
    assert "no such folder" in result.err


def test_nothing_is_recorded(replayed: Callable[..., Result], demo: Demo) -> None:
    files = [file for file in demo.workspace.paths.root.rglob("*") if file.is_file()]
    before = {file: file.stat().st_mtime_ns for file in files}

    result = replayed(*STORY)

    found = [file for file in demo.workspace.paths.root.rglob("*") if file.is_file()]
    assert {file: file.stat().st_mtime_ns for file in found} == before
    assert "nothing is recorded" in result.err


def test_the_decision_before_it_stands_beside_it(demo: Demo, tmp_path: Path) -> None:
    paths = WorkspacePaths(tmp_path)
    shutil.copyfile(demo.workspace.paths.warehouse, paths.warehouse)
    _decided(paths, "2026-09-16 09:00Z", "first", "deny", is_genuine=True)
    _decided(paths, "2026-09-16 09:30Z", "second", "deploy", is_genuine=True)
    _decided(paths, "2026-09-16 09:45Z", "forged", "deny", is_genuine=False)
    _decided(paths, "2026-09-17 09:00Z", "later", "deny", is_genuine=True)

    with open_warehouse(paths) as warehouse:
        answer = warehouse.ask(
            "deployed", from_at=None, to_at=None, environments=["production"],
            environment="production", is_there=False,
        )  # fmt: skip
    found = [Deployed(*row) for row in answer.rows]
    assert {
        one.version_node_id: (one.recorded_verdict, one.recorded_decision)
        for one in found
        if one.recorded_decision
    } == {COLLECTIONS: ("deploy", "second")}


COLLECTIONS = "modelVersion:mlflow://mlflow.example.org:collections-priority:2"


def _decided(paths: WorkspacePaths, at: str, name: str, verdict: str, *, is_genuine: bool) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            """
            insert into governance.decision by name
            select
                $name as act_id, $name as decision_id, $is_genuine as is_genuine,
                $version as version_node_id, 'production' as environment, $verdict as verdict,
                $at::timestamptz as decided_at, $at::timestamptz as known_from_at
            """,
            {"name": name, "is_genuine": is_genuine, "version": COLLECTIONS, "verdict": verdict}
            | {"at": at},
        )
