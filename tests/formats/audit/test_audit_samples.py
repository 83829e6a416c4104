"""Every sample payload becomes the row that was read and approved, in every column."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lineage_pipeline.formats.audit import MAPPINGS, admissible, recognise
from lineage_pipeline.formats.audit.rows import ROW
from lineage_pipeline.formats.audit.validity import problem_with
from tests.formats.audit.chunks import SAMPLES, as_bytes, read, rows, samples

EXPECTED = json.loads((SAMPLES / "expected.json").read_bytes())
FOLDERS = {
    "cloudtrail": "audit/cloudtrail",
    "kubernetes": "audit/kubernetes",
    "mlflow": "audit/mlflow",
    "mlflow_access": "audit/mlflow",
    "cloudevents": "audit/cloudevents",
}


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JSON has it, without what is null."""
    made: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, bytes):
            made[name] = value.hex()
        elif isinstance(value, datetime):
            assert value.utcoffset() == UTC.utcoffset(None)
            made[name] = value.isoformat()
        elif value is not None:
            made[name] = json.loads(value) if name == "attrs" else value
    return made


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_sample_becomes_its_rows(name: str) -> None:
    bodies = samples()[name]
    found = read(MAPPINGS[name], bodies, "Europe/Berlin")
    assert found.rows.schema == ROW
    assert [plain(row) for row in found.rows.to_pylist()] == EXPECTED[name]
    assert found.places.tolist() == list(range(len(bodies)))
    assert (found.rejected, found.redaction_count) == ([], 0)
    flagged = {flag for _, flag, _ in found.flags}
    assert flagged == ({"naive_event_time"} if name == "mlflow_access" else set())


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_sample_is_recognised_among_all_and_among_those_of_its_folder(name: str) -> None:
    mapping = MAPPINGS[name]
    assert mapping.folder == FOLDERS[name]
    for body in samples()[name]:
        assert recognise(body, MAPPINGS.values()) is mapping
        assert recognise(body, admissible(MAPPINGS.values(), mapping.folder, "x.json")) is mapping


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_packaged_declaration_holds_what_one_of_ones_own_must(name: str) -> None:
    assert problem_with(MAPPINGS[name].declaration) is None


def test_a_document_of_records_is_recognised_as_one() -> None:
    document = (SAMPLES / "cloudtrail.json").read_bytes()
    assert recognise(document, MAPPINGS.values()) is MAPPINGS["cloudtrail"]
    assert recognise(b'{"Records": 1}', MAPPINGS.values()) is None


@pytest.mark.parametrize(
    "record", [b"", b"{}", b"[]", b"7", b"null", b"{", b"\xff", b"[" * 5000, b'{"Records":[', b"\0"]
)
def test_what_is_no_record_is_recognised_as_nothing(record: bytes) -> None:
    assert recognise(record, MAPPINGS.values()) is None


INSIGHT = {
    "eventVersion": "1.08", "eventTime": "2026-03-02T09:00:00Z", "awsRegion": "eu-west-1",
    "eventID": "e-1", "eventType": "AwsCloudTrailInsight", "eventCategory": "Insight",
    "insightDetails": {"state": "Start", "eventSource": "s3.amazonaws.com", "eventName": "X"},
}  # fmt: skip
DIGEST = {"awsAccountId": "1", "digestStartTime": "2026-03-02T09:00:00Z", "logFiles": []}


def test_records_of_cloudtrail_that_are_no_events_are_rejected_with_a_reason() -> None:
    good = samples()["cloudtrail"][0]
    found = read(MAPPINGS["cloudtrail"], [as_bytes(INSIGHT), good, as_bytes(DIGEST)])
    assert [(place, problem.code) for place, problem in found.rejected] == [
        (0, "missing_action"),
        (2, "not_an_event"),
    ]
    assert found.places.tolist() == [1]


def test_a_failed_login_is_no_success_though_it_has_no_error_code() -> None:
    login = {
        "eventVersion": "1.11", "eventID": "e-2", "eventTime": "2026-03-02T09:00:00Z",
        "eventName": "ConsoleLogin", "responseElements": {"ConsoleLogin": "Failure"},
    }  # fmt: skip
    assert rows(MAPPINGS["cloudtrail"], login)[0]["outcome"] == "failure"


def test_only_the_last_stages_of_a_kubernetes_request_are_final() -> None:
    stages = ("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic")
    request = {"auditID": "a", "verb": "get", "stageTimestamp": "2026-03-02T09:00:00Z"}
    found = rows(MAPPINGS["kubernetes"], *({**request, "stage": stage} for stage in stages))
    assert [row["is_interim"] for row in found] == [True, True, False, False]
    assert [row["source_event_id"] for row in found][:2] == [
        "a/RequestReceived",
        "a/ResponseStarted",
    ]
    assert len({row["event_id"] for row in found}) == 4
    assert [row["outcome"] for row in found] == ["unknown", "unknown", "unknown", "failure"]


def test_a_wrapped_delivery_is_the_event_of_its_body_with_the_identity_of_its_header() -> None:
    found = EXPECTED["mlflow"]
    half = len(found) // 2
    apart = {"event_id", "content_sha256", "source_event_id"}
    for wrapped, bare in zip(found[:half], found[half:], strict=True):
        assert {key: wrapped[key] for key in wrapped.keys() - apart} == {
            key: bare[key] for key in bare.keys() - apart
        }
        assert "source_event_id" in wrapped
        assert "source_event_id" not in bare
