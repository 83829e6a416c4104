"""Of the story's cards only the one that was copied contradicts the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .story import checked_cards

if TYPE_CHECKING:
    from lineage_pipeline.cards.checking import CheckedCard


@pytest.fixture(scope="module")
def checked() -> dict[str, CheckedCard]:
    return checked_cards()


def test_every_version_with_a_card_is_checked(checked: dict[str, CheckedCard]) -> None:
    assert len(checked) == 10


def test_the_copied_card_contradicts_the_registry(checked: dict[str, CheckedCard]) -> None:
    card = checked["credit-risk-4"]

    (finding,) = card.findings

    assert card.state == "contradicted"
    assert (finding.rule, finding.stated, finding.observed) == ("metric", "0.81", "0.74")
    assert finding.sentence == (
        "auc of slice all on holdout/credit_2026h1: the card (cards/credit-risk-4.yaml) says 0.81, "
        "evidence (run 61d46ec11d7c50b8c37f662519f5a17b) says 0.74."
    )


def test_no_other_card_has_a_finding(checked: dict[str, CheckedCard]) -> None:
    others = {name: card for name, card in checked.items() if name != "credit-risk-4"}

    assert {name: card.findings for name, card in others.items()} == dict.fromkeys(others, ())
    assert {name: card.state for name, card in others.items()} == dict.fromkeys(others, "complete")


def test_the_card_shows_what_was_measured_and_what_was_written(
    checked: dict[str, CheckedCard],
) -> None:
    auc = checked["credit-risk-4"].card.evaluation[0]

    assert (auc.value, auc.stated) == (0.74, 0.81)
    assert auc.ci == (), "the interval was given for another value"
