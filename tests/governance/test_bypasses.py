"""Ways around a gate that somebody tried: each is told, and lets nothing pass."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.governance.acts import Act, append_act
from lineage_pipeline.governance.signatures import ssh_signer
from lineage_pipeline.release import acting
from tests.governance.ssh import made_key
from tests.governed import (
    POLICY,
    SUBMITTED,
    copied,
    governed,
    register,
    say,
    say_policy,
    verdict,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

LATER: Final = SUBMITTED + timedelta(hours=4)
AFTER: Final = LATER + timedelta(hours=1)
UNTIL: Final = "2026-06-20"


@pytest.fixture
def workspace(approved_version: Workspace, tmp_path: Path) -> Workspace:
    return copied(approved_version, tmp_path / "workspace")


def signed_policy(**keys: str) -> str:
    """Return the policy of a tier whose approvals are signed, with keys of people."""
    text = POLICY.replace('mode = "enforcing"', 'mode = "enforcing"\nsigned = true')
    for person, line in keys.items():
        text = text.replace(f'id = "{person}"', f'id = "{person}"\nkeys = ["{line}"]')
    return text


def test_an_act_is_judged_where_the_clock_moves_on(workspace: Workspace) -> None:
    workspace.paths.settings.write_text("[workspace]\n", encoding="utf-8")
    real = pipeline.open_workspace(workspace.paths.root)
    ticks = count()
    moving = acting.When(lambda: AFTER + timedelta(seconds=next(ticks)))
    data = {"actor": "eve", "reason": "so it is", "stage": "technical"}
    done = acting.act(real, "risk@1", acting.Statement("approved", data), moving)
    assert "eve trained the version" in done.objections


def test_where_approvals_are_signed_so_is_what_stands_in_for_them(workspace: Workspace) -> None:
    say_policy(workspace, signed_policy())
    gate = {"gate": "independent approvals", "expires_on": UNTIL}
    assert "it is not signed" in say(workspace, "waived", "cid", LATER, **gate).objections
    glass = {"ticket": "INC-1", "expires_on": (AFTER + timedelta(hours=1)).isoformat()}
    assert say(workspace, "break_glass", "cid", LATER, **glass).objections == ("it is not signed",)
    assert verdict(workspace, AFTER).verdict == "deny"


def test_the_condition_of_a_signed_approval_is_met_under_a_signature(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace")
    bob, ada = made_key(tmp_path), made_key(tmp_path, "ecdsa")
    say_policy(workspace, signed_policy(bob=bob.line, ada=ada.line))
    say(workspace, "submitted", "dee", SUBMITTED)
    due = {"id": "c1", "text": "a report", "owner": "ada", "due_on": f"{SUBMITTED:%Y-%m-%d}"}
    sign = ssh_signer(bob.file)
    approval = say(workspace, "approved", "bob", LATER, sign, stage="technical", conditions=[due])
    assert approval.objections == ()
    met = {"condition": "c1"}
    day_later = SUBMITTED + timedelta(days=1)
    for minute, signer in enumerate((None, ssh_signer(bob.file), lambda _: "forged")):
        say(workspace, "condition_met", "ada", AFTER + timedelta(minutes=minute), signer, **met)
    overdue = verdict(copied(workspace, tmp_path / "overdue"), day_later)
    assert any("condition overdue" in gate.reason for gate in overdue.gates)
    in_time = AFTER + timedelta(minutes=9)
    say(workspace, "condition_met", "ada", in_time, ssh_signer(ada.file), **met)
    assert not any("overdue" in gate.reason for gate in verdict(workspace, day_later).gates)


def test_what_a_person_says_in_vain_is_answered(workspace: Workspace) -> None:
    handed = {"stage": "business", "delegate": "ada", "expires_on": UNTIL}
    assert say(workspace, "delegated", "bob", LATER, **handed).objections == (
        "bob may not decide at stage business",
    )
    unknown = {**handed, "delegate": "zoe"}
    assert say(workspace, "delegated", "cid", LATER, **unknown).objections == (
        "nobody knows who zoe is",
    )
    due = {"id": "c1", "text": "a report", "owner": "ada", "due_on": UNTIL}
    say(workspace, "approved", "bob", LATER, stage="technical", conditions=[due])
    met = {"condition": "c2"}
    assert say(workspace, "condition_met", "ada", AFTER, **met).objections == (
        "no approval of what is submitted has the condition c2",
    )
    met = {"condition": "c1"}
    assert say(workspace, "condition_met", "cid", AFTER, **met).objections == (
        "cid neither owns the condition c1 nor has set it",
    )
    assert say(workspace, "condition_met", "role/ada", AFTER, **met).objections == ()
    assert say(workspace, "withdrawn", "ada", AFTER).objections == (
        "nothing that ada has said of it stands",
    )
    assert say(workspace, "withdrawn", "bob", AFTER).objections == ()
    minute_later = AFTER + timedelta(minutes=1)
    assert say(workspace, "withdrawn", "bob", minute_later).objections != ()


def forged(workspace: Workspace, name: str, actor: str, at: datetime, **data: Any) -> None:
    """Land an act in anybody's name, as who can write to the landing folder does."""
    subject = "modelVersion:files:risk:1"
    said = {"actor": actor, "reason": "so it is", **data}
    append_act(workspace.paths, Act(name=name, subject=subject, at=microseconds(at), data=said))


def test_approvals_do_not_move_to_another_artifact(workspace: Workspace) -> None:
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        [(submission,)] = warehouse.query("select submission from governance.submission").rows
    other = "c" * 64
    register(workspace, artifact_sha256=other)
    artifact = f"sha256:{other}"
    forged(workspace, "submitted", "ada", LATER, submission=submission, artifact=artifact)
    decision = verdict(workspace, AFTER)
    assert decision.exit_code == 1
    assert any("changed since it was submitted" in gate.reason for gate in decision.gates)


def test_a_broken_glass_is_for_the_artifact_of_then(workspace: Workspace) -> None:
    ends = (AFTER + timedelta(hours=2)).isoformat()
    say(workspace, "withdrawn", "bob", LATER)
    say(workspace, "break_glass", "cid", LATER, ticket="INC-1", expires_on=ends)
    assert verdict(workspace, AFTER).verdict == "break_glass"
    register(workspace, artifact_sha256="c" * 64)
    assert verdict(workspace, AFTER).verdict == "deny"


def test_a_review_of_a_broken_glass_is_another_persons(workspace: Workspace) -> None:
    review = {"stage": "break-glass-review"}
    assert say(workspace, "approved", "ada", LATER, **review).objections == (
        "nobody has broken the glass for this version",
    )
    ends = (AFTER + timedelta(hours=2)).isoformat()
    say(workspace, "break_glass", "cid", LATER, ticket="INC-1", expires_on=ends)
    assert say(workspace, "approved", "cid", AFTER, **review).objections == ("cid has broken it",)
    assert say(workspace, "approved", "dee", AFTER, **review).objections == (
        "dee trained or submitted the version",
    )
    assert say(workspace, "approved", "ada", AFTER, **review).objections == ()


def test_who_submitted_it_does_not_break_the_glass(workspace: Workspace) -> None:
    say_policy(
        workspace,
        POLICY.replace('[break_glass]\npeople = ["cid"]', "[break_glass]\npeople = ['dee']"),
    )
    glass = {"ticket": "INC-1", "expires_on": (AFTER + timedelta(hours=1)).isoformat()}
    said = say(workspace, "break_glass", "dee", LATER, **glass)
    assert said.objections == ("dee trained or submitted the version",)


def test_what_is_retired_for_good_is_let_go_no_more(workspace: Workspace) -> None:
    forged(workspace, "retired", "dee", LATER, replacement="none")
    [registered, *_] = verdict(workspace, AFTER).gates
    assert (registered.gate, registered.result) == ("registered", "fail")
    assert registered.reason.startswith("it was retired for good")


def test_a_stage_that_was_handed_over_is_taken_back_after_another_submission(
    workspace: Workspace,
) -> None:
    handed = {"stage": "business", "delegate": "ada", "expires_on": UNTIL}
    assert say(workspace, "delegated", "cid", LATER, **handed).objections == ()
    register(workspace, artifact_sha256="c" * 64)
    say(workspace, "submitted", "dee", AFTER)
    minute_later = AFTER + timedelta(minutes=1)
    assert say(workspace, "withdrawn", "cid", minute_later).objections == ()
    approval = say(workspace, "approved", "ada", AFTER + timedelta(minutes=2), stage="business")
    assert approval.objections == ("ada may not decide at stage business",)


def test_a_signed_rejection_is_taken_back_under_a_signature_alone(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace")
    ada = made_key(tmp_path)
    say_policy(workspace, signed_policy(ada=ada.line))
    say(workspace, "submitted", "dee", SUBMITTED)
    said = say(workspace, "rejected", "ada", LATER, ssh_signer(ada.file), stage="technical")
    forged(workspace, "withdrawn", "ada", AFTER, submission=said.submission)
    forged(workspace, "approved", "ada", AFTER, submission=said.submission, stage="technical")
    assert "was rejected by ada" in verdict(workspace, AFTER).gates[-1].reason
    minute_later = AFTER + timedelta(minutes=1)
    say(workspace, "withdrawn", "ada", minute_later, ssh_signer(ada.file))
    assert "rejected" not in verdict(workspace, minute_later).gates[-1].reason


def test_an_act_is_not_signed_over(workspace: Workspace) -> None:
    said = {"stage": "technical", "sign": None}
    say(workspace, "rejected", "ada", LATER, **said)
    with pytest.raises(ConfigError, match="is kept under another signature"):
        say(workspace, "rejected", "ada", LATER, **{**said, "sign": lambda _: "forged"})


def test_what_is_submitted_again_after_it_was_taken_back_is_judged_anew(
    workspace: Workspace,
) -> None:
    say(workspace, "withdrawn", "dee", LATER)
    say(workspace, "submitted", "ada", LATER)
    decision = verdict(workspace, AFTER)
    assert decision.exit_code == 1
    assert any("what it is of was withdrawn afterwards" in gate.reason for gate in decision.gates)
    again = say(workspace, "approved", "bob", AFTER, stage="technical")
    assert again.objections == ()


def test_who_submitted_it_first_is_still_involved(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace")
    say(workspace, "submitted", "bob", SUBMITTED)
    say(workspace, "submitted", "dee", LATER)
    done = say(workspace, "approved", "bob", AFTER, stage="technical")
    assert done.objections == ("bob submitted the version",)


def test_who_trained_it_stays_so_when_another_is_named(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace", trainer="bob")
    say(workspace, "submitted", "dee", SUBMITTED)
    register(workspace, trainer="svc-train")
    done = say(workspace, "approved", "bob", AFTER, stage="technical")
    assert "bob trained the version" in done.objections


@pytest.mark.parametrize("gates", ['"registered", "human owner"', '"human owner"'])
def test_nothing_passes_that_is_not_registered(workspace: Workspace, gates: str) -> None:
    say_policy(workspace, POLICY.replace('"registered", "human owner"', gates))
    glass = {"ticket": "INC-1", "expires_on": (AFTER + timedelta(hours=1)).isoformat()}
    say(workspace, "break_glass", "cid", LATER, **glass)
    register(workspace, is_there=False)
    decision = verdict(workspace, AFTER)
    assert (decision.verdict, decision.exit_code) == ("deny", 1)
    assert decision.gates[0].gate == "registered"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("approved", {"stage": "nonsense"}),
        ("waived", {"gate": "nonsense", "expires_on": UNTIL}),
        ("delegated", {"stage": "nonsense", "delegate": "ada", "expires_on": UNTIL}),
    ],
)
def test_a_stage_or_gate_that_there_is_not_is_told_and_not_kept(
    workspace: Workspace, name: str, data: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match="nonsense: there is none; choose one of"):
        say(workspace, name, "cid", LATER, **data)


NONSENSE: Final = {
    "decided": [
        {"as_of": 9223372036854775807, "decision": {}},
        {"as_of": -5, "decision": {"gates": {"a": 1}}},
        {"as_of": "soon", "decision": "none"},
    ],
    "policy_changed": [
        {"policy": {"ticket": {"a": {"source": "x", "stages": {"k": "z"}, "actions": {"a": 1}}}}},
        {"policy": {"person": 5, "service": "x", "ticket": []}},
        {"policy": "none"},
    ],
    "approved": [{"stage": "technical", "conditions": {"id": 5}, "submission": 7}],
    "condition_met": [{"condition": ["x"]}],
    "submitted": [{"evidence": {"a": 1}, "artifact": 5, "submission": "s"}],
    "waived": [{"gate": 5, "expires_on": 7}],
}


def test_acts_that_hold_nonsense_stop_no_run(workspace: Workspace) -> None:
    folder = workspace.paths.landing / "governance" / "acts" / "made"
    folder.mkdir()
    numbers = count()
    for name, bodies in NONSENSE.items():
        for body in bodies:
            number = next(numbers)
            event = {
                "specversion": "1.0", "id": f"n{number}", "source": "/made",
                "type": f"lineage.governance.{name}.v1", "subject": "modelVersion:files:risk:1",
                "time": "2026-06-01T04:00:00Z",
                "data": {"actor": "eve", "reason": "x", **body},
            }  # fmt: skip
            (folder / f"{number}.json").write_text(json.dumps(event), encoding="utf-8")
    pipeline.run(workspace, pipeline.system_clock, LATER)
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert verdict(workspace, AFTER).verdict == "deploy"


def test_a_policy_of_the_future_is_none_of_the_present(workspace: Workspace) -> None:
    event = {
        "specversion": "1.0", "id": "f1", "source": "/made", "subject": "policy",
        "type": "lineage.governance.policy_changed.v1", "time": "2099-01-01T00:00:00Z",
        "data": {"actor": "eve", "reason": "x", "policy": {}, "policy_sha256": "0" * 64},
    }  # fmt: skip
    file = workspace.paths.landing / "governance" / "acts" / "future.json"
    file.write_text(json.dumps(event), encoding="utf-8")
    pipeline.run(workspace, pipeline.system_clock, LATER)
    say_policy(workspace, POLICY + '\n[[person]]\nid = "fay"\n')
    pipeline.run(workspace, pipeline.system_clock, AFTER)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        query = "select valid_from_at, valid_to_at is null from governance.policy where act_id = ("
        query += "select act_id from silver.act where acted_at > '2090-01-01') "
        query += "and known_to_at is null"
        assert warehouse.query(query).rows == [(LATER, False)]
