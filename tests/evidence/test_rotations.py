"""A rotation that dies at any step: the next one, or the next run, finishes what was begun."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence import intent
from lineage_pipeline.evidence.intent import Intent
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.rotations import rotate_key
from lineage_pipeline.trail.keys import FILE_VARIABLE, key_name, read_key
from lineage_pipeline.trail.reader import signed_by
from tests.builders import make_event
from tests.evidence.sealed import LATER, findings
from tests.forks import killed
from tests.workspaces import CLOCK, deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.pipeline import Workspace

EVERY: Final = int(os.environ.get("LINEAGE_TEST_KILL_EVERY", "3"))
STEPS: Final = """
import os

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence import intent
from lineage_pipeline.evidence.intent import Intent
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.rotations import rotate_key
from lineage_pipeline.trail.disk import Disk

for name in ("write_aside", "put", "put_new", "remove", "sync_folders"):
    around(Disk, name)

def act(home):
    workspace = pipeline.open_workspace(home)
    rotate_key(workspace.paths, os.environ)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a workspace after a run."""
    workspace = make_workspace(tmp_path / "home")
    event = make_event(run="one", type="COMPLETE", inputs=["raw"], outputs=["clean"])
    deliver(workspace, {"a": [event]}, CLOCK)
    return workspace.paths.root


def keys_of(paths: WorkspacePaths) -> list[str]:
    """Return the names of the keys that a log has had, all of whose rotations hold."""
    order = auditing.open_trail(paths, auditing.pinned_key(paths, None))[1]
    return [key_name(reign.key) for reign in order]


def run_once_more(workspace: Workspace) -> None:
    deliver(workspace, {"b": [make_event(run="two", type="START")]}, LATER)


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_rotation_killed_at_any_step_is_finished(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, *, is_elsewhere: bool
) -> None:
    file = home / "keys" / "trail.key"
    if is_elsewhere:
        file = home / "keys" / "named.key"
        (home / "keys" / "trail.key").rename(file)
        monkeypatch.setenv(FILE_VARIABLE, str(file))
    first = key_name(read_key(file).key)
    ends = set()
    for number, place in enumerate(killed(home, tmp_path, STEPS, LATER.isoformat(), EVERY)):
        place.rename(home)
        workspace = pipeline.open_workspace(home)
        paths = workspace.paths
        signer = signed_by(paths.trail)
        is_published, is_taken = signer != first, key_name(read_key(file).key) != first
        ends.add((is_published, is_taken))
        if number % 2:
            run_once_more(workspace)
            expected = 1 + is_published
        else:
            done = rotate_key(paths, os.environ)
            assert done.was_begun == (is_published and not is_taken)
            expected = 3 if is_taken else 2
        keys = keys_of(paths)
        assert len(keys) == expected
        assert keys[-1] == key_name(read_key(file).key)
        assert not is_published or keys[1] == signer
        retired = {path.name.split(".")[2] for path in file.parent.glob("*.retired")}
        assert retired == {key.rpartition("+")[2] for key in keys[:-1]}
        if not number % 2 or is_published:
            assert not file.with_name(f"{file.name}.next").exists()
        assert findings(paths) == []
        shutil.rmtree(home)
    assert ends == {(False, False), (True, False), (True, True)}


def test_nothing_follows_twice(home: Path) -> None:
    """Two processes that find the same dead rotation finish it once."""
    from lineage_pipeline.trail.keys import take_next_key

    paths = pipeline.open_workspace(home).paths
    before = {path.name for path in paths.trail_key.parent.iterdir()}
    signer = signed_by(paths.trail)
    assert not take_next_key(paths.trail_key, signer)
    shutil.copy(paths.trail_key, paths.trail_key.with_name("trail.key.next"))
    done = [take_next_key(paths.trail_key, signer) for _ in range(2)]
    assert done == [True, False]
    assert {path.name for path in paths.trail_key.parent.iterdir()} >= before
    assert key_name(read_key(paths.trail_key).key) == signer


def test_what_a_run_has_begun_is_finished_before_the_key_changes(home: Path) -> None:
    """The old key has signed for it: under a new one it would be nobody's."""
    workspace = pipeline.open_workspace(home)
    begun = Intent(kind="cache", key="of a run that died", at=1, paths=(CACHE,))
    intent.note(workspace.paths.trail, begun, read_key(workspace.paths.trail_key))
    with pytest.raises(ConfigError, match="`lineage run` finishes it"):
        rotate_key(workspace.paths, {})
    run_once_more(workspace)
    assert (
        rotate_key(workspace.paths, {}).new
        == auditing.open_trail(workspace.paths, auditing.pinned_key(workspace.paths, None))[1][
            -1
        ].key
    )
    assert findings(workspace.paths) == []
