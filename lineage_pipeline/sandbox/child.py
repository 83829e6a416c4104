"""The process that asks: it confines itself, reads one request, writes one reply, and ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

import _duckdb as duckdb
import msgspec

from lineage_pipeline.sandbox.confinement import limit, shut
from lineage_pipeline.sandbox.engine import open_engine
from lineage_pipeline.sandbox.messages import Answer, Facts, Refused, RefusedError, Request
from lineage_pipeline.sandbox.statement import check, is_ordered, only_statement
from lineage_pipeline.sandbox.values import as_text, cells

if TYPE_CHECKING:
    from lineage_pipeline.sandbox.messages import Confinement, Limits

ROWS_AT_ONCE: Final = 256
TELLING: Final = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""What is raised before any data is read: its first line speaks of the query's own words."""
LONGEST_REASON: Final = 300


def main() -> None:
    """Answer the request on standard input on standard output."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(request)))
    sys.stdout.buffer.flush()
    # DuckDB's threads need not be waited for: nothing is left to be written.
    os._exit(0)


def answer(request: Request) -> Answer | Refused:
    """Confine this process for good; return the answer to a request, or why there is none."""
    confinement: Confinement | None = None
    try:
        missing = limit(request.limits)
        engine = open_engine(request)
        confinement = shut((request.lake,) if request.lake else (), missing)
        return Answer(facts=_ask(engine, request), confinement=confinement)
    except RefusedError as error:
        category, reason = error.category, error.reason
    except (MemoryError, duckdb.OutOfMemoryException):
        category, reason = "too_large", "it needs more memory than it may have"
    except duckdb.Error as error:
        category, reason = "does_not_run", _reason(error, request)
    return Refused(
        category=category,
        reason=reason,
        query_sha256=request.query_sha256,
        confinement=confinement,
    )


def _ask(engine: duckdb.DuckDBPyConnection, request: Request) -> Facts:
    """Return what the query finds."""
    named = only_statement(engine, request.query).named_parameters
    if missing := sorted(named - request.parameters.keys()):
        raise RefusedError("does_not_run", f"it asks for ${missing[0]}, which is not given")
    parameters = {name: request.parameters[name] for name in named}
    # What is checked is what runs: the query inside of one that makes texts of its values.
    inside = f"({_without_end(request.query)}\n) as asked"
    tree = check(engine, f"select * from {inside}", request.rules)
    shape = engine.execute(f"select * from {inside} limit 0", parameters).description or []
    types = tuple(str(column[1]) for column in shape)
    numbered = [f"c{place}" for place in range(len(types))]
    wanted = ", ".join(map(as_text, numbered, types))
    rows, is_truncated = _rows(
        engine.execute(f"select {wanted} from {inside}({', '.join(numbered)})", parameters),
        types,
        request.limits,
    )
    has_order = is_ordered(tree["from_table"]["subquery"]["node"])
    return Facts(
        query_sha256=request.query_sha256,
        columns=tuple(column[0] for column in shape),
        types=types,
        rows=tuple(rows if has_order else sorted(rows, key=msgspec.json.encode)),
        is_ordered=has_order,
        is_truncated=is_truncated,
    )


def _rows(
    result: duckdb.DuckDBPyConnection, types: tuple[str, ...], limits: Limits
) -> tuple[list[tuple[Any, ...]], bool]:
    """Return the rows that the limits allow, and whether there are more."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    while some := result.fetchmany(ROWS_AT_ONCE):
        for row in some:
            taken = cells(types, row)
            size += len(msgspec.json.encode(taken))
            if len(rows) == limits.rows or size > limits.answer_bytes:
                return rows, True
            rows.append(taken)
    return rows, False


def _without_end(query: str) -> str:
    """Return the one statement of a text without its semicolon and what stands behind that."""
    text = query.encode()
    for place, kind in duckdb.tokenize(query):
        if kind == duckdb.token_type.operator and text[place : place + 1] == b";":
            return text[:place].decode()
    return query


def _reason(error: duckdb.Error, request: Request) -> str:
    """Return why a query does not run, without values of the data or of parameters, or paths."""
    name = type(error).__name__
    said = str(error).partition("\n")[0][:LONGEST_REASON]
    paths = [request.warehouse, request.lake]
    hidden = [str(value) for value in (*_flat(list(request.parameters.values())), *paths)]
    if not isinstance(error, TELLING) or any(value in said for value in hidden if value):
        return f"DuckDB stops at it ({name}); what it says may repeat values, and is left out"
    return said


def _flat(values: list[Any]) -> list[Any]:
    return [
        one for value in values for one in (_flat(value) if isinstance(value, list) else [value])
    ]
