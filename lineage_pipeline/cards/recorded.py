"""What is recorded of a version and nobody needs to write: its ancestry and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.cards.card import Ancestry, Approval, Deployment, History, Incident
from lineage_pipeline.cards.matching import instant_text
from lineage_pipeline.cards.written import WIDEST, first, shown

if TYPE_CHECKING:
    from lineage_pipeline.cards.facts import CardFacts
    from lineage_pipeline.cards.origins import Origins


def ancestry(facts: CardFacts, origins: Origins) -> Ancestry:
    """Return the datasets behind a version, raw ones and features by name."""
    if facts.ancestors is None:
        return Ancestry()
    origins.evidenced("ancestry", "lineage", f"lineage upstream of {facts.version_node_id}")
    by_stage: dict[str, list[str]] = {"raw": [], "feature": []}
    for each in facts.ancestors:
        if each.stage in by_stage:
            by_stage[each.stage].append(shown(each.node_id))
    return Ancestry(
        is_known=True,
        raw_count=len(by_stage["raw"]),
        feature_count=len(by_stage["feature"]),
        dataset_count=len({each.node_id for each in facts.ancestors}),
        raw=tuple(first(sorted(by_stage["raw"]), "ancestry.raw", origins.cut)),
        features=tuple(first(sorted(by_stage["feature"]), "ancestry.features", origins.cut)),
    )


def history(facts: CardFacts, cut: list[str]) -> History:
    """Return what happened to a version, in the order in which it did."""
    looked_up = {
        "approvals": facts.approvals,
        "deployments": facts.deployments,
        "incidents": facts.incidents,
    }
    return History(
        as_of=instant_text(facts.as_of),
        approvals=_approvals(facts, cut),
        deployments=_deployments(facts, cut),
        incidents=_incidents(facts, cut),
        monitoring_configured_at=instant_text(
            facts.monitoring_configured.at if facts.monitoring_configured else None
        ),
        rollback_tested_at=instant_text(
            facts.rollback_tested.at if facts.rollback_tested else None
        ),
        unread=tuple(name for name, found in looked_up.items() if found is None),
    )


def _approvals(facts: CardFacts, cut: list[str]) -> tuple[Approval, ...]:
    acts = sorted(facts.approvals or (), key=lambda each: (each.at, each.stage, each.actor))
    return tuple(
        Approval(
            stage=shown(each.stage, 200),
            actor=shown(each.actor, 200),
            decision=shown(each.decision, 200),
            at=instant_text(each.at),
            expires_on=shown(each.expires_on, 200),
            conditions=tuple(shown(text) for text in each.conditions[:WIDEST]),
            evidence_ref=shown(each.act, 400),
        )
        for each in first(acts, "history.approvals", cut)
    )


def _deployments(facts: CardFacts, cut: list[str]) -> tuple[Deployment, ...]:
    found = sorted(facts.deployments or (), key=lambda each: (each.from_at or 0, each.node_id))
    return tuple(
        Deployment(
            node_id=shown(each.node_id),
            environment=shown(each.environment, 200),
            from_at=instant_text(each.from_at),
            to_at=instant_text(each.to_at),
            evidence_ref=shown(each.evidence, 400),
        )
        for each in first(found, "history.deployments", cut)
    )


def _incidents(facts: CardFacts, cut: list[str]) -> tuple[Incident, ...]:
    found = sorted(facts.incidents or (), key=lambda each: (each.opened_at or 0, each.name))
    return tuple(
        Incident(
            name=shown(each.name, 400),
            severity=shown(each.severity, 200),
            opened_at=instant_text(each.opened_at),
            closed_at=instant_text(each.closed_at),
            evidence_ref=shown(each.evidence, 400),
        )
        for each in first(found, "history.incidents", cut)
    )
