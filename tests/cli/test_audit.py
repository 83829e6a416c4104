"""`lineage audit`: what it prints where, and with which code it ends."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

from lineage_pipeline.evidence.finding import Finding
from tests.builders import make_event
from tests.workspaces import deliver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]


def test_a_workspace_as_it_was_sealed(lineage: Lineage, sealed: Workspace) -> None:
    done = lineage("audit", "verify", "--deep", "-w", sealed.paths.root)
    assert (done.code, done.out) == (0, "")
    assert ": as they were sealed" in done.err
    assert "not detectable here" in done.err
    assert "the key that the workspace itself names" in done.err


def test_findings_are_the_data_and_the_code_is_three(
    lineage: Lineage, workspace: Workspace
) -> None:
    root = workspace.paths.root
    with workspace.paths.warehouse.open("ab") as file:
        file.write(b"more")
    table = lineage("audit", "verify", "-w", root)
    assert table.code == 3
    assert "warehouse.duckdb" in table.out
    assert "NOT as they were sealed" in table.err
    told = lineage("audit", "verify", "-w", root, "--format", "json")
    assert told.code == 3
    [found] = json.loads(told.out)
    assert (found["file"], found["problem"]) == (
        "warehouse.duckdb", "was altered since it was sealed",
    )  # fmt: skip
    listed = lineage("audit", "verify", "-w", root, "--format", "csv")
    [row] = csv.DictReader(io.StringIO(listed.out))
    assert [*row] == [*Finding._fields]
    assert row["file"] == "warehouse.duckdb"


def test_no_findings_are_an_empty_answer(lineage: Lineage, sealed: Workspace) -> None:
    told = lineage("audit", "verify", "-w", sealed.paths.root, "--format", "json")
    assert (told.code, json.loads(told.out)) == (0, [])


def test_without_a_log_nothing_can_be_verified(lineage: Lineage, workspace: Workspace) -> None:
    shutil.rmtree(workspace.paths.trail)
    done = lineage("audit", "verify", "-w", workspace.paths.root)
    assert (done.code, done.out) == (3, "")
    assert "there is no log, or its key is gone: nothing here can be verified" in done.err


def test_another_key_than_the_one_handed_over(lineage: Lineage, workspace: Workspace) -> None:
    own = lineage("audit", "checkpoint", "-w", workspace.paths.root).err.split()[-1]
    done = lineage("audit", "verify", "-w", workspace.paths.root, "--key", own)
    assert done.code == 0
    assert "the key that the workspace itself names" not in done.err
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert lineage("audit", "verify", "-w", workspace.paths.root, "--key", other).code == 3
    wrong = lineage("audit", "verify", "-w", workspace.paths.root, "--key", "no key")
    assert (wrong.code, wrong.out) == (2, "")


def test_a_checkpoint_is_printed_kept_and_compared(
    lineage: Lineage, workspace: Workspace, tmp_path: Path
) -> None:
    root, kept = workspace.paths.root, tmp_path / "kept"
    printed = lineage("audit", "checkpoint", "-w", root)
    assert printed.out == (workspace.paths.trail / "checkpoint").read_text()
    kept.write_text(printed.out)
    event = make_event(run="two", type="COMPLETE", inputs=["raw"], outputs=["other"])
    deliver(workspace, {"b": [event]})
    assert lineage("audit", "verify", "-w", root, "--kept", kept).code == 0
    proof = lineage("audit", "consistency", kept, "-w", root)
    assert proof.code == 0
    assert proof.out
    broken = tmp_path / "broken"
    broken.write_text(printed.out.replace("\n", "\nx", 1))
    refused = lineage("audit", "verify", "-w", root, "--kept", broken)
    assert (refused.code, refused.out) == (3, "")
    assert lineage("audit", "consistency", broken, "-w", root).code == 3


def test_an_event_is_proven_or_unknown(lineage: Lineage, sealed: Workspace, tmp_path: Path) -> None:
    root = sealed.paths.root
    [row] = json.loads(
        lineage("sql", "select event_id from lineage.event", "-w", root, "--format", "json").out
    )
    proof = lineage("audit", "prove", row["event_id"], "-w", root)
    assert proof.code == 0
    assert proof.out.startswith("c2sp.org/tlog-proof@v1\n")
    written = lineage("audit", "prove", row["event_id"], "-w", root, "-o", tmp_path / "proof")
    assert (written.code, written.out) == (0, "")
    assert (tmp_path / "proof").read_text().startswith("c2sp.org/tlog-proof@v1\n")
    for unknown in ("00" * 32, "no event"):
        done = lineage("audit", "prove", unknown, "-w", root)
        assert (done.code, done.out) == (2, "")


def test_the_verifier_is_printed(lineage: Lineage) -> None:
    done = lineage("audit", "verifier")
    assert done.code == 0
    compile(done.out, "verify.py", "exec")
