"""What a declaration says comes true: where texts come from, and what rules decide."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.formats.audit.chunks import as_bytes, event, mapping, read, rows


def one(declared: dict[str, Any], **fields: object) -> dict[str, Any]:
    (row,) = rows(mapping(**declared), event(**fields))
    return row


def test_the_first_path_that_leads_to_a_text_counts() -> None:
    columns = {"columns": {"actor_id": ["$.a", "$.b.c", {"constant": "nobody"}]}}
    assert one(columns, a="x", b={"c": "y"})["actor_id"] == "x"
    assert one(columns, a=None, b={"c": "y"})["actor_id"] == "y"
    assert one(columns, b="no object")["actor_id"] == "nobody"


def test_the_empty_text_is_none() -> None:
    assert one({"columns": {"run_id": "$.run"}}, run="")["run_id"] is None
    found = read(mapping(), [as_bytes(event(action=""))])
    assert [problem.code for _, problem in found.rejected] == ["missing_action"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.list[0].x", "first"),
        ("$.list[-1].x", "last"),
        ("$.list[5].x", None),
        ('$."x-y".z', "quoted"),
        ("$.number", "12"),
        ("$.huge", "123456789012345678901234567890"),
        ("$.flag", "true"),
        ("$.nothing", None),
        ("$.object", '{"k":[1]}'),
    ],
)
def test_a_path_leads_to_its_text(path: str, value: str | None) -> None:
    row = one(
        {"columns": {"resource_id": path}},
        list=[{"x": "first"}, {"x": "last"}],
        **{"x-y": {"z": "quoted"}, "number": 12, "flag": True, "nothing": None},
        object={"k": [1]},
        huge=123456789012345678901234567890,
    )
    assert row["resource_id"] == value


def test_a_join_needs_all_its_paths() -> None:
    columns = {"columns": {"resource_id": {"join": ["s3://", "$.bucket", "/", "$.key"]}}}
    assert one(columns, bucket="b", key="k")["resource_id"] == "s3://b/k"
    assert one(columns, bucket="b")["resource_id"] is None


def test_a_pattern_takes_its_group_or_nothing() -> None:
    columns = {"columns": {"model_key": {"path": "$.arn", "pattern": ":model-package/([^/]+)"}}}
    assert one(columns, arn="arn:aws:x:model-package/credit/3")["model_key"] == "credit"
    assert one(columns, arn="arn:aws:x:endpoint/credit")["model_key"] is None


def test_attributes_keep_their_types_and_leave_out_what_is_not_there() -> None:
    attrs = {
        "bytes": "$.bytes", "ok": "$.ok", "tags": "$.tags", "none": "$.none", 'odd "name"': "$.odd",
        "either": ["$.a", "$.b"],
    }  # fmt: skip
    row = one({"attrs": attrs}, bytes=7, ok=False, tags=["x", {"y": 1}], none=None, odd='"\\', b=2)
    assert json.loads(row["attrs"]) == {
        "bytes": 7, "ok": False, "tags": ["x", {"y": 1}], 'odd "name"': '"\\', "either": 2,
    }  # fmt: skip
    assert one({"attrs": {"x": "$.x"}})["attrs"] is None
    assert one({})["attrs"] is None


def test_an_attribute_that_a_column_takes_too_is_kept_as_text() -> None:
    declared = {"columns": {"status_code": "$.code"}, "attrs": {"code": "$.code"}}
    row = one(declared, code=404)
    assert (row["status_code"], json.loads(row["attrs"])) == (404, {"code": "404"})


@pytest.mark.parametrize(("text", "code"), [("200", 200), (503, 503), ("OK", None), (2**40, None)])
def test_a_status_code_is_a_number_or_nothing(text: object, code: int | None) -> None:
    assert one({"columns": {"status_code": "$.code"}}, code=text)["status_code"] == code


RULES = {
    "columns": {"actor_id": "$.who"},
    "rules": {
        "category": [
            {"of": "action", "matches": "^Create", "value": "register"},
            {"of": "action", "matches": "^CreateTraining", "value": "train"},
            {"of": {"join": ["$.verb", " ", "$.kind"]}, "matches": "^delete m$", "value": "retire"},
        ],
        "activity_id": [{"of": "action", "matches": "(?i)^create", "value": 1}],
        "outcome": [
            {"of": "$.error", "matches": "(?i)denied", "value": "denied"},
            {"of": "$.error", "matches": "", "value": "failure"},
            {"of": "$.error", "missing": True, "value": "success"},
        ],
        "actor_type": [{"of": "actor_id", "matches": "@", "value": "human"}],
        "is_interim": [{"of": "$.stage", "matches": "^early$", "value": True}],
    },
}


@pytest.mark.parametrize(
    ("fields", "decided"),
    [
        ({"action": "CreateTraining"}, {"category": "register", "activity_id": 1}),
        ({"action": "createModel"}, {"category": "other", "activity_id": 1}),
        ({"verb": "delete", "kind": "m"}, {"category": "retire", "activity_id": 99}),
        ({"verb": "delete"}, {"category": "other"}),
        ({"error": "AccessDenied"}, {"outcome": "denied"}),
        ({"error": "Throttled"}, {"outcome": "failure"}),
        ({"error": None}, {"outcome": "success"}),
        ({}, {"outcome": "success", "actor_type": "unknown", "is_interim": False}),
        ({"who": "mia@example.org"}, {"actor_type": "human"}),
        ({"stage": "early"}, {"is_interim": True}),
    ],
)
def test_the_first_rule_that_holds_decides(
    fields: dict[str, object], decided: dict[str, object]
) -> None:
    row = one(RULES, **fields)
    assert {key: row[key] for key in decided} == decided


def test_rows_are_decided_each_for_itself() -> None:
    fields = [{"error": error} for error in ("AccessDenied", None, "Throttled", "AccessDenied")]
    found = rows(mapping(**RULES), *(event(**field) for field in fields * 50))
    assert [row["outcome"] for row in found] == ["denied", "success", "failure", "denied"] * 50


def test_without_rules_nothing_is_claimed() -> None:
    row = one({})
    assert [row[name] for name in ("category", "activity_id", "outcome", "actor_type")] == [
        "other", 99, "unknown", "unknown",
    ]  # fmt: skip
    assert row["is_interim"] is False


@pytest.mark.parametrize(
    ("time", "declared", "expected", "is_naive"),
    [
        ("2026-03-02T09:14:07Z", {}, "2026-03-02T09:14:07Z", False),
        ("2026-03-02T09:14:07.123456789Z", {}, "2026-03-02T09:14:07.123456Z", False),
        ("2026-03-02T09:14:60Z", {}, "2026-03-02T09:15:00Z", False),
        ("2026-03-02 09:14:07,5+0200", {}, "2026-03-02T07:14:07.5Z", False),
        ("2026-03-02T09:14:07", {}, "2026-03-02T08:14:07Z", True),
        (1772442847, {"epoch": "seconds"}, "2026-03-02T09:14:07Z", False),
        ("1772442847.25", {"epoch": "seconds"}, "2026-03-02T09:14:07.25Z", False),
        (1772442847250, {"epoch": "milliseconds"}, "2026-03-02T09:14:07.25Z", False),
        ("2026-03-02T09:14:07Z", {"epoch": "seconds"}, "2026-03-02T09:14:07Z", False),
        ("02/Mar/2026:09:14:07 +0100", {"format": "%d/%b/%Y:%H:%M:%S %z"},
         "2026-03-02T08:14:07Z", False),
        ("2026/03/02 09:14:07", {"format": "%Y/%m/%d %H:%M:%S"}, "2026-03-02T08:14:07Z", True),
    ],
)  # fmt: skip
def test_a_time_is_read_as_declared(
    time: object, declared: dict[str, str], expected: str, *, is_naive: bool
) -> None:
    found = read(mapping(time=declared), [as_bytes(event(time=time))], "Europe/Berlin")
    (row,) = found.rows.to_pylist()
    assert row["occurred_at"] == datetime.fromisoformat(expected).astimezone(UTC)
    assert row["occurred_text"] == str(time)
    flags = [(row["event_id"], "naive_event_time")] if is_naive else []
    assert [flag[:2] for flag in found.flags] == flags


@pytest.mark.parametrize(
    ("time", "declared", "code"),
    [
        (None, {}, "missing_event_time"),
        ("", {}, "missing_event_time"),
        ("yesterday", {}, "invalid_event_time"),
        ("2026-02-30T09:14:07Z", {}, "invalid_event_time"),
        ("9999-01-01T00:00:00Z", {}, "invalid_event_time"),
        (1772442847, {}, "invalid_event_time"),
        ({"at": 1}, {}, "invalid_event_time"),
        (10**30, {"epoch": "seconds"}, "invalid_event_time"),
        ("1e99", {"epoch": "seconds"}, "invalid_event_time"),
        ("NaN", {"epoch": "seconds"}, "invalid_event_time"),
        ("02/Mar/2026", {"format": "%d/%b/%Y:%H:%M:%S"}, "invalid_event_time"),
    ],
)
def test_a_record_without_a_time_that_can_be_kept_is_rejected(
    time: object, declared: dict[str, str], code: str
) -> None:
    found = read(mapping(time=declared), [as_bytes(event(time=time))])
    assert [problem.code for _, problem in found.rejected] == [code]


def test_a_required_column_is_required() -> None:
    declared = mapping(columns={"actor_id": "$.who"}, required=["actor_id"])
    found = read(declared, [as_bytes(event(who="mia")), as_bytes(event())])
    assert [(at, problem.code) for at, problem in found.rejected] == [(1, "missing_actor_id")]


def test_a_record_is_recognised_by_any_group_of_paths() -> None:
    declared = mapping(recognise=[["$.app", "$.level"], ["$.legacy"]])
    bodies = [as_bytes(event(**fields)) for fields in (
        {"app": "desk", "level": "INFO"}, {"legacy": 1}, {"app": "desk"}, {},
    )]  # fmt: skip
    found = read(declared, bodies)
    assert found.places.tolist() == [0, 1]
    assert {problem.code for _, problem in found.rejected} == {"not_an_event"}


def test_the_digests_are_as_they_are_written_down() -> None:
    body = as_bytes(event(id="n-1"))
    content = hashlib.sha256(body).digest()
    (row,) = read(mapping(columns={"source_event_id": "$.id"}), [body]).rows.to_pylist()
    assert row["content_sha256"] == content
    assert row["event_id"] == hashlib.sha256(b"id:4:made:n-1").digest()
    (row,) = read(mapping(source="ä"), [b" " + body + b"\r"]).rows.to_pylist()
    assert row["content_sha256"] == content
    assert row["event_id"] == hashlib.sha256("record:2:ä:".encode() + content).digest()


def test_the_same_identity_with_other_content_is_one_event_with_two_contents() -> None:
    declared = mapping(columns={"source_event_id": "$.id"})
    first, second = rows(declared, event(id="n", x=1), event(id="n", x=2))
    assert first["event_id"] == second["event_id"]
    assert first["content_sha256"] != second["content_sha256"]
    other = rows(mapping(columns={"source_event_id": "$.id"}, source="b"), event(id="n", x=1))[0]
    assert other["event_id"] != first["event_id"]
