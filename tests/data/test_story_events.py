"""The OpenLineage events of the story: valid, about as many as promised, and true to life."""

from collections import Counter
from typing import Any

from openlineage.client.event_v2 import RunState

from data.story.reading import Line

_MALFORMED = "openlineage/proxy/2026-09-25.ndjson.gz"
_ODD = "openlineage/proxy/2026-09-15.ndjson.gz"
_TORN = {"openlineage/spark/2026-10-04.ndjson", "openlineage/spark/2026-10-11.ndjson"}


def _datasets(event: dict[str, Any]) -> list[dict[str, Any]]:
    single = [event["dataset"]] if "dataset" in event else []
    return [*event.get("inputs", []), *event.get("outputs", []), *single]


def test_what_is_not_an_event_was_planted(openlineage_lines: list[Line]) -> None:
    """Only the planted files hold lines that are no events: five, and a torn one in each."""
    broken = Counter(
        line.path for line in openlineage_lines if not line.event or "eventTime" not in line.event
    )
    assert broken == {_MALFORMED: 5, **dict.fromkeys(_TORN, 1)}


def test_events_have_the_keys_of_their_kind(openlineage_lines: list[Line]) -> None:
    """Run, job and dataset events, each with what the specification requires."""
    states = {state.value for state in RunState}
    for line in openlineage_lines:
        event = line.event
        if not event or "eventTime" not in event:
            continue
        assert event["producer"], line.raw
        assert "schemaURL" in event or line.path == _ODD, line.raw
        if "run" in event:
            assert event["run"]["runId"], line.raw
            assert event["eventType"] in states, line.raw
        if "dataset" in event:
            assert "run" not in event, line.raw
            assert "job" not in event, line.raw
        else:
            assert event["job"]["namespace"], line.raw
            assert event["job"]["name"], line.raw
        for dataset in _datasets(event):
            assert dataset["namespace"], line.raw
            assert dataset["name"], line.raw


def test_facets_name_their_producer_and_schema(openlineage_lines: list[Line]) -> None:
    """Every facet has both fields, as the client writes them."""
    for line in openlineage_lines:
        if not line.event or "eventTime" not in line.event:
            continue
        holders = [line.event.get("run"), line.event.get("job"), *_datasets(line.event)]
        for holder in filter(None, holders):
            for kind in ("facets", "inputFacets", "outputFacets"):
                for name, facet in (holder.get(kind) or {}).items():
                    assert facet["_producer"], (line.path, name)
                    assert facet["_schemaURL"], (line.path, name)


def test_there_are_about_forty_jobs_and_sixty_data_sets(events: list[dict[str, Any]]) -> None:
    """Enough to be a company, few enough to be read."""
    jobs = {(e["job"]["namespace"], e["job"]["name"]) for e in events if "job" in e}
    datasets = {(d["namespace"], d["name"]) for e in events for d in _datasets(e)}
    assert 40 <= len(jobs) <= 50
    assert 55 <= len(datasets) <= 70


def test_the_facets_that_later_stages_read_occur(events: list[dict[str, Any]]) -> None:
    """Each standard facet of the story is there at least once."""
    found: set[str] = set()
    for event in events:
        for holder in filter(None, [event.get("run"), event.get("job"), *_datasets(event)]):
            for kind in ("facets", "inputFacets", "outputFacets"):
                found |= set(holder.get(kind) or {})
    assert found >= {
        "schema",
        "columnLineage",
        "dataSource",
        "ownership",
        "tags",
        "documentation",
        "dataQualityAssertions",
        "dataQualityMetrics",
        "inputStatistics",
        "outputStatistics",
        "parent",
        "nominalTime",
        "jobType",
        "sql",
        "sourceCodeLocation",
        "processing_engine",
        "errorMessage",
        "storage",
        "catalog",
        "symlinks",
        "lifecycleStateChange",
        "version",
        "datasetType",
    }


def test_runs_end_once_except_where_it_was_planted(openlineage_lines: list[Line]) -> None:
    """A run has one START and one end, but for the stream, the failures and the planted few."""
    states: dict[str, list[str]] = {}
    seen: set[bytes] = set()
    names: dict[str, str] = {}
    for line in openlineage_lines:
        if line.event and "run" in line.event and line.raw not in seen:
            seen.add(line.raw)
            run = line.event["run"]["runId"]
            states.setdefault(run, []).append(line.event["eventType"])
            names[run] = line.event["job"]["name"]
    unusual = Counter(
        (names[run], tuple(sorted(set(told))))
        for run, told in states.items()
        if sorted(told) != ["COMPLETE", "START"]
    )
    assert unusual == {
        ("card-velocity", ("RUNNING", "START")): 1,
        ("northwind.stg_bureau_reports", ("FAIL", "START")): 1,
        ("train.credit-risk", ("ABORT", "START")): 1,
        ("train.credit-risk", ("FAIL", "START")): 2,
        ("feature_jobs.repayment_history", ("START",)): 1,
        ("feature_jobs.bureau", ("COMPLETE",)): 1,
        ("feature_view_credit_application", ("START",)): 1,
    }


def test_model_versions_are_told_by_their_training(events: list[dict[str, Any]]) -> None:
    """Each version of a model is the output of one run, with its version and type."""
    written = Counter(
        (d["name"], d["facets"]["version"]["datasetVersion"])
        for e in events
        if e.get("eventType") == "COMPLETE"
        for d in e["outputs"]
        if d["namespace"] == "mlflow://mlflow.example.org"
        and d["facets"]["datasetType"]["datasetType"] == "MODEL"
    )
    assert set(written.values()) == {1}
    assert {v for name, v in written if name == "models/credit-risk"} == {"1", "2", "3", "4"}
    assert {v for name, v in written if name == "models/collections-priority"} == {"1", "2"}


def test_deployments_read_a_version_and_write_an_endpoint(events: list[dict[str, Any]]) -> None:
    """Version 3 of credit-risk goes live on 10 September and nothing after it does."""
    told = [
        (e["eventTime"][:10], e["inputs"][0]["facets"]["version"]["datasetVersion"])
        for e in events
        if e.get("eventType") == "COMPLETE" and e["job"]["name"] == "deploy.credit-risk"
    ]
    assert sorted(told) == [("2026-03-18", "1"), ("2026-06-18", "2"), ("2026-09-10", "3")]
