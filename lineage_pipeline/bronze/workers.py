"""Scan tasks on every core: this process takes some, others take the rest; order means nothing."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loky import ProcessPoolExecutor

    from lineage_pipeline.bronze.tasks import Manifest, ScanTask


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def scan(task: ScanTask, on_bytes: Callable[[int], None] | None = None) -> Manifest:
    """Return what the kernel says of the task; the kernel is imported by whoever scans."""
    from lineage_pipeline.bronze import kernel

    return kernel.scan(task, on_bytes)


def scan_all(
    tasks: Sequence[ScanTask], workers: int, on_bytes: Callable[[int], None] | None = None
) -> list[Manifest]:
    """Return the manifest of each task, in the order of the tasks.

    Args:
        tasks: what to scan; one alone is scanned in this process.
        workers: how many processes to use, this one among them.
        on_bytes: called now and then with the bytes read since the last call.

    Raises:
        StorageError: a table cannot be written; nothing of the batch is visible.
    """
    others = min(workers, len(tasks)) - 1
    if others < 1:
        return [scan(task, on_bytes) for task in tasks]
    from loky import ProcessPoolExecutor

    with ProcessPoolExecutor(others, timeout=None) as pool:
        return _Crew(tasks, on_bytes).work(pool, others)


class _Crew:
    """The processes of one scan; the others start up while this one already works."""

    def __init__(self, tasks: Sequence[ScanTask], on_bytes: Callable[[int], None] | None) -> None:
        self._manifests: dict[int, Manifest] = {}
        self._waiting = deque(enumerate(tasks))
        self._busy: dict[Future[Manifest], tuple[int, int]] = {}
        self._on_bytes = on_bytes

    def work(self, pool: ProcessPoolExecutor, others: int) -> list[Manifest]:
        for _ in range(others):
            self._hand_out(pool)
        try:
            while self._waiting:
                number, task = self._waiting.popleft()
                self._manifests[number] = scan(task, lambda count: self._read(count, pool))
            while self._busy:
                self._collect(pool, None)
        except BaseException:
            pool.shutdown(wait=True, kill_workers=True)
            raise
        return [manifest for _, manifest in sorted(self._manifests.items())]

    def _hand_out(self, pool: ProcessPoolExecutor) -> None:
        if self._waiting:
            number, task = self._waiting.popleft()
            size = sum(segment.size_bytes for segment in task.segments)
            self._busy[pool.submit(scan, task)] = number, size

    def _read(self, count: int, pool: ProcessPoolExecutor) -> None:
        """Tell what this process has read; look whether another needs a new task."""
        self._tell(count)
        self._collect(pool, 0)

    def _collect(self, pool: ProcessPoolExecutor, seconds: float | None) -> None:
        if not self._busy:
            return
        finished, _ = wait(self._busy, seconds, FIRST_COMPLETED)
        for future in finished:
            number, size = self._busy.pop(future)
            self._manifests[number] = future.result()
            self._tell(size)
            self._hand_out(pool)

    def _tell(self, count: int) -> None:
        if self._on_bytes is not None:
            self._on_bytes(count)
