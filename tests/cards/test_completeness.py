"""A section is complete if it is valid, says something, is long enough, and resolves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.cards.facts import CardFacts, Known
from lineage_pipeline.cards.placeholders import is_placeholder
from lineage_pipeline.cards.rules import TIERS, read_rules, shipped_rules
from lineage_pipeline.errors import ConfigError

from .examples import SOURCE, check, check_card, make_document, make_facts, written_metric

if TYPE_CHECKING:
    from lineage_pipeline.cards.completeness import SectionRow

PLACEHOLDERS = [
    "TBD", "tbd.", "TODO", "To do", "to-do: write", "TODO: ask the team", "FIXME", "n/a", "N/A",
    "n.a.", "na", "none", "None.", "not applicable", "unknown", "Lorem ipsum dolor sit amet",
    "xxx", "???", "-", "—", "...", "…", "<describe here>", "[insert text]", "{{ summary }}",
    "to be defined", "To be done", "coming soon", "insert description here", "aaaaaaaaaaaa",
    "The bias will be assessed; details to be determined", "[More Information Needed]", "WIP",
    "not available", "(pending)", "placeholder", "see above",
]  # fmt: skip
STATEMENTS = [
    "not validated on self-employed applicants",
    "no disparity was found in three audits",
    "the unknown share of renters is treated as missing",
    "a wrong rejection keeps a person from credit",
    "the todos app ranks tasks",
    "notable drift after holidays",
    "trained on one country",
    "none of the groups is scored less accurately, see audit FA-3",
    "85",
    "7",
]


# Evidence fills a part of the others.
WRITTEN_SECTIONS = [
    rule
    for rule in shipped_rules().section
    if rule.name not in ("overview", "evaluation", "training_data")
]


def row_of(section: str, document: object, facts: CardFacts | None = None) -> SectionRow:
    checked = check(facts, document)
    return next(row for row in checked.rows if row.section == section)


def without(section: str) -> dict[str, Any]:
    document = make_document()
    del document[section]
    return document


def with_tier(tier: str) -> CardFacts:
    return make_facts(tier=Known(value=tier, evidence="registry"))


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_what_only_holds_a_place_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", STATEMENTS)
def test_what_says_something_is_none(text: str) -> None:
    assert not is_placeholder(text)


def test_a_card_with_everything_is_complete() -> None:
    checked = check()

    assert checked.state == "complete"
    assert {row.status for row in checked.rows} == {"complete"}
    assert all(not row.remedy for row in checked.rows)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("rule", WRITTEN_SECTIONS, ids=lambda rule: rule.name)
def test_a_tier_asks_for_its_sections_and_for_no_other(rule: Any, tier: str) -> None:
    document = without(rule.name)
    document["risk"] = (document.get("risk") or {}) | {"tier": tier} if rule.name != "risk" else {}

    row = row_of(rule.name, document, with_tier(tier))

    wanted = "missing" if tier in rule.tiers else "not_applicable"
    assert (row.status, row.is_required) == (wanted, tier in rule.tiers)
    assert bool(row.remedy) == (wanted == "missing")


@pytest.mark.parametrize("tier", ["", "extreme", "HIGH?"])
def test_a_tier_that_nobody_knows_asks_for_everything(tier: str) -> None:
    document = without("annex_iv")
    document["risk"]["tier"] = tier

    assert row_of("annex_iv", document, with_tier(tier)).status == "missing"


@pytest.mark.parametrize("tier", ["LOW", " low "])
def test_a_tier_in_another_spelling_is_the_same(tier: str) -> None:
    document = without("annex_iv")
    document["risk"]["tier"] = tier

    assert row_of("annex_iv", document, with_tier(tier)).status == "not_applicable"


def test_a_placeholder_anywhere_in_a_section_is_found() -> None:
    document = make_document()
    document["limitations"] = ["not validated on the self-employed", "TBD"]

    row = row_of("limitations", document)

    assert (row.status, row.reason) == ("placeholder", "limitations only holds a place: TBD")
    assert row.remedy


def test_a_text_that_is_too_short_says_nothing() -> None:
    document = make_document()
    document["overview"]["description"] = "a model"

    row = row_of("overview", document)

    assert row.status == "missing"
    assert "7 characters of at least 20: a model" in row.reason


def test_a_value_of_another_type_is_missing_and_says_so() -> None:
    document = make_document()
    document["intended_use"]["uses"] = {"deep": "mapping"}

    row = row_of("intended_use", document)

    assert row.status == "missing"
    assert "uses is empty" in row.reason


@pytest.mark.parametrize("point", range(1, 10))
def test_every_point_of_annex_iv_counts(point: int) -> None:
    document = make_document()
    del document["annex_iv"][str(point)]

    row = row_of("annex_iv", document)

    assert row.status == "missing"
    assert row.reason.startswith(f"point {point} (")


def test_a_figure_without_evidence_is_unresolved() -> None:
    document = make_document()
    document["evaluation"].append(written_metric("recall", 0.6))

    row = row_of("evaluation", document)

    assert row.status == "unresolved"
    assert "no evidence has recall of slice all" in row.reason


@pytest.mark.parametrize("section", ["evaluation", "training_data"])
def test_what_nobody_looked_up_is_unresolved(section: str) -> None:
    facts = make_facts(metrics=None, training=None)

    assert row_of(section, make_document(), facts).status == "unresolved"


def test_a_dataset_that_lineage_does_not_know_is_unresolved() -> None:
    document = make_document()
    document["training_data"][0]["dataset_key"] = "dataset:s3://lake:made/up"

    row = row_of("training_data", document, make_facts(training=()))

    assert row.status == "unresolved"
    assert row.reason == "lineage does not say what the version was trained on; and 1 more"
    known = make_facts(training=(), known_datasets=("dataset:s3://lake:made/up",))
    assert row_of("training_data", document, known).status == "unresolved"


def test_a_dataset_that_is_only_named_is_unresolved() -> None:
    document = make_document()
    document["training_data"][0]["dataset_key"] = "dataset:s3://lake:made/up"

    row = row_of("training_data", document)

    assert row.status in ("unresolved", "missing")
    assert check(document=document).state == "contradicted"


def test_a_group_without_a_measured_slice_is_unresolved() -> None:
    document = make_document()
    document["fairness"]["groups"].append("old")

    row = row_of("fairness", document)

    assert (row.status, row.reason) == ("unresolved", "no measured slice is called old")


@pytest.mark.parametrize("date", ["some day", "2026-13-45", "2099-01-01"])
def test_a_date_that_says_nothing_of_the_age_is_unresolved(date: str) -> None:
    document = make_document()
    document["overview"]["date"] = date

    assert row_of("overview", document).status in ("unresolved", "missing")
    assert check(document=document).state == "incomplete"


def test_an_unregistered_version_is_unresolved() -> None:
    assert row_of("overview", make_document(), make_facts(registration="")).status == "unresolved"


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        ("it ranks articles and knows no persons", "unresolved", "no approver is named"),
        ({"reason": "it knows no persons"}, "unresolved", "no approver is named"),
        ({"reason": "n/a", "approver": "ingrid@example.org"}, "placeholder", "without a reason"),
        ({"approver": "ingrid@example.org"}, "placeholder", "without a reason"),
        ({"reason": "it knows no persons", "approver": "TBD"}, "unresolved", "no approver"),
        (
            {"reason": "it knows no persons", "approver": "ingrid@example.org"},
            "not_applicable",
            "it knows no persons; agreed by ingrid@example.org",
        ),
    ],
)
@pytest.mark.parametrize("is_together", [False, True])
def test_that_a_section_does_not_apply_takes_a_reason_and_an_approver(
    said: object, status: str, reason: str, *, is_together: bool
) -> None:
    document = make_document()
    document["fairness"] = {} if is_together else {"not_applicable": said}
    if is_together:
        document["not_applicable"] = {"fairness": said}

    row = row_of("fairness", document)

    assert row.status == status
    assert reason in row.reason


def test_a_list_can_be_said_not_to_apply() -> None:
    document = make_document()
    document["ethics"] = {"not_applicable": {"reason": "it counts parcels", "approver": "i@x.org"}}

    assert row_of("ethics", document).status == "not_applicable"


def test_no_card_does_without_its_evaluation() -> None:
    said = {"reason": "we trust it", "approver": "ingrid@example.org"}
    document = make_document() | {"evaluation": [], "not_applicable": {"evaluation": said}}

    assert row_of("evaluation", document, make_facts(metrics=())).status == "missing"


def test_that_a_filled_section_does_not_apply_changes_nothing() -> None:
    document = make_document()
    document["fairness"]["groups"] = ["old"]
    document["not_applicable"] = {"fairness": {"reason": "it is fine", "approver": "i@x.org"}}

    assert row_of("fairness", document).status == "unresolved"


@pytest.mark.parametrize("document", [[], "a text", 7, {"overview": []}])
def test_what_is_no_card_is_incomplete(document: object) -> None:
    checked = check_card(make_facts(), document, SOURCE)

    assert checked.state == "incomplete"


@pytest.mark.parametrize(
    "text",
    [
        "section = 7",
        "max_age_days = {low = 1}\n[[section]]\nname = 'x'",
        "max_age_days = {low = 1, medium = 1}\nsection = []",
        "max_age_days = {low = 1, medium = 1, high = 1}\nsection = []\nsections = []",
        "max_age_days={low=1,medium=1,high=1}\n[[section]]\nname='a'\ntitle='A'\ntiers=['huge']\nremedy='r'",
        "max_age_days={low=1,medium=1,high=1}\n[[section]]\nname='nothing'\ntitle='A'\ntiers=['low']\nremedy='r'",
        "max_age_days={low=1,medium=1,high=1}\n[[section]]\nname='risk'\ntitle='A'\ntiers=['low']\nremedy='r'",
        "max_age_days={low=1,medium=1,high=1}\n[[section]]\nname='risk'\ntitle=''\ntiers=[]\nremedy=''\nfields=[{name='x'}]",
    ],
)
def test_rules_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"rules\.toml"):
        read_rules(text, "rules.toml")
