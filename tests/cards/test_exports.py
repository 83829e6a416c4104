"""Exports are valid where other systems say what is valid, and hold what evidence says."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from lineage_pipeline.cards.formats import ENDINGS, EXPORTS, RENDERINGS, export_card

from .examples import SOURCE, TRAINING, VERSION, check, check_card, make_facts
from .hostile import HOSTILE_TEXT, hostile_document, hostile_facts
from .story import checked_cards

if TYPE_CHECKING:
    from lineage_pipeline.cards.checking import CheckedCard

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_7)


def hostile(text: str) -> CheckedCard:
    return check_card(hostile_facts(text), hostile_document(text), text)


def exported(form: str, checked: CheckedCard | None = None) -> Any:
    return json.loads(export_card(checked or check(), form))


def test_every_form_has_an_ending() -> None:
    assert set(ENDINGS) == {*RENDERINGS, *EXPORTS}


def test_json_is_the_card_whose_digest_is_told() -> None:
    checked = check()

    assert sha256(export_card(checked, "json").encode()).hexdigest() == checked.digest


def test_yaml_says_the_same_as_json() -> None:
    for checked in (check(), *checked_cards().values(), *map(hostile, HOSTILE_TEXT)):
        assert yaml.safe_load(export_card(checked, "yaml")) == exported("json", checked)


def test_cyclonedx_is_valid() -> None:
    bare = check_card(make_facts(), None, SOURCE)
    for checked in (check(), bare, *checked_cards().values(), *map(hostile, HOSTILE_TEXT)):
        assert VALIDATOR.validate_str(export_card(checked, "cyclonedx")) is None


def test_cyclonedx_holds_the_card() -> None:
    document = exported("cyclonedx")
    model, data = document["components"]
    card = model["modelCard"]
    properties = {each["name"]: each["value"] for each in card["properties"]}

    assert (model["name"], model["version"]) == ("loans", "7")
    assert model["hashes"] == [{"alg": "SHA-256", "content": "0a" * 32}]
    assert card["quantitativeAnalysis"]["performanceMetrics"][0] == {
        "type": "auc",
        "value": "0.81",
        "slice": "all",
        "confidenceInterval": {"lowerBound": "0.8", "upperBound": "0.8200000000000001"},
    }
    assert card["considerations"]["fairnessAssessments"][0]["groupAtRisk"] == "young"
    assert card["modelParameters"]["datasets"] == [{"ref": data["bom-ref"]}]
    assert data["data"][0]["classification"] == "personal data"
    assert properties["lineage:card.sha256"] == check().digest
    assert properties["lineage:approval.0"].startswith("technical approved by grace@example.org")


def test_cyclonedx_tells_a_written_figure_as_no_measurement() -> None:
    document = exported("cyclonedx", checked_cards()["credit-risk-4"])
    card = document["components"][0]["modelCard"]
    properties = {each["name"]: each["value"] for each in card["properties"]}

    values = [each["value"] for each in card["quantitativeAnalysis"]["performanceMetrics"]]
    assert "0.81" not in values
    assert properties["lineage:written_metric.0"] == "auc of slice all = 0.81"
    assert "0.74" in properties["lineage:finding.0"]


def test_sagemaker_holds_the_card() -> None:
    content = exported("sagemaker")
    details = content["evaluation_details"][0]["metric_groups"][0]["metric_data"][0]

    assert content["model_overview"]["model_id"] == VERSION
    assert content["model_overview"]["model_version"] == 7
    assert content["intended_uses"]["risk_rating"] == "High"
    assert content["training_details"]["training_job_details"]["training_datasets"] == [TRAINING]
    assert (details["name"], details["type"], details["value"]) == ("auc", "number", 0.81)


# Source: Amazon SageMaker Developer Guide, model card JSON schema
SAGEMAKER_KEYS = {
    "model_overview": {
        "model_id", "model_name", "model_description", "model_version", "problem_type",
        "algorithm_type", "model_creator", "model_owner", "model_artifact",
        "inference_environment",
    },
    "intended_uses": {
        "purpose_of_model", "intended_uses", "factors_affecting_model_efficiency", "risk_rating",
        "explanations_for_risk_rating",
    },
    "business_details": {"business_problem", "business_stakeholders", "line_of_business"},
    "training_details": {"objective_function", "training_observations", "training_job_details"},
    "additional_information": {
        "ethical_considerations", "caveats_and_recommendations", "custom_details",
    },
}  # fmt: skip


@pytest.mark.parametrize("text", [None, *HOSTILE_TEXT])
def test_sagemaker_takes_the_content(text: str | None) -> None:
    content = exported("sagemaker", hostile(text) if text is not None else check())

    assert set(content) == {*SAGEMAKER_KEYS, "evaluation_details"}
    for section, keys in SAGEMAKER_KEYS.items():
        assert set(content[section]) <= keys
    assert content["intended_uses"]["risk_rating"] in {"High", "Medium", "Low", "Unknown"}
    custom = content["additional_information"]["custom_details"]
    assert all(re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", key) for key in custom)
    assert all(0 < len(value) <= 1024 for value in custom.values())
    assert all(len(value) <= 1024 for value in strings(content["model_overview"]))
    for evaluation in content["evaluation_details"]:
        assert 0 < len(evaluation["name"]) <= 63
        assert len(evaluation["datasets"]) <= 10
        for group in evaluation["metric_groups"]:
            assert 0 < len(group["name"]) <= 63
            assert all(0 < len(metric["name"]) <= 255 for metric in group["metric_data"])


@pytest.mark.parametrize("version", ["0", "1.2", "v3", "7\u00b2", "9" * 30, ""])
def test_a_version_that_is_no_number_is_a_detail(version: str) -> None:
    content = exported("sagemaker", check(make_facts(version=version)))

    number = content["model_overview"].get("model_version", 1)
    assert isinstance(number, int)
    assert 1 <= number < 10**9
    assert content["additional_information"]["custom_details"].get("version", "") == version


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []
