"""Carrying out a plan, killed at every step: the next run finishes it, and certifies all."""

from __future__ import annotations

import shutil
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from tests.disposal.kept import (
    OVER,
    applied,
    approved_plan,
    became,
    called,
    dispositions,
    hold,
    kept_workspace,
    run,
)
from tests.evidence.sealed import findings
from tests.forks import left_behind

if TYPE_CHECKING:
    from pathlib import Path

NAMES: Final = ("a", "b/part-0", "b/part-1", "c")
STEPS: Final = """
from lineage_pipeline.disposal import applying, saying, standing
from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.release.acting import Statement, When

around(saying, "append_act")
for name in ("delete", "clear"):
    around(LocalFolder, name)
for owner in (applying, standing):
    around(owner, "bring_up_to_date")

def act(home):
    workspace = pipeline.open_workspace(home / "workspace")
    said = Statement("disposed", {"actor": "role/disposal"})
    when = When(pipeline.system_clock, clock)
    digest = (home / "digest").read_text()
    applying.apply_plan(workspace, digest, said, when, execute=True)
"""


class Died(NamedTuple):
    """A plan's digest, what carrying it out does, and a folder for each step at which it died."""

    digest: str
    steps: list[str]
    places: list[Path]


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Died:
    folder = tmp_path_factory.mktemp("deaths")
    home = folder / "home"
    workspace = kept_workspace(home, NAMES)
    digest = approved_plan(workspace).digest
    run(workspace, OVER)  # so that not each who dies takes the approvals in
    (home / "digest").write_text(digest, encoding="utf-8")
    places = left_behind(home, folder, STEPS, OVER.isoformat())
    return Died(digest, (folder / "whole" / "steps").read_text().split(), places)


def there(home: Path) -> set[str]:
    """Return the datasets that lie in the folder."""
    data = home / "data"
    files = (file for file in data.rglob("*") if file.is_file())
    return {called(file.relative_to(data).as_posix()) for file in files}


def test_what_a_death_left_is_finished_and_certified(died: Died, tmp_path: Path) -> None:
    assert len(died.places) > len(NAMES) * 2
    for number, place in enumerate(died.places):
        home = tmp_path / place.name
        shutil.copytree(place, home)
        workspace = pipeline.open_workspace(home / "workspace")
        has_expired = bool(number % 2)
        with suppress(ConfigError) if has_expired else nullcontext():
            # What was begun is finished all the same; where nothing was, nothing is deleted.
            applied(workspace, died.digest, OVER + timedelta(days=30 * has_expired))
        certified = {name for name, _, is_certified in dispositions(workspace) if is_certified}
        assert certified.isdisjoint(there(home)), place.name
        assert certified | there(home) == {*map(called, NAMES)}, place.name
        assert has_expired or not there(home), place.name
        assert findings(workspace.paths) == [], place.name


@pytest.mark.parametrize(
    ("after", "is_there"), [(-1, True), (0, True), (1, False)], ids=["whole", "begun", "half gone"]
)
def test_a_hold_that_came_after_a_death_keeps_what_is_there(
    died: Died, tmp_path: Path, after: int, *, is_there: bool
) -> None:
    last = max(number for number, name in enumerate(died.steps) if name == "before-delete")
    home = tmp_path / "home"
    shutil.copytree(died.places[last + after], home)
    workspace = pipeline.open_workspace(home / "workspace")
    held = home / "data" / NAMES[-1]
    assert held.exists() is is_there
    hold(workspace, called(NAMES[-1]))
    done = applied(workspace, died.digest)
    assert became(done)[NAMES[-1]] == "left"
    assert held.exists() is is_there
    assert became(done)["a"] == "gone before"
    assert (called(NAMES[-1]), "disposed", True) not in dispositions(workspace)


def test_what_a_death_left_certified_is_gone_and_cannot_be_held(died: Died, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(died.places[-1], home)
    workspace = pipeline.open_workspace(home / "workspace")
    with pytest.raises(ConfigError, match=r"was disposed of on 2026-07-31 by plan"):
        hold(workspace, called(NAMES[-1]))
