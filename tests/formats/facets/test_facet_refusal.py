"""What each facet kind refuses: required fields that are missing, values of the wrong type."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from lineage_pipeline.formats.facets import Holder

Shred = Callable[[str, str, object], list[tuple[Any, ...]]]

JOB = {"namespace": "airflow", "name": "train"}
LOCATION = {"type": "location", "locations": ["dt=1"]}


@pytest.mark.parametrize(
    ("holder", "key", "body", "problem"),
    [
        ("dataset", "lifecycleStateChange", {"lifecycleStateChange": "VANISH"}, "'VANISH'"),
        ("dataset", "symlinks", {"identifiers": [{"name": "x"}]}, "`namespace`"),
        ("dataset", "catalog", {"framework": "f", "type": "t"}, "`name`"),
        (
            "dataset",
            "catalog",
            {"framework": "f", "type": "t", "name": "n", "catalogProperties": 1},
            "catalogProperties",
        ),
        ("input", "dataQualityMetrics", {"bytes": 1}, "`columnMetrics`"),
        ("dataset", "dataQualityMetrics", {"columnMetrics": {"a": {"min": "1"}}}, "min"),
        ("input", "dataQualityAssertions", {"assertions": [{"assertion": "x"}]}, "`success`"),
        ("input", "subset", {"outputCondition": LOCATION}, "`inputCondition`"),
        ("input", "subset", {"inputCondition": {"type": "guess"}}, "'guess'"),
        ("run", "parent", {"run": {"runId": "r"}, "job": {"name": "x"}}, "`namespace`"),
        ("run", "parentRun", {"run": {}, "job": JOB}, "`runId`"),
        ("run", "nominalTime", {"nominalStartTime": None}, "nominalStartTime"),
        ("run", "jobDependencies", {"upstream": [{}]}, "`job`"),
        ("run", "test", {"tests": [{"name": "x"}]}, "`status`"),
        ("job", "sql", {"query": 1}, "query"),
        (
            "job",
            "jobType",
            {"processingType": "BATCH", "integration": "X", "emissionPattern": {}},
            "`eventTrigger`",
        ),
    ],
)
def test_a_body_that_breaks_its_schema_is_refused(
    shred: Shred, holder: Holder, key: str, body: dict[str, Any], problem: str
) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        shred(holder, key, body)
