"""A version asked for by a pipeline: whether it may be deployed. The decision becomes an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.bronze.ledger import last_known_time
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.governance.custom import ask_custom
from lineage_pipeline.governance.decision import Circumstances, Decision, decision_bytes
from lineage_pipeline.governance.evaluation import Case, decide
from lineage_pipeline.governance.gates import Subject
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import resolve
from lineage_pipeline.release.acting import Statement, bring_up_to_date, keep

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.policy.resolve import Rules
    from lineage_pipeline.release.acting import When


class Asker(NamedTuple):
    """Who asks, and in which pipeline."""

    name: str
    ci_run: str = ""


class Checked(NamedTuple):
    """A decision that is kept.

    Attributes:
        decision: what was decided.
        circumstances: who asked, and when.
        until: when the first of the acts that it rests on ends, in microseconds since 1970.
        file: the act that keeps it.
    """

    decision: Decision
    circumstances: Circumstances
    until: int | None
    file: str


def check(
    workspace: Workspace,
    asked: str,
    environment: str,
    asker: Asker,
    when: When,
    *,
    is_kept: bool = True,
) -> Checked:
    """Return whether a version may be deployed, by all that is known now; the decision is kept.

    Args:
        workspace: whose facts and policy count.
        asked: the version, as MODEL@VERSION or by its identifier.
        environment: where it is to be deployed.
        asker: who asks.
        when: the time.
        is_kept: whether the decision becomes an act.

    Raises:
        ConfigError: no such version or environment, or a broken policy.
        IntegrityError: something was found to be other than it was sealed.
    """
    bring_up_to_date(workspace, when)
    policy = read_policy(workspace.paths.policy)
    as_of = when.now()
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        version = find_version(warehouse, asked)
        subject = Subject(version.node_id, environment, as_of)
        rules = resolve(policy, version.model, version.model_node_id, environment)
        case = Case(warehouse, version, subject)
        decision = decide(case, rules, ask_custom(workspace.paths))
        ends_at = _ends_at(case, rules, decision)
    known_at = last_known_time(workspace.paths)
    circumstances = Circumstances(
        decided_at=microseconds(as_of),
        as_of=microseconds(as_of),
        known_at=microseconds(known_at) if known_at else 0,
        requested_by=asker.name,
        ci_run=asker.ci_run,
    )
    file = _keep(workspace, decision, circumstances, when) if is_kept else ""
    return Checked(decision, circumstances, ends_at, file)


def _ends_at(case: Case, rules: Rules, decision: Decision) -> int | None:
    """Return when the first of the acts that a decision rests on ends."""
    waivers = [gate.waiver for gate in decision.gates if gate.waiver]
    rests_on = [*decision.approvals, *waivers, *filter(None, [decision.break_glass])]
    version, as_of = case.subject.version, case.subject.as_of
    [(ends_at,)] = case.warehouse.ask(
        "first_end", rules=rules.json, version=version, as_of=as_of, acts=rests_on
    ).rows
    return microseconds(ends_at) if ends_at else None


def _keep(
    workspace: Workspace, decision: Decision, circumstances: Circumstances, when: When
) -> str:
    said = {
        "actor": circumstances.requested_by,
        "decision_id": decision.decision_id,
        "decision": msgspec.Raw(decision_bytes(decision)),
        **msgspec.to_builtins(circumstances),
    }
    return keep(workspace, decision.version_node_id, Statement("decided", said), when)
