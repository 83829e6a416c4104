"""Whether what a card refers to is known: its figures in evidence, its datasets in lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.cards.matching import US_IN_DAY, bare_digest, instant_of, instant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lineage_pipeline.cards.card import Card
    from lineage_pipeline.cards.facts import CardFacts


def _overview(card: Card, facts: CardFacts) -> Iterator[str]:
    if not facts.registration:
        yield f"no registry is known to hold version {card.overview.version}"
    if bare_digest(card.overview.artifact_sha256) and not facts.artifact_sha256.value:
        yield "no registry names the digest of the artifact"
    yield from _date(card.overview.date, facts)


def _date(text: str, facts: CardFacts) -> Iterator[str]:
    """Yield why a date says nothing of the card's age: without one it would never be stale."""
    at = instant_of(text) if text else None
    if text and at is None:
        yield f"the date {text} is no day"
    elif at is not None and at - US_IN_DAY > facts.as_of:
        yield f"the date {text} lies after {instant_text(facts.as_of)}, the time of the check"


def _training_data(card: Card, facts: CardFacts) -> Iterator[str]:
    if facts.training is None:
        yield "nobody has looked up what the version was trained on"
    elif not facts.training:
        yield "lineage does not say what the version was trained on"
    for each in card.training_data:
        if each.dataset_key and not each.is_known:
            yield f"lineage knows no dataset {each.dataset_key}"


def _evaluation(card: Card, facts: CardFacts) -> Iterator[str]:
    if facts.metrics is None:
        yield "nobody has looked up what was measured of the version"
    for each in card.evaluation:
        if not each.is_evidenced:
            on = f" on {each.dataset_key}" if each.dataset_key else ""
            yield f"no evidence has {each.metric} of slice {each.slice}{on}"


def _fairness(card: Card, _: CardFacts) -> Iterator[str]:
    measured = {each.metric for each in card.evaluation if each.is_evidenced}
    slices = {each.slice for each in card.evaluation if each.is_evidenced}
    for metric in card.fairness.metrics:
        if metric.metric not in measured:
            yield f"no evidence has {metric.metric}"
    for group in card.fairness.groups:
        if group not in slices:
            yield f"no measured slice is called {group}"


RESOLVERS: Final[Mapping[str, Callable[[Card, CardFacts], Iterator[str]]]] = {
    "overview": _overview,
    "training_data": _training_data,
    "evaluation": _evaluation,
    "fairness": _fairness,
}
"""What each section refers to; a section without one refers to nothing that can be looked up."""
