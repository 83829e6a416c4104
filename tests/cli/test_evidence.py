"""`lineage evidence`: what it prints and how it ends."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from lineage_pipeline.evidence.trail import published_key
from lineage_pipeline.trail.keys import SecretKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]


def key_of(workspace: Workspace) -> str:
    key = published_key(workspace.paths)
    assert key is not None
    return key.encoded


def test_a_pack_is_made_and_verified_with_the_key_that_was_handed_over(
    lineage: Lineage, approved_version: Workspace, tmp_path: Path
) -> None:
    file, key = tmp_path / "risk.zip", key_of(approved_version)

    made = lineage("evidence", "risk@1", "-o", file, "-w", approved_version.paths.root)
    assert (made.code, made.out) == (0, "")
    assert f"verify it with the log's first key: {key}" in made.err

    done = lineage("evidence", "verify", file, "--key", key)
    assert done.code == 0, done.err
    assert done.out.startswith("modelVersion:files:risk:1: ")
    assert "workspace itself" not in done.err


def test_a_pack_is_verified_with_the_key_of_a_workspace_and_says_so(
    lineage: Lineage, approved_version: Workspace, tmp_path: Path
) -> None:
    file, root = tmp_path / "risk.zip", approved_version.paths.root
    lineage("evidence", "risk@1", "-o", file, "-w", root)
    done = lineage("evidence", "verify", file, "-w", root)
    assert done.code == 0, done.err
    assert "checked with the key that the workspace itself names" in done.err


def test_a_pack_is_never_verified_with_a_key_of_its_own(
    lineage: Lineage, approved_version: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "risk.zip"
    lineage("evidence", "risk@1", "-o", file, "-w", approved_version.paths.root)
    done = lineage("evidence", "verify", file, "-w", tmp_path)
    assert done.code == 2
    assert "give the log's first key with --key" in done.err


def test_a_pack_that_is_not_intact_ends_with_three(
    lineage: Lineage, approved_version: Workspace, tmp_path: Path
) -> None:
    file, root = tmp_path / "risk.zip", approved_version.paths.root
    lineage("evidence", "risk@1", "-o", file, "-w", root)
    stranger = SecretKey("lineage/stranger", bytes(32)).key.encoded
    assert lineage("evidence", "verify", file, "--key", stranger).code == 3
    file.write_bytes(file.read_bytes() + b"more")
    done = lineage("evidence", "verify", file, "-w", root)
    assert (done.code, done.out) == (3, "")


def test_what_cannot_be_asked_ends_with_two(
    lineage: Lineage, approved_version: Workspace, tmp_path: Path
) -> None:
    root = approved_version.paths.root
    unknown = lineage("evidence", "risk@9", "-o", tmp_path / "no.zip", "-w", root)
    assert unknown.code == 2
    assert "risk@1" in unknown.err
    assert lineage("evidence", "risk@1", "-w", root).code == 2
    nowhere = lineage("evidence", "risk@1", "-o", tmp_path / "no" / "no.zip", "-w", root)
    assert (nowhere.code, [*tmp_path.iterdir()]) == (2, [])
    assert lineage("evidence", "verify", tmp_path / "no.zip").code == 2
    bad_key = lineage("evidence", "verify", __file__, "--key", "none")
    assert (bad_key.code, "none" in bad_key.err) == (2, True)


def test_the_verifier_in_a_pack_needs_nothing_of_ours(
    lineage: Lineage, approved_version: Workspace, tmp_path: Path
) -> None:
    import zipfile

    file = tmp_path / "risk.zip"
    lineage("evidence", "risk@1", "-o", file, "-w", approved_version.paths.root)
    with zipfile.ZipFile(file) as archive:
        archive.extract("verify.py", tmp_path)
    program = [sys.executable, "-I", str(tmp_path / "verify.py")]
    done = subprocess.run(  # noqa: S603 - our own program
        [*program, "pack", key_of(approved_version), str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("VERIFIED: modelVersion:files:risk:1: ")
