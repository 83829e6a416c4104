import os
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.defs.resources import WorkspaceResource
from dagster_project.defs.sensors import landing_sensor
from lineage_pipeline import pipeline, scheduled
from lineage_pipeline.errors import ConfigError
from tests.dagster_project.conftest import EVENTS


def tick(root: Path, cursor: str | None) -> tuple[list[str], str | None]:
    """The keys of the runs that one evaluation asks for, and the cursor that it leaves."""
    context = dg.build_sensor_context(
        cursor=cursor, resources={"workspace": WorkspaceResource(root=str(root))}
    )
    done = landing_sensor(context)
    if isinstance(done, dg.SkipReason):
        return [], cursor
    assert isinstance(done, dg.SensorResult)
    return [str(request.run_key) for request in done.run_requests or ()], done.cursor


def scan(root: Path) -> None:
    scheduled.scan(pipeline.open_workspace(root), pipeline.system_clock)


def test_nothing_landed_starts_nothing(root: Path) -> None:
    assert tick(root, None) == ([], None)


def test_a_new_file_starts_one_run_and_not_a_second(root: Path, land: Callable[..., Path]) -> None:
    land("a.ndjson", EVENTS[0])
    keys, cursor = tick(root, None)
    assert len(keys) == 1
    assert tick(root, cursor) == ([], cursor)


def test_a_lost_cursor_asks_for_the_same_run(root: Path, land: Callable[..., Path]) -> None:
    """Dagster starts one run for one key."""
    land("a.ndjson", EVENTS[0])
    assert tick(root, None) == tick(root, None)


def test_what_was_scanned_starts_nothing(root: Path, land: Callable[..., Path]) -> None:
    land("a.ndjson", EVENTS[0])
    _, cursor = tick(root, None)
    scan(root)
    assert tick(root, cursor) == ([], cursor)


def test_each_further_file_starts_a_run(root: Path, land: Callable[..., Path]) -> None:
    land("a.ndjson", EVENTS[0])
    first, cursor = tick(root, None)
    land("b.ndjson", EVENTS[1])
    second, cursor = tick(root, cursor)
    scan(root)
    land("c.ndjson", EVENTS[2])
    third, _ = tick(root, cursor)
    assert len({*first, *second, *third}) == 3


def test_a_file_rewritten_at_its_size_starts_a_run_again(
    root: Path, land: Callable[..., Path]
) -> None:
    path = land("a.ndjson", EVENTS[0])
    first, cursor = tick(root, None)
    scan(root)
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000_000))
    second, _ = tick(root, cursor)
    assert len(second) == 1
    assert first != second


def test_files_that_no_scan_reads_start_nothing(root: Path) -> None:
    (root / "landing" / "openlineage" / "notes.txt").write_text("not read")
    (root / "landing" / "compliance" / "act.txt").write_text("{}\n")
    assert tick(root, None) == ([], None)


def test_without_a_workspace_the_tick_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="lineage init"):
        tick(tmp_path / "nowhere", None)
