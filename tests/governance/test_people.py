"""What people do about a version, and what becomes of it: said, kept, sealed, judged."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.governance.signatures import ssh_signer
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.release.retiring import retire
from lineage_pipeline.warehouse.query import open_warehouse
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
    when,
)

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.governance.decision import Decision
    from lineage_pipeline.pipeline import Workspace

LATER: Final = SUBMITTED + timedelta(hours=4)
AFTER: Final = LATER + timedelta(hours=1)


@pytest.fixture
def workspace(approved_version: Workspace, tmp_path: Path) -> Workspace:
    return copied(approved_version, tmp_path / "workspace")


def said_of(decision: Decision, gate: str = "independent approvals") -> str:
    [one] = [one for one in decision.gates if one.gate == gate]
    return one.reason


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


def test_what_is_approved_by_others_may_go_and_all_of_it_is_sealed(workspace: Workspace) -> None:
    decision = verdict(workspace, LATER)
    assert (decision.verdict, decision.exit_code, len(decision.approvals)) == ("deploy", 0, 2)
    key = auditing.pinned_key(workspace.paths, None)
    assert auditing.verify(workspace.paths, key, is_deep=True).findings == []


def test_a_rejection_stands_until_its_person_says_otherwise(workspace: Workspace) -> None:
    say(workspace, "rejected", "ada", LATER, stage="technical")
    decision = verdict(workspace, LATER)
    assert decision.exit_code == 1
    assert "stage technical was rejected by ada" in said_of(decision)
    say(workspace, "approved", "role/ada", AFTER, stage="technical")
    assert verdict(workspace, AFTER).exit_code == 0


def test_who_takes_back_an_approval_has_given_none(workspace: Workspace) -> None:
    say(workspace, "withdrawn", "bob", LATER)
    decision = verdict(workspace, LATER)
    assert decision.exit_code == 1
    assert "withdrawn" in said_of(decision)


def test_the_same_submitted_again_is_the_same_and_other_things_are_not(
    workspace: Workspace,
) -> None:
    say(workspace, "submitted", "dee", LATER, ticket="again")
    assert verdict(workspace, LATER).exit_code == 0
    register(workspace, metrics={"auc": 0.9})
    say(workspace, "submitted", "dee", AFTER)
    assert "another submission" in said_of(verdict(workspace, AFTER))


def test_a_submission_that_is_taken_back_cannot_be_judged(workspace: Workspace) -> None:
    say(workspace, "withdrawn", "dee", LATER)
    with pytest.raises(ConfigError, match="nothing is submitted"):
        say(workspace, "approved", "ada", AFTER, stage="technical")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"artifact_sha256": "b" + "a" * 63}, "artifact"),
        ({"metrics": {"auc": 0.9}}, ""),
    ],
)
def test_approvals_are_of_what_was_submitted(
    workspace: Workspace, change: dict[str, Any], what: str
) -> None:
    register(workspace, **change)
    decision = verdict(workspace, LATER)
    assert decision.exit_code == (1 if what else 0)
    assert f"changed since it was submitted: {what}" in said_of(decision) or not what


def test_a_policy_that_asks_for_more_voids_and_another_approver_does_not(
    workspace: Workspace,
) -> None:
    say_policy(workspace, POLICY.replace('technical = ["ada", "bob"]', 'technical = ["bob"]'))
    assert verdict(workspace, LATER).exit_code == 0
    more = POLICY.replace('["technical", "business"]', '["technical", "business", "legal"]')
    say_policy(workspace, more.replace("[stage]\n", '[stage]\nlegal = ["ada"]\n'))
    decision = verdict(workspace, AFTER)
    assert "changed since it was submitted: policy" in said_of(decision)
    assert "stage legal is not approved" in said_of(decision)


def test_a_version_that_is_registered_no_more_may_not_go(workspace: Workspace) -> None:
    register(workspace, is_there=False)
    decision = verdict(workspace, LATER)
    assert decision.exit_code == 1
    assert said_of(decision, "registered") == "no registry holds this version"


def test_who_trained_or_submitted_approves_nothing(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace")
    say_policy(
        workspace, POLICY.replace('technical = ["ada", "bob"]', 'technical = ["eve", "dee"]')
    )
    say(workspace, "submitted", "dee", SUBMITTED)
    trainer = say(workspace, "approved", "eve", LATER, stage="technical")
    submitter = say(workspace, "approved", "dee", AFTER, stage="technical")
    assert trainer.objections == ("eve trained the version",)
    assert submitter.objections == ("dee submitted the version",)


def test_a_stage_that_is_handed_on_is_approved_on_behalf(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace")
    say(workspace, "submitted", "dee", SUBMITTED)
    early = say(workspace, "approved", "eve", LATER, stage="business")
    assert "eve may not decide at stage business" in early.objections
    until = "2027-01-01"
    say(workspace, "delegated", "cid", LATER, stage="business", delegate="ada", expires_on=until)
    handed = say(workspace, "approved", "ada", AFTER, stage="business")
    assert handed.objections == ()


def test_a_condition_that_is_overdue_revokes(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace")
    say(workspace, "submitted", "dee", SUBMITTED)
    due = {"id": "c1", "text": "a report", "owner": "ada", "due_on": f"{SUBMITTED:%Y-%m-%d}"}
    say(workspace, "approved", "bob", LATER, stage="technical", conditions=[due])
    say(workspace, "approved", "cid", LATER, stage="business")
    assert verdict(workspace, LATER).exit_code == 0
    say(workspace, "condition_met", "eve", AFTER, condition="c1")
    day_later = SUBMITTED + timedelta(days=1)
    late = verdict(copied(workspace, tmp_path / "late"), day_later)
    assert "condition overdue" in said_of(late)
    say(workspace, "condition_met", "ada", AFTER, condition="c1")
    assert verdict(workspace, day_later).exit_code == 0


def test_a_waiver_stands_in_for_a_gate_but_never_for_registration(workspace: Workspace) -> None:
    say_policy(workspace, POLICY.replace('id = "dee"', 'id = "dora"'))
    assert said_of(verdict(workspace, LATER), "human owner").startswith("the policy does not say")
    say(workspace, "waived", "cid", LATER, gate="human owner", expires_on="2026-06-20")
    decision = verdict(workspace, LATER)
    [waived] = [gate for gate in decision.gates if gate.waiver]
    assert (waived.gate, waived.result, waived.is_blocking) == ("human owner", "unknown", False)
    ended = verdict(workspace, SUBMITTED + timedelta(days=30))
    assert any(gate.gate == "human owner" and gate.is_blocking for gate in ended.gates)


def test_the_registration_cannot_be_waived(workspace: Workspace) -> None:
    done = say(workspace, "waived", "cid", LATER, gate="registered", expires_on="2026-06-20")
    assert done.objections
    register(workspace, is_there=False)
    assert verdict(workspace, AFTER).exit_code == 1


def test_a_broken_glass_lets_pass_for_hours_and_waits_for_review(workspace: Workspace) -> None:
    say(workspace, "withdrawn", "bob", LATER)
    until = (LATER + timedelta(hours=24)).isoformat()
    say(workspace, "break_glass", "cid", LATER, ticket="INC-1", expires_on=until)
    passed = verdict(workspace, AFTER)
    assert (passed.verdict, passed.exit_code, passed.would_be) == ("break_glass", 0, "break_glass")
    reviews = "select review from governance.break_glass where known_to_at is null"
    say(workspace, "approved", "cid", AFTER, stage="break-glass-review")
    assert asked(workspace, reviews) == [(None,)]
    say(workspace, "approved", "ada", AFTER, stage="break-glass-review")
    assert asked(workspace, reviews) == [("approved",)]
    assert verdict(workspace, LATER + timedelta(hours=5)).verdict == "deny"


def test_signatures_count_if_they_are_of_their_person(tmp_path: Path) -> None:
    key, other = made_key(tmp_path), made_key(tmp_path, "ecdsa")
    signed = POLICY.replace('mode = "enforcing"', 'mode = "enforcing"\nsigned = true')
    signed = signed.replace('id = "bob"', f'id = "bob"\nkeys = ["{key.line}"]')
    workspace = governed(tmp_path / "workspace")
    say_policy(workspace, signed)
    say(workspace, "submitted", "dee", SUBMITTED)
    bare = say(workspace, "approved", "bob", LATER, stage="technical")
    assert bare.objections == ("it is not signed",)
    by_other = say(workspace, "approved", "bob", LATER + timedelta(minutes=1),
                   ssh_signer(other.file), stage="technical")  # fmt: skip
    assert "signed with a key that is not known as bob's" in by_other.objections[0]
    sign = ssh_signer(key.file)
    forged = say(workspace, "approved", "bob", LATER + timedelta(minutes=2),
                 lambda data: sign(data + b" "), stage="technical")  # fmt: skip
    assert forged.objections == ("its signature is forged or broken",)
    own = say(workspace, "approved", "bob", AFTER, sign, stage="technical")
    assert own.objections == ()


def test_where_only_evidence_is_missing_the_answer_is_unknown(tmp_path: Path) -> None:
    workspace = governed(tmp_path / "workspace", artifact_sha256=None)
    say_policy(workspace, POLICY.replace(', "human owner", "independent approvals"', ""))
    decision = verdict(workspace, LATER)
    assert (decision.verdict, decision.exit_code) == ("unknown", 3)
    with pytest.raises(ConfigError, match="nothing to freeze"):
        say(workspace, "submitted", "dee", AFTER)


def test_a_version_of_two_registries_must_be_named_in_full(workspace: Workspace) -> None:
    file = workspace.paths.landing / "registry" / "files" / "other.json"
    file.write_text('{"name": "risk", "registry": "elsewhere", "versions": [{"version": "1"}]}')
    with pytest.raises(ConfigError) as refused:
        verdict(workspace, LATER)
    for name in ("modelVersion:elsewhere:risk:1", "modelVersion:files:risk:1"):
        assert name in str(refused.value)
    assert pipeline.known_time(workspace, LATER, None) > when(LATER).now()


def test_a_version_is_retired_once_nothing_live_depends_on_it(workspace: Workspace) -> None:
    decided = {"prediction_id": "p", "model": "risk", "model_version": "1"}
    file = workspace.paths.landing / "monitoring" / "predictions.ndjson"
    file.write_text(json.dumps(decided | {"at": LATER.isoformat()}), encoding="utf-8")
    said = Statement("retired", {"actor": "dee", "reason": "too old", "replacement": "none"})
    refused = retire(workspace, "risk@1", said, when(AFTER))
    assert [(one.use, one.last_at) for one in refused.live] == [("predictions", LATER)]
    assert asked(workspace, "from governance.retirement") == []
    done = retire(workspace, "risk@1", said, when(LATER + timedelta(days=8)))
    assert (done.live, asked(workspace, "select replacement from governance.retirement")) == (
        (),
        [("none",)],
    )
    stage = "select stage from registry.lifecycle where valid_to_at is null and known_to_at is null"
    assert asked(workspace, stage) == [("retired",)]
