"""A query of a stranger, asked of the published warehouse in a process that can do nothing else."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.sandbox.messages import MIB, Answer, Limits, Refused, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.sandbox.messages import Category

Parameter: TypeAlias = "str | int | float | bool | datetime | Sequence[Parameter] | None"
"""What binds to `$name`; a time needs a zone."""

START: Final = (
    "import sys; sys.path[:0] = sys.argv[1:]; "
    "from lineage_pipeline.sandbox.child import main; main()"
)
KEPT_ENVIRONMENT: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Where some Pythons find the libraries that they are linked with; nothing else is handed down."""
READ_AT_ONCE: Final = 1 << 16
OUT_OF_TIME: Final = {-signal.SIGXCPU, -signal.SIGALRM}
"""How a process ends that has used up its own time before its parent looked."""
END_SECONDS: Final = 2.0
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
    started = time.monotonic()
    limits = limits or Limits()
    text = query.encode("utf-8", "surrogatepass")
    digest = sha256(text).hexdigest()
    problem = _unfit(text, parameters, limits)
    if problem is not None:
        return Refused(category=problem[0], reason=problem[1], query_sha256=digest)
    request = Request(
        warehouse=_file(warehouse),
        lake=_folder(lake),
        query=query,
        query_sha256=digest,
        parameters=dict(parameters),
        limits=limits,
    )
    try:
        reply = _converse(request, started + limits.seconds)
    except OSError as error:  # no room for a process or a folder: no fault of the query, no answer
        why = f"its process could not be started: {error.strerror}"
        reply = Refused(category="crashed", reason=why, query_sha256=digest)
    seconds = time.monotonic() - started
    if isinstance(reply, Refused):
        return msgspec.structs.replace(reply, reason=_printable(reply.reason), seconds=seconds)
    return msgspec.structs.replace(reply, seconds=seconds)


def _converse(request: Request, until: float) -> Answer | Refused:
    """Return what a process of its own replies to a request, or why it does not."""
    most = 2 * request.limits.answer_bytes + MIB
    with tempfile.TemporaryDirectory(prefix="lineage-") as empty, _start(empty) as process:
        try:
            reply = _exchange(process, msgspec.msgpack.encode(request), until, most)
            with contextlib.suppress(msgspec.DecodeError, RecursionError):
                if reply is not None:
                    return _read(reply, request)
            return _failure(
                process, request, is_late=reply is None, is_long=len(reply or b"") > most
            )
        finally:
            # Not reaped yet, so the number is still its own; the whole group goes, if there is one.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _read(reply: bytes, request: Request) -> Answer | Refused:
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


def _start(folder: str) -> subprocess.Popen[bytes]:
    """Start the process that asks: in an empty folder, without environment, files or terminal."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", START, *_import_path()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=kept,
        start_new_session=True,
        bufsize=0,
    )


def _exchange(
    process: subprocess.Popen[bytes], request: bytes, until: float, most: int
) -> bytes | None:
    """Return all that a process writes, up to what is too much; None if it takes too long."""
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    written, size = 0, 0
    pieces: list[bytes] = []
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while size <= most:
            left = until - time.monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                return None
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    try:
                        written += os.write(key.fd, request[written : written + READ_AT_ONCE])
                    except BrokenPipeError:
                        written = len(request)
                    if written == len(request):
                        selector.unregister(process.stdin)
                        process.stdin.close()
                    continue
                piece = os.read(key.fd, READ_AT_ONCE)
                if not piece:
                    return b"".join(pieces)
                pieces.append(piece)
                size += len(piece)
    return b"".join(pieces)


def _failure(
    process: subprocess.Popen[bytes], request: Request, *, is_late: bool, is_long: bool
) -> Refused:
    """Return why a process gave no reply."""
    category: Category = "crashed"
    ended = None if is_late or is_long else _ending(process)
    if is_late or ended in OUT_OF_TIME:
        category, reason = "too_long", f"it took longer than {request.limits.seconds:g} seconds"
    elif is_long:
        category, reason = "too_large", "its process wrote more than an answer may hold"
    elif ended is not None and ended < 0:
        reason = (
            f"its process was ended by {signal.Signals(-ended).name}, for want of memory perhaps"
        )
    else:
        reason = f"its process ended with {ended} before it replied"
    return Refused(category=category, reason=reason, query_sha256=request.query_sha256)


def _printable(reason: str) -> str:
    """Return a reason that moves no cursor: names in a query may hold any character."""
    return "".join(one if one.isprintable() else "?" for one in reason[:LONGEST_REASON])


def _ending(process: subprocess.Popen[bytes]) -> int | None:
    """Return how a process ends by itself, as `returncode` says it, and leave it to be reaped."""
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        if found is not None:
            return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
        time.sleep(0.005)
    return None


def _unfit(
    text: bytes, parameters: Mapping[str, Any], limits: Limits
) -> tuple[Category, str] | None:
    """Return why a query or its parameters cannot be handed over at all; None if they can."""
    if len(text) > limits.query_bytes:
        return "too_large", f"its text has more than {limits.query_bytes} bytes"
    if b"\0" in text or text.decode("utf-8", "replace").encode() != text:
        return "refused", "its text holds a NUL byte, or is no UTF-8"
    for name, value in parameters.items():
        if not _can_bind(value):
            return "refused", f"${name} has a type that does not bind: {type(value).__name__}"
    try:
        size = len(msgspec.msgpack.encode(dict(parameters)))
    except (OverflowError, RecursionError, UnicodeEncodeError):
        return "refused", "a parameter has a value that cannot be handed over"
    if size > limits.parameter_bytes:
        return "too_large", f"its parameters have more than {limits.parameter_bytes} bytes"
    return None


def _can_bind(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, list | tuple):
        return all(map(_can_bind, value))
    return value is None or isinstance(value, str | int | float)


def _file(warehouse: Path) -> str:
    if not warehouse.is_file():
        raise ConfigError(f"{warehouse}: no warehouse is here; `lineage run` publishes one")
    return str(warehouse.resolve())


def _folder(lake: Path | None) -> str | None:
    if lake is not None and not lake.is_dir():
        raise ConfigError(f"{lake}: no lake is here")
    return str(lake.resolve()) if lake is not None else None


def _import_path() -> list[str]:
    """Return the folders that the process imports from: ours, and those of what it needs."""
    origins = [Path(__file__).parents[2]]
    for package in ("_duckdb", "msgspec"):
        found = find_spec(package)
        if found is not None and found.origin is not None:
            at = Path(found.origin)
            origins.append(at.parents[1] if at.name == "__init__.py" else at.parent)
    return list(dict.fromkeys(map(str, origins)))
