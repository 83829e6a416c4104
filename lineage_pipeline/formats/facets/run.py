"""Facets that place a run: its parent, schedule, engine, query and order among other runs."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, Holder, Part


class RunId(Part, frozen=True, kw_only=True):
    """A run by its identifier, which is a UUID only in theory."""

    run_id: str


class JobId(Part, frozen=True, kw_only=True):
    """A job by name."""

    namespace: str
    name: str


class Root(Part, frozen=True, kw_only=True):
    """The run at the top of the tree of parents."""

    run: RunId
    job: JobId


class Parent(Facet, frozen=True, kw_only=True):
    """The body of `parent`, and of `parentRun`, as early producers call it."""

    run: RunId
    job: JobId
    root: Root | None = None


class ParentRow(NamedTuple):
    """One row per facet: who started the run. Control flow, never data flow.

    Columns:
        parent_run_id, parent_job_namespace, parent_job_name: the run that started this one.
        root_run_id, root_job_namespace, root_job_name: the run that started it all, where stated.
    """

    parent_run_id: str
    parent_job_namespace: str
    parent_job_name: str
    root_run_id: str | None
    root_job_namespace: str | None
    root_job_name: str | None


def parent_rows(body: Parent) -> Iterator[ParentRow]:
    """Yield the one parent."""
    root = body.root
    yield ParentRow(
        body.run.run_id,
        body.job.namespace,
        body.job.name,
        root.run.run_id if root else None,
        root.job.namespace if root else None,
        root.job.name if root else None,
    )


class NominalTime(Facet, frozen=True, kw_only=True):
    """The body of `nominalTime`. Producers send a null end."""

    nominal_start_time: str
    nominal_end_time: str | None = None


class NominalTimeRow(NamedTuple):
    """One row per facet: the half-open interval that the run was scheduled for.

    Columns:
        nominal_start_text, nominal_end_text: the bounds as sent, with whatever offset they have.
    """

    nominal_start_text: str
    nominal_end_text: str | None


def nominal_time_rows(body: NominalTime) -> Iterator[NominalTimeRow]:
    """Yield the one interval."""
    yield NominalTimeRow(body.nominal_start_time, body.nominal_end_time)


class ProcessingEngine(Facet, frozen=True, kw_only=True):
    """The body of `processing_engine`."""

    version: str
    name: str | None = None
    openlineage_adapter_version: str | None = None


class ProcessingEngineRow(NamedTuple):
    """One row per facet.

    Columns:
        name: the engine, such as Airflow or Spark.
        version: the engine's version.
        adapter_version: the version of the integration that reports for it.
    """

    name: str | None
    version: str
    adapter_version: str | None


def processing_engine_rows(body: ProcessingEngine) -> Iterator[ProcessingEngineRow]:
    """Yield the one engine."""
    yield ProcessingEngineRow(body.name, body.version, body.openlineage_adapter_version)


class ExternalQuery(Facet, frozen=True, kw_only=True):
    """The body of `externalQuery`."""

    external_query_id: str
    source: str


class ExternalQueryRow(NamedTuple):
    """One row per facet.

    Columns:
        external_query_id: the query's identifier in the system that ran it.
        source: that system, such as bigquery.
    """

    external_query_id: str
    source: str


def external_query_rows(body: ExternalQuery) -> Iterator[ExternalQueryRow]:
    """Yield the one query."""
    yield ExternalQueryRow(body.external_query_id, body.source)


class JobDependency(Part, frozen=True, kw_only=True):
    """A job, or one run of it, before or after this run. Its rules are snake_case on the wire."""

    job: JobId
    run: RunId | None = None
    dependency_type: str | None = msgspec.field(name="dependency_type", default=None)
    sequence_trigger_rule: str | None = msgspec.field(name="sequence_trigger_rule", default=None)
    status_trigger_rule: str | None = msgspec.field(name="status_trigger_rule", default=None)


class JobDependencies(Facet, frozen=True, kw_only=True):
    """The body of `jobDependencies`."""

    upstream: list[JobDependency] | None = None
    downstream: list[JobDependency] | None = None
    trigger_rule: str | None = msgspec.field(name="trigger_rule", default=None)


class JobDependencyRow(NamedTuple):
    """One row per (direction, job). Control flow, never data flow.

    Columns:
        direction: upstream (must run before) or downstream (runs after).
        job_namespace, job_name: the other job.
        run_id: its run, where the dependency is on one.
        dependency_type: such as DIRECT_INVOCATION, IMPLICIT_DEPENDENCY.
        sequence_trigger_rule: such as FINISH_TO_START.
        status_trigger_rule: such as EXECUTE_ON_SUCCESS.
        trigger_rule: when this run starts, given all upstream ones, such as ALL_SUCCESS.
    """

    direction: str
    job_namespace: str
    job_name: str
    run_id: str | None
    dependency_type: str | None
    sequence_trigger_rule: str | None
    status_trigger_rule: str | None
    trigger_rule: str | None


def job_dependency_rows(body: JobDependencies) -> Iterator[JobDependencyRow]:
    """Yield what comes before the run, then what comes after."""
    for direction, others in (("upstream", body.upstream), ("downstream", body.downstream)):
        for other in others or ():
            yield JobDependencyRow(
                direction,
                other.job.namespace,
                other.job.name,
                other.run.run_id if other.run else None,
                other.dependency_type,
                other.sequence_trigger_rule,
                other.status_trigger_rule,
                body.trigger_rule,
            )


_RUN: frozenset[Holder] = frozenset({"run"})

FORMATS = (
    FacetFormat("parent", _RUN, Parent, "parent", ParentRow, parent_rows),
    FacetFormat("parentRun", _RUN, Parent, "parent", ParentRow, parent_rows),
    FacetFormat(
        key="nominalTime",
        holders=_RUN,
        body=NominalTime,
        table="nominal_time",
        row=NominalTimeRow,
        rows=nominal_time_rows,
    ),
    FacetFormat(
        key="processing_engine",
        holders=_RUN,
        body=ProcessingEngine,
        table="processing_engine",
        row=ProcessingEngineRow,
        rows=processing_engine_rows,
    ),
    FacetFormat(
        key="externalQuery",
        holders=_RUN,
        body=ExternalQuery,
        table="external_query",
        row=ExternalQueryRow,
        rows=external_query_rows,
    ),
    FacetFormat(
        key="jobDependencies",
        holders=_RUN,
        body=JobDependencies,
        table="job_dependency",
        row=JobDependencyRow,
        rows=job_dependency_rows,
    ),
)
