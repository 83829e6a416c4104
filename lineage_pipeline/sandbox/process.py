"""A process that can do nothing else: started with nothing, talked to, and ended in time."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.sandbox.messages import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage_pipeline.sandbox.messages import Category, Request

KEPT_ENVIRONMENT: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Where some Pythons find the libraries that they are linked with; nothing else is handed down."""
READ_AT_ONCE: Final = 1 << 16
OUT_OF_TIME: Final = {-signal.SIGXCPU, -signal.SIGALRM}
"""How a process ends that has used up its own time before its parent looked."""
END_SECONDS: Final = 2.0


class Program(NamedTuple):
    """What a process runs: Python, the packages that it imports, and variables of its own."""

    code: str
    packages: tuple[str, ...]
    environment: Mapping[str, str] = {}


@contextmanager
def started(program: Program) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process in an empty folder, without environment, files or terminal; then end it.

    Raises:
        OSError: there is no room for a process or a folder.
    """
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", program.code]
    with (
        tempfile.TemporaryDirectory(prefix="lineage-") as empty,
        subprocess.Popen(  # noqa: S603
            [*command, *import_path(program.packages)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={**kept, **program.environment},
            start_new_session=True,
            bufsize=0,
        ) as process,
    ):
        try:
            yield process
        finally:
            # Not reaped yet, so the number is still its own; the whole group goes, if there is one.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def exchange(
    process: subprocess.Popen[bytes], request: bytes, until: float, most: int
) -> bytearray | None:
    """Return all that a process writes, up to what is too much; None if it takes too long.

    Args:
        process: that was started, and has not been asked yet.
        request: what it is to read.
        until: by when it must be done, as `time.monotonic` tells it.
        most: how many bytes it may write; a few more are returned if it writes more.
    """
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    written = 0
    told = bytearray()
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while len(told) <= most:
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
                    return told
                told += piece
    return told


def failure(
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


def not_started(error: OSError, query_sha256: str) -> Refused:
    """Return that there was no room for a process or a folder: no fault of the query."""
    why = f"its process could not be started: {error.strerror}"
    return Refused(category="crashed", reason=why, query_sha256=query_sha256)


def import_path(packages: tuple[str, ...]) -> list[str]:
    """Return the folders that a process imports from: ours, and those of what it needs."""
    origins = [Path(__file__).parents[2]]
    for package in packages:
        found = find_spec(package)
        if found is not None and found.origin is not None:
            at = Path(found.origin)
            origins.append(at.parents[1] if at.name == "__init__.py" else at.parent)
    return list(dict.fromkeys(map(str, origins)))


def _ending(process: subprocess.Popen[bytes]) -> int | None:
    """Return how a process ends by itself, as `returncode` says it, and leave it to be reaped."""
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        if found is not None:
            return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
        time.sleep(0.005)
    return None
