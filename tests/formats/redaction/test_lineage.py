"""Columns and datasets keep their names, whatever they are called."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from lineage_pipeline.formats.redaction import redact_body, redact_identifier

COLUMNS: Final = ["password_hash", "api_key", "token", "secret", "pin", "credentials"]
FROM: Final = [{"namespace": "postgres://h", "name": "t", "field": "password"}]


def body_of(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize(
    ("facet", "said"),
    [
        (
            "columnLineage",
            {"fields": {"": {"inputFields": FROM, "transformationType": "IDENTITY"}}},
        ),
        ("lineage", {"fields": {"": {"inputs": [{"type": "DATASET", **FROM[0]}]}}}),
        (
            "lineage",
            {"entries": [{"namespace": "n", "name": "x", "fields": {"": {"inputs": FROM}}}]},
        ),
        ("dataQualityMetrics", {"columnMetrics": {"": {"nullCount": 1, "quantiles": {"0.1": 7}}}}),
        ("custom", {"fields": {"": {"inputFields": FROM}}}),
        ("schema", {"fields": [{"name": "", "type": "string", "description": "its value"}]}),
        (
            "schema",
            {"fields": [{"name": "", "type": "struct", "fields": [{"name": "", "type": "x"}]}]},
        ),
        ("dataQualityAssertions", {"assertions": [{"assertion": "unique", "column": ""}]}),
    ],
)
def test_a_column_named_like_a_secret_keeps_all_that_is_said_of_it(
    column: str, facet: str, said: dict[str, Any]
) -> None:
    body = body_of(said).replace(b'""', json.dumps(column).encode())
    assert redact_body(facet, body) == (body, 0)


def test_a_password_in_such_a_map_of_another_facet_goes() -> None:
    body, _ = redact_body("custom", body_of({"fields": {"password": "s3cr3t", "a": {}}}))
    assert b"s3cr3t" not in body
    body, _ = redact_body("custom", body_of({"columns": {"secret": {"v": "s3cr3t"}}}))
    assert b"s3cr3t" not in body


@pytest.mark.parametrize(
    ("facet", "said"),
    [
        ("symlinks", {"identifiers": [{"namespace": "", "name": "t", "type": "TABLE"}]}),
        ("columnLineage", {"fields": {"a": {"inputFields": [{"namespace": "", "name": "t"}]}}}),
        ("lineage", {"entries": [{"namespace": "", "name": "t", "inputs": []}]}),
        ("parent", {"job": {"namespace": "", "name": "j"}, "run": {"runId": "r"}}),
        ("lifecycleStateChange", {"previousIdentifier": {"name": "t", "namespace": ""}}),
    ],
)
@pytest.mark.parametrize(
    "uri", ["postgres://u:s3cr3t@h", "https://h?token=s3cr3t", "svc:s3cr3t@h:80"]
)
def test_a_dataset_has_one_name_in_events_and_facets(
    uri: str, facet: str, said: dict[str, Any]
) -> None:
    body, count = redact_body(facet, body_of(said).replace(b'""', json.dumps(uri).encode()))
    place, _ = redact_identifier(uri)
    assert (body, count) == (body_of(said).replace(b'""', json.dumps(place).encode()), 1)
