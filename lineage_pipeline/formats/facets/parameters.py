"""Facets that record what a run was started with: its parameters and its environment."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, Holder, Part


class ExecutionParameter(Part, frozen=True, kw_only=True):
    """A setting that was passed to the job."""

    key: str
    name: str | None = None
    description: str | None = None
    value: str | None = None


class ExecutionParameters(Facet, frozen=True, kw_only=True):
    """The body of `executionParameters`."""

    parameters: list[ExecutionParameter] | None = None


class ExecutionParameterRow(NamedTuple):
    """One row per parameter, as listed.

    Columns:
        key: the parameter's identifier.
        name: the parameter's name for people.
        description: what it does, in words.
        value: its value, as text.
    """

    key: str
    name: str | None
    description: str | None
    value: str | None


def execution_parameter_rows(body: ExecutionParameters) -> Iterator[ExecutionParameterRow]:
    """Yield the parameters as listed."""
    for setting in body.parameters or ():
        yield ExecutionParameterRow(setting.key, setting.name, setting.description, setting.value)


class EnvironmentVariable(Part, frozen=True, kw_only=True):
    """A variable without its value: values hold secrets, so they are never even decoded."""

    name: str


class EnvironmentVariables(Facet, frozen=True, kw_only=True):
    """The body of `environmentVariables`."""

    environment_variables: list[EnvironmentVariable]


class EnvironmentVariableRow(NamedTuple):
    """One row per environment variable, as listed.

    Columns:
        name: the variable's name; its value is not kept.
    """

    name: str


def environment_variable_rows(body: EnvironmentVariables) -> Iterator[EnvironmentVariableRow]:
    """Yield the names as listed."""
    for variable in body.environment_variables:
        yield EnvironmentVariableRow(variable.name)


_RUN: frozenset[Holder] = frozenset({"run"})

FORMATS = (
    FacetFormat(
        key="executionParameters",
        holders=_RUN,
        body=ExecutionParameters,
        table="execution_parameter",
        row=ExecutionParameterRow,
        rows=execution_parameter_rows,
    ),
    FacetFormat(
        key="environmentVariables",
        holders=_RUN,
        body=EnvironmentVariables,
        table="environment_variable",
        row=EnvironmentVariableRow,
        rows=environment_variable_rows,
    ),
)
