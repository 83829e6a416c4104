"""The rows of each facet kind, and that they fit the table that is declared for them."""

from collections.abc import Callable
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from lineage_pipeline.formats.facets import FACETS, TABLES, Holder
from lineage_pipeline.formats.facets.subset import MAX_DEPTH

Shred = Callable[[str, str, object], list[tuple[Any, ...]]]
Case = tuple[Holder, str, dict[str, Any], list[tuple[Any, ...]]]

NAMED = {"namespace": "s3://b", "name": "raw"}
JOB = {"namespace": "airflow", "name": "train"}

DATASET_CASES: list[Case] = [
    (
        "dataset",
        "schema",
        {"fields": [{"name": "id", "type": "INT", "description": "key", "ordinal_position": 4}]},
        [("id", None, "id", 3, "INT", "key")],
    ),
    (
        "dataset",
        "columnLineage",
        {"fields": {"a": {"inputFields": [{**NAMED, "field": "b"}]}}},
        [("a", "s3://b", "raw", "b", None, None, None, None)],
    ),
    ("dataset", "lineage", {"inputs": []}, [(0, None, None, "DATASET", *[None] * 11)]),
    (
        "dataset",
        "symlinks",
        {"identifiers": [{**NAMED, "type": "TABLE"}, {**NAMED, "type": None}, NAMED]},
        [("s3://b", "raw", "TABLE"), ("s3://b", "raw", None), ("s3://b", "raw", None)],
    ),
    (
        "dataset",
        "lifecycleStateChange",
        {"lifecycleStateChange": "RENAME", "previousIdentifier": NAMED},
        [("RENAME", "s3://b", "raw")],
    ),
    ("dataset", "version", {"datasetVersion": "7"}, [("7",)]),
    (
        "dataset",
        "datasetType",
        {"datasetType": "JOB_OUTPUT", "subType": "TEMPORARY"},
        [("JOB_OUTPUT", "TEMPORARY")],
    ),
    (
        "dataset",
        "catalog",
        {
            "framework": "iceberg",
            "type": "glue",
            "name": "lake",
            "metadataUri": "jdbc:x",
            "warehouseUri": "s3://w",
            "source": "spark",
            "catalogProperties": {"z": "1", "a": "2"},
        },
        [("iceberg", "glue", "lake", "jdbc:x", "s3://w", "spark", '{"a":"2","z":"1"}')],
    ),
    (
        "dataset",
        "hierarchy",
        {"hierarchy": [{"type": "DATABASE", "name": "db"}, {"type": "TABLE", "name": "t"}]},
        [(0, "DATABASE", "db"), (1, "TABLE", "t")],
    ),
    (
        "dataset",
        "storage",
        {"storageLayer": "delta", "fileFormat": "parquet"},
        [("delta", "parquet")],
    ),
    ("dataset", "dataSource", {"name": "dbfs"}, [("dbfs", None)]),
    (
        "dataset",
        "ownership",
        {"owners": [{"name": "team:risk", "type": "MAINTAINER"}, {"name": "b"}]},
        [("team:risk", "MAINTAINER"), ("b", None)],
    ),
    (
        "dataset",
        "tags",
        {"tags": [{"key": "pii", "value": "true", "source": "USER", "field": "email"}]},
        [("pii", "true", "USER", "email")],
    ),
    (
        "dataset",
        "documentation",
        {"description": "# Loans", "contentType": "text/markdown"},
        [("# Loans", "text/markdown")],
    ),
]

METRICS = {
    "rowCount": 10,
    "bytes": 20.0,
    "fileCount": 1,
    "lastUpdated": "2026-01-01T00:00:00Z",
    "captureDate": "2026-01-02T00:00:00Z",
    "columnMetrics": {
        "age": {
            "nullCount": 0,
            "distinctCount": 5,
            "sum": 100,
            "count": 10,
            "min": 1.5,
            "max": 60,
            "quantiles": {"0.5": 30, "0.25": 18.5},
        },
        "note": {},
    },
}
METRIC_ROWS = [
    (None, 10, 20, 1, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", *[None] * 7),
    ("age", *[None] * 5, 0, 5, 10.0, 100.0, 1.5, 60.0, '{"0.25":18.5,"0.5":30.0}'),
    ("note", *[None] * 12),
]
CHECK = {
    "severity": "warn",
    "name": "no_nulls",
    "description": "ids are set",
    "expected": "0",
    "actual": "3",
    "content": "select 1",
    "contentType": "sql",
    "params": {"limit": 1.50},
}
CHECK_TEXT = ("ids are set", "0", "3", "select 1", "sql", '{"limit":1.5}')
ASSERTIONS = {"assertions": [{"assertion": "not_null", "success": False, "column": "id", **CHECK}]}
ASSERTION_ROWS = [("not_null", False, "id", "warn", "no_nulls", *CHECK_TEXT)]
LOCATION = {"type": "location", "locations": ["dt=1", "dt=2"]}
PARTITION = {"type": "partition", "partitions": [{"dimensions": {"n": 1, "d": "x"}}]}
COMPARE = {
    "type": "compare",
    "left": {"type": "field", "field": "age"},
    "right": {"type": "literal", "value": "18"},
    "comparison": "GREATER_THAN",
}

MEASURE_CASES: list[Case] = [
    ("input", "inputStatistics", {"rowCount": 1, "size": 2, "fileCount": 3}, [(1, 2, 3)]),
    ("output", "outputStatistics", {"rowCount": 0, "size": None}, [(0, None, None)]),
    ("dataset", "dataQualityMetrics", METRICS, METRIC_ROWS),
    ("input", "dataQualityMetrics", METRICS, METRIC_ROWS),
    ("dataset", "dataQualityAssertions", ASSERTIONS, ASSERTION_ROWS),
    ("input", "dataQualityAssertions", ASSERTIONS, ASSERTION_ROWS),
    (
        "input",
        "subset",
        {"inputCondition": LOCATION},
        [("location", ["dt=1", "dt=2"], None, '{"locations":["dt=1","dt=2"],"type":"location"}')],
    ),
    (
        "output",
        "subset",
        {"outputCondition": PARTITION},
        [
            (
                "partition",
                None,
                '[{"dimensions":{"d":"x","n":1}}]',
                '{"partitions":[{"dimensions":{"d":"x","n":1}}],"type":"partition"}',
            )
        ],
    ),
]

RUN_CASES: list[Case] = [
    (
        "run",
        "parent",
        {
            "run": {"runId": "r1"},
            "job": {**JOB, "facets": {}},
            "root": {"run": {"runId": "r0"}, "job": {**JOB, "name": "dag"}},
        },
        [("r1", "airflow", "train", "r0", "airflow", "dag")],
    ),
    (
        "run",
        "parentRun",
        {"run": {"runId": "r1"}, "job": JOB, "root": None},
        [("r1", "airflow", "train", None, None, None)],
    ),
    (
        "run",
        "nominalTime",
        {"nominalStartTime": "2026-01-01T00:00:00+10:00", "nominalEndTime": None},
        [("2026-01-01T00:00:00+10:00", None)],
    ),
    (
        "run",
        "processing_engine",
        {"version": "3.0", "name": "spark", "openlineageAdapterVersion": "1.30"},
        [("spark", "3.0", "1.30")],
    ),
    (
        "run",
        "externalQuery",
        {"externalQueryId": "q1", "source": "bigquery"},
        [("q1", "bigquery")],
    ),
    (
        "run",
        "jobDependencies",
        {
            "upstream": [
                {
                    "job": JOB,
                    "run": {"runId": "r1"},
                    "dependency_type": "DIRECT_INVOCATION",
                    "sequence_trigger_rule": "FINISH_TO_START",
                    "status_trigger_rule": "EXECUTE_ON_SUCCESS",
                }
            ],
            "downstream": [{"job": {**JOB, "name": "deploy"}}],
            "trigger_rule": "ALL_SUCCESS",
        },
        [
            (
                *("upstream", "airflow", "train", "r1"),
                *("DIRECT_INVOCATION", "FINISH_TO_START", "EXECUTE_ON_SUCCESS", "ALL_SUCCESS"),
            ),
            ("downstream", "airflow", "deploy", None, None, None, None, "ALL_SUCCESS"),
        ],
    ),
    (
        "run",
        "errorMessage",
        {"message": "no table", "programmingLanguage": "JAVA", "stackTrace": "at x"},
        [("no table", "JAVA")],
    ),
    (
        "run",
        "extractionError",
        {"totalTasks": 2, "failedTasks": 1, "errors": [{"errorMessage": "bad", "taskNumber": 0}]},
        [(2, 1, '[{"errorMessage":"bad","taskNumber":0}]')],
    ),
    (
        "run",
        "executionParameters",
        {"parameters": [{"key": "lr", "name": "rate", "description": "step", "value": "0.1"}]},
        [("lr", "rate", "step", "0.1")],
    ),
    (
        "run",
        "environmentVariables",
        {"environmentVariables": [{"name": "TOKEN", "value": "s3cret"}]},
        [("TOKEN",)],
    ),
    ("run", "tags", {"tags": [{"key": "k", "value": "v"}]}, [("k", "v", None, None)]),
    (
        "run",
        "test",
        {"tests": [{"status": "fail", "type": "not_null", **CHECK}]},
        [("no_nulls", "fail", "warn", "not_null", *CHECK_TEXT)],
    ),
]

PATTERN = {"eventTrigger": "PERIODIC", "eventContentMode": "COMPLETE_SNAPSHOT"}
JOB_CASES: list[Case] = [
    (
        "job",
        "jobType",
        {
            "processingType": "STREAMING",
            "integration": "FLINK",
            "jobType": "JOB",
            "emissionPattern": {**PATTERN, "windowDuration": 300},
        },
        [("STREAMING", "FLINK", "JOB", "PERIODIC", "COMPLETE_SNAPSHOT", 300_000)],
    ),
    ("job", "sql", {"query": "select 1", "dialect": "snowflake"}, [("select 1", "snowflake")]),
    (
        "job",
        "sourceCode",
        {"language": "bash", "sourceCode": "exit 0;"},
        [("bash", "b75295b241f213152fb64dd7ccfc9fd40a6a0d14d13b63e5c9c4139a2d8ec08c", 7)],
    ),
    (
        "job",
        "sourceCodeLocation",
        {
            "type": "git",
            "url": "https://example.com/f.py",
            "repoUrl": "https://example.com",
            "path": "f.py",
            "version": "abc",
            "tag": "v1",
            "branch": "main",
            "pullRequestNumber": "42",
        },
        [
            (
                *("git", "https://example.com/f.py", "https://example.com", "f.py"),
                *("abc", "v1", "main", "42"),
            )
        ],
    ),
    ("job", "ownership", {"owners": []}, []),
    ("job", "tags", {"tags": None}, []),
    ("job", "documentation", {"description": "trains"}, [("trains", None)]),
    (
        "job",
        "lineage",
        {"entries": [{"type": "JOB", "inputs": []}]},
        [(0, None, None, "JOB", *[None] * 11)],
    ),
]

CASES = [*DATASET_CASES, *MEASURE_CASES, *RUN_CASES, *JOB_CASES]


@pytest.mark.parametrize(
    ("holder", "key", "body", "expected"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_a_body_becomes_these_rows_and_they_fit_their_table(
    shred: Shred,
    holder: Holder,
    key: str,
    body: dict[str, Any],
    expected: list[tuple[Any, ...]],
) -> None:
    rows = shred(holder, key, body)
    columns = TABLES[FACETS[holder, key].table]

    assert rows == expected
    records = [dict(zip(columns.names, row, strict=True)) for row in rows]
    table = pa.Table.from_pylist(records, columns)
    table.validate(full=True)
    for field in columns:
        assert field.nullable or table[field.name].null_count == 0


def test_every_format_has_a_case() -> None:
    assert {case[:2] for case in CASES} == set(FACETS)


def test_a_binary_condition_is_kept_as_a_tree(shred: Shred) -> None:
    condition = {"type": "binary", "left": COMPARE, "right": LOCATION, "operator": "AND"}

    [(kind, locations, partitions, tree)] = shred("input", "subset", {"inputCondition": condition})

    assert (kind, locations, partitions) == ("binary", None, None)
    assert msgspec.json.decode(tree) == condition


def deep_condition(levels: int) -> dict[str, Any]:
    condition: dict[str, Any] = LOCATION
    for _ in range(levels - 1):
        condition = {"type": "binary", "left": LOCATION, "right": condition, "operator": "OR"}
    return condition


def test_a_condition_has_a_bounded_depth(shred: Shred) -> None:
    assert len(shred("output", "subset", {"outputCondition": deep_condition(MAX_DEPTH)})) == 1

    with pytest.raises(msgspec.ValidationError, match=f"deeper than {MAX_DEPTH} levels"):
        shred("output", "subset", {"outputCondition": deep_condition(MAX_DEPTH + 1)})


def test_the_digest_of_source_code_depends_on_the_code_alone(shred: Shred) -> None:
    code = {"language": "python", "sourceCode": "é = 1"}

    [first] = shred("job", "sourceCode", {**code, "_producer": "https://example.com/1"})
    [second] = shred("job", "sourceCode", {**code, "_producer": "https://example.com/2"})
    [other] = shred("job", "sourceCode", {**code, "sourceCode": "e = 1"})

    assert first == second
    assert first[1] != other[1]
    assert first[2] == len("é = 1".encode())


def test_values_of_environment_variables_are_never_decoded(shred: Shred) -> None:
    """Whatever the value is, it cannot reach a row, a Struct or an error message."""
    body = {"environmentVariables": [{"name": "TOKEN", "value": {"secret": 1}}]}

    assert shred("run", "environmentVariables", body) == [("TOKEN",)]
