"""The card of a version, filled from the warehouse and checked; and the gate that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.cards.checking import CheckedCard, check_card
from lineage_pipeline.cards.facts import CardFacts, Known
from lineage_pipeline.governance.decision import GateResult
from lineage_pipeline.governance.gates import parameters

if TYPE_CHECKING:
    from lineage_pipeline.governance.gates import Subject
    from lineage_pipeline.governance.versions import ModelVersion
    from lineage_pipeline.policy.resolve import AskedGate, Rules
    from lineage_pipeline.warehouse.query import Warehouse

GATE: Final = "documentation"
COMPLETE: Final = ("complete", "not_applicable")
ASKED: Final = ("rules", "version", "as_of", "known_at")


def card_of(
    warehouse: Warehouse, rules: Rules, version: ModelVersion, subject: Subject
) -> CheckedCard:
    """Return the card of a version as of an instant: filled from evidence, and checked."""
    given = parameters(rules, subject, None)
    [(told,)] = warehouse.ask("card_facts", **{name: given[name] for name in ASKED}).rows
    named = msgspec.json.decode(told) | {"name": version.model, "version": version.version}
    facts = msgspec.convert(_without_nulls(named), CardFacts)
    if rules.tier:
        said = Known(value=rules.tier, evidence=f"policy {rules.policy_sha256}")
        facts = msgspec.structs.replace(facts, tier=said)
    wanted = {name: given[name] for name in ("version", "as_of", "known_at")}
    written = warehouse.ask("written_card", **wanted).rows
    if not written:
        return check_card(facts, None, "no card")
    body, file, _ = written[0]
    return check_card(facts, msgspec.json.decode(body), file)


def ask_documentation(
    warehouse: Warehouse, gate: AskedGate, rules: Rules, version: ModelVersion, subject: Subject
) -> GateResult:
    """Return what the gate says that asks for a complete card, without contradictions."""
    checked = card_of(warehouse, rules, version, subject)
    required = [row for row in checked.rows if row.is_required]
    missing = [row for row in required if row.status not in COMPLETE]
    said = [finding.sentence for finding in checked.findings]
    said += [f"{row.section}: {row.reason}" for row in missing]
    passed = checked.state == "complete"
    return GateResult(
        gate=gate.name,
        result="pass" if passed else "fail",
        observed=f"{len(required) - len(missing)} of {len(required)} sections complete",
        threshold="a complete card that the evidence bears out",
        reason="; ".join(said) or "the card is complete, and the evidence bears it out",
        remedy="" if passed else gate.remedy or "correct the card, and deliver it again",
        evidence=(f"card {checked.frozen_digest}",),
    )


def _without_nulls(value: Any) -> Any:
    """Return what SQL told without what it did not know: defaults stand for that."""
    return {key: each for key, each in value.items() if each is not None}
