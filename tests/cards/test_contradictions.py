"""Where card and evidence contradict each other, the finding names both values and both sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from lineage_pipeline.cards.facts import CardFacts, DatasetFacts, Known, MetricFacts, Moment
from lineage_pipeline.cards.rules import Tolerance, shipped_rules

from .examples import (
    ARTIFACT,
    AS_OF,
    DAY,
    SOURCE,
    TRAINING,
    VERSION,
    check,
    check_card,
    make_document,
    make_facts,
    written_metric,
)

if TYPE_CHECKING:
    from lineage_pipeline.cards.checking import CheckedCard

OTHER = "dataset:s3://lake:training/other"


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the document with another value at a path like `overview.owner_human`."""
    document = make_document()
    *parents, key = path.split(".")
    place: Any = document
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    place[key] = value
    return document


def rules_of(checked: CheckedCard) -> list[str]:
    return [finding.rule for finding in checked.findings]


def test_a_card_that_evidence_bears_out_has_no_finding() -> None:
    assert check().findings == ()


@pytest.mark.parametrize(
    ("path", "value", "rule", "observed"),
    [
        ("overview.name", "leases", "identity", "loans"),
        ("overview.version", "6", "identity", "7"),
        ("overview.owner_human", "eve@example.org", "identity", "ada@example.org"),
        ("risk.tier", "low", "identity", "high"),
        ("overview.artifact_sha256", "f" * 64, "artifact", ARTIFACT),
        ("training_data.0.digest", "sha256:" + "e" * 64, "training_data.digest", "b" * 8),
        (
            "training_data.0.personal_data",
            False,
            "training_data.personal_data",
            "fields tagged personal-data",
        ),
        ("evaluation.0.value", 0.74, "metric", "0.81"),
        ("fairness.metrics", [{"metric": "parity", "value": 0.01}], "metric", "0.031"),
        ("operations.rollback_tested_at", "2026-09-15", "rollback", "2026-09-11T14:13:20Z"),
        (
            "approvals_ref",
            "acts on modelVersion:mlflow://m:loans:6.",
            "approvals_ref",
            VERSION,
        ),
        (
            "approvals",
            [{"stage": "compliance", "actor": "eve@example.org"}],
            "approval",
            "technical by grace@example.org",
        ),
    ],
)
def test_a_contradiction_names_both_values_and_both_sources(
    path: str, value: object, rule: str, observed: str
) -> None:
    checked = check(document=changed(path, value))

    (finding,) = checked.findings

    assert checked.state == "contradicted"
    assert (finding.kind, finding.rule, finding.observed) == ("contradicted", rule, observed)
    assert finding.stated in finding.sentence
    assert finding.observed in finding.sentence
    assert finding.stated_source == SOURCE
    assert SOURCE in finding.sentence
    assert finding.observed_source
    assert finding.observed_source in finding.sentence
    assert finding.remedy


@pytest.mark.parametrize(
    "facts",
    [
        make_facts(owner=Known(), tier=Known(), artifact_sha256=Known()),
        make_facts(metrics=None, training=None, approvals=None, rollback_tested=None),
        make_facts(metrics=(), training=()),
    ],
)
def test_what_evidence_does_not_say_contradicts_nothing(facts: CardFacts) -> None:
    assert check(facts).findings == ()


@pytest.mark.parametrize(
    ("written", "known"),
    [("lending", "team:lending"), ("Lending", "lending"), (" lending ", "lending")],
)
def test_a_name_in_another_spelling_is_the_same(written: str, known: str) -> None:
    facts = make_facts(team=Known(value=known, evidence="catalogue"))

    assert check(facts, changed("overview.owner_team", written)).findings == ()


def test_training_data_that_lineage_does_not_know() -> None:
    document = changed("training_data.0.dataset_key", OTHER)

    unknown, omitted = check(document=document).findings

    assert (unknown.rule, unknown.stated) == ("training_data.unknown", OTHER)
    assert unknown.observed == f"{TRAINING} and knows no dataset of that name"
    assert (omitted.rule, omitted.observed) == ("training_data.omitted", TRAINING)


def test_training_data_that_the_card_omits() -> None:
    training = (*(make_facts().training or ()), DatasetFacts(node_id=OTHER, evidence="run r1"))

    (finding,) = check(make_facts(training=training)).findings

    assert (finding.rule, finding.stated, finding.observed) == (
        "training_data.omitted",
        TRAINING,
        OTHER,
    )


@pytest.mark.parametrize("key", ["dataset:pg:customers", "dataset:old:c"])
def test_a_dataset_further_back_is_no_contradiction(key: str) -> None:
    document = make_document()
    document["training_data"].append(
        {"dataset_key": key, "source": "customers", "period": "2023 to 2025"}
    )

    assert check(document=document).findings == ()


def test_a_dataset_is_known_by_its_aliases() -> None:
    (dataset,) = make_facts().training or ()
    facts = make_facts(training=(replace(dataset, node_id=OTHER, aliases=(TRAINING,)),))

    assert check(facts).findings == ()


@pytest.mark.parametrize(
    ("written", "measured", "is_same"),
    [
        (0.81, 0.81, True),
        (0.81, 0.8149, True),
        (0.81, 0.805, True),
        (0.81, 0.8151, False),
        (0.81, 0.74, False),
        (0.8, 0.804, True),
        (0.8, 0.81, False),  # not by its one decimal, but by the declared tolerance
        (0.031, 0.0314, True),
        (0.031, 0.033, False),
        (12_000, 12_000.4, True),
        (12_000, 12_001.0, False),
        (0.81, float("nan"), False),
        (0.0, 0.0, True),
        (-0.5, 0.5, False),
    ],
)
def test_a_figure_may_be_rounded_and_no_more(
    written: float, measured: float, *, is_same: bool
) -> None:
    metrics = (MetricFacts(metric="auc", value=measured, run_id="r1"),)
    document = make_document() | {"evaluation": [written_metric("auc", written)]}

    assert (rules_of(check(make_facts(metrics=metrics), document)) == []) == is_same


def test_the_tolerance_is_declared() -> None:
    wide = replace(shipped_rules(), tolerance=Tolerance(metric={"auc": 0.1}))
    narrow = replace(shipped_rules(), tolerance=Tolerance(metric={"auc": 0.0}))
    document = changed("evaluation.0.value", 0.812)
    facts = make_facts(
        metrics=tuple(
            replace(each, value=0.8123) if each.slice == "all" and each.metric == "auc" else each
            for each in make_facts().metrics or ()
        )
    )

    assert check_card(facts, document, SOURCE, wide).findings == ()
    assert rules_of(check_card(facts, document, SOURCE, narrow)) == ["metric"]


def test_slices_are_compared_apart() -> None:
    document = changed("evaluation.1.value", 0.81)

    (finding,) = check(document=document).findings

    assert (finding.field, finding.stated, finding.observed) == (
        "evaluation[1].value",
        "0.81",
        "0.79",
    )


@pytest.mark.parametrize("order", [1, -1])
def test_evidence_that_disagrees_with_itself_bears_out_nothing(order: int) -> None:
    metrics = tuple(
        MetricFacts(metric="auc", value=value, run_id="r1", measured_at=1) for value in (0.81, 0.74)
    )
    document = make_document() | {"evaluation": [written_metric("auc", 0.81)]}

    (finding,) = check(make_facts(metrics=metrics[::order]), document).findings

    assert (finding.stated, finding.observed) == ("0.81", "0.74")


def test_a_run_that_measured_on_other_data() -> None:
    document = changed("evaluation.0.dataset_digest", "sha256:" + "d" * 64)

    (finding,) = check(document=document).findings

    assert finding.rule == "evaluation_data"
    assert "cccccccc" in finding.observed


@pytest.mark.parametrize("stated", ["2026-09-11", "2026-09-01T00:00:00Z", "when it was tried", ""])
def test_a_test_of_the_rollback_that_is_recorded_or_older_is_none(stated: str) -> None:
    assert check(document=changed("operations.rollback_tested_at", stated)).findings == ()


def test_a_rejection_is_no_approval() -> None:
    (approval,) = make_facts().approvals or ()
    facts = make_facts(approvals=(replace(approval, decision="rejected"),))

    assert rules_of(check(facts)) == ["approval"]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (make_facts(registered_at=AS_OF - DAY), "registered"),
        (make_facts(trained_at=AS_OF - DAY), "trained"),
        (
            make_facts(
                metrics=tuple(
                    replace(each, measured_at=AS_OF - DAY) for each in make_facts().metrics or ()
                )
            ),
            "evaluated",
        ),
        (
            make_facts(
                as_of=AS_OF + 400 * DAY,
                rollback_tested=Moment(at=AS_OF - 10 * DAY, evidence="ledger"),
            ),
            "age",
        ),
    ],
)
def test_a_card_older_than_what_it_describes_is_stale(facts: CardFacts, rule: str) -> None:
    checked = check(facts)

    (finding,) = checked.findings

    assert (checked.state, finding.kind, finding.rule) == ("stale", "stale", rule)
    assert "2026-09-10" in finding.sentence
    assert finding.observed in finding.sentence


def test_a_card_of_the_same_day_is_not_stale() -> None:
    noon = AS_OF - 11 * DAY  # 2026-09-10T14:13:20Z

    assert check(make_facts(registered_at=noon, trained_at=noon)).findings == ()


def test_a_contradiction_weighs_more_than_staleness() -> None:
    checked = check(make_facts(registered_at=AS_OF - DAY), changed("risk.tier", "low"))

    assert rules_of(checked) == ["identity", "registered"]
    assert checked.state == "contradicted"
