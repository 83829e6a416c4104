"""Gates asked, waivers applied, a verdict given: a function of facts and policy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lineage_pipeline.governance import documentation
from lineage_pipeline.governance.decision import Decision, verdict_of
from lineage_pipeline.governance.documentation import ask_documentation
from lineage_pipeline.governance.gates import ask_gate, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lineage_pipeline.governance.decision import GateResult
    from lineage_pipeline.governance.gates import Subject
    from lineage_pipeline.governance.versions import ModelVersion
    from lineage_pipeline.policy.resolve import AskedGate, Rules
    from lineage_pipeline.warehouse.query import Warehouse

    AskCustom = Callable[[AskedGate, Mapping[str, Any]], GateResult]


class Case(NamedTuple):
    """What is to be decided.

    Attributes:
        warehouse: the facts.
        version: of which version.
        subject: the same version, where it is to go and as of when.
    """

    warehouse: Warehouse
    version: ModelVersion
    subject: Subject


class Standing(NamedTuple):
    """What people said of a version that counts.

    Attributes:
        artifact_sha256: of the artifact that is registered; empty if none is.
        submission: the digest of what is submitted; None if nothing is.
        approvals: the acts of approval that count.
        waivers: the act that waives a gate, by the gate.
        break_glass: the act that lets it pass in spite of its gates.
    """

    artifact_sha256: str
    submission: str | None
    approvals: tuple[str, ...]
    waivers: Mapping[str, str]
    break_glass: str | None


def decide(case: Case, rules: Rules, ask_custom: AskCustom) -> Decision:
    """Return whether a version may be deployed, and what each gate says.

    Args:
        case: the facts, and what is asked about.
        rules: what is asked of it.
        ask_custom: asks a gate that the policy declares in SQL, with these parameters.
    """
    version, subject = case.version, case.subject
    standing = standing_of(case.warehouse, rules, subject)
    said = [_ask(case, gate, rules, ask_custom) for gate in rules.gates]
    gates = tuple(_judged(one, gate, standing) for one, gate in zip(said, rules.gates, strict=True))
    would_be = verdict_of(gates, has_break_glass=standing.break_glass is not None)
    return Decision(
        version_node_id=version.node_id,
        model=version.model,
        version=version.version,
        environment=subject.environment,
        tier=rules.tier,
        mode=rules.mode,
        artifact_sha256=standing.artifact_sha256,
        submission=standing.submission,
        policy_sha256=rules.policy_sha256,
        gates=gates,
        approvals=standing.approvals,
        break_glass=standing.break_glass,
        verdict=would_be if rules.mode == "enforcing" else "deploy",
        would_be=would_be,
    )


def standing_of(warehouse: Warehouse, rules: Rules, subject: Subject) -> Standing:
    """Return what people said of a version that counts."""
    given = parameters(rules, subject, None)

    def ask(name: str) -> Sequence[tuple[Any, ...]]:
        used = ("rules", "version", "as_of", "known_at")
        return warehouse.ask(name, **{key: given[key] for key in used}).rows

    [(artifact, submission, break_glass)] = ask("standing")
    return Standing(
        artifact or "",
        submission,
        tuple(act_id for (act_id,) in ask("counted_approval")),
        dict(ask("counted_waiver")),
        break_glass,
    )


def _ask(case: Case, gate: AskedGate, rules: Rules, ask_custom: AskCustom) -> GateResult:
    if gate.sql is not None:
        return ask_custom(gate, parameters(rules, case.subject, gate.evidence_days))
    if gate.name == documentation.GATE:
        return ask_documentation(case.warehouse, gate, rules, case.version, case.subject)
    return ask_gate(case.warehouse, gate, rules, case.subject)


def _judged(said: GateResult, gate: AskedGate, standing: Standing) -> GateResult:
    """Return what a gate says with the waiver that counts for it, and whether it blocks."""
    if said.result == "pass":
        return said
    waiver = standing.waivers.get(gate.name) if gate.is_waivable else None
    return msgspec.structs.replace(said, waiver=waiver, is_blocking=waiver is None)
