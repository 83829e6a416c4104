"""The memory of a process and its children, sampled while it runs."""

from __future__ import annotations

import threading
from typing import Final

import psutil  # type: ignore[import-untyped, import-not-found, unused-ignore]

SAMPLE_SECONDS: Final = 0.05


class MemorySampler(threading.Thread):
    """Watches a process tree; pages that its processes share count once for each of them."""

    def __init__(self, pid: int) -> None:
        """Watch the process `pid` and whatever it starts, from `start()` on."""
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._is_over = threading.Event()
        self._peak = 0

    def run(self) -> None:
        """Sample until the process is gone or `stop` is called."""
        while not self._is_over.wait(SAMPLE_SECONDS):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.Error:
                return
            self._peak = max(self._peak, sum(_resident(process) for process in tree))

    def stop(self) -> int:
        """Return the highest sum of resident bytes over the tree."""
        self._is_over.set()
        self.join()
        return self._peak


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
