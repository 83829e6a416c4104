"""A query of a stranger, asked of the published warehouse in a process that can do nothing else."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.sandbox.messages import MIB, Answer, Limits, Refused
from lineage_pipeline.sandbox.process import Program, exchange, failure, not_started, started
from lineage_pipeline.sandbox.requests import request_of
from lineage_pipeline.sandbox.rules import GATE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lineage_pipeline.sandbox.messages import Request
    from lineage_pipeline.sandbox.requests import Parameter

START: Final = (
    "import sys; sys.path[:0] = sys.argv[1:]; "
    "from lineage_pipeline.sandbox.child import main; main()"
)
PACKAGES: Final = ("_duckdb", "msgspec")
LONGEST_REASON: Final = 400


def ask(
    warehouse: Path,
    lake: Path | None,
    query: str,
    parameters: Mapping[str, Parameter],
    limits: Limits | None = None,
) -> Answer | Refused:
    """Return the answer to a query that nobody here wrote, or why it has none.

    Args:
        warehouse: the published file.
        lake: the folder that views of the warehouse read from; None if they read from none.
        query: one SELECT over published relations; it may come from anyone.
        parameters: by name; those that the query does not name are left out.
        limits: how much it may take.

    Raises:
        ConfigError: there is no such warehouse or lake.
    """
    begun = time.monotonic()
    limits = limits or Limits()
    request = request_of(warehouse, lake, query, parameters, limits=limits, rules=GATE)
    if isinstance(request, Refused):
        return request
    try:
        reply = _converse(request, begun + limits.seconds)
    except OSError as error:
        reply = not_started(error, request.query_sha256)
    seconds = time.monotonic() - begun
    if isinstance(reply, Refused):
        return msgspec.structs.replace(reply, reason=_printable(reply.reason), seconds=seconds)
    return msgspec.structs.replace(reply, seconds=seconds)


def _converse(request: Request, until: float) -> Answer | Refused:
    """Return what a process of its own replies to a request, or why it does not."""
    most = 2 * request.limits.answer_bytes + MIB
    with started(Program(START, PACKAGES)) as process:
        reply = exchange(process, msgspec.msgpack.encode(request), until, most)
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            if reply is not None:
                return _read(reply, request)
        return failure(process, request, is_late=reply is None, is_long=len(reply or b"") > most)


def _read(reply: bytearray, request: Request) -> Answer | Refused:
    """Return what a reply says: it is believed in form alone, for a query may have written it.

    Raises:
        msgspec.DecodeError: it is no reply to this request.
    """
    told: Answer | Refused = msgspec.msgpack.decode(reply, type=Answer | Refused)
    said = told.facts if isinstance(told, Answer) else told
    if said.query_sha256 != request.query_sha256:
        raise msgspec.DecodeError("a reply to another query")
    if isinstance(told, Answer):
        _check_cells(told.facts.rows)
    return told


def _check_cells(found: Any) -> None:
    """Check that values are those of JSON: MessagePack has others.

    Raises:
        msgspec.DecodeError: they are not.
    """
    if isinstance(found, dict):
        _check_cells([*found, *found.values()])
    elif isinstance(found, list | tuple):
        for one in found:
            _check_cells(one)
    elif not (found is None or isinstance(found, str | int | float)):
        raise msgspec.DecodeError("a value that JSON has not")


def _printable(reason: str) -> str:
    """Return a reason that moves no cursor: names in a query may hold any character."""
    return "".join(one if one.isprintable() else "?" for one in reason[:LONGEST_REASON])
