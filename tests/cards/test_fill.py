"""A card says of every value where it comes from; evidence wins over what a person wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lineage_pipeline.cards.card import WRITTEN
from lineage_pipeline.cards.facts import CardFacts, Known, MetricFacts

from .examples import (
    AS_OF,
    HOLDOUT,
    SOURCE,
    TRAINING,
    check,
    check_card,
    make_document,
    make_facts,
    written_metric,
)
from .story import checked_cards

if TYPE_CHECKING:
    from lineage_pipeline.cards.card import Card

UNSOURCED = {
    # what is worked out from the rest, or says itself where it stands
    "form", "origins", "cut", "history", "is_known", "is_evidenced", "is_written", "evidence_ref",
    "run_id",
    "metric", "slice", "dataset_key", "dataset_digest", "measured_at",
}  # fmt: skip


def filled_paths(card: Card) -> set[str]:
    """Return the path of every field of a card that holds something and must say from where."""
    found = set()
    for name, section in msgspec.to_builtins(card).items():
        if name in UNSOURCED or not section:
            continue
        if name == "ancestry":
            found |= {name} if section["is_known"] else set()
        elif name == "not_applicable":
            found |= {f"not_applicable.{each['section']}" for each in section}
        elif name in {"training_data", "evaluation"}:
            left_out = UNSOURCED - ({"dataset_key"} if name == "training_data" else set())
            for place, each in enumerate(section):
                found |= fields(each, f"{name}[{place}]", left_out)
        elif isinstance(section, dict):
            found |= fields(section, name, set())
        else:
            found.add(name)
    return found


def fields(section: dict[str, Any], path: str, left_out: set[str]) -> set[str]:
    found = set()
    for key, value in section.items():
        if key in left_out or value in (None, "", [], {}, ()) or value == {"from": "", "to": ""}:
            continue
        if key == "parameters":
            found |= {f"{path}.{key}.{name}" for name in value}
        else:
            found.add(f"{path}.{key}")
    return found


def test_every_value_says_where_it_comes_from() -> None:
    for checked in (check(), check_card(make_facts(), None, SOURCE), *checked_cards().values()):
        assert filled_paths(checked.card) - {*checked.card.origins} == set()


def test_no_origin_speaks_of_a_value_that_is_not_there() -> None:
    for checked in (check(), *checked_cards().values()):
        assert {*checked.card.origins} - filled_paths(checked.card) == set()


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("overview.owner_human", "registry of m, tag owner"),
        ("overview.owner_team", f"{WRITTEN}: {SOURCE}"),
        ("overview.description", f"{WRITTEN}: {SOURCE}"),
        ("overview.parameters.seed", "run r1"),
        ("training_data[0].digest", "run r1, its inputs"),
        ("training_data[0].source", f"{WRITTEN}: {SOURCE}"),
        ("evaluation[0].value", "run r1, document d1"),
        ("evaluation[0].ci", f"{WRITTEN}: {SOURCE}"),
        ("fairness.known_disparities", f"{WRITTEN}: {SOURCE}"),
    ],
)
def test_an_origin_is_evidence_or_a_person(path: str, origin: str) -> None:
    assert check().card.origins[path] == origin


def test_without_evidence_a_written_value_stays_a_persons() -> None:
    card = check(make_facts(owner=Known(), metrics=None, training=None)).card

    assert card.overview.owner_human == "ada@example.org"
    assert card.origins["overview.owner_human"].startswith(WRITTEN)
    assert not any(each.is_evidenced for each in card.evaluation)
    assert not any(each.is_known for each in card.training_data)


def test_without_a_written_card_evidence_fills_what_it_knows() -> None:
    checked = check_card(make_facts(), None, "")
    card = checked.card

    assert card.overview.owner_human == "ada@example.org"
    assert [each.dataset_key for each in card.training_data] == [TRAINING]
    assert [(each.metric, each.slice) for each in card.evaluation] == [
        ("auc", "all"),
        ("auc", "young"),
        ("parity", "all"),
    ]
    assert card.intended_use.uses == ()
    assert checked.state == "incomplete"


def test_facts_that_nobody_looked_up_are_told_from_none() -> None:
    unread = check(make_facts(approvals=None, incidents=None, ancestors=None)).card

    assert unread.history.unread == ("approvals", "incidents")
    assert not unread.ancestry.is_known
    assert check(make_facts(approvals=())).card.history.unread == ()


def test_the_bare_minimum_of_facts_makes_a_card() -> None:
    facts = CardFacts(version_node_id="modelVersion:r:m:1", name="m", version="1", as_of=AS_OF)

    assert check_card(facts, None, "").state == "incomplete"


def test_a_measurement_that_is_no_number_stays_without_one() -> None:
    metrics = (MetricFacts(metric="auc", value=float("nan"), run_id="r1"),)

    (measure,) = check_card(make_facts(metrics=metrics), None, "").card.evaluation

    assert (measure.value, measure.is_evidenced) == (None, True)


def test_of_measurements_of_one_thing_the_last_counts_unless_the_card_names_a_run() -> None:
    first = MetricFacts(metric="auc", value=0.5, run_id="early", measured_at=1)
    last = MetricFacts(metric="auc", value=0.6, run_id="late", measured_at=2)
    facts = make_facts(metrics=(last, first))
    document = make_document()
    document["evaluation"] = [written_metric("auc", 0.5) | {"run_id": "early"}]
    unnamed = make_document()
    unnamed["evaluation"] = [written_metric("auc", 0.6) | {"run_id": ""}]

    assert check(facts, document).card.evaluation[0].value == 0.5
    assert check(facts, unnamed).card.evaluation[0].value == 0.6


def test_a_measurement_on_another_dataset_is_another_one() -> None:
    document = make_document()
    document["evaluation"] = [
        written_metric("auc", 0.9) | {"dataset_digest": "sha256:" + "d" * 64, "run_id": ""}
    ]

    written, measured, *_ = check(document=document).card.evaluation

    assert (written.value, written.is_evidenced) == (0.9, False)
    assert (measured.value, measured.is_evidenced) == (0.81, True)


def test_tags_of_lineage_say_that_data_is_personal() -> None:
    document = make_document()
    del document["training_data"][0]["personal_data"]

    (data,) = check(document=document).card.training_data

    assert data.personal_data is True
    assert data.dataset_key == TRAINING
    assert HOLDOUT != TRAINING
