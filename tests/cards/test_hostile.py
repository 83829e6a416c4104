"""Values of any size and type break no rendering: they are bounded, typed and escaped."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_pipeline.cards.canonical import card_bytes, read_card
from lineage_pipeline.cards.facts import AncestorFacts, CardFacts, MetricFacts
from lineage_pipeline.cards.formats import EXPORTS, RENDERINGS, export_card, render_card
from lineage_pipeline.cards.sagemaker import CONTENT
from lineage_pipeline.errors import ConfigError

from .examples import SOURCE, check, check_card, make_document, make_facts
from .hostile import HOSTILE_TEXT, hostile_document, hostile_facts

if TYPE_CHECKING:
    from lineage_pipeline.cards.checking import CheckedCard

ALL = {**RENDERINGS, **EXPORTS}
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=40),
    st.sampled_from(HOSTILE_TEXT),
    st.dates(),
    st.binary(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.text(max_size=8), st.integers(), st.none()), inner),
    ),
    max_leaves=12,
)
SECTIONS = tuple(make_document())


def rendered(checked: CheckedCard) -> dict[str, str]:
    made = {form: render(checked) for form, render in ALL.items()}
    for text in made.values():
        text.encode("utf-8")
    return made


@given(VALUES)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_a_card_of_anything_is_rendered(document: Any) -> None:
    rendered(check_card(make_facts(), document, SOURCE))


@given(st.sampled_from(SECTIONS), VALUES)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_a_section_of_anything_is_rendered(section: str, value: Any) -> None:
    checked = check_card(make_facts(), make_document() | {section: value}, SOURCE)

    rendered(checked)
    assert read_card(card_bytes(checked.card)) == checked.card


@given(st.data())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_a_field_of_anything_is_rendered(data: st.DataObject) -> None:
    document = make_document()
    section = data.draw(st.sampled_from([key for key in document if key != "approvals_ref"]))
    place = document[section]
    place = place[0] if isinstance(place, list) else place
    if isinstance(place, dict):
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(VALUES)

    rendered(check_card(make_facts(), document, SOURCE))


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_hostile_text_everywhere_is_rendered_and_bounded(text: str) -> None:
    checked = check_card(hostile_facts(text), hostile_document(text), text)

    for form, made in rendered(checked).items():
        assert len(made) < 2_000_000, form


@pytest.mark.parametrize(
    "value",
    [
        10**5000,
        -(10**5000),
        float("inf"),
        float("-inf"),
        float("nan"),
        datetime(2026, 1, 1, tzinfo=UTC),
        date(2026, 1, 1),
        b"\xff",
        object(),
        {1: {2: {3: None}}},
        ["x"] * 100_000,
        {str(number): number for number in range(100_000)},
        "y" * 5_000_000,
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("section", ["overview", "evaluation", "annex_iv", "ethics"])
def test_values_of_any_size_are_bounded(section: str, value: object) -> None:
    document = make_document() | {section: [value, {"metric": value, "value": value}]}

    checked = check_card(make_facts(), document, SOURCE)

    for form, made in rendered(checked).items():
        assert len(made) < 2_000_000, form


def test_a_document_that_holds_itself_ends() -> None:
    document: dict[str, Any] = make_document()
    document["overview"]["again"] = document
    document["ethics"] = [document]

    checked = check(document=document)

    rendered(checked)
    assert checked.state == "incomplete"


def test_a_document_of_very_many_values_ends() -> None:
    wide = [["x"] * 200 for _ in range(200)]
    document = make_document() | {"ethics": wide, "caveats": wide}

    rendered(check(document=document))


def test_very_many_long_texts_are_bounded() -> None:
    document = make_document() | {"ethics": ["ab " * 3_000] * 200, "caveats": ["cd " * 3_000] * 200}

    checked = check(document=document)

    for form, made in rendered(checked).items():
        assert len(made) < 2_000_000, form
    assert "more than a card holds; nothing from here on was read" in str(checked.rows)


def test_what_is_cut_says_so() -> None:
    document = make_document() | {"caveats": ["it drifts when the bureau changes"] * 201}
    long = make_document() | {"human_oversight": "she reads the report. " * 1000}

    assert "201 items, of which the first 200 are read" in str(check(document=document).rows)
    assert "22000 characters, of which the first 10000 are read" in str(check(document=long).rows)


def test_more_evidence_than_a_card_holds_is_cut_and_said() -> None:
    metrics = tuple(MetricFacts(metric=f"m{number:05}", value=0.5) for number in range(5_000))
    ancestors = tuple(
        AncestorFacts(node_id=f"dataset:s:{number:05}", stage="raw") for number in range(5_000)
    )
    checked = check_card(make_facts(metrics=metrics, ancestors=ancestors), None, "")

    assert checked.card.cut == ("evaluation: 500 of 5000", "ancestry.raw: 500 of 5000")
    assert checked.card.ancestry.raw_count == 5_000
    for form in RENDERINGS:
        assert "500 of 5000" in ALL[form](checked)
    rendered(checked)


@pytest.mark.parametrize("text", ['"' * 10_000, "\u65e5" * 10_000])
def test_the_content_for_sagemaker_is_never_too_long(text: str) -> None:
    facts = hostile_facts(text)
    metrics = tuple(
        MetricFacts(metric=f"m{number}{text}", slice=f"{number % 20}", value=0.5)
        for number in range(600)
    )
    document = hostile_document(text)
    document["training_data"] = [
        {"dataset_key": f"{number}{text}", "source": text} for number in range(100)
    ]
    more = CardFacts(
        version_node_id=facts.version_node_id,
        name=text,
        version=text,
        parameters={f"{number}{text}": text for number in range(500)},
        metrics=metrics,
        as_of=facts.as_of,
    )

    for each in (facts, more):
        content = export_card(check_card(each, document, text), "sagemaker")
        assert len(content) <= CONTENT
        json.loads(content)


@pytest.mark.parametrize("form", ["pdf", "", "html\n"])
def test_a_form_that_is_none_is_refused(form: str) -> None:
    for make in (render_card, export_card):
        with pytest.raises(ConfigError, match="is no form of a card"):
            make(check(), form)


@pytest.mark.parametrize("form", ALL)
def test_the_same_facts_give_the_same_bytes(form: str) -> None:
    facts = make_facts()
    again = make_facts(metrics=facts.metrics[::-1] if facts.metrics else None)

    assert ALL[form](check(again)) == ALL[form](check(facts))
