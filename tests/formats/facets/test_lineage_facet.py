"""Data flow that a producer states."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from lineage_pipeline.formats.facets import TABLES

Shred = Callable[[str, str, object], list[tuple[Any, ...]]]
TARGET = {"type": "DATASET", "namespace": "s3://b", "name": "features"}
SOURCE = {"type": "DATASET", "namespace": "s3://b", "name": "raw"}
COLUMNS = TABLES["lineage_entry"].names


def stated(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Return each row without its nulls."""
    return [
        {name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None}
        for row in rows
    ]


def test_a_job_states_the_sources_of_datasets_and_of_their_fields(shred: Shred) -> None:
    step = {"type": "DIRECT", "subtype": "IDENTITY", "description": "copied", "masking": False}
    field = {"inputs": [{**SOURCE, "field": "id", "transformations": [step]}]}
    entry = {**TARGET, "inputs": [SOURCE], "fields": {"key": field}}

    target = {
        "entry_ordinal": 0,
        "target_namespace": "s3://b",
        "target_name": "features",
        "target_type": "DATASET",
    }
    source = {"source_namespace": "s3://b", "source_name": "raw", "source_type": "DATASET"}
    flow = {
        "transformation_type": "DIRECT",
        "transformation_subtype": "IDENTITY",
        "transformation_description": "copied",
        "is_masking": False,
    }
    assert stated(shred("job", "lineage", {"entries": [entry]})) == [
        {**target, **source},
        {**target, **source, **flow, "target_field": "key", "source_field": "id"},
    ]


def test_each_transformation_of_a_source_is_a_row(shred: Shred) -> None:
    steps = [{"type": "DIRECT"}, {"type": "INDIRECT", "subtype": "FILTER"}]
    entry = {**TARGET, "inputs": [{**SOURCE, "transformations": steps}]}

    rows = stated(shred("job", "lineage", {"entries": [entry]}))

    assert [row["transformation_type"] for row in rows] == ["DIRECT", "INDIRECT"]


def test_empty_inputs_say_that_there_is_no_upstream(shred: Shred) -> None:
    entry = {**TARGET, "inputs": [], "fields": {"key": {"inputs": []}}}

    rows = stated(shred("job", "lineage", {"entries": [entry]}))

    assert [row.get("target_field") for row in rows] == [None, "key"]
    assert not any("source_type" in row for row in rows)


@pytest.mark.parametrize("silent", [{}, {"inputs": None}, {"inputs": None, "fields": {}}])
def test_absent_inputs_say_nothing(shred: Shred, silent: dict[str, Any]) -> None:
    assert shred("job", "lineage", {"entries": [{**TARGET, **silent}]}) == []
    assert shred("dataset", "lineage", silent) == []


def test_a_job_without_name_is_the_events_own(shred: Shred) -> None:
    entries = [
        {"type": "JOB", "inputs": [SOURCE]},
        {**TARGET, "inputs": [{"type": "JOB"}]},
    ]

    to_job, from_job = stated(shred("job", "lineage", {"entries": entries}))

    assert (to_job["target_type"], "target_name" in to_job) == ("JOB", False)
    assert (from_job["source_type"], "source_name" in from_job) == ("JOB", False)
    assert [to_job["entry_ordinal"], from_job["entry_ordinal"]] == [0, 1]


def test_named_jobs_may_be_bound_to_a_run(shred: Shred) -> None:
    source = {"type": "JOB", "namespace": "airflow", "name": "load", "runId": "run-1"}
    entry = {**source, "name": "train", "runId": "run-2", "inputs": [source]}

    assert stated(shred("job", "lineage", {"entries": [entry]})) == [
        {
            "entry_ordinal": 0,
            "target_namespace": "airflow",
            "target_name": "train",
            "target_type": "JOB",
            "target_run_id": "run-2",
            "source_namespace": "airflow",
            "source_name": "load",
            "source_type": "JOB",
            "source_run_id": "run-1",
        }
    ]


def test_a_dataset_states_the_sources_of_itself(shred: Shred) -> None:
    body = {"inputs": [{**SOURCE, "field": "id"}], "fields": {"key": {"inputs": []}}}

    target = {"entry_ordinal": 0, "target_type": "DATASET"}
    source = {"source_namespace": "s3://b", "source_name": "raw", "source_type": "DATASET"}
    assert stated(shred("dataset", "lineage", body)) == [
        {**target, **source, "source_field": "id"},
        {**target, "target_field": "key"},
    ]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"type": "DATASET", "namespace": "s3://b"}, "`name`"),
        ({"type": "MODEL", "namespace": "s3://b", "name": "x"}, "'MODEL'"),
        ({"namespace": "s3://b", "name": "x"}, "`type`"),
        ({"type": "JOB", "name": "half"}, "both `namespace` and `name`"),
        ({"type": "JOB", "inputs": [{"type": "JOB", "namespace": "half"}]}, "both `namespace`"),
        ({**TARGET, "inputs": [{"type": "DATASET", "name": "x"}]}, "`namespace`"),
        ({**TARGET, "fields": {"key": {}}}, "`inputs`"),
        ({**TARGET, "inputs": [{**SOURCE, "transformations": [{}]}]}, "`type`"),
    ],
)
def test_an_end_that_cannot_be_found_is_refused(
    shred: Shred, entry: dict[str, Any], problem: str
) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        shred("job", "lineage", {"entries": [entry]})


def test_a_job_facet_without_entries_is_refused(shred: Shred) -> None:
    with pytest.raises(msgspec.ValidationError, match="`entries`"):
        shred("job", "lineage", {})
