"""Where the tests of evidence write, and the workspace that each of them breaks a copy of."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.evidence.sealed import copied, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.pipeline import Workspace


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder in memory, where syncs cost nothing."""
    place = Path("/dev/shm")  # noqa: S108
    folder = place if os.access(place, os.W_OK) else tmp_path_factory.mktemp("evidence")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def whole(memory: Path) -> Workspace:
    """Return a workspace after two runs; nobody may change it."""
    return filled(memory / "whole")


@pytest.fixture
def tmp_path(memory: Path) -> Iterator[Path]:
    """Return a folder in memory."""
    with tempfile.TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture
def workspace(whole: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of the workspace, to be broken."""
    return copied(whole, tmp_path / "workspace")
