"""A card and everything that is to be said of it: the one thing that is rendered and exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from lineage_pipeline.cards.canonical import card_digest, frozen_digest
from lineage_pipeline.cards.card import Card  # noqa: TC001 - msgspec reads it
from lineage_pipeline.cards.completeness import SectionRow, check_completeness, is_complete
from lineage_pipeline.cards.contradictions import find_contradictions
from lineage_pipeline.cards.fill import fill_card
from lineage_pipeline.cards.finding import Finding  # noqa: TC001 - msgspec reads it
from lineage_pipeline.cards.rules import CardRules, shipped_rules
from lineage_pipeline.cards.staleness import find_staleness
from lineage_pipeline.cards.written import read_written

if TYPE_CHECKING:
    from lineage_pipeline.cards.facts import CardFacts

State: TypeAlias = Literal["complete", "stale", "incomplete", "contradicted"]


class CheckedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card with its check.

    Attributes:
        rows: what is to be said of each section.
        findings: contradictions, then what makes it stale.
        state: the worst of it; a gate passes `complete` alone.
        digest: the SHA-256 of the card.
        frozen_digest: the SHA-256 of the card without its history: what a submission freezes.
    """

    card: Card
    rows: tuple[SectionRow, ...]
    findings: tuple[Finding, ...]
    state: State
    digest: str
    frozen_digest: str


def check_card(
    facts: CardFacts, document: object, source: str, rules: CardRules | None = None
) -> CheckedCard:
    """Return the card of a version, filled and checked.

    Args:
        facts: what evidence says.
        document: what the YAML or JSON that a person wrote stands for; None if there is none.
        source: where that is written, such as `cards/credit-risk-4.yaml`.
        rules: what is asked for; None: what the library ships.
    """
    applied = rules or shipped_rules()
    written = read_written(document, source)
    card = fill_card(facts, written, applied)
    findings = (
        *find_contradictions(facts, written, applied),
        *find_staleness(facts, written, card.risk.tier, applied),
    )
    rows = check_completeness(card, facts, written.problems, applied)
    return CheckedCard(
        card=card,
        rows=rows,
        findings=findings,
        state=_state(rows, findings),
        digest=card_digest(card),
        frozen_digest=frozen_digest(card),
    )


def _state(rows: tuple[SectionRow, ...], findings: tuple[Finding, ...]) -> State:
    if any(each.kind == "contradicted" for each in findings):
        return "contradicted"
    if not is_complete(rows):
        return "incomplete"
    return "stale" if findings else "complete"
