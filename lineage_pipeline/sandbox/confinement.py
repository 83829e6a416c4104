"""What the operating system withholds from the process that asks."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING, Final

from lineage_pipeline.sandbox.landlock import restrict
from lineage_pipeline.sandbox.messages import MIB, Confinement

if TYPE_CHECKING:
    from lineage_pipeline.sandbox.messages import Limits

BESIDE: Final = 192 * MIB
"""What Python, DuckDB's code and its threads hold beside the memory that DuckDB counts."""
OPEN_FILES: Final = 1024
THREADS: Final = "/proc/self/task"
SET_PARENT_DEATH_SIGNAL: Final = 1
SET_NO_NEW_PRIVILEGES: Final = 38


def limit(limits: Limits, beside: int = BESIDE) -> tuple[str, ...]:
    """Limit for good what this process may take; returns what the system did not grant.

    Args:
        limits: of the query.
        beside: what the process may hold beside the memory that DuckDB counts.
    """
    processor = math.ceil(limits.seconds) + 1
    granted = {
        "no_new_privs": _prctl(SET_NO_NEW_PRIVILEGES, 1),
        "death with its parent": _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL),
        "rlimit core": _limit(resource.RLIMIT_CORE, 0),
        "rlimit fsize": _limit(resource.RLIMIT_FSIZE, 0),
        "rlimit nofile": _limit(resource.RLIMIT_NOFILE, OPEN_FILES),
        "rlimit cpu": _limit(resource.RLIMIT_CPU, processor),
        # Not RLIMIT_AS: glibc and DuckDB reserve addresses that they never use, and DuckDB has
        # crashed where it was refused some; what is written to counts as data.
        "rlimit data": _limit(resource.RLIMIT_DATA, limits.memory_bytes + beside),
    }
    # A parent that was killed before it could be tied to would leave this process without one.
    signal.alarm(processor)
    return tuple(name for name, is_granted in granted.items() if not is_granted)


def shut(folders: tuple[str, ...], missing: tuple[str, ...]) -> Confinement:
    """Let this process open what lies in these folders alone, to read; return what confines it.

    Before that DuckDB is opened, for it dies where it cannot read what /proc says of its memory; it
    must have started no thread, since Landlock holds for one thread and those that it starts.
    `missing` is what `limit` was not granted.
    """
    abi = 0
    with contextlib.suppress(OSError):
        abi = restrict(folders) if _is_alone() else 0
    if not _limit(resource.RLIMIT_NPROC, 0):
        missing = (*missing, "rlimit nproc")
    return Confinement(landlock_abi=abi, missing=missing)


def _is_alone() -> bool:
    return not sys.platform.startswith("linux") or len(os.listdir(THREADS)) == 1  # noqa: PTH208 - pathlib is slow to import


def _limit(which: int, most: int) -> bool:
    hard = resource.getrlimit(which)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(which, (most, most))
    except (OSError, ValueError):
        return False
    return True


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    words = [ctypes.c_ulong(one) for one in (value, 0, 0, 0)]
    return bool(ctypes.CDLL(None).prctl(ctypes.c_int(option), *words) == 0)
