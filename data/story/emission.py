"""Emissions: OpenLineage events on their way into a landing file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    error_message_run,
    input_statistics_input_dataset,
    nominal_time_run,
    output_statistics_output_dataset,
)
from openlineage.client.generated.base import (
    DatasetFacet,
    InputDatasetFacet,
    OutputDatasetFacet,
    RunFacet,
)

from data.story import company, facets
from data.story.identity import draw, run_id
from data.story.tables import TABLES
from data.story.weeks import iso

Event = RunEvent | JobEvent | DatasetEvent
_STREAMS = {"AIRFLOW": "airflow", "DBT": "airflow", "SPARK": "spark", "FEAST": "spark"}
_SMALL = 5_000


@dataclass(frozen=True, slots=True)
class Emission:
    """One event and the stream of files that it lands in."""

    stream: str
    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A run to be told: its job, its clock, who started it, how it ended, what it carries.

    `dataset_facets` adds facets to inputs and outputs by table key; `states` is what the run
    says about itself, in order, and normally START and COMPLETE.
    """

    job: company.Job
    started: datetime
    ended: datetime
    run: str
    parent: tuple[company.Job, str] | None = None
    root: tuple[company.Job, str] | None = None
    states: tuple[RunState, ...] = (RunState.START, RunState.COMPLETE)
    error: str | None = None
    inputs: tuple[str, ...] = ()
    output: str | None = None
    dataset_facets: Mapping[str, Mapping[str, DatasetFacet]] = field(default_factory=dict)
    input_facets: Mapping[str, Mapping[str, InputDatasetFacet]] = field(default_factory=dict)
    run_facets: Mapping[str, RunFacet] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day on which the run started."""
        return self.started.date()


def plan(job: company.Job, started: datetime, *, attempt: int = 1) -> RunPlan:
    """A run of a job that starts at a moment and takes about as long as the job always takes."""
    chance = draw("run", job.name, started.isoformat(), attempt)
    begin = started + timedelta(milliseconds=chance.randrange(1_000, 55_000))
    length = timedelta(milliseconds=int(job.minutes * 60_000 * (0.7 + 0.6 * chance.random())))
    identifier = run_id(begin, job.namespace, job.name, attempt)
    return RunPlan(job, begin, begin + length, identifier, inputs=job.inputs, output=job.output)


def row_count(key: str, day: date) -> int:
    """How many rows a table held on a day, or received on it."""
    base = TABLES[key.removesuffix("@")].rows
    return int(base * (0.98 + 0.04 * draw("rows", key, day).random()))


def tell(run: RunPlan) -> list[Emission]:
    """The events of a run, in order of time."""
    stream = _STREAMS.get(run.job.integration, "ml")
    if run.job.integration == "FLINK":
        stream = "flink"
    last = len(run.states) - 1
    told = []
    for position, state in enumerate(run.states):
        when = run.started if state is RunState.START else run.ended
        whole = state is not RunState.START and position == last
        told.append(Emission(stream, when, _run_event(run, state, when, whole=whole)))
    return told


def _run_event(run: RunPlan, state: RunState, when: datetime, *, whole: bool) -> RunEvent:
    job = Job(
        run.job.namespace, run.job.name, dict(facets.job_facets(run.job, run.day, whole=whole))
    )
    failed = state in {RunState.FAIL, RunState.ABORT}
    return RunEvent(
        eventType=state,
        eventTime=clock(run.job, when),
        run=Run(run.run, _run_facets(run, state)),
        job=job,
        inputs=[_input(run, reference, whole=whole) for reference in run.inputs],
        outputs=[_output(run, run.output, whole=whole and not failed)] if run.output else [],
        producer=facets.producer_of(run.job),
    )


def clock(job: company.Job, when: datetime) -> str:
    """The event time as the job's integration writes it."""
    if job.integration == "AIRFLOW":
        return when.isoformat(timespec="microseconds")
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _run_facets(run: RunPlan, state: RunState) -> dict[str, RunFacet]:
    producer = facets.producer_of(run.job)
    found: dict[str, RunFacet] = dict(run.run_facets)
    if engine := facets.engine(run.job):
        found["processing_engine"] = engine
    if run.parent and run.root:
        found["parent"] = facets.parent(*run.parent, run.root, producer)
    if run.job.integration == "AIRFLOW":
        midnight = datetime.combine(run.day, datetime.min.time(), run.started.tzinfo)
        found["nominalTime"] = nominal_time_run.NominalTimeRunFacet(
            iso(midnight - timedelta(days=1)), iso(midnight), producer=producer
        )
    if run.error and state in {RunState.FAIL, RunState.ABORT}:
        found["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            run.error, "PYTHON", producer=producer
        )
    return found


def _input(run: RunPlan, reference: str, *, whole: bool) -> InputDataset:
    table, (namespace, name) = facets.resolve(reference, run.day)
    producer = facets.producer_of(run.job)
    key = reference.removesuffix("@")
    found: dict[str, DatasetFacet] = dict(run.dataset_facets.get(key, {}))
    told: dict[str, InputDatasetFacet] = dict(run.input_facets.get(key, {})) if whole else {}
    if whole and table.columns and namespace.startswith(("s3://northwind-raw", "postgres")):
        found["schema"] = facets.schema(table, run.day, producer)
    if whole and table.rows and run.job.integration == "SPARK":
        rows = row_count(key, run.day)
        told["inputStatistics"] = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
            rowCount=rows,
            size=rows * 24 * len(table.columns),
            fileCount=_files(rows),
            producer=producer,
        )
    return InputDataset(namespace, name, facets=found, inputFacets=told)


def _output(run: RunPlan, reference: str, *, whole: bool) -> OutputDataset:
    table, (namespace, name) = facets.resolve(reference, run.day)
    producer = facets.producer_of(run.job)
    found: dict[str, DatasetFacet] = dict(run.dataset_facets.get(reference, {}))
    told: dict[str, OutputDatasetFacet] = {}
    if whole and table.columns:
        found["schema"] = facets.schema(table, run.day, producer)
        stated = {
            "columnLineage": facets.column_lineage(run.job, table, run.day, producer),
            "symlinks": facets.symlinks(table, producer),
            "tags": facets.column_tags(table, run.day, producer),
        }
        found |= {key: facet for key, facet in stated.items() if facet}
    if whole and table.rows:
        rows = row_count(reference, run.day)
        told["outputStatistics"] = (
            output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                rowCount=rows,
                size=rows * 24 * len(table.columns),
                fileCount=_files(rows),
                producer=producer,
            )
        )
    return OutputDataset(namespace, name, facets=found, outputFacets=told)


def _files(rows: int) -> int:
    return 1 if rows < _SMALL else rows // 50_000 + 1


def catalogue_event(key: str, when: datetime, more: Mapping[str, DatasetFacet]) -> Emission:
    """A dataset event with the standing facets of a table, and `more` of them."""
    table = TABLES[key]
    producer = "https://git.example.org/northwind/catalogue"
    dataset = StaticDataset(
        table.namespace, table.name, facets={**facets.catalogue(table, producer), **more}
    )
    event = DatasetEvent(eventTime=iso(when), dataset=dataset, producer=producer)
    return Emission("catalogue", when, event)


def job_event(job: company.Job, when: datetime) -> Emission:
    """A job event that states the code, the owner, the inputs and the output of a job."""
    day = when.date()
    named = [facets.resolve(reference, day)[1] for reference in job.inputs]
    event = JobEvent(
        eventTime=iso(when),
        job=Job(job.namespace, job.name, dict(facets.job_facets(job, day, whole=True))),
        inputs=[InputDataset(*name) for name in named],
        outputs=[OutputDataset(*facets.resolve(job.output, day)[1])] if job.output else [],
        producer=facets.producer_of(job),
    )
    return Emission("catalogue", when, event)
