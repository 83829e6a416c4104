"""The SARIF log: valid by the schema of OASIS (sarif-2.1.0.json), and steady between checks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from lineage_pipeline.governance.outputs.sarif import FINGERPRINT, as_sarif
from tests.governance.outputs.decisions import (
    ASKED,
    CONSENT,
    PERFORMANCE,
    REGISTERED,
    WAIVED,
    circumstances,
    decided,
    decisions,
)

if TYPE_CHECKING:
    from lineage_pipeline.governance.decision import Circumstances, Decision

SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(decision: Decision, file: str | None = None) -> dict[str, Any]:
    log = json.loads(as_sarif(decision, ASKED, file))
    VALIDATOR.validate(log)
    [run] = log["runs"]
    return dict(run)


def test_failing_gates_are_errors_unknown_ones_warnings_and_waived_ones_suppressed_notes() -> None:
    run = run_of(decided(REGISTERED, CONSENT, PERFORMANCE, WAIVED))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "registered", "consent", "performance", "fairness",
    ]  # fmt: skip
    told = [(one["ruleId"], one["ruleIndex"], one["level"]) for one in run["results"]]
    assert told == [("consent", 1, "warning"), ("performance", 2, "error"), ("fairness", 3, "note")]
    assert [len(one.get("suppressions", ())) for one in run["results"]] == [0, 0, 1]
    assert run["invocations"][0]["exitCode"] == 1
    assert run["results"][1]["message"]["text"] == (
        "On holdout/credit_2026h1 the AUC is 0.74. (found auc 0.74, asked for auc >= 0.78) "
        "Next: Train a better model, or ask model-risk@example.org for a waiver."
    )


def test_while_a_tier_is_observed_all_are_notes() -> None:
    run = run_of(decided(CONSENT, PERFORMANCE, mode="observing"))
    assert {one["level"] for one in run["results"]} == {"note"}
    assert run["invocations"][0]["exitCode"] == 0
    assert "would deny" in run["invocations"][0]["exitCodeDescription"]


def test_results_lie_in_the_version_and_in_a_place_that_github_takes() -> None:
    [result] = run_of(decided(PERFORMANCE))["results"]
    [location] = result["locations"]
    [logical] = location["logicalLocations"]
    assert logical["fullyQualifiedName"] == "modelVersion:mlflow://mlflow.example.org:credit-risk:4"
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "credit-risk@4"
    [result] = run_of(decided(PERFORMANCE), "cards/credit risk.yaml")["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "cards/credit%20risk.yaml"


def test_a_finding_keeps_its_fingerprint_while_its_reason_changes() -> None:
    def marks(decision: Decision) -> list[str]:
        return [one["partialFingerprints"][FINGERPRINT] for one in run_of(decision)["results"]]

    first = marks(decided(PERFORMANCE, CONSENT))
    assert len(set(first)) == 2
    later = type(PERFORMANCE)(gate="performance", result="unknown", reason="x", is_blocking=True)
    assert marks(decided(CONSENT, later)) == first[::-1]
    assert not set(first) & set(marks(decided(PERFORMANCE, CONSENT, environment="staging")))
    assert marks(decided(PERFORMANCE)) == [
        "ac820bc832476b17ba06028567031bd490c38ba9b01c4210d2746a4b3f6d3f7f"
    ]


@settings(deadline=None, max_examples=40)
@given(decisions(), circumstances)
def test_any_decision_is_valid_and_its_messages_are_text_alone(
    decision: Decision, asked: Circumstances
) -> None:
    text = as_sarif(decision, asked)
    log = json.loads(text)
    VALIDATOR.validate(log)
    [run] = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    not_passed = [gate for gate in decision.gates if gate.result != "pass"]
    assert len(run["results"]) == len(not_passed)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        message = result["message"]["text"]
        assert message
        assert message.isprintable()
        assert "](" not in message
        assert not re.search(r"\{\d+\}", message)
        [location] = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"([A-Za-z0-9/@._~-]|%[0-9A-F]{2})+", uri)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    log = json.loads(as_sarif(decided(PERFORMANCE), ASKED))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(log)
    del log["runs"][0]["tool"]
    assert not VALIDATOR.is_valid(log)


@pytest.mark.parametrize("file", ["../../etc/passwd", "https://x/y", "/etc/passwd"])
def test_a_place_is_never_an_address_elsewhere(file: str) -> None:
    [result] = run_of(decided(PERFORMANCE), file)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "://" not in uri
    assert not uri.startswith("/")


def test_nor_is_the_name_of_a_model() -> None:
    [result] = run_of(decided(PERFORMANCE, model="//evil.example/x"))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "%2F%2Fevil.example%2Fx@4"
