"""Controls asked: shared populations, each control once, then the verdicts over all answers."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa

from lineage_pipeline.errors import SqlFileError
from lineage_pipeline.warehouse.handing import keep
from lineage_pipeline.warehouse.sqlfiles import STAGES, stage_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from lineage_pipeline.warehouse.sqlfiles import SqlFile

    AskOwn = Callable[[Mapping[str, str]], Mapping[str, pa.Table]]

CONTROL_SOURCE: Final = pa.schema([("control_id", pa.string()), ("root", pa.string())])
CONTROL_QUERY: Final = pa.schema([("control_id", pa.string()), ("query_sha256", pa.string())])
ROOTS: Final = {
    "bronze.event": "openlineage",
    "bronze.audit_event": "audit",
    "lake.event": "openlineage",
    "lake.audit_event": "audit",
}
"""The tables of bronze whose sources state totals, or are vouched for, and how those begin."""
_ALWAYS: Final = (
    "step.control", "step.control_parameter", "step.number_of", "step.attestation",
    "step.statement", "step.answer", "step.tested",
)  # fmt: skip
"""What every assessment is made with, whichever controls are on."""


def assess(
    connection: duckdb.DuckDBPyConnection, as_of: datetime, known_at: datetime, ask_own: AskOwn
) -> None:
    """Fill `step.control_status` and `step.exception` with what every control says.

    Args:
        connection: with a warehouse in use, and a database `step` attached.
        as_of: the instant that validity is judged at.
        known_at: by what had been told by then.
        ask_own: asks the queries of the organisation's own controls, by control.

    Raises:
        SqlFileError: a control does not run, or does not answer as one does.
    """
    for name, at in (("as_of", as_of), ("known_at", known_at)):
        connection.execute(f"set variable {name} = $at::timestamptz", {"at": at})
    made = _make(connection, _ALWAYS, set())
    asked = asked_controls(connection)
    _make(connection, [source for file in asked.values() for source in file.sources], made)
    for control_id, file in asked.items():
        _answer(connection, control_id, file)
    own = _own_controls(connection)
    for control_id, members in ask_own(own).items() if own else ():
        _take(connection, control_id, connection.from_arrow(members))
    keep(connection, "control_source", CONTROL_SOURCE, _control_sources())
    digests = {
        "control_id": [*asked, *own],
        "query_sha256": [
            *(file.sha256 for file in asked.values()),
            *(sha256(query.encode()).hexdigest() for query in own.values()),
        ],
    }
    keep(connection, "control_query", CONTROL_QUERY, digests)
    _run(connection, stage_files("verdicts"))


def asked_controls(connection: duckdb.DuckDBPyConnection) -> dict[str, SqlFile]:
    """Return the file of each shipped control that is on, in the order of the catalogue."""
    files = {file.object.removeprefix("control."): file for file in stage_files("compliance")}
    rows = connection.execute(
        "select control_id from step.control where is_on and not is_own order by place"
    ).fetchall()
    return {control_id: files[control_id] for (control_id,) in rows}


def _make(connection: duckdb.DuckDBPyConnection, wanted: Iterable[str], made: set[str]) -> set[str]:
    """Make the populations that are wanted, and what they rest on; return all that are made.

    Those of controls that are off would be made for nobody.
    """
    needed = _behind(*wanted) - made
    files = [file for file in stage_files("populations") if file.object in needed]
    _run(connection, files)
    return made | {file.object for file in files}


def _answer(connection: duckdb.DuckDBPyConnection, control_id: str, file: SqlFile) -> None:
    """Add what one control answers to `step.tested`."""
    try:
        _take(connection, control_id, connection.sql(file.statements))
    except duckdb.Error as error:
        raise SqlFileError(file.name, str(error), "answer the columns of step.answer") from error


def _take(
    connection: duckdb.DuckDBPyConnection, control_id: str, members: duckdb.DuckDBPyRelation
) -> None:
    connection.execute("set variable control = $control_id", {"control_id": control_id})
    connection.execute("drop table if exists step.answered")
    members.create("step.answered")
    _run(connection, stage_files("answers"))


def _own_controls(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the query of each control of the organisation's own, by its name."""
    rows = connection.execute(
        "select control_id, sql from step.control where is_on and is_own order by control_id"
    ).fetchall()
    return dict(rows)


def _run(connection: duckdb.DuckDBPyConnection, files: Iterable[SqlFile]) -> None:
    for file in files:
        try:
            file.run(connection)
        except duckdb.Error as error:
            raise SqlFileError(file.name, str(error), "correct the statement") from error


@cache
def _control_sources() -> dict[str, Any]:
    """Return which sources the population of each control rests on, by the headers of sql/."""
    pairs = [
        (file.object.removeprefix("control."), root)
        for file in stage_files("compliance")
        for root in sorted({ROOTS[source] for source in _behind(*file.sources) if source in ROOTS})
    ]
    return {
        "control_id": [control_id for control_id, _ in pairs],
        "root": [root for _, root in pairs],
    }


def _behind(*objects: str) -> set[str]:
    """Return these objects and every one that they rest on, whoever makes it."""
    seen: set[str] = set()
    ahead = list(objects)
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += [source for maker in _makers().get(name, ()) for source in maker.sources]
    return seen


@cache
def _makers() -> dict[str, list[SqlFile]]:
    found: dict[str, list[SqlFile]] = {}
    for file in _all_files():
        found.setdefault(file.object, []).append(file)
    return found


def _all_files() -> Iterator[SqlFile]:
    for stage in STAGES:
        yield from stage_files(stage)
