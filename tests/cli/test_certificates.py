"""`lineage retention certificate` and `verify`: by ssh-keygen and the lone verifier, too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline import auditing
from lineage_pipeline.evidence.rotations import rotate_key
from lineage_pipeline.trail.proofs import verifier_text
from tests.disposal.kept import OVER, applied, approved_plan, called, kept_workspace, run
from tests.evidence.sealed import copied
from tests.governance.ssh import ssh_keygen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]

LATER = OVER + timedelta(days=3)


@pytest.fixture(scope="module")
def disposed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace of which two datasets have gone; nobody may change it."""
    made = kept_workspace(tmp_path_factory.mktemp("disposed"), ("old", "older"))
    applied(made, approved_plan(made).digest)
    return made


def handed(lineage: Lineage, workspace: Workspace, folder: Path, name: str = "old") -> Path:
    """Return the certificate of a dataset, written below a folder."""
    done = lineage(
        "retention", "certificate", called(name), "-w", workspace.paths.root, "--out", folder
    )
    assert (done.code, "of the media that held it, it says nothing" in done.err) == (0, True)
    [file] = [file for file in folder.glob("*.json") if ".act" not in file.name]
    assert done.out == f"{file}\n"
    return file


def verified(lineage: Lineage, workspace: Workspace, file: Path) -> Result:
    return lineage("retention", "verify", file, "-w", workspace.paths.root)


def ssh_accepts(file: Path) -> bool:
    """Return whether OpenSSH takes the signature under what keeps a certificate."""
    done = ssh_keygen(
        "-Y", "verify", "-f", str(file.with_name("allowed_signers")), "-I", "lineage",
        "-n", "lineage-governance", "-s", str(file.with_suffix(".act.json.sig")),
        data=file.with_suffix(".act.json").read_bytes(),
    )  # fmt: skip
    return done.returncode == 0


def test_certificates_are_listed_and_one_is_printed_as_it_is(
    disposed: Workspace, lineage: Lineage
) -> None:
    root = ("-w", disposed.paths.root)
    listed = json.loads(lineage("retention", "certificate", *root, "--format", "json").out)
    assert {(one["object_id"], one["method"], one["result"]) for one in listed} == {
        (called("old"), "delete", "gone"), (called("older"), "delete", "gone"),
    }  # fmt: skip
    digest = listed[0]["certificate"]
    printed = lineage("retention", "certificate", digest[:12], *root).out
    assert sha256(printed.removesuffix("\n").encode()).hexdigest() == digest
    none = lineage("retention", "certificate", called("never"), *root)
    assert (none.code != 0, "no certificate is of that object" in none.err) == (True, True)


def test_what_is_handed_out_holds_for_openssh_the_lone_verifier_and_us(
    disposed: Workspace, lineage: Lineage, tmp_path: Path
) -> None:
    file = handed(lineage, disposed, tmp_path)
    assert sha256(file.read_bytes()).hexdigest() == file.stem
    assert ssh_accepts(file)
    act = json.loads(file.with_suffix(".act.json").read_bytes())
    assert act["data"]["certificate"] == json.loads(file.read_bytes())
    (tmp_path / "verify.py").write_text(verifier_text(), encoding="utf-8")
    key = auditing.pinned_key(disposed.paths, None).encoded
    command = [sys.executable, str(tmp_path / "verify.py"), "row", key]
    lone = subprocess.run(  # noqa: S603
        [*command, str(file.with_suffix(".proof"))], capture_output=True, text=True, check=True
    )
    assert json.loads(json.loads(lone.stdout)["body"])["data"] == act["data"]
    done = verified(lineage, disposed, file)
    assert (done.code, done.out) == (0, f"{called('old')}: seen to be gone\n")


@pytest.mark.parametrize("end", [".json", ".act.json", ".act.json.sig", ".proof"])
def test_what_was_changed_is_refused(
    disposed: Workspace, lineage: Lineage, tmp_path: Path, end: str
) -> None:
    file = handed(lineage, disposed, tmp_path)
    other = handed(lineage, disposed, tmp_path / "other", "older")
    spoiled = file.with_suffix(end)
    if end == ".json":
        spoiled.write_bytes(file.read_bytes().replace(b"dataset:file:old", b"dataset:file:odd"))
    else:
        spoiled.write_bytes(other.with_suffix(end).read_bytes())
    assert verified(lineage, disposed, file).code == 3


def test_it_holds_long_after_the_key_was_rotated(
    disposed: Workspace, lineage: Lineage, tmp_path: Path
) -> None:
    workspace = copied(disposed, tmp_path / "workspace")
    before = handed(lineage, workspace, tmp_path / "before")
    rotate_key(workspace.paths, os.environ)
    run(workspace, LATER)
    after = handed(lineage, workspace, tmp_path / "after")
    for file in (before, after):
        assert ssh_accepts(file)
        assert verified(lineage, workspace, file).code == 0
    assert before.read_bytes() == after.read_bytes()
