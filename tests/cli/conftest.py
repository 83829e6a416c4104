"""The command line run inside the tests' process."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.cli import main
from tests.builders import make_event
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace


class Result(NamedTuple):
    """What a command returned and printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def lineage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run the command line inside this process, as its entry point does."""

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["lineage", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        code = end.value.code
        return Result(code if isinstance(code, int) else 1, out, err)

    return call


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace after one run; nobody may change it."""
    workspace = published_workspace(tmp_path_factory.mktemp("sealed") / "workspace")
    event = make_event(run="one", type="COMPLETE", inputs=["raw"], outputs=["clean"])
    deliver(workspace, {"a": [event]})
    return workspace


@pytest.fixture
def workspace(sealed: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of it, to be changed."""
    shutil.copytree(sealed.paths.root, tmp_path / "workspace")
    return pipeline.open_workspace(tmp_path / "workspace")
