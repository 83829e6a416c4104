"""Where the tests of the trail write."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory: what is durable is told by a model, and syncs cost nothing."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tmp_path  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)
