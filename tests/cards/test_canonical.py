"""A card has one form of bytes, and two digests: of all, and of what a submission freezes."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lineage_pipeline.cards import card as card_module
from lineage_pipeline.cards.canonical import card_bytes, number_text, read_card
from lineage_pipeline.cards.card import card_schema
from lineage_pipeline.cards.facts import ApprovalFacts, Known
from lineage_pipeline.errors import ConfigError, IntegrityError

from .examples import AS_OF, DAY, SOURCE, check, check_card, make_document, make_facts
from .story import checked_cards

SCHEMA = Path(card_module.__file__).with_name("card.schema.json")


@pytest.mark.parametrize(
    ("value", "text"),
    [  # Source: RFC 8785, Appendix B
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (-3333333333333333.0, "-3333333333333333"),
        (333333333.33333329, "333333333.3333333"),
        (85.0, "85"),
        (0.81, "0.81"),
    ],
)
def test_a_number_is_written_as_the_standard_has_it(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_means_itself(value: float) -> None:
    assert float(number_text(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_written_as_one(value: float) -> None:
    with pytest.raises(ConfigError):
        number_text(value)


def test_a_digest_is_that_of_the_file() -> None:
    checked = check()

    assert checked.digest == sha256(card_bytes(checked.card)).hexdigest()


def test_a_card_reads_back() -> None:
    card = check().card

    assert read_card(card_bytes(card)) == card


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: data.replace(b'{"ancestry"', b'{ "ancestry"'),
        lambda data: data.replace(b'"auc"', b'"a\\u0075c"'),
        lambda data: data[:-1],
        lambda data: b"[]" + data[:0],
    ],
)
def test_a_card_in_another_form_is_refused(change: Any) -> None:
    with pytest.raises(IntegrityError):
        read_card(change(card_bytes(check().card)))


def test_the_same_facts_in_any_order_give_the_same_card() -> None:
    facts = make_facts()
    assert facts.metrics is not None

    again = make_facts(
        metrics=facts.metrics[::-1],
        ancestors=facts.ancestors[::-1] if facts.ancestors else None,
        parameters=dict(reversed(facts.parameters.items())),
    )

    assert check(again).digest == check(facts).digest


def test_a_document_in_another_order_of_keys_gives_the_same_card() -> None:
    document = make_document()

    again = dict(reversed(document.items()))

    assert check(document=again).digest == check(document=document).digest


LATER = {
    "another approval": make_facts(
        approvals=(
            *(make_facts().approvals or ()),
            ApprovalFacts(stage="compliance", actor="ingrid@example.org", at=AS_OF),
        )
    ),
    "no approval": make_facts(approvals=()),
    "a later look": make_facts(as_of=AS_OF + 30 * DAY),
    "nothing deployed": make_facts(deployments=()),
    "no incident": make_facts(incidents=()),
    "monitoring unknown": make_facts(monitoring_configured=None, rollback_tested=None),
    "more lineage": make_facts(ancestors=()),
}


@pytest.mark.parametrize("later", LATER)
def test_what_happens_later_leaves_a_submission_as_it_is(later: str) -> None:
    before, after = check(), check(LATER[later])

    assert after.digest != before.digest
    assert after.frozen_digest == before.frozen_digest


def test_a_registry_that_is_asked_again_leaves_a_submission_as_it_is() -> None:
    facts = make_facts()
    metrics = tuple(replace(each, document_id="another poll") for each in facts.metrics or ())

    assert check(make_facts(metrics=metrics)).frozen_digest == check(facts).frozen_digest


def test_another_evaluation_leaves_a_submission_as_it_is() -> None:
    facts = make_facts()
    again = tuple(
        replace(each, run_id="r2", measured_at=AS_OF - 12 * DAY, value=0.5)
        for each in facts.metrics or ()
    )

    later = check(make_facts(metrics=(*(facts.metrics or ()), *again)))

    assert later.frozen_digest == check(facts).frozen_digest
    assert 0.5 in {each.value for each in later.card.evaluation}


CONTENT = {
    "artifact": make_facts(artifact_sha256=Known(value="1b" * 32, evidence="registry")),
    "tier": make_facts(tier=Known(value="low", evidence="registry")),
    "metric": make_facts(metrics=()),
    "training data": make_facts(training=()),
}


@pytest.mark.parametrize("content", CONTENT)
def test_another_content_is_another_submission(content: str) -> None:
    assert check(CONTENT[content]).frozen_digest != check().frozen_digest


def test_a_word_that_a_person_changed_is_another_submission() -> None:
    document = make_document()
    document["limitations"] = ["not validated on anybody"]

    assert check(document=document).frozen_digest != check().frozen_digest


def test_the_published_schema_is_the_one_of_the_card() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == card_schema()


def test_cards_are_valid_by_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(card_schema())
    cards = [check(), check_card(make_facts(), None, SOURCE), *checked_cards().values()]

    for checked in cards:
        validator.validate(json.loads(card_bytes(checked.card)))
