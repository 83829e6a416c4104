"""Building training sets, training, evaluating, deploying and scoring, week by week."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from openlineage.client.event_v2 import RunState
from openlineage.client.facet_v2 import (
    dataset_type_dataset,
    dataset_version_dataset,
    lifecycle_state_change_dataset,
)
from openlineage.client.generated.base import DatasetFacet, RunFacet

from data.story.company import account_of
from data.story.emission import Emission, RunPlan, plan, tell
from data.story.facets import producer_of
from data.story.identity import digest
from data.story.jobs import JOBS
from data.story.models import MODELS, SHADOW_CREATED_AT, VERSIONS, ModelVersion, versions_of
from data.story.nights import below, dag
from data.story.weeks import NIGHTS, SUNDAYS, at, week_label

Facets = Mapping[str, Mapping[str, DatasetFacet]]
STAGING = "credit-risk"
ABORTED_TRAINING = date(2026, 9, 13)
FAILED_TRAINING = date(2026, 9, 20)


def set_digest(key: str) -> str:
    """The SHA-256 of the content of a training or holdout set."""
    return digest("training-set", key)


def version_facets(model: str, number: str) -> dict[str, DatasetFacet]:
    """The facets that make a data set a version of a model."""
    producer = producer_of(JOBS["train.credit-risk"])
    return {
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(number, producer=producer),
        "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet(
            "MODEL", subType=model, producer=producer
        ),
    }


def _content(key: str, *, created: bool = False) -> dict[str, DatasetFacet]:
    producer = producer_of(JOBS["train.credit-risk"])
    found: dict[str, DatasetFacet] = {
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(
            set_digest(key), producer=producer
        )
    }
    if created:
        change = lifecycle_state_change_dataset.LifecycleStateChange.CREATE
        found["lifecycleStateChange"] = (
            lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(
                change, producer=producer
            )
        )
    return found


def build(run: RunPlan, key: str) -> RunPlan:
    """The run that writes one training set."""
    return replace(run, output=key, dataset_facets={key: _content(key, created=True)})


def training_plan(found: ModelVersion) -> RunPlan:
    """The run that trained a version."""
    run = plan(JOBS[f"train.{found.name}"], found.trained_at)
    facets: Facets = {
        f"model.{found.name}": version_facets(found.name, found.version),
        found.training: {} if found.training.startswith("feature.") else _content(found.training),
    }
    plain = RunFacet(producer=producer_of(run.job))
    details = plain.with_additional_properties(
        mlflowRunId=found.mlflow_run,
        parameters=dict(found.parameters),
        artifactSha256=found.artifact,
        startedBy=account_of(found.trainer),
    )
    return replace(
        run,
        inputs=(found.training,),
        dataset_facets=facets,
        run_facets={"northwind_training": cast("RunFacet", details)},
    )


def evaluation(found: ModelVersion, start: datetime) -> RunPlan:
    """A run that measures a version on the holdout set of its model."""
    run = plan(JOBS[f"evaluate.{found.name}"], start)
    holdout = MODELS[found.name].holdout
    facets: Facets = {
        f"model.{found.name}": version_facets(found.name, found.version),
        holdout: _content(holdout),
    }
    return replace(run, ended=run.started + timedelta(minutes=7), dataset_facets=facets)


def deployment(found: ModelVersion, start: datetime) -> RunPlan:
    """The run that put a version behind its endpoint."""
    run = plan(JOBS[f"deploy.{found.name}"], start)
    producer = producer_of(run.job)
    served = dataset_version_dataset.DatasetVersionDatasetFacet(found.version, producer=producer)
    facets: Facets = {
        f"model.{found.name}": version_facets(found.name, found.version),
        f"endpoint.{found.name}": {"version": served},
    }
    return replace(run, ended=run.started + timedelta(minutes=4), dataset_facets=facets)


def serving(model: str, when: datetime) -> ModelVersion | None:
    """The version that serves at a moment; none for a model that nobody deployed."""
    live = [v for v in versions_of(model) if v.deployed_at and v.deployed_at <= when]
    return max(live, key=lambda v: v.deployed_at or when) if live else None


def _scoring(night: date) -> list[Emission]:
    top, root = dag("score_nightly", at(night, "04:00"), 21)
    told = tell(top)
    for model in ("credit-risk", "collections-priority", "newsletter-ranking", "limit-increase"):
        start = at(night, "04:03")
        weekly = model == "newsletter-ranking" and night.isoweekday() != SUNDAYS[0].isoweekday()
        if weekly or (model == "limit-increase" and start < SHADOW_CREATED_AT):
            continue
        run = below(f"score.{model}", start, root, root)
        live = serving(model, start)
        facets: dict[str, DatasetFacet] = {}
        if live:
            facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(
                live.version, producer=producer_of(run.job)
            )
        told += tell(replace(run, dataset_facets={f"endpoint.{model}": facets}))
    return told


def _sunday(sunday: date) -> list[Emission]:
    top, root = dag("train_weekly", at(sunday, "05:00"), 170)
    key = f"training.credit_{week_label(sunday)}"
    told = tell(top) + tell(
        build(below("build.credit-training", at(sunday, "05:05"), root, root), key)
    )
    trained = [v for v in VERSIONS if v.trained_at.date() == sunday]
    for found in trained:
        told += tell(replace(training_plan(found), parent=root, root=root))
        if found.name == "credit-risk":
            told += tell(evaluation(found, at(sunday, "07:10")))
    told += _unfinished(sunday, key)
    live = serving("credit-risk", at(sunday, "07:30"))
    if live:
        told += tell(evaluation(live, at(sunday, "07:40")))
    return told


def _unfinished(sunday: date, key: str) -> list[Emission]:
    """Trainings that came to nothing: one stopped by hand, one out of memory, twice."""
    job = JOBS["train.credit-risk"]
    tries: tuple[tuple[str, RunState, str], ...] = ()
    if sunday == ABORTED_TRAINING:
        tries = (("06:00", RunState.ABORT, "stopped by jonas@example.org: wrong parameter file"),)
    if sunday == FAILED_TRAINING:
        message = "MemoryError: unable to allocate 14.2 GiB"
        tries = (("06:00", RunState.FAIL, message), ("06:50", RunState.FAIL, message))
    told: list[Emission] = []
    for attempt, (clock, state, message) in enumerate(tries, start=1):
        run = plan(job, at(sunday, clock), attempt=attempt)
        run = replace(run, inputs=(key,), states=(RunState.START, state), error=message)
        told += tell(replace(run, dataset_facets={key: _content(key)}))
    return told


def _notebook() -> list[Emission]:
    run = plan(JOBS["notebook.limit-increase"], at(date(2026, 9, 21), "16:10"))
    return tell(run)


def weekly() -> list[Emission]:
    """Everything about models within the six weeks."""
    told: list[Emission] = []
    for night in NIGHTS:
        told += _scoring(night)
    for sunday in SUNDAYS:
        told += _sunday(sunday)
    for found in VERSIONS:
        if found.deployed_at and found.deployed_at.date() >= NIGHTS[0]:
            told += tell(deployment(found, found.deployed_at))
    return told + _notebook()
