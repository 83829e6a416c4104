"""`lineage gate check` on an approved version: each form, two at once, in emergencies."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.evidence.trail import published_key
from lineage_pipeline.sandbox import question
from lineage_pipeline.sandbox.messages import Limits
from tests.governed import ARTIFACT, POLICY, SUBMITTED, copied, say, say_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]

CHECKED: Final = SUBMITTED + timedelta(hours=5)


@pytest.fixture
def workspace(approved_version: Workspace, tmp_path: Path) -> Workspace:
    return copied(approved_version, tmp_path / "workspace")


def words(workspace: Workspace, *more: object) -> list[str]:
    """Return the command that asks at the made clock."""
    clock = CHECKED.isoformat()
    asked = ["gate", "check", "risk@1", "--env", "production", "--actor", "ci", "--clock", clock]
    return [*asked, "-w", str(workspace.paths.root), *map(str, more)]


def test_each_form_says_the_same(lineage: Lineage, workspace: Workspace) -> None:
    said = {}
    for form in ("text", "json", "sarif", "junit", "github", "markdown"):
        result = lineage(*words(workspace, "--format", form))
        assert (result.code, result.err) == (0, ""), form
        said[form] = result.out
    decision = json.loads(said["json"])["decision"]
    assert decision["verdict"] == "deploy"
    gates = [gate["gate"] for gate in decision["gates"]]
    assert json.loads(said["sarif"])["version"] == "2.1.0"
    cases = ET.fromstring(said["junit"]).iter("testcase")  # noqa: S314 - our own
    assert [case.get("name") for case in cases] == gates
    for form in ("text", "github", "markdown"):
        assert "may be deployed to production" in said[form], form


def test_two_that_ask_at_once_are_told_the_same_and_both_decisions_stay(
    workspace: Workspace,
) -> None:
    command = [sys.executable, "-m", "lineage_pipeline", *words(workspace, "--format", "json")]
    asking = [
        subprocess.Popen(  # noqa: S603 - our own words
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    ended = [(*one.communicate(), one.returncode) for one in asking]
    assert [code for _, _, code in ended] == [0, 0], [err for _, err, _ in ended]
    first, second = (json.loads(out)["decision"] for out, _, _ in ended)
    assert first == second
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        kept = warehouse.query("select verdict, is_genuine from governance.decision").rows
    assert set(kept) == {("deploy", True)}


def test_a_gate_of_ones_own_that_takes_too_long_is_unknown_and_blocks(
    lineage: Lineage, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "Limits", lambda: Limits(seconds=0.5))
    endless = "select count(*) > 0 as passed from range(100000000000) as a, range(1000000) as b"
    own = f"""
[gate.endless]
sql = "{endless}"
"""
    named = 'gates = ["registered", "endless"]'
    profile = 'gates = ["registered", "human owner", "independent approvals"]'
    say_policy(workspace, POLICY.replace(profile, named) + own)
    result = lineage(*words(workspace, "--format", "json"))
    assert result.code == 3
    gate = json.loads(result.out)["decision"]["gates"][-1]
    assert (gate["gate"], gate["result"]) == ("endless", "unknown")
    assert "it took longer than 0.5 seconds" in gate["reason"]


def test_a_token_past_the_gates_says_so_to_the_deployer(
    lineage: Lineage, workspace: Workspace, tmp_path: Path
) -> None:
    say(workspace, "withdrawn", "bob", CHECKED - timedelta(hours=1))
    token = tmp_path / "token.jwt"
    assert lineage(*words(workspace, "--token", token)).code == 1
    assert not token.exists()

    ends = (CHECKED + timedelta(hours=2)).isoformat()
    glass = say(workspace, "break_glass", "cid", CHECKED, ticket="INC-1", expires_on=ends)
    assert glass.objections == ()
    assert lineage(*words(workspace, "--token", token)).code == 0
    key = published_key(workspace.paths)
    assert key is not None
    verified = lineage(
        "gate", "verify", token, "--env", "production", "--artifact", ARTIFACT,
        "--key", key.encoded, "--at", CHECKED.isoformat(),
    )  # fmt: skip
    assert verified.code == 0
    assert f"past its gates by the break-glass act {glass.act_id}" in verified.out
