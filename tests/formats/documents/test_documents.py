"""Each kind of document is known by what it holds; what is none of a folder's is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lineage_pipeline.formats.documents import FORMATS, Document, read_document
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.formats.times import parse_time

POLL = "landing/registry/mlflow/20261012T050000Z/answer.json"
MODEL = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"


def act(kind: str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": "a1", "source": "/governance/board", "subject": MODEL,
        "type": f"lineage.{kind}.v1", "time": "2026-09-07T14:10:00Z",
        "data": {"actor": "priya@example.org", **data},
    }  # fmt: skip


APPROVED = act("governance.approved", stage="technical", reason="done", submission="sha256:1")


def approved(**more: Any) -> dict[str, Any]:
    return {**APPROVED, "data": {**APPROVED["data"], **more}}


ALERT = {
    "version": "4",
    "alerts": [
        {"status": "firing", "labels": {"model": "credit-risk"}, "fingerprint": "f",
         "startsAt": "2026-10-09T03:12:40Z", "endsAt": "0001-01-01T00:00:00Z"},
        {"status": "resolved", "labels": {}, "fingerprint": "g",
         "startsAt": "2026-10-08T03:12:40Z"},
    ],
}  # fmt: skip
CASES: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("governance", "lineage.governance.approved.v1", APPROVED, "2026-09-07T14:10:00Z"),
    (
        "governance", "lineage.retention.hold_placed.v1",
        act("retention.hold_placed", reason="a claim"), "2026-09-07T14:10:00Z",
    ),
    (
        "registry/mlflow", "mlflow.model_versions",
        {"model_versions": [{"name": "credit-risk", "version": "3"}]}, "2026-10-12T05:00:00Z",
    ),
    (
        "registry/mlflow", "mlflow.registered_models", {"registered_models": []},
        "2026-10-12T05:00:00Z",
    ),
    ("registry/files", "card", {"overview": {"name": "m", "version": "1", "date": "2026-09-27"}},
     "2026-09-27T00:00:00Z"),
    ("registry/files", "registration", {"name": "m", "versions": [{"version": "1"}]}, None),
    ("monitoring", "alert", ALERT, "2026-10-08T03:12:40Z"),
    (
        "monitoring", "measurement",
        {"model": "m", "model_version": "1", "at": "2026-10-11T09:00:00Z", "metrics": {"auc": 0.8}},
        "2026-10-11T09:00:00Z",
    ),
    (
        "monitoring", "prediction",
        {"prediction_id": "p", "model": "m", "model_version": "1", "at": "2026-10-11T09:00:00Z"},
        "2026-10-11T09:00:00Z",
    ),
    ("monitoring", "evidently.report", {"metrics": [{"metric_name": "ValueDrift()"}]}, None),
    (
        "monitoring", "evidently.snapshot",
        {"timestamp": "2026-10-11T08:30:00", "metadata": {}, "metric_results": {}},
        "2026-10-11T08:30:00Z",
    ),
]  # fmt: skip


def read(source: str, body: object, file: str = POLL) -> Document | Problem:
    return read_document(source, json.dumps(body).encode(), file, "UTC")


@pytest.mark.parametrize(("source", "kind", "body", "at"), CASES)
def test_a_document_is_known_by_what_it_holds(
    source: str, kind: str, body: dict[str, Any], at: str | None
) -> None:
    found = read(source, {**body, "more": [1]})
    assert isinstance(found, Document)
    moment = parse_time(at, "UTC") if at else None
    assert (found.kind, found.occurred_ns) == (kind, moment.ns if moment else None)
    assert json.loads(found.body) == {**body, "more": [1]}


def test_each_folder_takes_its_own_alone() -> None:
    for source, _, body, _ in CASES:
        for other in {each.source for each in FORMATS} - {source}:
            found = read(other, body)
            assert isinstance(found, Problem)
            assert found.code in ("unknown_document", "breaks_its_form")


@pytest.mark.parametrize(
    ("source", "body", "code"),
    [
        ("governance", act("governance.crowned"), "unknown_document"),
        ("governance", act("governance.approved", stage="t", reason="r"), "breaks_its_form"),
        ("governance", APPROVED | {"time": "yesterday"}, "not_a_time"),
        ("governance", approved(actor=""), "breaks_its_form"),
        ("governance", approved(decision="rejected"), "breaks_its_form"),
        ("registry/mlflow", {"model_versions": [{"name": "m"}]}, "breaks_its_form"),
        ("registry/mlflow", {"model_versions": {}}, "breaks_its_form"),
        ("monitoring", ALERT | {"version": "3"}, "breaks_its_form"),
        ("monitoring", [], "not_an_object"),
    ],
)  # fmt: skip
def test_what_breaks_its_form_says_where(source: str, body: object, code: str) -> None:
    found = read(source, body)
    assert isinstance(found, Problem)
    assert found.code == code
    said = json.dumps(body)
    assert not [word for word in re.findall(r"'([^']*)'", found.reason) if word in said]
    assert "priya" not in found.reason
    assert "yesterday" not in found.reason


def test_what_is_no_json_is_told_as_such() -> None:
    for text, code in ((b"{", "malformed_json"), (b'{"a": "\xff"}', "invalid_utf8")):
        found = read_document("governance", text, POLL, "UTC")
        assert isinstance(found, Problem)
        assert found.code == code


def test_the_same_is_one_and_at_another_time_another() -> None:
    first, again = read("governance", APPROVED), read("governance", APPROVED, "elsewhere.ndjson")
    assert first == again
    answer = {"registered_models": []}
    then, later = (
        read("registry/mlflow", answer, POLL.replace("12T", day)) for day in ("12T", "13T")
    )
    assert isinstance(then, Document)
    assert isinstance(later, Document)
    assert then.body == later.body
    assert then.document_id != later.document_id


def test_secrets_do_not_stay() -> None:
    tags = [{"key": "source", "value": "postgres://svc:hunter2@db.example.org/core"}]
    found = read(
        "registry/mlflow", {"model_versions": [{"name": "m", "version": "1", "tags": tags}]}
    )
    assert isinstance(found, Document)
    assert found.redaction_count == 1
    assert b"hunter2" not in found.body


def test_an_act_says_each_thing_once() -> None:
    text = json.dumps(APPROVED).replace('"stage"', '"decision": "approved", "decision"')
    found = read_document("governance", text.encode(), POLL, "UTC")
    assert isinstance(found, Problem)
    assert found.code == "doubled_key"


def test_two_registries_that_answer_the_same_have_both_said_it() -> None:
    answer = {"registered_models": []}
    folder = "landing/registry/mlflow/{}20261012T050000Z/answer.json"
    found = [read("registry/mlflow", answer, folder.format(host)) for host in ("", "a/", "b/")]
    assert len({each.document_id for each in found if isinstance(each, Document)}) == 3


def test_a_metric_that_is_no_number_is_read() -> None:
    for value in ("NaN", "Infinity", "-Infinity", 0.5):
        metrics = [{"key": "loss", "value": value}]
        run = {"info": {"run_id": "r"}, "data": {"metrics": metrics}}
        assert isinstance(read("registry/mlflow", {"runs": [run]}), Document)
    run = {"info": {"run_id": "r"}, "data": {"metrics": [{"key": "loss", "value": "high"}]}}
    assert isinstance(read("registry/mlflow", {"runs": [run]}), Problem)
