"""Scan tasks on every core: this process takes some, others take the rest; order means nothing."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from lineage_pipeline.bronze.worker import Worker
    from lineage_pipeline.scan.tasks import Manifest, ScanTask

_WORTH_TELLING: Final = 1 << 20
_PATIENCE_S: Final = 0.2
"""How often to tell of the progress of others when this process has nothing left to do."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def scan(task: ScanTask, on_bytes: Callable[[int], None] | None = None) -> Manifest:
    """Return the manifest of a task that this process scans, which only now imports the kernel."""
    from lineage_pipeline.scan import kernel

    return kernel.scan(task, on_bytes)


class Crew:
    """This process and others, which start up while this one still plans."""

    def __init__(self, size: int) -> None:
        """Start all but one of `size` processes: this is one of them."""
        self._others: list[Worker] = []
        if size > 1:
            from lineage_pipeline.bronze.worker import Worker

            self._others = [Worker() for _ in range(size - 1)]

    def __enter__(self) -> Self:
        """Return the crew."""
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Wait until the others have ended; after a failure they are ended wherever they are."""
        for worker in self._others:
            if failure is not None:
                worker.kill()
            worker.close()

    def scan_all(
        self, tasks: Sequence[ScanTask], on_bytes: Callable[[int], None] | None = None
    ) -> list[Manifest]:
        """Return the manifest of each task, in the order of the tasks.

        Args:
            tasks: what to scan.
            on_bytes: called now and then with the bytes read since the last call.

        Raises:
            StorageError: a table cannot be written; nothing of the batch is visible.
            WorkerDiedError: a process was killed; nothing of the batch is visible.
        """
        if not self._others:
            return [scan(task, on_bytes) for task in tasks]
        shift = _Shift(tasks, on_bytes)
        with ThreadPoolExecutor(len(self._others)) as pool:
            try:
                return shift.work([pool.submit(shift.serve, worker) for worker in self._others])
            except BaseException:
                for worker in self._others:
                    worker.kill()
                raise


class _Shift:
    """The tasks of one scan; a thread for each other process hands it one after the other."""

    def __init__(self, tasks: Sequence[ScanTask], on_bytes: Callable[[int], None] | None) -> None:
        self._manifests: dict[int, Manifest] = {}
        self._waiting = deque(enumerate(tasks))
        self._read = deque[int]()
        self._on_bytes = on_bytes
        self._untold = 0

    def serve(self, worker: Worker) -> None:
        """Have the worker scan, as long as tasks are waiting."""
        while (taken := self._take()) is not None:
            number, task = taken
            self._manifests[number] = worker.scan(task, self._read.append)

    def work(self, others: list[Future[None]]) -> list[Manifest]:
        """Scan here too, until all is done; return the manifests in the order of the tasks."""
        while (taken := self._take()) is not None:
            number, task = taken
            self._manifests[number] = scan(task, lambda count: self._count(others, count))
        while wait(others, _PATIENCE_S if self._on_bytes else None).not_done:
            self._tell(others)
        self._tell(others)
        return [manifest for _, manifest in sorted(self._manifests.items())]

    def _take(self) -> tuple[int, ScanTask] | None:
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _count(self, others: list[Future[None]], count: int) -> None:
        """Count what was read here: a call for each of many small files has to cost nothing."""
        self._untold += count
        if self._untold >= _WORTH_TELLING:
            self._tell(others)

    def _tell(self, others: list[Future[None]]) -> None:
        """Tell what was read, here and elsewhere; raise what made another process fail."""
        for other in others:
            if other.done():
                other.result()
        while self._read:
            self._untold += self._read.popleft()
        if self._on_bytes is not None:
            self._on_bytes(self._untold)
        self._untold = 0
