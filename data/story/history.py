"""What happened before the first night: the catalogue, older models and older training sets."""

from dataclasses import replace
from datetime import date

from openlineage.client.facet_v2 import catalog_dataset, lifecycle_state_change_dataset
from openlineage.client.generated.base import DatasetFacet

from data.story.company import Job
from data.story.emission import Emission, catalogue_event, job_event, plan, tell
from data.story.facets import producer_of
from data.story.jobs import JOBS
from data.story.learning import build, deployment, evaluation, training_plan
from data.story.models import VERSIONS, ModelVersion
from data.story.tables import RENAMED_ON, TABLES
from data.story.weeks import FIRST_NIGHT, NIGHTS, at, moment

DROPPED_ON = date(2026, 9, 29)
EXPIRED_SET = "training.credit_2022w14"
HELD_SET = "training.credit_2022w40"
_NOT_YET = (
    "silver.customers",
    "training.credit_2026w3",
    "training.credit_2026w4",
    "sandbox.limit_model",
    "endpoint.limit-increase",
    "predictions.limit-increase",
)


def before() -> list[Emission]:
    """The backfill that the first delivery brings: events of 2022 to August 2026."""
    told = _legacy() + _retired_table()
    for found in VERSIONS:
        if found.trained_at.date() < NIGHTS[0]:
            told += _life(found)
    ordered = sorted(told, key=lambda emission: emission.at)
    return [replace(emission, stream="history") for emission in ordered]


def _legacy() -> list[Emission]:
    told: list[Emission] = []
    for key, when in ((EXPIRED_SET, "2022-04-10T05:00Z"), (HELD_SET, "2022-10-09T05:00Z")):
        told += tell(build(plan(JOBS["legacy.build-training"], moment(when)), key))
    for key, when in ((EXPIRED_SET, "2022-06-30T07:00Z"), (HELD_SET, "2023-02-14T07:00Z")):
        told += tell(replace(plan(JOBS["legacy.scorecard"], moment(when)), inputs=(key,)))
    return told


def _retired_table() -> list[Emission]:
    run = plan(JOBS["northwind.stg_bureau_reports"], moment("2025-12-31T01:30Z"))
    return tell(replace(run, output="silver.bureau_reports_2025"))


def _life(found: ModelVersion) -> list[Emission]:
    """A version as it was made and, unless it waited until the story begins, deployed."""
    told: list[Emission] = []
    kind = found.training.partition(".")[2].partition("_")[0]
    if found.training.startswith("training."):
        start = found.trained_at.replace(hour=5)
        told += tell(build(plan(JOBS[f"build.{kind}-training"], start), found.training))
    told += tell(training_plan(found))
    if f"evaluate.{found.name}" in JOBS:
        told += tell(evaluation(found, found.trained_at.replace(hour=8)))
    if found.deployed_at and found.deployed_at.date() < NIGHTS[0]:
        told += tell(deployment(found, found.deployed_at))
    return told


def catalogue() -> list[Emission]:
    """What the data catalogue says of every data set and job that exists at the start."""
    start = at(FIRST_NIGHT, "00:10")
    told = []
    for key, table in TABLES.items():
        if key.startswith(_NOT_YET) and key != "silver.customers_clean":
            continue
        more: dict[str, DatasetFacet] = {}
        if table.alias:
            framework, source = table.alias[0].partition(":")[0], "spark"
            more["catalog"] = catalog_dataset.CatalogDatasetFacet(
                framework="glue" if framework == "arn" else framework,
                type="glue" if framework == "arn" else "hive",
                name="features",
                source=source,
                catalogProperties=None,
                producer="https://git.example.org/northwind/catalogue",
            )
        told.append(catalogue_event(key, start, more))
    return told + [
        job_event(JOBS[f"deploy.{name}"], start) for name in ("credit-risk", "collections-priority")
    ]


def _change(change: str, previous: tuple[str, str] | None) -> DatasetFacet:
    kinds = lifecycle_state_change_dataset
    return kinds.LifecycleStateChangeDatasetFacet(
        kinds.LifecycleStateChange(change),
        kinds.PreviousIdentifier(name=previous[1], namespace=previous[0]) if previous else None,
        producer=producer_of(JOBS["northwind.rename_customers"]),
    )


def changes_of_tables() -> list[Emission]:
    """The rename of the cleaned customers and the drop of a retired table."""
    old = TABLES["silver.customers_clean"]
    rename = _operation(
        JOBS["northwind.rename_customers"],
        at(RENAMED_ON, "00:30").isoformat(),
        "silver.customers",
        _change("RENAME", (old.namespace, old.name)),
    )
    drop = _operation(
        JOBS["northwind.drop_retired"],
        at(DROPPED_ON, "00:30").isoformat(),
        "silver.bureau_reports_2025",
        _change("DROP", None),
    )
    return rename + drop


def _operation(job: Job, start: str, key: str, change: DatasetFacet) -> list[Emission]:
    run = plan(job, moment(start))
    facets = {key: {"lifecycleStateChange": change}}
    return tell(replace(run, output=key, dataset_facets=facets))
