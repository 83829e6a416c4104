"""A real MLflow server is polled, its answers are scanned, and its webhooks are received."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.registry import pulls
from lineage_pipeline.registry.client import Limits
from lineage_pipeline.registry.mlflow import poll_mlflow
from lineage_pipeline.registry.receiving import Receiver
from lineage_pipeline.settings.registries import MlflowRegistry
from lineage_pipeline.warehouse.query import open_warehouse
from tests.registry.stub_server import Said, stub_server
from tests.workspaces import published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.registry.mlflow_server import Mlflow
    from tests.registry.stub_server import Asked

CLOCK = datetime(2026, 10, 12, 6, tzinfo=UTC)
LATER = CLOCK + timedelta(days=1)
KINDS = ["experiments", "logged_models", "model_versions", "registered_models", "runs"]
LIMITS = Limits(1 << 25, time.monotonic, time.sleep)


@pytest.fixture
def workspace(tmp_path: Path, mlflow: Mlflow) -> Workspace:
    settings = f'[[registry.mlflow]]\nurl = "{mlflow.url}"\nname = "mlflow://mlflow.example.org"\n'
    return published_workspace(tmp_path / "workspace", settings)


def poll(workspace: Workspace, at: datetime) -> pulls.PullRow:
    times = pulls.Times(lambda: at, time.monotonic, time.sleep)
    (row,) = pulls.pull(workspace.settings, workspace.paths.landing, {}, times)
    return row


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return warehouse.query(query).rows


def listed(workspace: Workspace, at: datetime, kind: str) -> list[dict[str, Any]]:
    """Return the entries of one kind, as scanned from the poll of a time."""
    bodies = asked(
        workspace,
        f"select body from silver.document where kind = 'mlflow.{kind}' "
        f"and occurred_at = timestamptz '{at.isoformat()}'",
    )
    key = "models" if kind == "logged_models" else kind
    return [entry for (body,) in bodies for entry in json.loads(body)[key]]


def test_two_polls_are_scanned_and_show_what_changed(workspace: Workspace, mlflow: Mlflow) -> None:
    mlflow.model("credit-risk", 2, risk_tier="high")
    mlflow.alias("credit-risk", "champion", "2")
    run_id = mlflow.run("0", auc=0.81, loss="NaN")
    logged = {"experiment_id": "0", "name": "model", "source_run_id": run_id}
    model_id = mlflow.ask("logged-models", logged)["model"]["info"]["model_id"]

    row = poll(workspace, CLOCK)

    assert (row.registry, row.status, row.files) == ("mlflow://mlflow.example.org", "pulled", 5)
    folder = workspace.paths.landing / "registry/mlflow/mlflow.example.org/20261012T060000Z"
    assert sorted(each.name for each in folder.iterdir()) == [
        f"{kind}_search-000001.json" for kind in KINDS
    ]
    assert row.bytes == sum(each.stat().st_size for each in folder.iterdir())
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    assert asked(
        workspace,
        "select sum(record_count), sum(event_count), sum(quarantined_count) from quality.ingest",
    ) == [(5, 5, 0)]
    kinds = asked(workspace, "select kind from silver.document order by 1")
    assert kinds == [(f"mlflow.{kind}",) for kind in KINDS]
    (model,) = [m for m in listed(workspace, CLOCK, "registered_models")
                if m["name"] == "credit-risk"]  # fmt: skip
    assert model["aliases"] == [{"alias": "champion", "version": "2"}]
    (found,) = [r for r in listed(workspace, CLOCK, "runs") if r["info"]["run_id"] == run_id]
    assert {m["key"]: m["value"] for m in found["data"]["metrics"]} == {"auc": 0.81, "loss": "NaN"}
    assert found["inputs"]["dataset_inputs"][0]["dataset"]["digest"] == "438bb48e"
    assert model_id in [m["info"]["model_id"] for m in listed(workspace, CLOCK, "logged_models")]

    mlflow.alias("credit-risk", "champion", "1")
    mlflow.ask("model-versions/delete", {"name": "credit-risk", "version": "2"}, "DELETE")
    mlflow.ask("runs/delete", {"run_id": run_id})
    poll(workspace, LATER)
    pipeline.run(workspace, pipeline.system_clock, LATER)

    (model,) = [m for m in listed(workspace, LATER, "registered_models")
                if m["name"] == "credit-risk"]  # fmt: skip
    assert model["aliases"] == [{"alias": "champion", "version": "1"}]
    versions = {
        at: [v["version"] for v in listed(workspace, at, "model_versions")
             if v["name"] == "credit-risk"]
        for at in (CLOCK, LATER)
    }  # fmt: skip
    assert versions == {CLOCK: ["1", "2"], LATER: ["1"]}
    (found,) = [r for r in listed(workspace, LATER, "runs") if r["info"]["run_id"] == run_id]
    assert found["info"]["lifecycle_stage"] == "deleted"
    assert asked(workspace, "select count(*) from quality.quarantine") == [(0,)]


def test_listings_of_many_pages_are_whole(
    tmp_path: Path, mlflow: Mlflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lineage_pipeline.registry import mlflow as polls

    mlflow.model("paged", 7)
    created = mlflow.ask("experiments/create", {"name": "paged"})["experiment_id"]
    runs = {mlflow.run(created) for _ in range(5)}
    for number in range(5):
        mlflow.ask("logged-models", {"experiment_id": created, "name": f"paged{number}"})
    for listing in ("_MODELS", "_VERSIONS", "_EXPERIMENTS", "_RUNS", "_LOGGED_MODELS"):
        monkeypatch.setattr(polls, listing, getattr(polls, listing)._replace(size=2))
    registry = MlflowRegistry(mlflow.url, "mlflow://m")

    done = poll_mlflow(registry, None, tmp_path, lambda: CLOCK, LIMITS)

    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted((tmp_path / "registry/mlflow/m/20261012T060000Z").iterdir()):
        for key, entries in json.loads(file.read_bytes()).items():
            if key != "next_page_token":
                assert len(entries) <= 2
                found.setdefault(key, []).extend(entries)
    versions = [v["version"] for v in found["model_versions"] if v["name"] == "paged"]
    assert versions == [str(number) for number in range(1, 8)]
    assert runs <= {run["info"]["run_id"] for run in found["runs"]}
    assert sum(model["info"]["name"].startswith("paged") for model in found["models"]) == 5
    assert done.counts["runs"] == len(found["runs"])
    assert done.file_count > 10


def test_an_answer_that_is_too_long_is_asked_for_in_smaller_pages(
    tmp_path: Path, mlflow: Mlflow
) -> None:
    mlflow.model("long", 0)
    for _ in range(3):
        version = {"name": "long", "source": "s3://models/long", "description": "x" * 5000}
        mlflow.ask("model-versions/create", version)
    registry = MlflowRegistry(mlflow.url, "mlflow://m")
    limits = Limits(14_000, time.monotonic, time.sleep)
    poll_mlflow(registry, None, tmp_path, lambda: CLOCK, limits)
    folder = tmp_path / "registry/mlflow/m/20261012T060000Z"
    assert max(file.stat().st_size for file in folder.iterdir()) <= 14_000
    assert len(list(folder.glob("model_versions_search-*.json"))) > 1


def test_its_webhooks_are_received_and_scanned(tmp_path: Path, mlflow: Mlflow) -> None:
    settings = f'[[registry.mlflow]]\nurl = "{mlflow.url}"\nwebhook_secret_env = "HOOK"\n'
    workspace = published_workspace(tmp_path / "workspace", settings)
    receiver = Receiver(workspace.paths, workspace.settings, {"HOOK": "made-secret"})
    other = Receiver(workspace.paths, workspace.settings, {"HOOK": "another-secret"})
    answers: list[tuple[Asked, int]] = []

    def answer(asked: Asked) -> Said:
        now = datetime.now(UTC)
        # Each as it came, but for what is tried out before; the last is taken.
        altered = asked.body.replace(b"hooked", b"hacked")
        refused = (
            other.receive(asked.path, asked.headers, asked.body, now),
            receiver.receive(asked.path, asked.headers, altered, now),
            receiver.receive(asked.path, asked.headers, asked.body, now + timedelta(seconds=400)),
        )
        assert [response.status for response in refused] == [401, 401, 403]
        taken = receiver.receive(asked.path, asked.headers, asked.body, now)
        assert receiver.receive(asked.path, asked.headers, asked.body, now).status == 409
        answers.append((asked, taken.status))
        return Said(taken.status)

    events = [
        {"entity": "REGISTERED_MODEL", "action": "CREATED"},
        {"entity": "MODEL_VERSION", "action": "CREATED"},
        {"entity": "MODEL_VERSION_ALIAS", "action": "CREATED"},
    ]
    with stub_server(answer) as url:
        hook = {"name": "hook", "url": f"{url}/webhooks/mlflow", "events": events}
        created = mlflow.ask("webhooks", {**hook, "secret": "made-secret"})
        mlflow.model("hooked")
        mlflow.alias("hooked", "champion", "1")
        end = time.monotonic() + 60
        while len(answers) < 3 and time.monotonic() < end:
            time.sleep(0.05)
        mlflow.ask(f"webhooks/{created['webhook']['webhook_id']}", {}, "DELETE")

    assert [status for _, status in answers] == [200, 200, 200]
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    assert sorted(asked(workspace, "select action, model_key, actor_id from audit.event")) == [
        ("model_version.created", "hooked", None),
        ("model_version_alias.created", "hooked", None),
        ("registered_model.created", "hooked", None),
    ]
    assert asked(workspace, "select count(*) from quality.quarantine") == [(0,)]


def test_what_was_polled_shows_as_models_and_versions(workspace: Workspace, mlflow: Mlflow) -> None:
    mlflow.model("shown", 2)
    mlflow.alias("shown", "champion", "2")
    poll(workspace, CLOCK)
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    mlflow.ask("model-versions/delete", {"name": "shown", "version": "2"}, "DELETE")
    poll(workspace, LATER)
    pipeline.run(workspace, pipeline.system_clock, LATER)
    assert asked(
        workspace,
        "select version, valid_to_at from registry.model_version where known_to_at is null "
        "and version_node_id like 'modelVersion:mlflow://mlflow.example.org:shown:%' order by all",
    ) == [("1", None), ("2", LATER)]
