"""What many tests start from: the story, replayed once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from data import replay
from lineage_pipeline import pipeline

if TYPE_CHECKING:
    from pathlib import Path

# How long an example takes says nothing where other tests run beside it.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", derandomize=False)  # by --hypothesis-profile=search
settings.load_profile("repeatable")


class Demo(NamedTuple):
    """The story's workspace, what its replay printed, and the picture that it drew."""

    workspace: pipeline.Workspace
    printed: str
    picture: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return the story replayed; tests that change it must work on a copy."""
    folder: Path = tmp_path_factory.mktemp("story")
    picture = folder / "picture.svg"
    result = CliRunner().invoke(
        replay.main, [str(folder / "demo"), "--picture", str(picture)], catch_exceptions=False
    )
    workspace = pipeline.open_workspace(folder / "demo")
    return Demo(workspace, result.output, picture.read_text(encoding="utf-8"))
