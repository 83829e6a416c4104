"""A card, filled: from evidence what evidence knows, from the written card what only a person can.

Evidence wins where both speak; where they differ, the contradictions of a card say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.cards.card import (
    ANNEX_IV,
    Card,
    Fairness,
    FairnessMetric,
    IntendedUse,
    Lifecycle,
    NotApplicable,
    Operations,
    Overview,
    Risk,
)
from lineage_pipeline.cards.matching import instant_text
from lineage_pipeline.cards.measured import measures
from lineage_pipeline.cards.origins import Origins
from lineage_pipeline.cards.recorded import ancestry, history
from lineage_pipeline.cards.training import training_data
from lineage_pipeline.cards.written import Part, first, shown

if TYPE_CHECKING:
    from lineage_pipeline.cards.facts import CardFacts
    from lineage_pipeline.cards.rules import CardRules
    from lineage_pipeline.cards.written import Written


def fill_card(facts: CardFacts, written: Written, rules: CardRules) -> Card:
    """Return the card of a version: the same facts and the same text give the same card."""
    root, origins = written.root, Origins(written.source)
    return Card(
        overview=_overview(facts, root.part("overview"), origins),
        risk=_risk(facts, root.part("risk"), origins),
        intended_use=_intended_use(root.part("intended_use"), origins),
        training_data=training_data(facts, root.parts("training_data"), origins),
        evaluation=measures(facts, root.parts("evaluation"), rules.tolerance, origins),
        fairness=_fairness(root.part("fairness"), origins),
        ethics=_list(root, "ethics", origins),
        limitations=_list(root, "limitations", origins),
        caveats=_list(root, "caveats", origins),
        human_oversight=_list_text(root, "human_oversight", origins),
        operations=_operations(root.part("operations"), origins),
        lifecycle=_lifecycle(root.part("lifecycle"), origins),
        ancestry=ancestry(facts, origins),
        annex_iv=_annex_iv(root.part("annex_iv"), origins),
        approvals_ref=origins.text("approvals_ref", root, "approvals_ref"),
        not_applicable=_not_applicable(root, origins),
        history=history(facts, origins.cut),
        cut=tuple(origins.cut),
        origins=dict(sorted(origins.by_path.items())),
    )


def _overview(facts: CardFacts, part: Part, origins: Origins) -> Overview:
    where = facts.registration or f"facts of {facts.version_node_id}"
    run = facts.training_run

    def stated(name: str, value: str, evidence: str = where) -> str:
        return origins.evidenced(f"overview.{name}", value, evidence)

    return Overview(
        name=stated("name", facts.name),
        version=stated("version", facts.version),
        version_node_id=stated("version_node_id", facts.version_node_id),
        task=origins.text("overview.task", part, "task"),
        description=origins.text("overview.description", part, "description"),
        owner_human=origins.known("overview.owner_human", facts.owner, part, "owner_human"),
        owner_team=origins.known("overview.owner_team", facts.team, part, "owner_team"),
        date=origins.text("overview.date", part, "date"),
        license=origins.text("overview.license", part, "license"),
        artifact_sha256=origins.known(
            "overview.artifact_sha256", facts.artifact_sha256, part, "artifact_sha256"
        ),
        registered_at=stated("registered_at", instant_text(facts.registered_at)),
        trained_at=stated("trained_at", instant_text(facts.trained_at), run.evidence or run.value),
        training_run=stated("training_run", run.value, run.evidence),
        code=stated("code", facts.code.value, facts.code.evidence),
        environment=stated("environment", facts.environment.value, facts.environment.evidence),
        parameters={
            shown(name, 200): stated(f"parameters.{shown(name, 200)}", value, run.evidence)
            for name, value in first(
                sorted(facts.parameters.items()), "overview.parameters", origins.cut
            )
        },
    )


def _risk(facts: CardFacts, part: Part, origins: Origins) -> Risk:
    return Risk(
        tier=origins.known("risk.tier", facts.tier, part, "tier"),
        domain=origins.text("risk.domain", part, "domain"),
        regulations=origins.texts("risk.regulations", part, "regulations"),
        rationale=origins.text("risk.rationale", part, "rationale"),
    )


def _intended_use(part: Part, origins: Origins) -> IntendedUse:
    return IntendedUse(
        uses=origins.texts("intended_use.uses", part, "uses"),
        users=origins.texts("intended_use.users", part, "users"),
        out_of_scope=origins.texts("intended_use.out_of_scope", part, "out_of_scope"),
    )


def _fairness(part: Part, origins: Origins) -> Fairness:
    metrics = tuple(
        FairnessMetric(metric=each.text("metric"), value=each.number("value"))
        for each in part.parts("metrics")
    )
    origins.note("fairness.metrics", "value" if metrics else "")
    return Fairness(
        groups=origins.texts("fairness.groups", part, "groups"),
        metrics=metrics,
        known_disparities=origins.text("fairness.known_disparities", part, "known_disparities"),
        mitigations=origins.text("fairness.mitigations", part, "mitigations"),
    )


def _operations(part: Part, origins: Origins) -> Operations:
    def text(name: str) -> str:
        return origins.text(f"operations.{name}", part, name)

    return Operations(
        compute=text("compute"),
        latency_p95_ms=origins.number("operations.latency_p95_ms", part, "latency_p95_ms"),
        monitoring_ref=text("monitoring_ref"),
        alerts_ref=text("alerts_ref"),
        rollback_ref=text("rollback_ref"),
        rollback_tested_at=text("rollback_tested_at"),
    )


def _lifecycle(part: Part, origins: Origins) -> Lifecycle:
    return Lifecycle(
        changes=origins.texts("lifecycle.changes", part, "changes"),
        replaces=origins.text("lifecycle.replaces", part, "replaces"),
        post_market_plan=origins.text("lifecycle.post_market_plan", part, "post_market_plan"),
    )


def _annex_iv(part: Part, origins: Origins) -> dict[str, str]:
    found = {point: origins.text(f"annex_iv.{point}", part, point) for point in ANNEX_IV}
    return {point: text for point, text in found.items() if text}


def _not_applicable(root: Part, origins: Origins) -> tuple[NotApplicable, ...]:
    """Return what is said not to apply, in the section itself or together under one key."""
    together = root.values.get("not_applicable")
    named = list(together) if isinstance(together, dict) else []
    found: dict[str, NotApplicable] = {}
    for name in named:
        found[name] = _waiver(name, root.part("not_applicable"), name)
    for name, section in root.values.items():
        if isinstance(section, dict) and "not_applicable" in section and name != "not_applicable":
            found[name] = _waiver(name, root.part(name), "not_applicable")
    for name in found:
        origins.note(f"not_applicable.{name}", "value")
    return tuple(found[name] for name in sorted(found))


def _waiver(section: str, part: Part, key: str) -> NotApplicable:
    if not isinstance(part.values.get(key), dict):
        return NotApplicable(section=section, reason=part.text(key))
    said = part.part(key)
    return NotApplicable(
        section=section, reason=said.text("reason"), approver=said.text("approver")
    )


def _list(root: Part, key: str, origins: Origins) -> tuple[str, ...]:
    """Return a section that is a list; a mapping there can only say that it does not apply."""
    return () if _is_waiver(root, key) else origins.texts(key, root, key)


def _list_text(root: Part, key: str, origins: Origins) -> str:
    """Return a section that is one text; several are put below each other."""
    return "\n".join(_list(root, key, origins))


def _is_waiver(root: Part, key: str) -> bool:
    section = root.values.get(key)
    return isinstance(section, dict) and "not_applicable" in section
