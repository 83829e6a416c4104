"""What changes a verdict when the facts stay as they are: policy, time, and what is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest
from msgspec.structs import replace

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.governance.custom import ask_custom
from lineage_pipeline.governance.decision import decision_bytes
from lineage_pipeline.governance.evaluation import Case, decide
from lineage_pipeline.governance.gates import Subject
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import resolve
from lineage_pipeline.policy.rules import Gate, Person, Policy, Profile

if TYPE_CHECKING:
    from lineage_pipeline.governance.decision import Decision, GateResult
    from tests.conftest import Demo

LAST_DAY: Final = datetime(2026, 10, 12, 6, tzinfo=UTC)
GOOD: Final = "credit-risk@3"
BAD: Final = "credit-risk@4"


def decided(
    demo: Demo, asked: str, policy: Policy, environment: str = "production", at: datetime = LAST_DAY
) -> Decision:
    """Return what is decided of a version of the story under a policy."""
    paths = demo.workspace.paths
    with pipeline.open_warehouse(paths) as warehouse:
        version = find_version(warehouse, asked)
        case = Case(warehouse, version, Subject(version.node_id, environment, at))
        rules = resolve(policy, version.model, version.model_node_id, environment)
        return decide(case, rules, ask_custom(paths))


@pytest.fixture(scope="module")
def policy(demo: Demo) -> Policy:
    """Return the policy of the story."""
    return read_policy(demo.workspace.paths.policy)


def approvals_of(decision: Decision) -> GateResult:
    """Return what the gate says that asks for approvals."""
    [gate] = [gate for gate in decision.gates if gate.gate == "independent approvals"]
    return gate


def of_person(policy: Policy, person_id: str, **changes: object) -> Policy:
    """Return a policy that says something else of one person."""
    people = [replace(one, **changes) if one.id == person_id else one for one in policy.person]
    return replace(policy, person=tuple(people))


def with_gate(policy: Policy, sql: str) -> Policy:
    """Return a policy that names a gate of its own, and nothing else, for production."""
    return replace(
        policy,
        gate={**policy.gate, "own": Gate(sql=sql, remedy="ask the owner")},
        profile={"regulated": Profile(("own",))},
    )


def test_what_is_approved_expires(demo: Demo, policy: Policy) -> None:
    decision = decided(demo, GOOD, policy, at=datetime(2027, 9, 10, tzinfo=UTC))

    assert approvals_of(decision).result == "fail"
    assert approvals_of(decision).reason.count("expired at 2027-09-10T00:00:00Z") == 4
    assert decision.approvals == ()


def test_one_person_with_two_accounts_is_one(demo: Demo, policy: Policy) -> None:
    people = tuple(one for one in policy.person if one.id != "tomas@example.org")
    merged = of_person(
        replace(policy, person=people), "priya@example.org", accounts=("tomas@example.org",)
    )
    stages = {**policy.stage, "business": ("priya@example.org",)}

    gate = approvals_of(decided(demo, GOOD, replace(merged, stage=stages)))

    assert gate.result == "fail"
    assert "priya@example.org holds stage technical already" in gate.reason


def test_who_is_not_declared_approves_nothing(demo: Demo, policy: Policy) -> None:
    people = tuple(one for one in policy.person if one.id != "oscar@example.org")

    gate = approvals_of(decided(demo, GOOD, replace(policy, person=people)))

    assert gate.result == "fail"
    assert "nobody knows who oscar@example.org is" in gate.reason


def test_who_may_not_approve_any_more_did_not(demo: Demo, policy: Policy) -> None:
    stages = {**policy.stage, "deployment": ("hana@example.org",)}

    gate = approvals_of(decided(demo, GOOD, replace(policy, stage=stages)))

    assert "oscar@example.org may not decide at stage deployment" in gate.reason


def test_a_tier_that_asks_for_signatures_takes_no_other_approval(
    demo: Demo, policy: Policy
) -> None:
    tiers = {**policy.tier, "high": replace(policy.tier["high"], signed=True)}

    gate = approvals_of(decided(demo, GOOD, replace(policy, tier=tiers)))

    assert gate.result == "fail"
    assert gate.reason.count("it is not signed") == 4


def test_observing_denies_nothing_and_says_what_it_would(demo: Demo, policy: Policy) -> None:
    tiers = {**policy.tier, "high": replace(policy.tier["high"], mode="observing")}

    decision = decided(demo, BAD, replace(policy, tier=tiers))

    assert (decision.verdict, decision.would_be, decision.exit_code) == ("deploy", "deny", 0)
    assert len(decision.blocking) == 5


def test_a_higher_bound_denies_what_passed(demo: Demo, policy: Policy) -> None:
    bounds = {**policy.threshold, "credit-risk": {"auc_min": 0.9}}

    failed = [gate for gate in decided(demo, GOOD, replace(policy, threshold=bounds)).gates
              if gate.gate == "performance"]  # fmt: skip

    assert [gate.reason for gate in failed] == ["auc is 0.81, below 0.9"]


def test_a_model_without_a_tier_is_asked_for_all_stages(demo: Demo, policy: Policy) -> None:
    decision = decided(demo, "newsletter-ranking@3", replace(policy, model={}))

    assert decision.tier == ""
    assert decision.mode == "enforcing"
    assert decision.verdict == "deny"
    assert "stage compliance is not approved" in approvals_of(decision).reason


@pytest.mark.parametrize(
    ("sql", "result", "reason"),
    [
        ("select true as passed", "pass", "it holds"),
        ("select false as passed, 'two' as observed, 'none' as threshold", "fail", "its query"),
        ("select null::boolean as passed", "unknown", "its query says so"),
        ("select count(*) = 1 as passed from lineage.node where node_id = $version", "pass", "it"),
        ("copy (select 1) to '/dev/null'", "unknown", "its query was not answered: refused"),
        ("select * from read_csv('/etc/passwd')", "unknown", "its query was not answered: refused"),
        ("select 1 as passed", "unknown", "no column 'passed' of type BOOLEAN"),
        ("select true as passed from range(2)", "unknown", "does not answer one row"),
        ("selec true", "unknown", "its query was not answered: does_not_run"),
    ],
)  # fmt: skip
def test_a_gate_of_ones_own(demo: Demo, policy: Policy, sql: str, result: str, reason: str) -> None:
    decision = decided(demo, GOOD, with_gate(policy, sql))

    [registered, gate] = decision.gates
    assert registered.gate == "registered"
    verdict = {"pass": "deploy", "fail": "deny", "unknown": "unknown"}[result]
    assert (gate.result, decision.verdict) == (result, verdict)
    assert reason in gate.reason


def test_an_environment_that_the_policy_does_not_know_is_an_error(
    demo: Demo, policy: Policy
) -> None:
    with pytest.raises(ConfigError, match="choose one of production, staging, development"):
        decided(demo, GOOD, policy, "prod")


def test_a_version_that_nothing_tells_of_is_an_error_that_names_near_ones(
    demo: Demo, policy: Policy
) -> None:
    with pytest.raises(ConfigError, match="did you mean credit-risk@"):
        decided(demo, "credit-risk@9", policy)


def test_a_version_is_asked_for_by_its_identifier_too(demo: Demo, policy: Policy) -> None:
    by_node = decided(demo, "modelVersion:mlflow://mlflow.example.org:credit-risk:3", policy)

    assert decision_bytes(by_node) == decision_bytes(decided(demo, GOOD, policy))


def test_another_policy_is_another_decision(demo: Demo, policy: Policy) -> None:
    more = replace(policy, person=(*policy.person, Person("new@example.org")))

    once, again = decided(demo, GOOD, policy), decided(demo, GOOD, more)

    assert once.verdict == again.verdict == "deploy"
    assert once.policy_sha256 != again.policy_sha256
    assert once.decision_id != again.decision_id
