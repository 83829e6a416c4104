"""Real events: each is accepted or set aside for the right reason, and nothing is invented."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.identifiers import node_id
from lineage_pipeline.initialise import initialise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.warehouse.query import Warehouse

CORPUS = Path(__file__).parent / "corpus"
CLOCK = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Yield the warehouse of a workspace that has scanned the whole corpus."""
    paths = initialise(tmp_path_factory.mktemp("corpus") / "workspace")
    for file in CORPUS.glob("*.ndjson"):
        shutil.copy(file, paths.landing / "openlineage")
    workspace = pipeline.open_workspace(paths.root)
    pipeline.run(workspace, lambda: CLOCK)
    with pipeline.open_warehouse(workspace.paths) as opened:
        yield opened


def test_every_event_is_accepted_but_the_one_without_a_run_id(warehouse: Warehouse) -> None:
    counts = warehouse.query(
        "select sum(record_count), sum(event_count), sum(duplicate_count), sum(quarantined_count)"
        " from quality.ingest"
    )
    rejected = warehouse.query(
        "select source_file, source_offset, reason_code from quality.quarantine"
        " where scope = 'record'"
    )

    lines = [line for file in CORPUS.glob("*.ndjson") for line in file.read_bytes().splitlines()]
    before = (CORPUS / "proxy_fixtures.ndjson").read_bytes().splitlines(keepends=True)[:8]
    assert counts.rows == [(len(lines), len(lines) - 1, 0, 1)]
    assert rejected.rows == [
        ("landing/openlineage/proxy_fixtures.ndjson", len(b"".join(before)), "missing_run_id")
    ]


def test_five_facets_break_their_schema_and_their_events_are_kept(warehouse: Warehouse) -> None:
    set_aside = warehouse.query(
        "select reason from quality.quarantine where scope = 'facet' order by source_offset"
    )
    kept = warehouse.query(
        "select count(*) from lineage.event as event"
        " semi join quality.flag as flag on event.event_id = flag.event_id"
        " and flag.flag = 'facet_set_aside'"
    )

    assert [reason.split(":")[0] for (reason,) in set_aside.rows] == [
        "outputs[0].ownership",
        "inputs[0].dataQualityMetrics",
        "job.ownership",
        "outputs[0].outputStatistics",
        "run.parent",
    ]
    assert kept.rows == [(5,)]


def test_the_airflow_runs_give_exactly_their_united_inputs_times_outputs(
    warehouse: Warehouse,
) -> None:
    inputs: dict[str, set[str]] = defaultdict(set)
    outputs: dict[str, set[str]] = defaultdict(set)
    for line in (CORPUS / "airflow_1_14.ndjson").read_text().splitlines():
        event = json.loads(line)
        for ends, datasets in ((inputs, event["inputs"]), (outputs, event["outputs"])):
            names = (node_id("dataset", each["namespace"], each["name"]) for each in datasets)
            ends[event["run"]["runId"]].update(names)
    implied = {
        (source, target) for run in inputs for source in inputs[run] for target in outputs[run]
    }

    stated = warehouse.query(
        "select source_node_id, target_node_id from lineage.edge"
        " where job_node_id like 'job:airflow:%'"
    )

    assert len(implied) == 12
    assert sorted(stated.rows) == sorted(implied)


def test_a_job_event_and_a_dataset_event_count(warehouse: Warehouse) -> None:
    stated = warehouse.query(
        "select source_node_id, target_node_id, basis from lineage.edge"
        " where job_node_id = 'job:openlineage:name'"
    )

    assert stated.rows == [
        ("dataset:openlineage:dataset_a", "dataset:openlineage:dataset_b", "cartesian")
    ]
    assert warehouse.ask("known_node", node="dataset:openlineage:name").rows == [(1,)]


def test_what_is_odd_is_flagged(warehouse: Warehouse) -> None:
    flagged = warehouse.query(
        "select flag, count(distinct event_id) from quality.flag group by flag order by flag"
    )

    assert dict(flagged.rows) == {
        "facet_set_aside": 5,
        "facet_without_producer": 4,
        "missing_schema_url": 11,
        "naive_event_time": 3,
        "run_id_of_another_job": 6,  # examples of the documentation share one id
        "run_id_not_uuid": 4,
        "unknown_keys": 1,  # a dataset beside a run and a job
    }
