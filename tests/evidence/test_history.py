"""What only a checkpoint that was kept elsewhere shows, and what keys are worth."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline import auditing
from lineage_pipeline.errors import IntegrityError, SigningKeyError
from tests.builders import make_event
from tests.evidence.sealed import LATER, contents, copied, findings, land_calls
from tests.workspaces import deliver

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

NEXT = LATER + timedelta(hours=1)


def checkpoint_of(workspace: Workspace) -> bytes:
    return (workspace.paths.trail / "checkpoint").read_bytes()


def run_again(workspace: Workspace) -> None:
    event = make_event(run="three", type="COMPLETE", inputs=["raw"], outputs=["other"])
    deliver(workspace, {"c": [event]}, NEXT)


def forge(workspace: Workspace, *, same_key: bool) -> None:
    """Begin the log of a workspace anew, over a lake of the forger's making."""
    paths = workspace.paths
    for folder in (paths.trail, paths.lake):
        shutil.rmtree(folder)
    paths.warehouse.unlink()
    if not same_key:
        shutil.rmtree(paths.trail_key.parent)
    land_calls(workspace, "a", [{"eventID": f"forged-{number}"} for number in range(20)])
    for name in ("c", "d", "e"):
        event = make_event(run=name, type="COMPLETE", inputs=["raw"], outputs=[name])
        deliver(workspace, {name: [event]}, NEXT)


def test_a_workspace_set_back_is_found_by_what_was_kept_and_by_nothing_else(
    workspace: Workspace, tmp_path: Path
) -> None:
    older = copied(workspace, tmp_path / "older")
    run_again(workspace)
    kept = checkpoint_of(workspace)
    assert findings(workspace.paths, kept) == []
    shutil.rmtree(workspace.paths.root)
    set_back = copied(older, workspace.paths.root)
    assert findings(set_back.paths) == []
    [found] = findings(set_back.paths, kept)
    assert found.file == "trail/checkpoint"
    assert "is older than the checkpoint that was kept" in found.problem


def test_a_log_that_goes_on_agrees_with_each_checkpoint_that_it_had(workspace: Workspace) -> None:
    kept = sorted((workspace.paths.trail / "checkpoints").iterdir())
    run_again(workspace)
    for file in kept:
        assert findings(workspace.paths, file.read_bytes()) == []


def test_a_log_forged_with_its_own_key_is_found_by_what_was_kept(workspace: Workspace) -> None:
    kept = checkpoint_of(workspace)
    forge(workspace, same_key=True)
    assert findings(workspace.paths) == []
    [found] = findings(workspace.paths, kept)
    assert "is one of another log than the checkpoint that was kept" in found.problem


def test_a_log_forged_with_another_key_is_found_by_the_key(workspace: Workspace) -> None:
    pinned = auditing.pinned_key(workspace.paths, None)
    kept = checkpoint_of(workspace)
    forge(workspace, same_key=False)
    assert findings(workspace.paths) == []
    found = findings(workspace.paths, pinned=pinned)
    assert any(one.file == "trail/checkpoint" or "checkpoints/" in one.file for one in found)
    with pytest.raises(IntegrityError, match="the checkpoint that was kept"):
        findings(workspace.paths, kept)


def test_without_its_key_nothing_becomes_visible_and_no_other_key_is_made(
    workspace: Workspace,
) -> None:
    paths = workspace.paths
    key = paths.trail_key.read_bytes()
    paths.trail_key.unlink()
    before = contents(paths.root)
    with pytest.raises(SigningKeyError, match="is lost"):
        run_again(workspace)
    after = {path for path, data in contents(paths.root).items() if before.get(path) != data}
    assert after == {"landing/openlineage/c.ndjson"}
    assert not paths.trail_key.exists()
    paths.trail_key.write_bytes(key)
    paths.trail_key.chmod(0o600)
    run_again(workspace)
    assert findings(paths) == []


def test_the_key_of_another_log_signs_nothing(workspace: Workspace) -> None:
    paths = workspace.paths
    before = checkpoint_of(workspace)
    paths.trail_key.unlink()
    other = make_other_key(paths.trail_key, auditing.pinned_key(paths, None).name)
    with pytest.raises(SigningKeyError, match=other):
        run_again(workspace)
    assert checkpoint_of(workspace) == before
    assert findings(paths) == []


def make_other_key(file: Path, name: str) -> str:
    from lineage_pipeline.trail.keys import make_key

    return make_key(file, name).key.identifier.hex()


@pytest.mark.parametrize("gone", [("trail", "keys"), ("trail",), ("keys", "trail/checkpoint*")])
def test_no_log_is_begun_over_a_lake_that_nobody_vouches_for(
    workspace: Workspace, gone: tuple[str, ...]
) -> None:
    """Whoever wanted a clean log could have one by deleting the old one."""
    paths = workspace.paths
    for pattern in gone:
        for place in paths.root.glob(pattern):
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    before = contents(paths.root)
    with pytest.raises(IntegrityError, match="there is no log of what lies in") as error:
        run_again(workspace)
    assert error.value.exit_code == 3
    after = {path for path, data in contents(paths.root).items() if before.get(path) != data}
    assert after <= {"landing/openlineage/c.ndjson"}
    for folder in (paths.lake, paths.trail):
        shutil.rmtree(folder, ignore_errors=True)
    run_again(workspace)
    assert findings(paths) == []


def test_a_log_without_its_checkpoints_is_no_log(workspace: Workspace) -> None:
    pinned = auditing.pinned_key(workspace.paths, None)
    shutil.rmtree(workspace.paths.trail)
    [found] = findings(workspace.paths, pinned=pinned)
    assert found.file == "trail/checkpoint"
