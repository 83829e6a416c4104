"""One command in a fresh process: its seconds, its CPU, its memory, and what it says of itself."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROOT: Final = Path(__file__).absolute().parent.parent


class CommandFailedError(Exception):
    """A command ended with another code than 0; the message holds the end of its stderr."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a command took.

    Attributes:
        wall_s: from start to end, the interpreter's start included.
        cpu_s: user and system time, children included.
        tree_bytes: the highest sum of resident memory over the process and its children.
        max_rss_bytes: the highest resident memory of any one of them.
        said: what the command printed of itself as JSON, such as `seconds` of the work alone.
    """

    wall_s: float
    cpu_s: float
    tree_bytes: int
    max_rss_bytes: int
    said: dict[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """The seconds that ratios use: those of the work alone if the command tells them."""
        return self.said.get("seconds", self.wall_s)


def measure(command: Sequence[str]) -> Measured:
    """Return what the command took.

    Raises:
        CommandFailedError: it failed.
    """
    # It comes with the group `bench`; what only reads results does without it.
    from benchmarks.memory import MemorySampler

    environment = os.environ | {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, stdout=out, stderr=errors, env=environment
        )
        memory = MemorySampler(process.pid)
        memory.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = memory.stop()
        if process.returncode:
            errors.seek(0)
            tail = errors.read()[-2000:].decode(errors="replace").strip()
            raise CommandFailedError(
                f"`{' '.join(command)}` ended with {process.returncode}: {tail}"
            )
        out.seek(0)
        said = _said(out.read())
    return Measured(
        wall, usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss << 10),
        usage.ru_maxrss << 10, said,
    )  # fmt: skip


def read_once(files: Sequence[str]) -> None:
    """Read the files, so that every contestant finds them in the page cache."""
    buffer = bytearray(8 << 20)
    for file in files:
        with Path(file).open("rb", buffering=0) as stream:
            while stream.readinto(buffer):
                pass


def _said(out: bytes) -> dict[str, float]:
    last = out.strip().rpartition(b"\n")[2]
    if not last.startswith(b"{"):
        return {}
    try:
        said = json.loads(last)
    except ValueError:
        return {}
    return {key: value for key, value in said.items() if isinstance(value, int | float)}
