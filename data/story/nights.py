"""The nightly runs: cleaning, features, checks, scoring and the stream that never ends."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from openlineage.client.event_v2 import RunState
from openlineage.client.facet_v2 import (
    data_quality_assertions_dataset,
    data_quality_metrics_input_dataset,
)

from data.story.company import Job
from data.story.emission import Emission, RunPlan, plan, row_count, tell
from data.story.facets import producer_of
from data.story.identity import draw, run_id
from data.story.jobs import JOBS
from data.story.weeks import FIRST_NIGHT, NIGHTS, at

if TYPE_CHECKING:
    from openlineage.client.generated.base import InputDatasetFacet

Root = tuple[Job, str]
Names = tuple[str, ...]

_CLEANING = ("consents", "customers", "accounts", "loans", "payments", "applications")
_CLEANING_LARGE = ("bureau_reports", "bank_transactions")
_CLEANING_WEEKLY = ("call_notes", "newsletter_events")
_FEATURES: Names = ("customer_profile", "bureau", "bank_behaviour", "repayment_history")
_FEATURES_LATER: Names = ("application", "affordability")
_FEATURES_WEEKLY: Names = ("collections_contact", "newsletter_engagement", "limit_usage")
_SUNDAY = 7

FAILED_CLEANING = date(2026, 9, 8)
KILLED_FEATURE = date(2026, 9, 12)
MISSING_START = date(2026, 9, 18)


def dag(name: str, start: datetime, minutes: int) -> tuple[RunPlan, Root]:
    """The run of a DAG and itself as the root of the runs below it."""
    run = plan(JOBS[name], start)
    run = replace(run, ended=run.started + timedelta(minutes=minutes))
    return run, (run.job, run.run)


def below(name: str, start: datetime, parent: Root, root: Root) -> RunPlan:
    """A run of a job that another run started."""
    return replace(plan(JOBS[name], start), parent=parent, root=root)


def nightly() -> list[Emission]:
    """Everything that the schedule runs, over all nights."""
    told: list[Emission] = []
    for night in NIGHTS:
        sunday = night.isoweekday() == _SUNDAY
        told += _cleaning(night, weekly=sunday)
        told += _checks(night)
        told += _features(night, weekly=sunday)
    return told + _stream()


def _cleaning(night: date, *, weekly: bool) -> list[Emission]:
    top, root = dag("clean_nightly", at(night, "01:00"), 44)
    task = replace(
        below("clean_nightly.dbt_build", at(night, "01:01"), root, root),
        ended=top.ended - timedelta(seconds=20),
    )
    parent = (task.job, task.run)
    names = (*_CLEANING, *_CLEANING_LARGE, *(_CLEANING_WEEKLY if weekly else ()))
    told = tell(top) + tell(task)
    for position, name in enumerate(names):
        start = at(night, "01:03") + timedelta(minutes=3 * position)
        run = below(f"northwind.stg_{name}", start, parent, root)
        if name == "bureau_reports" and night == FAILED_CLEANING:
            told += tell(_failed(run, "Numeric value '' is not recognized in column BUREAU_SCORE"))
            run = replace(
                plan(run.job, start + timedelta(minutes=12), attempt=2), parent=parent, root=root
            )
        told += tell(run)
    return told


def _failed(run: RunPlan, message: str) -> RunPlan:
    return replace(run, states=(RunState.START, RunState.FAIL), error=message)


def _features(night: date, *, weekly: bool) -> list[Emission]:
    top, root = dag("features_nightly", at(night, "02:00"), 52)
    task = replace(
        below("features_nightly.spark_submit", at(night, "02:01"), root, root),
        ended=top.ended - timedelta(seconds=20),
    )
    parent = (task.job, task.run)
    told = tell(top) + tell(task)
    waves = [(_FEATURES, "02:03"), (_FEATURES_LATER, "02:20")]
    if weekly:
        waves.append((_FEATURES_WEEKLY, "02:34"))
    for names, clock in waves:
        for position, name in enumerate(names):
            start = at(night, clock) + timedelta(minutes=position)
            told += _feature_run(below(f"feature_jobs.{name}", start, parent, root), night, name)
    return told + tell(below("feature_view_credit_application", at(night, "02:45"), root, root))


def _feature_run(run: RunPlan, night: date, name: str) -> list[Emission]:
    if name == "repayment_history" and night == KILLED_FEATURE:
        # The executor was lost: nobody was left to say how the run ended. The retry did.
        again = plan(run.job, run.started + timedelta(minutes=14), attempt=2)
        retry = replace(again, parent=run.parent, root=run.root)
        return tell(replace(run, states=(RunState.START,))) + tell(retry)
    if name == "bureau" and night == MISSING_START:
        return tell(replace(run, states=(RunState.COMPLETE,)))
    return tell(run)


def _checks(night: date) -> list[Emission]:
    top, root = dag("quality_nightly", at(night, "01:50"), 6)
    run = below("quality_nightly.check_silver", at(night, "01:51"), root, root)
    producer = producer_of(run.job)
    chance = draw("nulls", night)
    failing = night.day == 1
    found: dict[str, dict[str, InputDatasetFacet]] = {
        key: {"dataQualityAssertions": _assertions(key, producer, failing=failing)}
        for key in run.inputs
    }
    rows = row_count("silver.applications", night)
    found["silver.applications"]["dataQualityMetrics"] = (
        data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
            columnMetrics={
                "declared_income": data_quality_metrics_input_dataset.ColumnMetrics(
                    nullCount=chance.randrange(40),
                    count=rows,
                    min=0.0,
                    max=48_000.0,
                    quantiles=None,
                )
            },
            rowCount=rows,
            producer=producer,
        )
    )
    return tell(top) + tell(replace(run, input_facets=found))


def _assertions(
    key: str, producer: str, *, failing: bool
) -> data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet:
    column = "booked_on" if key == "silver.bank_transactions" else "customer_id"
    # On the first of a month the salaries of the day are late: a warning, never a failed run.
    fresh = not (failing and column == "booked_on")
    assertion = data_quality_assertions_dataset.Assertion
    return data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
        assertions=[
            assertion("not_null", success=True, column=column, severity="error", params=None),
            assertion("freshness", success=fresh, severity="warn", expected="24h", params=None),
        ],
        producer=producer,
    )


def _stream() -> list[Emission]:
    job = JOBS["card-velocity"]
    began = at(FIRST_NIGHT, "00:07")
    run = RunPlan(
        job,
        began,
        began,
        run_id(began, job.name),
        states=(RunState.START,),
        inputs=job.inputs,
        output=job.output,
    )
    told = tell(run)
    for night in NIGHTS:
        beat = replace(run, ended=at(night, "12:00"), states=(RunState.RUNNING,))
        told += tell(beat)
    return told
