"""What is recorded of a version, as people read it: lineage, approvals, deployments, incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.cards.blocks import Block, Fact, Facts, Items, Section, Table, Words

if TYPE_CHECKING:
    from lineage_pipeline.cards.card import Card

NOBODY: Final = "nobody has looked"
NONE: Final = "none recorded"


def recorded(card: Card) -> tuple[Section, ...]:
    """Return the sections that nobody writes: lineage, approvals, deployments, incidents."""
    history = card.history
    approvals = tuple(
        (
            each.stage,
            each.decision,
            each.actor,
            each.at,
            each.expires_on,
            "\n".join(each.conditions),
            each.evidence_ref,
        )
        for each in history.approvals
    )
    deployments = tuple(
        (each.node_id, each.environment, each.from_at, each.to_at or "serves", each.evidence_ref)
        for each in history.deployments
    )
    incidents = tuple(
        (each.name, each.severity, each.opened_at, each.closed_at or "open", each.evidence_ref)
        for each in history.incidents
    )
    heads = {
        "approvals": ("Stage", "Decision", "By", "At", "Expires on", "Conditions", "Act"),
        "deployments": ("Where", "Environment", "From", "To", "Evidence"),
        "incidents": ("What", "Severity", "Opened", "Closed", "Evidence"),
    }
    rows = {"approvals": approvals, "deployments": deployments, "incidents": incidents}
    tables = (
        Section(name, name.capitalize(), (_recorded_table(card, name, heads[name], rows[name]),))
        for name in heads
    )
    return (Section("ancestry", "Lineage", _ancestry(card)), *tables)


def _recorded_table(
    card: Card, name: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> Block:
    if rows:
        return Table(head, rows)
    return Words(NOBODY if name in card.history.unread else NONE)


def _ancestry(card: Card) -> tuple[Block, ...]:
    found = card.ancestry
    if not found.is_known:
        return (Words(NOBODY),)
    origin = card.origins.get("ancestry", "")
    counts = (
        Fact("Datasets behind it", f"{found.dataset_count}", origin),
        Fact("Raw", f"{found.raw_count}", origin),
        Fact("Features", f"{found.feature_count}", origin),
    )
    lists = (Items("Raw datasets", found.raw, origin), Items("Features", found.features, origin))
    return (Facts(counts), *(each for each in lists if each.items))
