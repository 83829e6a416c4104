"""Facets that report checks: assertions on a dataset, tests of a run."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, FreeForm, Part, json_text


class Assertion(Part, frozen=True, kw_only=True):
    """A check of a dataset or one of its columns, and its result."""

    assertion: str
    success: bool
    column: str | None = None
    severity: str | None = None
    name: str | None = None
    description: str | None = None
    expected: str | None = None
    actual: str | None = None
    content: str | None = None
    content_type: str | None = None
    params: FreeForm | None = None


class DataQualityAssertions(Facet, frozen=True, kw_only=True):
    """The body of `dataQualityAssertions`."""

    assertions: list[Assertion]


class AssertionRow(NamedTuple):
    """One row per assertion, as listed.

    Columns:
        assertion: the kind of check, such as not_null, unique, row_count.
        is_success: whether it held. A failure of severity warn does not make the run fail.
        column_name: the column checked, null for the whole dataset.
        severity: error (blocks the run) or warn.
        name: the check's own name.
        description: what it checks, in words.
        expected, actual: the value wanted and found, as text.
        content: the check itself, such as a query.
        content_type: the language of `content`, such as sql.
        params_json: its further settings, a JSON object.
    """

    assertion: str
    is_success: bool
    column_name: str | None
    severity: str | None
    name: str | None
    description: str | None
    expected: str | None
    actual: str | None
    content: str | None
    content_type: str | None
    params_json: str | None


def assertion_rows(body: DataQualityAssertions) -> Iterator[AssertionRow]:
    """Yield the assertions as listed."""
    for check in body.assertions:
        yield AssertionRow(
            check.assertion,
            check.success,
            check.column,
            check.severity,
            check.name,
            check.description,
            check.expected,
            check.actual,
            check.content,
            check.content_type,
            json_text(check.params),
        )


class RunTest(Part, frozen=True, kw_only=True):
    """A test that a run executed, and its result."""

    name: str
    status: str
    severity: str | None = None
    type: str | None = None
    description: str | None = None
    expected: str | None = None
    actual: str | None = None
    content: str | None = None
    content_type: str | None = None
    params: FreeForm | None = None


class RunTests(Facet, frozen=True, kw_only=True):
    """The body of `test`."""

    tests: list[RunTest]


class RunTestRow(NamedTuple):
    """One row per test of the run, as listed.

    Columns:
        name: the test's name.
        status: pass, fail or skip.
        severity: error (blocks the run) or warn.
        type: the kind of test, such as not_null, unique, custom_sql.
        description: what it tests, in words.
        expected, actual: the value wanted and found, as text.
        content: the test itself, such as a query.
        content_type: the language of `content`, such as sql.
        params_json: its further settings, a JSON object.
    """

    name: str
    status: str
    severity: str | None
    type: str | None
    description: str | None
    expected: str | None
    actual: str | None
    content: str | None
    content_type: str | None
    params_json: str | None


def run_test_rows(body: RunTests) -> Iterator[RunTestRow]:
    """Yield the tests as listed."""
    for test in body.tests:
        yield RunTestRow(
            test.name,
            test.status,
            test.severity,
            test.type,
            test.description,
            test.expected,
            test.actual,
            test.content,
            test.content_type,
            json_text(test.params),
        )


# The specification puts assertions on inputs; producers put them on datasets about as often.
ASSERTIONS = FacetFormat(
    key="dataQualityAssertions",
    holders=frozenset({"dataset"}),
    body=DataQualityAssertions,
    table="data_quality_assertion",
    row=AssertionRow,
    rows=assertion_rows,
)
INPUT_ASSERTIONS = FacetFormat(
    key="dataQualityAssertions",
    holders=frozenset({"input"}),
    body=DataQualityAssertions,
    table="data_quality_assertion",
    row=AssertionRow,
    rows=assertion_rows,
)
TESTS = FacetFormat("test", frozenset({"run"}), RunTests, "run_test", RunTestRow, run_test_rows)

FORMATS = (ASSERTIONS, INPUT_ASSERTIONS, TESTS)
