"""The process that asks for people: it confines itself, asks, and writes what it finds as Arrow.

Behind the rows, if there are any, stands what they are, or why there is no answer, and the length
of that in eight bytes.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import duckdb
import msgspec
import pyarrow as pa
from pyarrow import ipc

from lineage_pipeline.sandbox.confinement import limit, shut
from lineage_pipeline.sandbox.engine import open_engine
from lineage_pipeline.sandbox.messages import MIB, Described, Refused, RefusedError, Request
from lineage_pipeline.sandbox.plans import Plan, plan_of
from lineage_pipeline.sandbox.statement import check, is_ordered, only_statement, published_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage_pipeline.sandbox.messages import Confinement, Limits

LENGTH_BYTES: Final = 8
ROWS_AT_ONCE: Final = 16_384
BESIDE: Final = 512 * MIB
"""What Python, DuckDB, Arrow and a batch of rows hold beside the memory that DuckDB counts."""
EXACT: Final = {"arrow_lossless_conversion": "true"}
"""Types that Arrow has not are told by name, so that they can be had back."""
LONGEST_REASON: Final = 2_000
COMMENTS: Final = """
    select column_name, coalesce(comment, '')
    from duckdb_columns()
    where database_name = current_database() and schema_name = $schema and table_name = $name
"""


class _Counted:
    """A file to write to that takes so many bytes and no more."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self.closed = False
        self._file = file
        self._left = most

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self._left -= size
        if self._left < 0:
            raise RefusedError("too_large", "its answer has more bytes than it may have")
        self._file.write(data)
        return size

    def flush(self) -> None:
        self._file.flush()


def main() -> None:
    """Answer the request on standard input on standard output."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    out = sys.stdout.buffer
    reply = msgspec.msgpack.encode(answer(request, out))
    out.write(reply + len(reply).to_bytes(LENGTH_BYTES, "big"))
    out.flush()
    # DuckDB's threads need not be waited for: nothing is left to be written.
    os._exit(0)


def answer(request: Request, out: BinaryIO) -> Described | Refused:
    """Confine this process for good, and write the rows; return what they are, or why not.

    Args:
        request: what is asked.
        out: where the rows go, as a stream of Arrow.
    """
    confinement: Confinement | None = None
    try:
        missing = limit(request.limits, BESIDE)
        engine = open_engine(request, EXACT)
        confinement = shut((request.lake,) if request.lake else (), missing)
        return _ask(engine, request, confinement, out)
    except RefusedError as error:
        category, reason = error.category, error.reason
    except (MemoryError, duckdb.OutOfMemoryException, pa.ArrowMemoryError):
        category, reason = "too_large", "it needs more memory than it may have"
    except duckdb.Error as error:
        category, reason = "does_not_run", str(error)[:LONGEST_REASON]
    except pa.ArrowException as error:
        category = "does_not_run"
        reason = f"its answer does not go into Arrow; cast it to varchar: {error}"[:LONGEST_REASON]
    return Refused(
        category=category,
        reason=reason,
        query_sha256=request.query_sha256,
        confinement=confinement,
    )


def _ask(
    engine: duckdb.DuckDBPyConnection, request: Request, confinement: Confinement, out: BinaryIO
) -> Described:
    """Write what the query finds; return what it is."""
    plan = plan_of(request.query)
    named = only_statement(engine, plan.query).named_parameters
    if missing := sorted(named - request.parameters.keys()):
        raise RefusedError("does_not_run", f"it asks for ${missing[0]}, which is not given")
    parameters = {name: request.parameters[name] for name in named}
    tree = check(engine, plan.query, request.rules)
    relation = published_whole(engine, tree) if plan.word == "" else ""
    comments = _comments(engine, relation)
    columns, types, reader = _found(engine, plan, parameters)
    return Described(
        query_sha256=request.query_sha256,
        columns=columns,
        types=types,
        comments=tuple(comments.get(column, "") for column in columns),
        row_count=_written(reader, out, request.limits),
        relation=relation,
        is_ordered=is_ordered(tree),
        confinement=confinement,
    )


def _found(
    engine: duckdb.DuckDBPyConnection, plan: Plan, parameters: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...], pa.RecordBatchReader]:
    """Return the columns, their types, and the rows, of which none has been fetched yet."""
    if plan.word:
        # No relation can be made of a plan; it is short.
        rows = engine.execute(f"{plan.word} {plan.query}", dict(parameters)).fetchall()
        columns = tuple(column[0] for column in engine.description or ())
        fields = [[str(row[place]) for row in rows] for place in range(len(columns))]
        table = pa.table(dict(zip(columns, fields, strict=True)))
        return columns, ("VARCHAR",) * len(columns), table.to_reader()
    relation = engine.sql(plan.query, params=dict(parameters))
    reader = relation.to_arrow_reader(ROWS_AT_ONCE)
    return tuple(relation.columns), tuple(map(str, relation.types)), reader


def _written(reader: pa.RecordBatchReader, out: BinaryIO, limits: Limits) -> int:
    """Write rows batch by batch; return how many there were."""
    count = 0
    sink = _Counted(out, limits.answer_bytes)
    with ipc.new_stream(sink, reader.schema) as stream:
        for batch in _batches(reader):
            count += batch.num_rows
            if count > limits.rows:
                raise RefusedError("too_large", f"its answer has more than {limits.rows:,} rows")
            stream.write_batch(batch)
    return count


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Yield batches; what DuckDB raises meanwhile comes as DuckDB's own error.

    Raises:
        duckdb.Error: the query fails at some row.
    """
    try:
        yield from reader
    except (pa.ArrowException, OSError) as error:
        # Arrow hands on the words of the engine that it reads from, not its kind of error.
        said = str(error)
        if "Out of Memory" in said or "failed to allocate" in said:
            raise MemoryError from error
        raise RefusedError("does_not_run", said[:LONGEST_REASON]) from error


def _comments(engine: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Return what the warehouse says of the columns of a published relation."""
    if not relation:
        return {}
    schema, _, name = relation.partition(".")
    return dict(engine.execute(COMMENTS, {"schema": schema, "name": name}).fetchall())
