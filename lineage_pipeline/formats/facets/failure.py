"""Facets that report what went wrong: in the run itself, or in the extraction of its lineage."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import (
    Count,
    Facet,
    FacetFormat,
    Holder,
    Part,
    json_text,
)


class ErrorMessage(Facet, frozen=True, kw_only=True):
    """The body of `errorMessage`. The stack trace is checked, and stays in the body."""

    message: str
    programming_language: str
    stack_trace: str | None = None


class ErrorMessageRow(NamedTuple):
    """One row per facet.

    Columns:
        message: the error, in words.
        programming_language: the language of the system that failed.
    """

    message: str
    programming_language: str


def error_message_rows(body: ErrorMessage) -> Iterator[ErrorMessageRow]:
    """Yield the one error."""
    yield ErrorMessageRow(body.message, body.programming_language)


class ExtractionFailure(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One task whose lineage could not be extracted."""

    error_message: str
    stack_trace: str | None = None
    task: str | None = None
    task_number: Count | None = None


class ExtractionError(Facet, frozen=True, kw_only=True):
    """The body of `extractionError`."""

    total_tasks: Count
    failed_tasks: Count
    errors: list[ExtractionFailure]


class ExtractionErrorRow(NamedTuple):
    """One row per facet: how much of the run's lineage is missing.

    Columns:
        total_tasks: tasks, such as SQL statements, that the producer looked at.
        failed_tasks: those of which it could not make sense.
        errors_json: the failures, a JSON array of objects.
    """

    total_tasks: int
    failed_tasks: int
    errors_json: str


def extraction_error_rows(body: ExtractionError) -> Iterator[ExtractionErrorRow]:
    """Yield the one tally."""
    errors_json = json_text(body.errors) or "[]"
    yield ExtractionErrorRow(int(body.total_tasks), int(body.failed_tasks), errors_json)


_RUN: frozenset[Holder] = frozenset({"run"})

FORMATS = (
    FacetFormat(
        key="errorMessage",
        holders=_RUN,
        body=ErrorMessage,
        table="error_message",
        row=ErrorMessageRow,
        rows=error_message_rows,
    ),
    FacetFormat(
        key="extractionError",
        holders=_RUN,
        body=ExtractionError,
        table="extraction_error",
        row=ExtractionErrorRow,
        rows=extraction_error_rows,
    ),
)
