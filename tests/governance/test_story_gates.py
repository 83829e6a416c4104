"""What gates say of the story: each planted mistake is found, and none is invented."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from data import replay
from lineage_pipeline import pipeline
from lineage_pipeline.governance.custom import ask_custom
from lineage_pipeline.governance.decision import decision_bytes
from lineage_pipeline.governance.evaluation import Case, decide
from lineage_pipeline.governance.gates import Subject
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.governance.decision import Decision, GateResult
    from lineage_pipeline.pipeline import Workspace
    from tests.conftest import Demo

LAST_DAY: Final = "2026-10-12T06:00:00Z"
GATES: Final = 12
VERSIONS: Final = (
    "credit-risk@3", "credit-risk@4", "collections-priority@2", "newsletter-ranking@3",
)  # fmt: skip


def decided(workspace: Workspace, asked: str, at: str, environment: str = "production") -> Decision:
    """Return what is decided of a version as of an instant, by all that is known."""
    as_of = datetime.fromisoformat(at).astimezone(UTC)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        version = find_version(warehouse, asked)
        case = Case(warehouse, version, Subject(version.node_id, environment, as_of))
        policy = read_policy(workspace.paths.policy)
        rules = resolve(policy, version.model, version.model_node_id, environment)
        return decide(case, rules, ask_custom(workspace.paths))


def results(decision: Decision) -> dict[str, str]:
    """Return what each gate says that does not pass."""
    return {gate.gate: gate.result for gate in decision.gates if gate.result != "pass"}


def gate_of(decision: Decision, name: str) -> GateResult:
    """Return what one gate says."""
    [gate] = [gate for gate in decision.gates if gate.gate == name]
    return gate


def land_beside(workspace: Workspace, delivery: Path) -> None:
    """Copy what was delivered; a file that went on under one name lands under another."""
    for file in sorted(path for path in delivery.rglob("*") if path.is_file()):
        target = workspace.paths.landing / file.relative_to(delivery)
        if target.exists():
            target = target.with_name(f"{delivery.name}-{target.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


@pytest.mark.parametrize("at", ["2026-09-10T09:00:00Z", LAST_DAY])
def test_the_straight_path_passes_every_gate(demo: Demo, at: str) -> None:
    decision = decided(demo.workspace, "credit-risk@3", at)

    assert results(decision) == {}
    assert decision.verdict == "deploy"
    assert len(decision.gates) == GATES
    assert len(decision.approvals) == 4


@pytest.mark.parametrize(
    ("asked", "at"),
    [("newsletter-ranking@3", "2026-09-24T12:00:00Z"), ("newsletter-ranking@3", LAST_DAY)],
)
def test_a_version_of_low_risk_needs_one_approval_and_no_fairness(
    demo: Demo, asked: str, at: str
) -> None:
    decision = decided(demo.workspace, asked, at)

    assert results(decision) == {}
    assert decision.tier == "low"
    assert "fairness" not in {gate.gate for gate in decision.gates}
    assert len(decision.approvals) == 1


def test_the_approval_of_who_trained_it_under_another_account_does_not_count(demo: Demo) -> None:
    decision = decided(demo.workspace, "credit-risk@4", LAST_DAY)

    gate = gate_of(decision, "independent approvals")

    assert gate.result == "fail"
    assert "mia@example.org trained the version" in gate.reason
    assert decision.approvals == ()


def test_who_withdrew_consent_and_was_trained_on_denies_the_version(demo: Demo) -> None:
    gate = gate_of(
        decided(demo.workspace, "credit-risk@4", LAST_DAY), "consent and permitted purpose"
    )

    assert gate.result == "fail"
    assert gate.reason == (
        "1 who withdrew consent went into dataset:s3://northwind-ml:training/credit_2026w39 "
        "afterwards"
    )


def test_a_card_that_the_evidence_contradicts_denies_the_version(demo: Demo) -> None:
    gate = gate_of(decided(demo.workspace, "credit-risk@4", LAST_DAY), "documentation")

    assert gate.result == "fail"
    assert "says 0.81" in gate.reason
    assert "says 0.74" in gate.reason


def test_nothing_else_fails_of_the_version_with_the_mistakes(demo: Demo) -> None:
    assert results(decided(demo.workspace, "credit-risk@4", LAST_DAY)) == {
        "consent and permitted purpose": "fail",
        "documentation": "fail",
        "independent approvals": "fail",
        "monitoring and alerts": "unknown",
        "rollback tested": "unknown",
    }


def test_expired_approvals_alone_deny_the_version_on_its_day_of_deployment(demo: Demo) -> None:
    decision = decided(demo.workspace, "collections-priority@2", "2026-09-16T10:00:00Z")

    assert results(decision) == {"independent approvals": "fail"}
    assert decision.verdict == "deny"
    reason = gate_of(decision, "independent approvals").reason
    assert reason.count("expired at 2026-09-11T00:00:00Z") == 2


def test_the_open_incident_denies_it_as_well_once_it_is_open(demo: Demo) -> None:
    decision = decided(demo.workspace, "collections-priority@2", LAST_DAY)

    assert results(decision) == {
        "independent approvals": "fail",
        "no open critical incident": "fail",
    }
    assert gate_of(decision, "no open critical incident").reason.startswith("EndpointErrorsHigh")


def test_the_last_day_of_an_approval_still_counts(demo: Demo) -> None:
    on_last_day = decided(demo.workspace, "collections-priority@2", "2026-09-10T23:59:59Z")
    a_day_later = decided(demo.workspace, "collections-priority@2", "2026-09-11T00:00:00Z")

    assert "independent approvals" not in results(on_last_day)
    assert "independent approvals" in results(a_day_later)


def test_what_is_judged_before_the_last_approval_lacks_it(demo: Demo) -> None:
    decision = decided(demo.workspace, "credit-risk@3", "2026-09-09T16:04:59Z")

    assert results(decision) == {"independent approvals": "fail"}
    assert gate_of(decision, "independent approvals").reason == "stage deployment is not approved"


def test_what_was_never_registered_is_no_version(demo: Demo) -> None:
    with pipeline.open_warehouse(demo.workspace.paths) as warehouse:
        versions = warehouse.connection.execute(
            "select count(*) from registry.model_version where name = 'limit-increase'"
        ).fetchone()

    assert versions == (0,)


def test_a_gate_names_evidence_as_the_warehouse_does(demo: Demo) -> None:
    decision = decided(demo.workspace, "credit-risk@3", LAST_DAY)
    named = [
        *gate_of(decision, "monitoring and alerts").evidence,
        *gate_of(decision, "rollback tested").evidence,
    ]
    with pipeline.open_warehouse(demo.workspace.paths) as warehouse:
        found = warehouse.connection.execute(
            "select event_id from audit.event where action like '%rollback_tested' "
            "or action like '%monitoring_configured'"
        ).fetchall()

    assert len(named) == 2
    assert set(named) <= {one for (one,) in found}


def test_the_same_facts_and_policy_give_the_same_bytes(demo: Demo) -> None:
    once = decided(demo.workspace, "credit-risk@4", LAST_DAY)
    again = decided(demo.workspace, "credit-risk@4", LAST_DAY)

    assert decision_bytes(once) == decision_bytes(again)


def test_the_story_told_backwards_decides_the_same(demo: Demo, tmp_path: Path) -> None:
    backwards = replay.prepare(tmp_path / "backwards")
    told = replay.deliveries()[::-1]
    half = len(told) // 2
    for part in (told[:half], told[half:]):
        for _, delivery in part:
            land_beside(backwards, delivery)
        pipeline.run(backwards, pipeline.system_clock, told[0][0])

    for asked in VERSIONS:
        first = decision_bytes(decided(demo.workspace, asked, LAST_DAY))
        assert decision_bytes(decided(backwards, asked, LAST_DAY)) == first


def test_staging_asks_for_the_technical_approval_alone(demo: Demo) -> None:
    before = decided(demo.workspace, "credit-risk@3", "2026-09-07T14:00:00Z", "staging")
    reviewed = decided(demo.workspace, "credit-risk@3", "2026-09-09T16:04:59Z", "staging")
    by_herself = decided(demo.workspace, "credit-risk@4", LAST_DAY, "staging")

    assert results(before) == {"independent approvals": "fail"}
    assert gate_of(before, "independent approvals").reason == "stage technical is not approved"
    assert reviewed.verdict == "deploy"
    assert len(reviewed.gates) == 4
    assert results(by_herself) == {"independent approvals": "fail"}
