"""Where a card is older than what it describes, or older than a card may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.cards.finding import Finding
from lineage_pipeline.cards.matching import US_IN_DAY, instant_of, instant_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.cards.facts import CardFacts
    from lineage_pipeline.cards.rules import CardRules
    from lineage_pipeline.cards.written import Written


def find_staleness(
    facts: CardFacts, written: Written, tier: str, rules: CardRules
) -> list[Finding]:
    """Return why a card is stale; nothing for one without a date, which is incomplete instead."""
    stated = written.root.part("overview").text("date")
    at = instant_of(stated) if stated else None
    if at is None:
        return []
    source = written.source or "no file named"
    return [
        *_older(facts, (stated, source), at),
        *_too_old(facts, (stated, source), at, rules.max_age_days.get(rules.tier_of(tier))),
    ]


def _older(facts: CardFacts, stated: tuple[str, str], at: int) -> Iterator[Finding]:
    """Yield a finding for each thing that happened after the card was written."""
    measured = max(
        (each for each in facts.metrics or () if each.measured_at is not None),
        key=lambda each: (each.measured_at or 0, each.run_id, each.metric),
        default=None,
    )
    run = facts.training_run
    events = (
        ("registered", "the version was registered", facts.registered_at, facts.registration),
        ("trained", "the version was trained", facts.trained_at, run.evidence or run.value),
        (
            "evaluated",
            "it was last evaluated",
            measured.measured_at if measured else None,
            f"run {measured.run_id}" if measured else "",
        ),
    )
    for rule, what, when, evidence in events:
        if when is not None and when > at:
            yield _stale(
                rule,
                stated,
                (instant_text(when), evidence or "evidence"),
                f"{what} on {instant_text(when)} ({evidence or 'evidence'})",
            )


def _too_old(
    facts: CardFacts, stated: tuple[str, str], at: int, max_age_days: int | None
) -> Iterator[Finding]:
    age_days = (facts.as_of - at) // US_IN_DAY
    if max_age_days is not None and age_days > max_age_days:
        yield _stale(
            "age",
            stated,
            (instant_text(facts.as_of), "the time of the check"),
            f"it is {age_days} days old on {instant_text(facts.as_of)} (the time of the check), "
            f"and the rules allow {max_age_days}",
        )


def _stale(rule: str, stated: tuple[str, str], observed: tuple[str, str], what: str) -> Finding:
    return Finding(
        kind="stale",
        rule=rule,
        field="overview.date",
        stated=stated[0],
        stated_source=stated[1],
        observed=observed[0],
        observed_source=observed[1],
        sentence=f"The card ({stated[1]}) is of {stated[0]}, and {what}.",
        remedy="Read the card again, correct what has changed, and give it today's date.",
    )
