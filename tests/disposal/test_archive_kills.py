"""Moving into the archive and back, killed at every step: asking again ends it, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline import pipeline
from tests.disposal.archived import (
    COLD,
    archive,
    cold_workspace,
    copies,
    file_id,
    landed,
    restore,
    states,
)
from tests.disposal.kept import OVER
from tests.evidence.sealed import findings
from tests.forks import left_behind

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

STEPS: Final = """
from datetime import timedelta
from lineage_pipeline.disposal import cooling, restoring, saying
from lineage_pipeline.disposal.archives.archive import Archive
from lineage_pipeline.disposal.stores import local
from lineage_pipeline.release.acting import Statement, When

around(saying, "append_act")
around(local.LocalFolder, "delete")
around(Archive, "put")
around(local, "_name")
for owner in (cooling, restoring):
    around(owner, "bring_up_to_date")

def act(home):
    workspace = pipeline.open_workspace(home / "workspace")
    when = When(pipeline.system_clock, clock)
    {do}
"""
ARCHIVE: Final = """
    asked = cooling.Asked((), clock - timedelta(days=1))
    said = Statement("archived", {"actor": "role/disposal"})
    cooling.archive_files(workspace, asked, said, when, execute=True)
"""
RESTORE: Final = """
    said = Statement("restored", {"actor": "role/disposal"})
    name = "file:landing/openlineage/a.ndjson"
    restoring.restore(workspace, name, said, when, execute=True)
"""


def contents(workspace: Workspace) -> dict[str, tuple[bytes, int]]:
    """Return the bytes of the cold file, if it lies where it lay, and when it was changed."""
    file = landed(workspace, "a")
    return {"a": (file.read_bytes(), file.stat().st_mtime_ns)} if file.exists() else {}


def test_what_a_death_left_is_moved_in_the_end_and_comes_back_the_same(tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = contents(cold_workspace(home, names=("a",)))
    steps = STEPS.replace("{do}", ARCHIVE)
    places = left_behind(home, tmp_path, steps, OVER.isoformat())
    assert len(places) >= 12
    for place in places:
        home = place.rename(tmp_path / "home")
        workspace = pipeline.open_workspace(home / "workspace")
        there = contents(workspace)
        assert there.items() <= before.items(), place.name
        # Whatever does not lie where it lay any more, has a copy by now.
        assert len(copies(workspace)) >= len(before) - len(there), place.name
        archive(workspace, before=COLD)
        assert contents(workspace) == {}, place.name
        assert states(workspace) == [(file_id("a"), "archived")]
        assert len(copies(workspace)) == 1, place.name
        assert restore(workspace, file_id("a")).became == "restored"
        assert contents(workspace) == before, place.name
        assert findings(workspace.paths) == [], place.name
        home.rename(tmp_path / f"done-{place.name}")


def test_what_a_death_left_is_restored_in_the_end(tmp_path: Path) -> None:
    home = tmp_path / "home"
    workspace = cold_workspace(home, names=("a",))
    before = contents(workspace)
    archive(workspace, before=COLD)
    places = left_behind(home, tmp_path, STEPS.replace("{do}", RESTORE), OVER.isoformat())
    assert len(places) > 5
    for place in places:
        home = place.rename(tmp_path / "home")
        workspace = pipeline.open_workspace(home / "workspace")
        assert len(copies(workspace)) == 1, place.name
        assert restore(workspace, file_id("a")).became in ("restored", "restored before")
        assert contents(workspace) == before, place.name
        names = {file.name for file in landed(workspace, "a").parent.iterdir()}
        assert names == {"a.ndjson", "new.ndjson"}, place.name
        assert states(workspace) == [(file_id("a"), "restored")]
        home.rename(tmp_path / f"done-{place.name}")
