"""Gates by example: what is told of a few versions, and what each gate says of them and why.

Some gates have two answers only: an incident that nobody told of is not open, and what nobody has
configured or traced is unknown, not wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_pipeline.governance.decision import decision_bytes
from lineage_pipeline.governance.evaluation import Case, decide
from lineage_pipeline.governance.gates import Subject, ask_gate
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.pipeline import publish_warehouse
from lineage_pipeline.policy.resolve import resolve
from lineage_pipeline.policy.rules import AGED, GATES, Policy
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.acts import line_of
from tests.audit_rows import commit_rows
from tests.sql.gate_story import (
    ALERTS,
    APPROVED,
    EVENTS,
    GOOD,
    INCLUDED,
    POLICY_TOLD,
    POOR,
    REFUSED,
    SAID,
    SERVED,
    TROUBLED,
    version,
)
from tests.workspaces import CLOCK, deliver_documents, published_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.governance.decision import GateResult
    from lineage_pipeline.policy.resolve import AskedGate
    from lineage_pipeline.warehouse.query import Warehouse

AS_OF: Final = datetime(2026, 6, 9, tzinfo=UTC)


class Asked(NamedTuple):
    """A gate asked of a version, and what it says.

    Attributes:
        gate: which gate.
        version: of which version, such as `good:1`.
        result: pass, fail or unknown.
        reason: the sentence.
        policy: what the policy says otherwise.
    """

    gate: str
    version: str
    result: str
    reason: str
    policy: Mapping[str, Any] = {}


ASKED: Final = (
    Asked("registered", "good:1", "pass",
          "the registry holds this version and the digest of its artifact"),
    Asked("registered", "good:9", "fail", "no registry holds this version"),
    Asked("registered", "bare:1", "unknown",
          "the registry does not say which bytes the artifact has"),
    Asked("human owner", "good:1", "pass", "ada answers for this version"),
    Asked("human owner", "poor:1", "fail", "bot is no person"),
    Asked("human owner", "bare:1", "fail", "nobody answers for this version"),
    Asked("human owner", "poor:2", "unknown", "the policy does not say who eve is"),
    Asked("risk tier", "good:1", "pass", "policy and registry say high"),
    Asked("risk tier", "bare:1", "pass", "the policy puts this model into tier high"),
    Asked("risk tier", "poor:1", "fail", "the policy says high, the registry says low"),
    Asked("risk tier", "good:1", "fail", "the policy puts this model into no risk tier",
          {"model": {}}),
    Asked("performance", "good:1", "pass", "every metric keeps within its bound"),
    Asked("performance", "poor:1", "fail", "auc is 0.6, below 0.75"),
    Asked("performance", "poor:2", "unknown", "nobody has measured auc"),
    Asked("performance", "good:1", "unknown", "the policy bounds no metric of this model",
          {"threshold": {}}),
    Asked("performance", "poor:1", "fail", "auc is 0.6, below 0.75",
          {"threshold": {"poor": {"auc_min": 0.75, "loss_max": 1.0}}}),
    Asked("performance", "good:1", "unknown", "nobody has measured auc",
          {"gate": {"performance": {"evidence_days": 30}}}),
    Asked("fairness", "good:1", "pass", "groups are served alike within the bounds"),
    Asked("fairness", "poor:1", "fail", "groups lie 0.2 apart in auc, more than 0.1"),
    Asked("fairness", "poor:2", "unknown", "nobody has measured auc for old"),
    Asked("fairness", "good:1", "unknown", "the policy says nothing of fairness for this model",
          {"slices": {}}),
    Asked("fairness", "good:1", "unknown", "nobody has measured disparate_impact",
          {"threshold": {"good": {"disparate_impact_min": 0.8}}}),
    Asked("consent and permitted purpose", "good:1", "pass",
          "every source permits this purpose, and no withdrawn consent was passed over"),
    Asked("consent and permitted purpose", "poor:1", "fail",
          "dataset:db:sold may be used for marketing only"),
    Asked("consent and permitted purpose", "poor:2", "unknown",
          "nobody says what dataset:db:nobody may be used for"),
    Asked("consent and permitted purpose", "bare:1", "unknown",
          "nothing is known to lead to this version"),
    Asked("consent and permitted purpose", "good:1", "unknown",
          "the policy does not say what this model is for", {"purpose": {}}),
    Asked("independent approvals", "good:1", "pass",
          "every stage is approved by another person, "
          "none of whom trained or submitted the version"),
    Asked("independent approvals", "poor:1", "fail",
          "stage technical has no approval that counts. bob: bob submitted the version. "
          "stage business was rejected by cid"),
    Asked("independent approvals", "bare:2", "pass",
          "every stage is approved by another person, none of whom submitted the version; "
          "nobody says who trained it"),
    Asked("independent approvals", "bare:1", "fail",
          "stage technical is not approved. stage business is not approved"),
    Asked("independent approvals", "good:1", "unknown",
          "no tier of the policy asks for an approval", {"tier": {}, "model": {}}),
    Asked("independent approvals", "good:1", "fail",
          "stage technical has no approval that counts. ada: it is not signed. "
          "stage business has no approval that counts. cid: it is not signed",
          {"tier": {"high": {"stages": ["technical", "business"], "signed": True}}}),
    Asked("monitoring and alerts", "good:1", "pass", "monitoring and alerts are configured"),
    Asked("monitoring and alerts", "poor:1", "unknown",
          "monitoring was configured, and nothing says whom it alerts"),
    Asked("monitoring and alerts", "poor:2", "unknown",
          "nobody has said that this version is monitored in production"),
    Asked("rollback tested", "good:1", "pass", "the last try to go back succeeded"),
    Asked("rollback tested", "poor:1", "fail", "the last try to go back failed"),
    Asked("rollback tested", "poor:2", "unknown",
          "nobody has said how the last try to go back ended"),
    Asked("rollback tested", "bare:1", "unknown",
          "nobody has tried to go back from this version"),
    Asked("rollback tested", "good:1", "unknown",
          "nobody has tried to go back from this version",
          {"gate": {"rollback tested": {"evidence_days": 30}}}),
    Asked("no open critical incident", "good:1", "pass", "no critical incident is open"),
    Asked("no open critical incident", "poor:1", "fail",
          "Drift is open since 2026-01-01T05:00:00Z"),
    Asked("lineage complete", "good:1", "pass",
          "every dataset behind the version leads back to raw data"),
    Asked("consent and permitted purpose", "poor:3", "fail",
          "1 who withdrew consent went into dataset:db:late afterwards"),
    Asked("lineage complete", "bare:1", "unknown", "nothing is known to lead to this version"),
    Asked("no open critical incident", "poor:2", "pass", "no critical incident is open"),
    Asked("no open critical incident", "bare:1", "fail",
          "Drift is open since 2026-01-01T05:00:00Z"),
    Asked("no open critical incident", "vague:1", "unknown",
          "Drift is open since 2026-01-01T05:00:00Z"),
    Asked("monitoring and alerts", "poor:3", "fail",
          "the last attempt to configure monitoring failed"),
)  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    workspace = published_workspace(tmp_path_factory.mktemp("gates") / "workspace")
    bare = {"name": "bare", "versions": [version("1", trainer="dee"), version("2")]}
    vague = {"name": "vague", "versions": [version("1", trainer="dee")]}
    acts = [POLICY_TOLD, *APPROVED, *REFUSED]
    files = {
        "openlineage/e.ndjson": EVENTS,
        "registry/files/vague.json": vague,
        "registry/files/good.json": GOOD,
        "registry/files/poor.json": POOR,
        "registry/files/bare.json": bare,
        "governance/a.ndjson": [line_of(act) for act in acts],
        "audit/cloudevents/e.ndjson": [*SERVED, *TROUBLED],
        "monitoring/a.ndjson": ALERTS,
    }
    deliver_documents(workspace, files)
    commit_rows(workspace.paths, [INCLUDED], CLOCK + timedelta(days=1))
    publish_warehouse(workspace)
    with open_warehouse(workspace.paths) as opened:
        yield opened


@pytest.mark.parametrize(
    "asked", ASKED, ids=[f"{one.gate}, {one.version}: {one.reason[:60]}" for one in ASKED]
)
def test_gate_says(asked: Asked, warehouse: Warehouse) -> None:
    said = answer(warehouse, asked)
    assert (said.result, said.reason) == (asked.result, asked.reason)
    assert (said.remedy == "") == (asked.result == "pass")
    assert list(said.evidence) == sorted(set(said.evidence))


def test_gates_that_look_at_age_are_those_whose_sql_does() -> None:
    aged = {file.object for file in stage_files("gates") if "$oldest" in file.statements}
    assert {name.partition(".")[2].replace("_", " ") for name in aged} == AGED


def test_every_gate_is_asked() -> None:
    assert {one.gate for one in ASKED} == {name for name in GATES if name != "documentation"}


@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_decision_has_the_same_bytes_in_whatever_order_and_runs_facts_land(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pieces = data.draw(st.permutations(PIECES))
    run_of = data.draw(st.lists(st.integers(0, 1), min_size=len(pieces), max_size=len(pieces)))
    whole = [dict(pieces)]
    split = [dict(p for p, n in zip(pieces, run_of, strict=True) if n == run) for run in (0, 1)]
    found = [decided(tmp_path_factory.mktemp("split"), runs) for runs in (whole, split)]
    assert found[0] == found[1]
    assert b'"verdict":"deploy"' in found[0]


PIECES: Final[list[tuple[str, object]]] = [
    ("openlineage/e.ndjson", EVENTS),
    ("registry/files/good.json", GOOD),
    ("monitoring/a.ndjson", ALERTS),
    *(
        (f"governance/{number}.ndjson", [line_of(act)])
        for number, act in enumerate([POLICY_TOLD, *APPROVED, *APPROVED])
    ),
    *((f"audit/cloudevents/{number}.ndjson", [line]) for number, line in enumerate(SERVED)),
]


def answer(warehouse: Warehouse, asked: Asked) -> GateResult:
    """Return what a gate says of a version under the policy, but for what is said otherwise."""
    policy = msgspec.convert({**SAID, **asked.policy}, Policy)
    model = asked.version.partition(":")[0]
    rules = resolve(policy, model, f"model:files:{model}", "production")
    (gate,) = (gate for gate in rules.gates if gate.name == asked.gate)
    subject = Subject(f"modelVersion:files:{asked.version}", "production", AS_OF)
    return ask_gate(warehouse, gate, rules, subject)


def decided(root: Path, runs: list[dict[str, object]]) -> bytes:
    """Return the decision on `good:1` where these files landed in as many runs, a day apart."""
    workspace = published_workspace(root / "workspace")
    for number, files in enumerate(runs):
        deliver_documents(workspace, files, CLOCK + timedelta(days=number))
    with open_warehouse(workspace.paths) as opened:
        good = find_version(opened, "good@1")
        subject = Subject(good.node_id, "production", AS_OF)
        case = Case(opened, good, subject)
        rules = resolve(msgspec.convert(SAID, Policy), good.model, good.model_node_id, "production")
        return decision_bytes(decide(case, rules, no_custom))


def no_custom(gate: AskedGate, given: Mapping[str, Any]) -> GateResult:
    """Fail: the policy declares no gate of its own."""
    raise AssertionError(gate, given)
