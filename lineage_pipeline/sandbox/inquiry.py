"""A query of a person, asked of the published warehouse where a gate's is: rows come as Arrow.

    with inquirer() as asked:
        reply = asked(warehouse, lake, "from lineage.node", {}, LIMITS)

The process is started first, so that it is ready when the query has been kept.
"""

from __future__ import annotations

import contextlib
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import msgspec
import pyarrow as pa
from pyarrow import ipc

from lineage_pipeline.sandbox.messages import MIB, Described, Limits, Refused
from lineage_pipeline.sandbox.process import Program, exchange, failure, not_started, started
from lineage_pipeline.sandbox.requests import request_of
from lineage_pipeline.sandbox.rules import PERSON

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.sandbox.messages import Confinement, Request
    from lineage_pipeline.sandbox.requests import Parameter

PROGRAM: Final = Program(
    # Arrow does without numpy, whose threads Landlock would not hold.
    "import sys; sys.path[:0] = sys.argv[1:]; sys.modules['numpy'] = None; "
    "from lineage_pipeline.sandbox.streaming import main; main()",
    ("duckdb", "_duckdb", "msgspec", "pyarrow"),
    {"JE_ARROW_MALLOC_CONF": "background_thread:false"},
)
"""What runs in the process. The variable keeps Arrow from starting a thread before Landlock."""
LIMITS: Final = Limits(
    seconds=300, memory_bytes=2048 * MIB, rows=10_000_000, answer_bytes=1024 * MIB
)
"""How much a person's query may take, unless they say otherwise."""
LENGTH_BYTES: Final = 8
LONGEST_REPLY: Final = MIB


class Found(NamedTuple):
    """An answer.

    Attributes:
        table: its rows, in the query's order; what Arrow has no type for has DuckDB's by name.
        told: what they are, and what confined the process that found them.
        seconds: how long it took; no fact.
    """

    table: pa.Table
    told: Described
    seconds: float

    @property
    def confinement(self) -> Confinement:
        """What confined the process that found it."""
        return self.told.confinement


class Asked(Protocol):
    """Asks one query, once."""

    def __call__(
        self,
        warehouse: Path,
        lake: Path | None,
        query: str,
        parameters: Mapping[str, Parameter],
        limits: Limits = LIMITS,
    ) -> Found | Refused:
        """Return the answer to a query, or why it has none.

        Args:
            warehouse: the published file.
            lake: the folder that views of the warehouse read from; None if they read from none.
            query: one statement that reads published relations, and no more.
            parameters: by name; those that the query does not name are left out.
            limits: how much it may take; an answer that is larger is none.

        Raises:
            ConfigError: there is no such warehouse or lake.
        """


@contextmanager
def inquirer(program: Program = PROGRAM) -> Iterator[Asked]:
    """Yield what asks a query of a process that is already being started.

    Raises:
        OSError: there is no room for a process or a folder.
    """
    with contextlib.ExitStack() as stack:
        process: subprocess.Popen[bytes] | None = None
        problem: OSError | None = None
        try:
            process = stack.enter_context(started(program))
        except OSError as error:
            problem = error

        def asked(
            warehouse: Path,
            lake: Path | None,
            query: str,
            parameters: Mapping[str, Parameter],
            limits: Limits = LIMITS,
        ) -> Found | Refused:
            begun = time.monotonic()
            request = request_of(warehouse, lake, query, parameters, limits=limits, rules=PERSON)
            if isinstance(request, Refused):
                return request
            if process is None:
                return not_started(problem or OSError(), request.query_sha256)
            reply = _converse(process, request, begun + limits.seconds)
            seconds = time.monotonic() - begun
            if isinstance(reply, Refused):
                reason = _printable(reply.reason)
                return msgspec.structs.replace(reply, reason=reason, seconds=seconds)
            return reply._replace(seconds=seconds)

        yield asked


def _converse(process: subprocess.Popen[bytes], request: Request, until: float) -> Found | Refused:
    """Return what a process replies to a request, or why it does not."""
    most = request.limits.answer_bytes + LONGEST_REPLY
    reply = exchange(process, msgspec.msgpack.encode(request), until, most)
    with contextlib.suppress(msgspec.DecodeError, RecursionError, pa.ArrowException, OSError):
        if reply is not None and len(reply) <= most:
            return _read(reply, request)
    return failure(process, request, is_late=reply is None, is_long=len(reply or b"") > most)


def _read(reply: bytearray, request: Request) -> Found | Refused:
    """Return what a reply says: it is believed in form alone, for a query may have written it.

    Raises:
        msgspec.DecodeError: it is no reply to this request.
        pa.ArrowException: its rows are none.
    """
    size = int.from_bytes(reply[-LENGTH_BYTES:], "big")
    end = len(reply) - LENGTH_BYTES - size
    if end < 0:
        raise msgspec.DecodeError("a reply that is shorter than it says")
    told: Described | Refused = msgspec.msgpack.decode(
        reply[end:-LENGTH_BYTES], type=Described | Refused
    )
    if told.query_sha256 != request.query_sha256:
        raise msgspec.DecodeError("a reply to another query")
    if isinstance(told, Refused):
        return told
    table = ipc.open_stream(pa.py_buffer(memoryview(reply)[:end])).read_all()
    table.validate(full=True)
    widths = {table.num_columns, len(told.columns), len(told.types), len(told.comments)}
    if len(widths) != 1 or table.num_rows != told.row_count:
        raise msgspec.DecodeError("a reply that does not agree with itself")
    return Found(table, told, 0.0)


def _printable(reason: str) -> str:
    """Return a reason that moves no cursor, in its lines: names may hold any character."""
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in reason)
