"""Acts and gates by the command line: what they print where, and with which code they end."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline.evidence.trail import published_key
from tests.governed import ARTIFACT, SUBMITTED, governed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]

CHECKED: Final = SUBMITTED + timedelta(hours=5)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace with a version; the tests of this module go on from each other's time."""
    return governed(tmp_path_factory.mktemp("acts") / "workspace")


def act(
    lineage: Lineage, workspace: Workspace, name: str, actor: str, at: datetime, *more: str
) -> Result:
    common = ("--actor", actor, "--reason", "so it is", "--clock", at.isoformat())
    return lineage(name, "risk@1", "-w", workspace.paths.root, *common, *more)


def check(lineage: Lineage, workspace: Workspace, *more: object) -> Result:
    common = ("--env", "production", "--actor", "ci", "--clock", CHECKED.isoformat())
    return lineage("gate", "check", "risk@1", "-w", workspace.paths.root, *common, *more)


def test_a_version_is_submitted_approved_checked_and_let_go(
    lineage: Lineage, judged: Workspace, tmp_path: Path
) -> None:
    none = act(lineage, judged, "approve", "bob", SUBMITTED, "--stage", "technical")
    assert none.code == 2
    assert "`lineage submit risk@1`" in none.err

    submitted = act(lineage, judged, "submit", "dee", SUBMITTED)
    assert submitted.code == 0
    assert submitted.out.startswith("sha256:")

    own = act(lineage, judged, "approve", "eve", SUBMITTED, "--stage", "technical")
    assert own.code == 1
    assert "it does not count" in own.err
    assert "eve trained the version" in own.err

    bob = act(lineage, judged, "approve", "bob", SUBMITTED, "--stage", "technical")
    assert (bob.code, bob.out) == (0, "modelVersion:files:risk:1: approved at stage technical\n")
    denied = check(lineage, judged)
    assert denied.code == 1
    assert "must not be deployed" in denied.out

    later = SUBMITTED + timedelta(hours=6)
    assert act(lineage, judged, "approve", "cid", later, "--stage", "business").code == 0
    token, report = tmp_path / "token", tmp_path / "report.xml"
    at = (later + timedelta(hours=1)).isoformat()
    asked = ("gate", "check", "risk@1", "-w", judged.paths.root, "--env", "production",
             "--actor", "ci", "--clock", at, "--token", token, "-o", report)  # fmt: skip
    passed = lineage(*asked, "--format", "json")
    assert passed.code == 0
    assert json.loads(passed.out)["decision"]["verdict"] == "deploy"
    assert ET.parse(report).getroot().tag in {"testsuite", "testsuites"}  # noqa: S314 - our own

    key = published_key(judged.paths)
    assert key is not None
    verify = ("gate", "verify", token, "--key", key.encoded, "--at", at)
    good = lineage(*verify, "--env", "production", "--artifact", ARTIFACT)
    assert good.code == 0
    other = lineage(*verify, "--env", "production", "--artifact", "b" * 64)
    assert other.code == 1
    assert lineage(*verify, "--env", "staging", "--artifact", ARTIFACT).code == 1


@pytest.mark.parametrize(
    ("name", "more", "problem"),
    [
        ("approve", ("--stage", "technical", "--condition", "id|text"), "ID|TEXT|OWNER|DAY"),
        ("break-glass", (), "--ticket"),
        ("approve", (), "--stage"),
    ],
)
def test_an_act_that_says_too_little_is_a_usage_error(
    lineage: Lineage, judged: Workspace, name: str, more: tuple[str, ...], problem: str
) -> None:
    refused = act(lineage, judged, name, "cid", SUBMITTED, *more)
    assert refused.code == 2
    assert problem in refused.err


def test_who_acts_must_be_named(
    lineage: Lineage, judged: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINEAGE_ACTOR", raising=False)
    refused = lineage("submit", "risk@1", "--reason", "x", "-w", judged.paths.root)
    assert refused.code == 2
    assert "--actor" in refused.err
