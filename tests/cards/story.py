"""The cards of the story, and what its registry files say of each version."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from lineage_pipeline.cards.checking import CheckedCard, check_card
from lineage_pipeline.cards.facts import CardFacts, DatasetFacts, Known, MetricFacts
from lineage_pipeline.formats.yaml_text import json_texts
from lineage_pipeline.identifiers import node_id

LANDING: Final = Path(__file__).parents[2] / "data" / "landing"
POLL: Final = LANDING / "2026-10-12" / "registry" / "mlflow" / "20261012T050000Z"
REGISTRY: Final = "mlflow://mlflow.example.org"
AS_OF: Final = int(datetime(2026, 10, 12, 6, tzinfo=UTC).timestamp() * 1_000_000)


def written_cards() -> dict[str, Any]:
    """Return every card by its file's name, as the scan reads YAML."""
    files = sorted(LANDING.glob("*/registry/files/cards/*.yaml*"))
    return {file.name.partition(".")[0]: _yaml(file) for file in files}


def story_facts() -> dict[str, CardFacts]:
    """Return the facts of every version, by the name of its card's file."""
    return _mlflow() | _newsletter()


def checked_cards() -> dict[str, CheckedCard]:
    """Return every card, checked on the last day of the story."""
    facts = story_facts()
    return {
        name: check_card(facts[name], document, f"cards/{name}.yaml")
        for name, document in written_cards().items()
    }


def _mlflow() -> dict[str, CardFacts]:
    runs = {run["info"]["run_id"]: run for run in _answer("runs_search")["runs"]}
    models = {each["info"]["model_id"]: each for each in _answer("logged_models_search")["models"]}
    found = {}
    for version in _answer("model_versions_search")["model_versions"]:
        run = runs[version["run_id"]]
        model = models[version["source"].removeprefix("models:/")]
        facts = _facts_of(version, run, model)
        found[f"{facts.name}-{facts.version}"] = facts
    return found


def _facts_of(version: Any, run: Any, model: Any) -> CardFacts:
    where = f"MLflow, version {version['version']} of {version['name']}"
    tags, run_tags = _pairs(version["tags"]), _pairs(run["data"]["tags"])
    run_id = run["info"]["run_id"]
    inputs = run["inputs"]["dataset_inputs"]
    return CardFacts(
        version_node_id=node_id("modelVersion", REGISTRY, version["name"], version["version"]),
        name=version["name"],
        version=version["version"],
        registration=where,
        registered_at=version["creation_timestamp"] * 1000,
        trained_at=run["info"]["end_time"] * 1000,
        owner=Known(value=tags["owner"], evidence=f"{where}, tag owner"),
        tier=Known(value=tags["risk_tier"], evidence=f"{where}, tag risk_tier"),
        artifact_sha256=Known(value=tags["artifact_sha256"], evidence=f"{where}, its artifact"),
        code=Known(value=run_tags["mlflow.source.git.commit"], evidence=f"run {run_id}"),
        environment=Known(value=run_tags["environment"], evidence=f"run {run_id}"),
        training_run=Known(value=run_id, evidence=f"run {run_id}"),
        parameters=_pairs(run["data"]["params"]),
        training=_datasets(inputs, "training", run_id),
        evaluation=_datasets(inputs, "evaluation", run_id),
        metrics=tuple(
            MetricFacts(
                metric=each["key"].partition(".")[0],
                slice=each["key"].partition(".")[2] or "all",
                value=each["value"],
                dataset_name=each["dataset_name"],
                dataset_digest=each["dataset_digest"],
                run_id=each["run_id"],
                measured_at=each["timestamp"] * 1000,
            )
            for each in model["data"]["metrics"]
        ),
        as_of=AS_OF,
    )


def _newsletter() -> dict[str, CardFacts]:
    file = LANDING / "2026-10-05" / "registry" / "files" / "newsletter-ranking.yaml"
    said = _yaml(file)
    return {
        f"{said['name']}-{each['version']}": CardFacts(
            version_node_id=node_id(
                "modelVersion", said["registry"], said["name"], each["version"]
            ),
            name=said["name"],
            version=each["version"],
            registration=file.name,
            registered_at=int(
                datetime.fromisoformat(each["registered_at"]).timestamp() * 1_000_000
            ),
            owner=Known(value=said["owner"], evidence=file.name),
            team=Known(value=said["team"], evidence=file.name),
            tier=Known(value=said["risk_tier"], evidence=file.name),
            artifact_sha256=Known(value=each["artifact_sha256"], evidence=file.name),
            training_run=Known(value=each["run_id"], evidence=file.name),
            training=tuple(
                DatasetFacts(node_id=name, evidence=file.name) for name in each["training_data"]
            ),
            metrics=tuple(
                MetricFacts(metric=name, value=value, run_id=each["run_id"])
                for name, value in each["metrics"].items()
            ),
            as_of=AS_OF,
        )
        for each in said["versions"]
    }


def _datasets(inputs: Any, context: str, run_id: str) -> tuple[DatasetFacts, ...]:
    found = []
    for each in inputs:
        tags = _pairs(each["tags"])
        if tags["mlflow.data.context"] == context:
            name = tags["openlineage.name"]
            found.append(
                DatasetFacts(
                    node_id=node_id("dataset", tags["openlineage.namespace"], name),
                    name=name,
                    digest=each["dataset"]["digest"],
                    evidence=f"run {run_id}, its inputs",
                )
            )
    return tuple(found)


def _pairs(pairs: Any) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in pairs}


def _answer(name: str) -> Any:
    return json.loads((POLL / f"{name}.json").read_bytes())


def _yaml(file: Path) -> Any:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    (text,) = json_texts(data)
    assert isinstance(text.json, bytes), text.json
    return json.loads(text.json)
