"""`lineage audit rotate` and `keys`, and proofs that the first key leads to afterwards."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.trail.keys import FILE_VARIABLE, KEY_VARIABLE, read_key
from lineage_pipeline.trail.verifier import verify
from tests.builders import make_event
from tests.cli.conftest import Result
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

    Lineage = Callable[..., Result]


@pytest.fixture
def verified(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return what runs the verifier."""

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = verify.main([*map(str, arguments)])
        return Result(code, *capsys.readouterr())

    return call


def first_key(workspace: Workspace) -> str:
    return (workspace.paths.trail / "verifier").read_text().strip()


def listed(lineage: Lineage, workspace: Workspace, *more: object) -> list[dict[str, object]]:
    done = lineage("audit", "keys", "-w", workspace.paths.root, "--format", "json", *more)
    assert done.code == 0, done.err
    rows: list[dict[str, object]] = json.loads(done.out)
    return rows


def test_a_log_begins_with_one_key(lineage: Lineage, sealed: Workspace, tmp_path: Path) -> None:
    only = {"from_entry": 0, "state": "signs", "verifier_key": first_key(sealed)}
    assert listed(lineage, sealed) == [only]
    assert listed(lineage, sealed, "--key", first_key(sealed)) == [only]
    done = lineage("audit", "keys", "-w", sealed.paths.root, "-o", tmp_path / "proofs")
    assert "no rotation to prove" in done.err
    assert list((tmp_path / "proofs").iterdir()) == []


def test_rotated_keys_sign_and_are_listed(lineage: Lineage, workspace: Workspace) -> None:
    paths = workspace.paths
    told = [first_key(workspace)]
    for _ in range(2):
        done = lineage("audit", "rotate", "-w", paths.root)
        assert done.code == 0
        told.append(done.out.strip())
        old = told[-2]
        assert f"the old key, {old}, which signs nothing more" in done.err
        assert f"trail.key.{old.split('+')[1]}.retired" in done.err
        assert read_key(paths.trail_key).key.encoded == told[-1]
        deliver(workspace, {told[-1].split("+")[1]: [make_event(run="a", type="START")]})
    rows = listed(lineage, workspace, "--key", told[0])
    assert [row["verifier_key"] for row in rows] == told
    assert [row["state"] for row in rows] == ["signs no more", "signs no more", "signs"]
    assert lineage("audit", "verify", "-w", paths.root, "--key", told[0]).code == 0
    assert first_key(workspace) == told[0]
    later = lineage("audit", "keys", "-w", paths.root, "--key", told[1])
    assert (later.code, later.out) == (2, "")
    assert "its first key" in later.err
    stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert lineage("audit", "keys", "-w", paths.root, "--key", stranger).code == 3


def test_the_first_key_leads_to_the_one_that_signs_a_proof(
    lineage: Lineage,
    verified: Callable[..., Result],
    sealed: Workspace,
    workspace: Workspace,
    tmp_path: Path,
) -> None:
    root, proofs, proof = workspace.paths.root, tmp_path / "proofs", tmp_path / "event.proof"
    first = first_key(workspace)
    query = ("sql", "select event_id from lineage.event", "--format", "json", "-w")
    [row] = json.loads(lineage(*query, sealed.paths.root).out)
    before = lineage("audit", "prove", row["event_id"], "-w", root, "-o", proof)
    assert before.err.endswith(f"check it with: verify.py row {first}\n")
    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copy(workspace.paths.trail / "checkpoint", old)
    newest = [lineage("audit", "rotate", "-w", root).out.strip() for _ in range(2)][-1]
    assert lineage("sql", "select 1", "-w", root).code == 0
    after = lineage("audit", "prove", row["event_id"], "-w", root, "-o", proof)
    assert f"check it with: verify.py row {newest}\n" in after.err
    assert "2 rotations lead from it" in after.err
    assert first in after.err
    assert verified("row", first, proof).code == 1
    written = lineage("audit", "keys", "-w", root, "--key", first, "-o", proofs)
    assert [file.name for file in sorted(proofs.iterdir())] == [
        "rotation-1.proof", "rotation-2.proof",
    ]  # fmt: skip
    assert f"rotation-1.proof, to be checked with: verify.py rotation {first}" in written.err
    key = first
    for file in sorted(proofs.iterdir()):
        key = verified("rotation", key, file).out.strip()
    assert key == newest
    assert verified("row", key, proof).code == 0
    shutil.copy(workspace.paths.trail / "checkpoint", new)
    growth = tmp_path / "growth"
    growth.write_text(lineage("audit", "consistency", old, new, "-w", root).out)
    assert verified("consistency", first, old, new, growth).code == 1
    assert verified("consistency", first, old, new, growth, key).code == 0


def test_a_key_in_a_file_elsewhere_is_rotated_there(
    lineage: Lineage, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, link = tmp_path / "elsewhere" / "own.key", tmp_path / "link.key"
    own.parent.mkdir()
    workspace.paths.trail_key.rename(own)
    link.symlink_to(own)
    monkeypatch.setenv(FILE_VARIABLE, str(link))
    done = lineage("audit", "rotate", "-w", workspace.paths.root)
    assert done.code == 0, done.err
    assert read_key(own).key.encoded == done.out.strip()
    assert link.is_symlink()
    assert not workspace.paths.trail_key.exists()
    assert lineage("sql", "select 1", "-w", workspace.paths.root).code == 0


def test_a_key_that_the_environment_holds_is_not_rotated(
    lineage: Lineage, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = workspace.paths
    before = (paths.trail / "checkpoint").read_bytes()
    monkeypatch.setenv(KEY_VARIABLE, read_key(paths.trail_key).encoded)
    done = lineage("audit", "rotate", "-w", paths.root)
    assert (done.code, done.out) == (2, "")
    assert KEY_VARIABLE in done.err
    assert FILE_VARIABLE in done.err
    assert (paths.trail / "checkpoint").read_bytes() == before
    assert [file.name for file in paths.trail_key.parent.iterdir() if file.is_file()] == [
        paths.trail_key.name
    ]


def test_without_a_log_there_is_nothing_to_rotate(lineage: Lineage, tmp_path: Path) -> None:
    root = make_workspace(tmp_path / "new").paths.root
    done = lineage("audit", "rotate", "-w", root)
    assert (done.code, done.out) == (2, "")
    assert "`lineage run` begins one" in done.err
    assert lineage("audit", "keys", "-w", root).code == 3


def test_a_key_that_is_lost_is_not_rotated(lineage: Lineage, workspace: Workspace) -> None:
    workspace.paths.trail_key.unlink()
    done = lineage("audit", "rotate", "-w", workspace.paths.root)
    assert (done.code, done.out) == (2, "")
    assert "trail.key" in done.err


def test_no_rotation_beside_another_writer(lineage: Lineage, workspace: Workspace) -> None:
    with exclusive(workspace.paths.lock, wait=False):
        done = lineage("audit", "rotate", "-w", workspace.paths.root)
    assert (done.code, done.out) == (2, "")
    assert "another process" in done.err
    assert len(listed(lineage, workspace)) == 1
