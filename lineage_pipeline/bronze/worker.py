"""A process that scans: tasks come in by stdin, manifests leave by stdout.

It imports the kernel while the first task is still being made, and ends when stdin does: when
whoever started it is done, or dead.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.errors import WorkerDiedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets
    from lineage_pipeline.scan.tasks import Manifest, ScanTask

_START: Final = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from lineage_pipeline.bronze.worker import serve
serve()
"""


class Worker:
    """A process that scans for this one, one task at a time."""

    def __init__(self) -> None:
        """Start it; nothing waits until it is ready."""
        # Not forked: a fork holds the locks of threads that it does not have. Not started by
        # multiprocessing, which would run the caller's script again.
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )
        self._send(sys.path)
        self._known: KnownFacets | None = None

    def scan(self, task: ScanTask, on_bytes: Callable[[int], None]) -> Manifest:
        """Return the manifest of the task.

        Args:
            task: what to scan.
            on_bytes: called with the bytes that the process has read since the last call.

        Raises:
            WorkerDiedError: the process ended before it was done.
            StorageError: a table cannot be written; so with whatever else the scan raises.
        """
        from lineage_pipeline.scan.openlineage.known_facets import KnownFacets

        # What is known is by far the largest part of a task, and the same for all of a scan.
        known = None if task.known is self._known else task.known
        self._known = task.known
        self._send((replace(task, known=KnownFacets()), known))
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        try:
            while isinstance(answer := pickle.load(self._process.stdout), int):  # noqa: S301 - our own process
                on_bytes(answer)
        except (EOFError, pickle.UnpicklingError) as error:
            raise WorkerDiedError(self._process.wait()) from error
        if isinstance(answer, BaseException):
            raise answer
        manifest: Manifest = answer
        return manifest

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()

    def close(self) -> None:
        """Let it end, and wait until it has."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                # Part of a task may be left that a process that was killed never took.
                with suppress(BrokenPipeError):
                    stream.close()
        self._process.wait()

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise WorkerDiedError(self._process.wait()) from error


def serve() -> None:
    """Scan what comes in until nothing more does, and end the process."""
    # An interruption is the caller's to deal with: it ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library may print must not come between the manifests.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    from lineage_pipeline.scan import kernel

    def tell(message: int | Manifest | BaseException) -> None:
        pickle.dump(message, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    known = None
    with suppress(BrokenPipeError, EOFError):
        while True:
            task, more = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own caller
            known = more or known
            try:
                answer: Manifest | BaseException = kernel.scan(replace(task, known=known), tell)
            except BrokenPipeError:
                raise
            except BaseException as error:  # noqa: BLE001 - the caller raises it
                answer = _portable(error)
            tell(answer)
    # Taking apart what was imported would cost the caller a tenth of a second at the end.
    os._exit(0)


def _portable(error: BaseException) -> BaseException:
    """Return the error as another process can read it."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own error
    except Exception:  # noqa: BLE001 - whatever it is, it cannot be sent
        return RuntimeError("".join(traceback.format_exception(error)))
    error.add_note("".join(traceback.format_exception(error)))
    return error
