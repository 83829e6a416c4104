"""The lock of a workspace: one writer at a time on one machine."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lineage_pipeline.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def exclusive(file: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock on `file` inside the block; the system drops it when the process dies.

    Args:
        file: the lock's file, created where it is missing.
        wait: wait for another holder to finish, or raise at once.

    Raises:
        BusyError: somebody else holds it and `wait` is False.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise BusyError(
                f"{file}: another process is writing to this workspace; try again when it is done"
            ) from error
        yield
