"""What is wrong with a declaration, told by its key, its value and the next step."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

import duckdb
import msgspec
import polars as pl

from lineage_pipeline.engines import connect
from lineage_pipeline.formats.audit.line_layout import group_names
from lineage_pipeline.formats.audit.path import FORM, parse_path
from lineage_pipeline.formats.audit.value import (
    ALWAYS_REQUIRED,
    COLUMNS,
    RULED,
    all_paths,
    alternatives,
    attribute_paths,
    paths_in,
    subject,
)
from lineage_pipeline.formats.redaction import MASK, redact_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection as Engine

    from lineage_pipeline.settings.lineage_toml import (
        AuditDeclaration,
        AuditRule,
        AuditTime,
        AuditValue,
    )


def problem_with(declared: AuditDeclaration) -> str | None:
    """Return the first thing that is wrong with the declaration, None if it can be used."""
    with connect(":memory:") as engine:
        everything = chain(
            _column_problems(declared, engine),
            _rule_problems(declared, engine),
            _attribute_problems(declared),
            _record_problems(declared, engine),
            _time_problems(declared.time),
            _line_problems(declared),
        )
        return next(everything, None)


def _column_problems(declared: AuditDeclaration, engine: Engine) -> Iterator[str]:
    for column in COLUMNS:
        for value in alternatives(getattr(declared.columns, column)):
            yield from _in_value(f"columns.{column}", value, engine)
    for column in ALWAYS_REQUIRED:
        if not alternatives(getattr(declared.columns, column)):
            yield f"columns.{column}: is not declared, and no event is without it; add its path"
    for value in alternatives(declared.columns.occurred_at):
        if not paths_in(value):
            yield "columns.occurred_at: is the same for every record; name the path of the time"
    for column in declared.required:
        yield from _in_column("required", column)
        if column in COLUMNS and not alternatives(getattr(declared.columns, column)):
            yield f"required: {column!r} has no path in columns; every record would be set aside"


def _rule_problems(declared: AuditDeclaration, engine: Engine) -> Iterator[str]:
    for column in RULED:
        rules: tuple[AuditRule[object], ...] = getattr(declared.rules, column)
        for number, rule in enumerate(rules):
            key = f"rules.{column}[{number}]"
            value = subject(rule)
            if value is None:
                yield from _in_column(f"{key}.of", str(rule.of))
            else:
                yield from _in_value(f"{key}.of", value, engine)
            if (rule.matches is None) is not rule.missing:
                yield f"{key}: needs either matches or missing = true; write one of them"
            if rule.matches is not None:
                yield from _in_expression(f"{key}.matches", rule.matches, None, engine)


def _attribute_problems(declared: AuditDeclaration) -> Iterator[str]:
    for name, source in declared.attrs.items():
        if not source:
            yield f"attrs.{name}: names no path; write one or leave it out"
        for path in attribute_paths(source):
            yield from _in_path(f"attrs.{name}", path)
        if MASK.encode() in redact_body("", msgspec.json.encode({name: "text"}))[0]:
            yield f"attrs.{name}: the name marks a secret, which is never kept; name it otherwise"


def _record_problems(declared: AuditDeclaration, engine: Engine) -> Iterator[str]:
    for key, text in (("files", declared.files), ("source", declared.source)):
        if text == "":
            yield f"{key}: is empty; leave it out or write one"
    for number, group in enumerate(declared.recognise):
        if not group:
            yield f"recognise[{number}]: is empty and would take any record; name a path or drop it"
        for path in group:
            yield from _in_path(f"recognise[{number}]", path)
    if declared.records is not None:
        yield from _in_path("records", declared.records)
    if declared.line is not None:
        yield from _in_expression("line", declared.line, None, engine)


def _time_problems(time: AuditTime) -> Iterator[str]:
    if time.format is None:
        return
    if time.epoch is not None:
        yield "time: has both a format and an epoch; keep the one that is meant"
    example = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
    try:
        datetime.strptime(example.strftime(time.format), time.format).replace(tzinfo=UTC)
    except (ValueError, re.error) as error:
        yield f"time.format: {time.format!r} cannot be read back: {error}; correct its directives"


def _line_problems(declared: AuditDeclaration) -> Iterator[str]:
    """Yield the paths that lead to no group of the line's expression."""
    if declared.line is None:
        return
    names = group_names(declared.line)
    for path in dict.fromkeys(all_paths(declared)):
        name = path.removeprefix("$.").strip('"')
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.0) or ["(?P<name>…)"]
            yield f"line: has no group for {path!r}; did you mean {'$.' + near[0]!r}?"


def _in_value(key: str, value: AuditValue, engine: Engine) -> Iterator[str]:
    given = (value.path is not None) + bool(value.join) + (value.constant is not None)
    if given != 1:
        yield f"{key}: needs exactly one of path, join and constant, and has {given}"
    for path in paths_in(value):
        yield from _in_path(key, path)
    if value.pattern is not None:
        yield from _in_expression(f"{key}.pattern", value.pattern, 1, engine)


def _in_path(key: str, path: str) -> Iterator[str]:
    if parse_path(path) is None:
        yield f"{key}: {path!r} is no path of the form that is read; {FORM}"


def _in_column(key: str, column: str) -> Iterator[str]:
    if column not in COLUMNS:
        (near,) = difflib.get_close_matches(column, COLUMNS, n=1, cutoff=0.0) or ("",)
        known = ", ".join(COLUMNS)
        yield f"{key}: unknown column {column!r}; did you mean {near!r}? Known: {known}"


def _in_expression(key: str, expression: str, groups: int | None, engine: Engine) -> Iterator[str]:
    """Yield why the expression cannot be used, as the engines say that will run it."""
    try:
        names = group_names(expression)
        engine.execute("select regexp_extract('', $1)", [expression])
    except (pl.exceptions.PolarsError, duckdb.Error) as error:
        reason = " ".join(str(error).partition("This error occurred")[0].split())
        yield f"{key}: {expression!r} cannot be used: {reason}; rewrite it without look-around"
        return
    if groups is not None and len(names) != groups:
        count = len(names)
        yield f"{key}: {expression!r} has {count} groups instead of {groups}; mark the value alone"
