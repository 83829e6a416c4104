"""The JSON: as its schema says, the decision in it byte for byte, and read back."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.governance.decision import (
    Circumstances,
    Decision,
    GateResult,
    decision_bytes,
)
from lineage_pipeline.governance.outputs.report import SCHEMA, as_json, read_report
from tests.governance.outputs.decisions import (
    ASKED,
    CONSENT,
    PERFORMANCE,
    circumstances,
    decided,
    decisions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DESCRIBED: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(DESCRIBED)


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_any_decision_is_as_the_schema_says_and_read_back(
    decision: Decision, asked: Circumstances
) -> None:
    text = as_json(decision, asked)
    VALIDATOR.validate(json.loads(text))
    assert text.count("\n") == 1
    assert read_report(text.encode()) == (decision, asked)


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_the_decision_in_it_has_the_digest_beside_it(
    decision: Decision, asked: Circumstances
) -> None:
    text = as_json(decision, asked)
    inside = text.partition(',"decision":')[2].removesuffix("}\n").encode()
    assert inside == decision_bytes(decision)
    assert sha256(inside).hexdigest() == json.loads(text)["decision_id"]


def test_the_schema_is_one_and_describes_every_field() -> None:
    Draft202012Validator.check_schema(DESCRIBED)
    for name, kind in (
        ("decision", Decision),
        ("gate", GateResult),
        ("circumstances", Circumstances),
    ):
        described = DESCRIBED["$defs"][name]
        assert tuple(described["properties"]) == kind.__struct_fields__
        assert tuple(described["required"]) == kind.__struct_fields__


def removed(value: dict[str, Any]) -> None:
    del value["decision"]["mode"]


def added(value: dict[str, Any]) -> None:
    value["decision"]["gates"][0]["hint"] = ""


def misnamed(value: dict[str, Any]) -> None:
    value["decision_id"] = "0" * 64


def praised(value: dict[str, Any]) -> None:
    value["decision"]["verdict"] = "deploy"


def excused(value: dict[str, Any]) -> None:
    value["exit_code"] = 0


@pytest.mark.parametrize("change", [removed, added, misnamed, praised, excused])
def test_an_altered_report_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    value = json.loads(as_json(decided(PERFORMANCE, CONSENT), ASKED))
    change(value)
    with pytest.raises(IntegrityError):
        read_report(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


@pytest.mark.parametrize("change", [removed, added])
def test_the_schema_refuses_what_has_another_shape(
    change: Callable[[dict[str, Any]], None],
) -> None:
    value = json.loads(as_json(decided(PERFORMANCE, CONSENT), ASKED))
    change(value)
    with pytest.raises(ValidationError):
        VALIDATOR.validate(value)


@pytest.mark.parametrize(
    "data", [b"", b"null", b"{}", b'{"report":"\xff"}', b'{"x":' + b"[" * 50_000]
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="no report"):
        read_report(data)


def test_a_report_whose_decision_is_no_text_is_refused() -> None:
    data = as_json(decided(PERFORMANCE), ASKED).encode().replace(b'"auc 0.74"', b'"\xff"')
    with pytest.raises(IntegrityError, match="no report"):
        read_report(data)
