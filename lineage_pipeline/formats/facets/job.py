"""Facets that say what a job is: its type, its query, its code and where the code comes from."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, NamedTuple, TypeAlias

import msgspec

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, Holder, Part

# Bounded so that the duration in milliseconds fits its column.
Seconds: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
    | Annotated[float, msgspec.Meta(multiple_of=1, ge=-1e15, le=1e15)]
)


class EmissionPattern(Part, frozen=True, kw_only=True):
    """When a job emits events, and whether each stands alone."""

    event_trigger: str
    event_content_mode: str
    window_duration: Seconds | None = None


class JobType(Facet, frozen=True, kw_only=True):
    """The body of `jobType`."""

    processing_type: str
    integration: str
    job_type: str | None = None
    emission_pattern: EmissionPattern | None = None


class JobTypeRow(NamedTuple):
    """One row per facet.

    Columns:
        processing_type: BATCH, STREAMING or SERVICE; the latter two may never end.
        integration: the producer's kind, such as SPARK, AIRFLOW, DBT.
        job_type: such as QUERY, DAG, TASK; the integration's own word. dbt's MODEL is no ML model.
        event_trigger: EVENT_BASED or PERIODIC.
        event_content_mode: ACCUMULATIVE (a run's events add up) or COMPLETE_SNAPSHOT (each event
            stands alone for its window).
        window_duration_ms: the window of periodic events.
    """

    processing_type: str
    integration: str
    job_type: str | None
    event_trigger: str | None
    event_content_mode: str | None
    window_duration_ms: int | None


def job_type_rows(body: JobType) -> Iterator[JobTypeRow]:
    """Yield the one type."""
    pattern = body.emission_pattern
    window = pattern.window_duration if pattern else None
    yield JobTypeRow(
        body.processing_type,
        body.integration,
        body.job_type,
        pattern.event_trigger if pattern else None,
        pattern.event_content_mode if pattern else None,
        None if window is None else int(window) * 1000,
    )


class Sql(Facet, frozen=True, kw_only=True):
    """The body of `sql`."""

    query: str
    dialect: str | None = None


class SqlRow(NamedTuple):
    """One row per facet.

    Columns:
        query: the statement or statements.
        dialect: such as snowflake.
    """

    query: str
    dialect: str | None


def sql_rows(body: Sql) -> Iterator[SqlRow]:
    """Yield the one query."""
    yield SqlRow(body.query, body.dialect)


class SourceCode(Facet, frozen=True, kw_only=True):
    """The body of `sourceCode`."""

    language: str
    source_code: str


class SourceCodeRow(NamedTuple):
    """One row per facet. The code itself stays in the body.

    Columns:
        language: the programming language.
        code_sha256: SHA-256 of the code in UTF-8, in hex: tells whether two jobs ran the same code.
        code_bytes: the code's size in UTF-8.
    """

    language: str
    code_sha256: str
    code_bytes: int


def source_code_rows(body: SourceCode) -> Iterator[SourceCodeRow]:
    """Yield the one piece of code."""
    code = body.source_code.encode()
    yield SourceCodeRow(body.language, hashlib.sha256(code).hexdigest(), len(code))


class SourceCodeLocation(Facet, frozen=True, kw_only=True):
    """The body of `sourceCodeLocation`."""

    type: str
    url: str
    repo_url: str | None = None
    path: str | None = None
    version: str | None = None
    tag: str | None = None
    branch: str | None = None
    pull_request_number: str | None = None


class SourceCodeLocationRow(NamedTuple):
    """One row per facet.

    Columns:
        type: the source control system, such as git.
        url: the address of the file.
        repo_url: the address of the repository.
        path: the path inside the repository.
        version: the deployed version itself, such as a commit, not a branch.
        tag, branch: names that led to it.
        pull_request_number: the change that a CI run belongs to.
    """

    type: str
    url: str
    repo_url: str | None
    path: str | None
    version: str | None
    tag: str | None
    branch: str | None
    pull_request_number: str | None


def source_code_location_rows(body: SourceCodeLocation) -> Iterator[SourceCodeLocationRow]:
    """Yield the one location."""
    yield SourceCodeLocationRow(
        body.type,
        body.url,
        body.repo_url,
        body.path,
        body.version,
        body.tag,
        body.branch,
        body.pull_request_number,
    )


_JOB: frozenset[Holder] = frozenset({"job"})

FORMATS = (
    FacetFormat("jobType", _JOB, JobType, "job_type", JobTypeRow, job_type_rows),
    FacetFormat("sql", _JOB, Sql, "sql", SqlRow, sql_rows),
    FacetFormat("sourceCode", _JOB, SourceCode, "source_code", SourceCodeRow, source_code_rows),
    FacetFormat(
        key="sourceCodeLocation",
        holders=_JOB,
        body=SourceCodeLocation,
        table="source_code_location",
        row=SourceCodeLocationRow,
        rows=source_code_location_rows,
    ),
)
