"""What many tests start from: the story, replayed once a session."""

from __future__ import annotations

import os
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from data import replay
from lineage_pipeline import pipeline
from lineage_pipeline.lake.lock import exclusive
from tests.governed import approved, governed

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


@pytest.hookimpl(tryfirst=True)  # what deals tests out reads the groups right after
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares what it makes: the tests of a file, unless they say otherwise."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def approved_version(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Workspace:
    """Return a workspace whose version is approved at both stages; nobody may change it."""
    return approved(governed(tmp_path_factory.mktemp("approved") / "workspace"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return the story replayed, once for all processes; who changes it must work on a copy."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "story"
    folder.mkdir(exist_ok=True)
    picture, printed = folder / "picture.svg", folder / "printed"
    with exclusive(folder / "lock", wait=True):
        if not printed.exists():
            words = [str(folder / "demo"), "--picture", str(picture)]
            result = CliRunner().invoke(replay.main, words, catch_exceptions=False)
            printed.write_text(result.output, encoding="utf-8")
    workspace = pipeline.open_workspace(folder / "demo")
    return Demo(workspace, printed.read_text(encoding="utf-8"), picture.read_text(encoding="utf-8"))
