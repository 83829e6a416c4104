from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from dagster_project.definitions import defs as load
from dagster_project.defs.checks import verdict
from lineage_pipeline import inventory, pipeline, scheduled
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.initialise import initialise
from lineage_pipeline.lake.lock import exclusive


@pytest.fixture
def materialize(root: Path) -> Callable[[], dg.ExecuteInProcessResult]:
    """All assets and checks, in one run."""
    return load().resolve_job_def("lineage_run").execute_in_process


def shown(done: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """What each asset's materialization says, by its key."""
    return {
        made.materialization.asset_key.to_user_string(): {
            name: value.value for name, value in made.materialization.metadata.items()
        }
        for made in done.get_asset_materialization_events()
    }


def passed(done: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {check.check_name: check.passed for check in done.get_asset_check_evaluations()}


def every_check(*, expected: bool) -> dict[str, bool]:
    return {name: expected for name, _, _ in inventory.checks()}


def test_one_run_makes_every_table_and_passes_every_check(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    done = materialize()
    tables = {table.name.replace(".", "/") for table in inventory.tables()}
    assert done.success
    assert set(shown(done)) == tables | {"warehouse"}
    assert passed(done) == every_check(expected=True)


def test_row_counts_and_bytes_are_those_of_the_workspace(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    made = shown(materialize())
    sizes = inventory.measure(small.paths)
    for table, size in sizes.items():
        metadata = made[table.replace(".", "/")]
        assert metadata["dagster/row_count"] == size.row_count, table
        assert metadata.get("total_bytes") == size.total_bytes, table
    assert sizes["lineage.edge"].row_count == 3
    assert made["warehouse"]["total_bytes"] == small.paths.warehouse.stat().st_size
    assert made["warehouse"]["path"] == str(small.paths.warehouse)


def test_the_scan_tells_what_it_read(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    (small.paths.landing / "openlineage" / "notes.txt").write_text("not read")
    metadata = shown(materialize())["bronze/event"]
    file = small.paths.landing / "openlineage" / "events.ndjson"
    assert metadata.pop("duration_ms") > 0
    assert metadata.pop("total_bytes") > 0
    assert metadata == {
        "dagster/row_count": 4,
        "accepted_count": 4,
        "altered_count": 0,
        "file_bytes": file.stat().st_size,
        "file_count": 1,
        "listed_count": 1,
        "quarantined_count": 1,
        "record_count": 5,
        "redaction_count": 0,
        "skipped_count": 1,
        "torn_bytes": 0,
        "unreadable_count": 0,
    }


def test_it_makes_what_lineage_run_makes(
    small: pipeline.Workspace,
    materialize: Callable[[], dg.ExecuteInProcessResult],
    tmp_path: Path,
) -> None:
    twin = initialise(tmp_path / "twin")
    landed = small.paths.landing / "openlineage" / "events.ndjson"
    (twin.landing / "openlineage" / landed.name).write_bytes(landed.read_bytes())
    pipeline.run(pipeline.open_workspace(twin.root), pipeline.system_clock)
    materialize()
    for question in (
        "select node_id, kind, stage from lineage.node order by all",
        "select source_node_id, target_node_id, basis from lineage.edge order by all",
        "select run_id, state, is_closed from lineage.run order by all",
        "select event_id, source_offset from lineage.event order by all",
        "select source_offset, reason_code from quality.quarantine order by all",
    ):
        expected = answer(twin.warehouse, question)
        assert expected
        assert answer(small.paths.warehouse, question) == expected


def test_a_second_run_reads_nothing_and_publishes_nothing(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    first = shown(materialize())
    published = small.paths.warehouse.stat()
    second = shown(materialize())
    assert (first["bronze/event"]["file_count"], first["warehouse"]["batch_count"]) == (1, 1)
    assert (second["bronze/event"]["file_count"], second["warehouse"]["batch_count"]) == (0, 0)
    assert second["bronze/event"]["dagster/row_count"] == 4
    assert small.paths.warehouse.stat().st_ino == published.st_ino


def test_what_was_altered_is_told_and_holds_up_nothing(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    acts = small.paths.landing / "governance" / "acts.ndjson"
    acts.write_text('{"decision": "approved"}\n')
    materialize()
    acts.write_text('{"decision": "rejected"}\n')
    with duckdb.connect(str(small.paths.warehouse)) as warehouse:
        warehouse.execute("delete from lineage.edge")
    (small.paths.landing / "openlineage" / "more.ndjson").write_text(
        (small.paths.landing / "openlineage" / "events.ndjson").read_text()
    )
    done = shown(materialize())
    assert done["bronze/event"]["altered_count"] == 1
    assert done["warehouse"]["altered_count"] == 1
    assert done["lineage/edge"]["dagster/row_count"] == 3


def test_an_empty_workspace_is_published_with_nothing_in_it(
    root: Path, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    done = materialize()
    assert shown(done)["lineage/node"]["dagster/row_count"] == 0
    assert passed(done) == every_check(expected=True)


def test_without_a_workspace_the_run_fails_and_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_WORKSPACE", str(tmp_path / "nowhere"))
    job = load().resolve_job_def("lineage_run")
    with pytest.raises(ConfigError, match="lineage init"):
        job.execute_in_process()


@pytest.mark.parametrize("stage", ["scan", "publish"])
def test_a_stage_waits_for_another_writer(small: pipeline.Workspace, stage: str) -> None:
    begun: dict[str, Callable[[], object]] = {
        "scan": lambda: scheduled.scan(small, pipeline.system_clock),
        "publish": lambda: scheduled.publish(small),
    }
    with ThreadPoolExecutor() as pool:
        with exclusive(small.paths.lock, wait=False):
            waiting = pool.submit(begun[stage])
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
            assert not small.paths.warehouse.exists()
        assert waiting.result(timeout=60)


def test_a_bad_row_fails_its_check_and_no_other(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    materialize()
    with duckdb.connect(str(small.paths.warehouse)) as warehouse:
        warehouse.execute(
            "insert into lineage.node from lineage.node where node_id = 'dataset:db:loans'"
        )
    done = run_checks(dg.AssetSelection.all_asset_checks())
    assert passed(done) == every_check(expected=True) | {"node_is_unique": False}
    failed = next(check for check in done.get_asset_check_evaluations() if not check.passed)
    assert failed.asset_key == dg.AssetKey(["lineage", "node"])
    assert failed.severity is dg.AssetCheckSeverity.ERROR
    assert failed.metadata["failure_count"].value == 1
    assert failed.metadata["examples"].value == [["dataset:db:loans", "2"]]


def test_one_check_runs_alone(
    small: pipeline.Workspace, materialize: Callable[[], dg.ExecuteInProcessResult]
) -> None:
    materialize()
    key = dg.AssetCheckKey(dg.AssetKey(["lineage", "node"]), "node_is_unique")
    assert passed(run_checks(dg.AssetSelection.checks(key))) == {"node_is_unique": True}


def test_a_verdict_counts_every_row_and_shows_the_first_of_them() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    bad = verdict("odd", dg.AssetKey("edge"), 7, [("a", at), ("b", None)])
    assert not bad.passed
    assert bad.severity is dg.AssetCheckSeverity.ERROR
    assert bad.description == "7 offending, the first: ['a', '2026-03-01 00:00:00+00:00']"
    assert bad.metadata["failure_count"].value == 7
    assert bad.metadata["examples"].value == [["a", str(at)], ["b", None]]


def run_checks(selection: dg.AssetSelection) -> dg.ExecuteInProcessResult:
    """The selected checks, on what is published, with nothing made anew."""
    only = dg.Definitions(jobs=[dg.define_asset_job("only_checks", selection=selection)])
    return dg.Definitions.merge(load(), only).resolve_job_def("only_checks").execute_in_process()


def answer(warehouse: Path, question: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(question).fetchall()
