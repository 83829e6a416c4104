"""What a poll of the MLflow registry answers, once a week, an hour before the scan."""

import json
from datetime import datetime, timedelta

from data.story.company import ACCOUNT
from data.story.facets import resolve
from data.story.identity import git_sha, hex_id
from data.story.landed import LandedFile, document
from data.story.learning import serving, set_digest, training_plan
from data.story.models import MODELS, VERSIONS, ModelVersion, versions_of
from data.story.tables import TABLES
from data.story.weeks import DELIVERIES, at, millis, moment

Payload = dict[str, object]

_IMAGES = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
IN_MLFLOW = ("credit-risk", "collections-priority")
_EXPERIMENTS = {"credit-risk": "1", "collections-priority": "2"}
# Nobody called the registry for this: the alias was moved in its database.
ALIAS_MOVED_AT = moment("2026-10-07T21:14:00Z")
ALIAS_MODEL, ALIAS_NAME, ALIAS_FROM, ALIAS_TO = "collections-priority", "champion", "2", "1"
CHALLENGER_AT = moment("2026-09-28T10:00:00Z")


def registered_at(found: ModelVersion) -> datetime:
    """When a version was entered in the registry: two hours after its training began."""
    return found.trained_at + timedelta(hours=2)


def measures(found: ModelVersion) -> dict[str, float]:
    """What the evaluation of a version measured on its holdout set."""
    base = found.value
    group_gap = 0.02 if found.name == "credit-risk" else 0.03
    return {
        "auc": base,
        "recall": round(base - 0.13, 3),
        "precision": round(base - 0.21, 3),
        "auc.age_18_30": round(base - 0.015, 3),
        "auc.age_31_50": round(base + 0.006, 3),
        "auc.age_51_plus": round(base - 0.004, 3),
        "demographic_parity_difference": round(group_gap + 0.011, 3),
        "equal_opportunity_difference": group_gap,
    }


def alias_targets(name: str, when: datetime) -> dict[str, str]:
    """The aliases of a model at a moment and the versions they point to."""
    aliases: dict[str, str] = {}
    live = serving(name, when)
    if live:
        aliases["champion"] = live.version
    if name == "credit-risk" and when >= CHALLENGER_AT:
        aliases["challenger"] = "4"
    if name == ALIAS_MODEL and when >= ALIAS_MOVED_AT:
        aliases[ALIAS_NAME] = ALIAS_TO
    return aliases


def stage_of(found: ModelVersion, when: datetime) -> str:
    """The deprecated stage of a version at a moment."""
    live = serving(found.name, when)
    if live and live.version == found.version:
        return "Production"
    if found.deployed_at and found.deployed_at <= when:
        return "Archived"
    return "Staging" if registered_at(found) + timedelta(days=1) <= when else "None"


def _changed_at(found: ModelVersion, when: datetime) -> datetime:
    successor = next(
        (v for v in versions_of(found.name) if v.version == str(int(found.version) + 1)), None
    )
    steps = [registered_at(found), registered_at(found) + timedelta(days=1)]
    steps += [v.deployed_at for v in (found, successor) if v and v.deployed_at]
    return max(step for step in steps if step <= when or step == registered_at(found))


def tags_of(found: ModelVersion) -> dict[str, str]:
    """The tags of a version."""
    model = MODELS[found.name]
    return {
        "risk_tier": model.tier,
        "owner": model.owner,
        "artifact_sha256": found.artifact,
        "card": f"cards/{found.name}-{found.version}.yaml",
    }


def _pairs(values: dict[str, str]) -> list[Payload]:
    return [{"key": key, "value": value} for key, value in values.items()]


def version_payload(found: ModelVersion, when: datetime) -> Payload:
    """A model version as the registry answers."""
    return {
        "name": found.name,
        "version": found.version,
        "creation_timestamp": millis(registered_at(found)),
        "last_updated_timestamp": millis(_changed_at(found, when)),
        "current_stage": stage_of(found, when),
        "description": "",
        "source": f"models:/{found.logged_model}",
        "run_id": found.mlflow_run,
        "status": "READY",
        "tags": _pairs(tags_of(found)),
        "run_link": "",
    }


def _known(name: str, when: datetime) -> list[ModelVersion]:
    return [found for found in versions_of(name) if registered_at(found) <= when]


def _model_payload(name: str, when: datetime) -> Payload:
    known = _known(name, when)
    latest: dict[str, ModelVersion] = {stage_of(found, when): found for found in known}
    changed = max(_changed_at(found, when) for found in known)
    if name == ALIAS_MODEL and when >= ALIAS_MOVED_AT:
        changed = max(changed, ALIAS_MOVED_AT)
    return {
        "name": name,
        "creation_timestamp": millis(registered_at(known[0])),
        "last_updated_timestamp": millis(changed),
        "latest_versions": [version_payload(found, when) for found in latest.values()],
        "description": MODELS[name].purpose,
        "tags": _pairs({"owner": MODELS[name].owner, "risk_tier": MODELS[name].tier}),
        "aliases": [
            {"alias": alias, "version": number}
            for alias, number in sorted(alias_targets(name, when).items())
        ],
    }


def _dataset_input(key: str, context: str) -> Payload:
    table = TABLES[key]
    namespace, name = resolve(key, DELIVERIES[0])[1]
    schema = [{"type": "double", "name": "score_inputs", "required": True}]
    tags = {
        "mlflow.data.context": context,
        "openlineage.name": name,
        "openlineage.namespace": namespace,
    }
    return {
        "tags": _pairs(tags),
        "dataset": {
            "name": name,
            "digest": set_digest(key)[:8],
            "source_type": "s3",
            "source": json.dumps({"uri": f"{namespace}/{name}"}),
            "schema": json.dumps({"mlflow_colspec": schema}),
            "profile": json.dumps(
                {"num_rows": table.rows, "num_elements": table.rows * len(table.columns)}
            ),
        },
    }


def _run_tags(found: ModelVersion) -> dict[str, str]:
    return {
        "mlflow.user": found.trainer.partition("@")[0],
        "mlflow.source.name": f"pipelines/train/{found.name}.py",
        "mlflow.source.type": "JOB",
        "mlflow.source.git.commit": git_sha(f"{found.trained_at:%Y-%m-%d}"),
        "mlflow.runName": f"train-{found.name}-{found.version}",
        "openlineage.runId": training_plan(found).run,
        "environment": f"{_IMAGES}/train@sha256:{hex_id(64, 'env')}",
    }


def run_payload(found: ModelVersion) -> Payload:
    """The MLflow run that trained a version."""
    trained = training_plan(found)
    experiment = _EXPERIMENTS[found.name]
    ended = millis(trained.ended)
    return {
        "info": {
            "run_uuid": found.mlflow_run,
            "experiment_id": experiment,
            "run_name": f"train-{found.name}-{found.version}",
            "user_id": found.trainer.partition("@")[0],
            "status": "FINISHED",
            "start_time": millis(trained.started),
            "end_time": ended,
            "artifact_uri": f"mlflow-artifacts:/{experiment}/{found.mlflow_run}/artifacts",
            "lifecycle_stage": "active",
            "run_id": found.mlflow_run,
        },
        "data": {
            "metrics": [
                {"key": key, "value": value, "timestamp": ended, "step": 0}
                for key, value in measures(found).items()
            ],
            "params": _pairs(dict(found.parameters)),
            "tags": _pairs(_run_tags(found)),
        },
        "inputs": {
            "dataset_inputs": [
                _dataset_input(found.training, "training"),
                _dataset_input(MODELS[found.name].holdout, "evaluation"),
            ]
        },
        "outputs": {"model_outputs": [{"model_id": found.logged_model, "step": 0}]},
    }


def _logged_tags(found: ModelVersion) -> dict[str, str]:
    version = {"name": found.name, "version": int(found.version)}
    return {
        "mlflow.modelVersions": json.dumps([version]),
        "mlflow.user": found.trainer.partition("@")[0],
        "artifact_sha256": found.artifact,
    }


def _logged_metric(found: ModelVersion, key: str, value: float) -> Payload:
    holdout = MODELS[found.name].holdout
    return {
        "key": key,
        "value": value,
        "timestamp": millis(registered_at(found)),
        "step": 0,
        "dataset_name": TABLES[holdout].name,
        "dataset_digest": set_digest(holdout)[:8],
        "model_id": found.logged_model,
        "run_id": found.mlflow_run,
    }


def _logged_model(found: ModelVersion) -> Payload:
    experiment = _EXPERIMENTS[found.name]
    return {
        "info": {
            "model_id": found.logged_model,
            "experiment_id": experiment,
            "name": "model",
            "creation_timestamp_ms": millis(training_plan(found).ended),
            "last_updated_timestamp_ms": millis(registered_at(found)),
            "artifact_uri": f"mlflow-artifacts:/{experiment}/models/{found.logged_model}/artifacts",
            "status": "LOGGED_MODEL_READY",
            "model_type": "",
            "source_run_id": found.mlflow_run,
            "tags": _pairs(_logged_tags(found)),
        },
        "data": {
            "params": _pairs(dict(found.parameters)),
            "metrics": [_logged_metric(found, *pair) for pair in measures(found).items()],
        },
    }


def _experiments() -> list[Payload]:
    created = millis(min(found.trained_at for found in VERSIONS))
    return [
        {
            "experiment_id": experiment,
            "name": name,
            "artifact_location": f"mlflow-artifacts:/{experiment}",
            "lifecycle_stage": "active",
            "last_update_time": created,
            "creation_time": created,
            "workspace": "default",
        }
        for name, experiment in _EXPERIMENTS.items()
    ]


def answers(when: datetime) -> dict[str, Payload]:
    """The answers of a poll at a moment, by the name of the call."""
    known = [found for name in IN_MLFLOW for found in _known(name, when)]
    models = [_model_payload(name, when) for name in IN_MLFLOW]
    return {
        "experiments_search": {"experiments": _experiments()},
        "registered_models_search": {"registered_models": models},
        "model_versions_search": {
            "model_versions": [version_payload(found, when) for found in known]
        },
        "runs_search": {"runs": [run_payload(found) for found in known]},
        "logged_models_search": {"models": [_logged_model(found) for found in known]},
    }


def files() -> list[LandedFile]:
    """The answers of every poll; the folder carries the moment, which the answers do not."""
    return [
        LandedFile(
            monday,
            f"registry/mlflow/{at(monday, '05:00'):%Y%m%dT%H%M%SZ}/{call}.json",
            document(payload),
        )
        for monday in DELIVERIES
        for call, payload in answers(at(monday, "05:00")).items()
    ]
