"""A run that is killed at any step loses nothing, doubles nothing and leaves what was published."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import BusyError
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas
from lineage_pipeline.schemas import MANIFEST
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.forks import killed
from tests.workspaces import CLOCK, KNOWN_TIMES, in_order, make_workspace, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

SECOND: Final = CLOCK + timedelta(hours=1)
THIRD: Final = CLOCK + timedelta(hours=2)
WHEN: Final = KNOWN_TIMES | {"ingested_at", "known_at", "changed_at", "state_at", "batch_id"}
"""Columns that tell when a scan was done: they differ if it had to be done again later."""

STEPS: Final = """
import pyarrow.parquet as pq

from lineage_pipeline.bronze import crew
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.warehouse.build import Builder

unlink = Path.unlink

def unlinked(path, **named):
    if path.name == ".writing":
        step("unlink")
    return unlink(path, **named)

Path.unlink = unlinked
before(crew, "scan")
before(Path, "write_text")
before(LakeTable, "append")
before(pq, "write_table")
before(Builder, "take_in")
before(Builder, "serve")
before(Builder, "close")
before(shutil, "copyfile")
before(Path, "replace")
"""
REBUILD: Final = """
def act(home):
    workspace = pipeline.open_workspace(home)
    pipeline.publish_warehouse(workspace, from_nothing=True)
"""


def lines(*runs: str, inputs: tuple[str, ...] = ("raw",)) -> bytes:
    events = [
        make_event(run=run, type="COMPLETE", inputs=[*inputs], outputs=[{"name": "clean",
            "schema": {"id": "int"}, "columnLineage": {"id": ["raw.id"]}}])
        for run in runs
    ]  # fmt: skip
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def first_delivery(root: Path) -> Workspace:
    workspace = make_workspace(root)
    folder = workspace.paths.landing / "openlineage"
    (folder / "a.ndjson").write_bytes(lines("one", "two") + b"not json\n")
    return workspace


def second_delivery(workspace: Workspace) -> None:
    folder = workspace.paths.landing / "openlineage"
    with (folder / "a.ndjson").open("ab") as file:
        file.write(lines("two", "three") + b"{torn")
    (folder / "b.ndjson").write_bytes(lines("four", inputs=("raw", "other")) + b"42\n")


@contextmanager
def at_home(place: Path, home: Path) -> Iterator[Workspace]:
    """Open a copy where its original stood: a warehouse names the lake's files by full paths."""
    place.rename(home)
    try:
        yield pipeline.open_workspace(home)
    finally:
        home.rename(place)


def warehouse_of(workspace: Workspace, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        schema: tables(workspace, schema, leave_out) for schema in ("lineage", "quality", "silver")
    }


def lake_of(workspace: Workspace, leave_out: frozenset[str]) -> dict[str, list[Any]]:
    """Return the visible rows of every Delta table, sorted, without the names of batches."""
    paths = workspace.paths
    visible = pl.read_parquet(LakeTable(paths.table("bronze", MANIFEST)).files())["batch_id"]
    found: dict[str, list[Any]] = {}
    for log in sorted(paths.lake.glob("*/*/_delta_log")):
        files = LakeTable(log.parent).files()
        if not files:
            continue
        rows = pl.concat([pl.read_parquet(file) for file in files])
        if "batch_id" in rows.columns:
            rows = rows.filter(pl.col("batch_id").is_in(visible.implode())).drop("batch_id")
        left_out = leave_out | {"scan_ms", "row_salt"}
        rows = rows.drop([name for name in rows.columns if name in left_out])
        if rows.height:
            found[str(log.parent.relative_to(paths.lake))] = in_order(rows.rows())
    return found


def state_of(workspace: Workspace, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    return warehouse_of(workspace, leave_out) | lake_of(workspace, leave_out)


def assert_same(found: dict[str, Any], expected: dict[str, Any], where: str) -> None:
    assert found.keys() == expected.keys(), where
    for name, rows in expected.items():
        assert found[name] == rows, (where, name)


def test_a_run_killed_at_any_step_of_a_delivery_is_made_good_by_the_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    workspace = first_delivery(home)
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    second_delivery(workspace)
    published = warehouse_of(workspace)
    folders = killed(home, tmp_path, STEPS, SECOND.isoformat(), every=1)
    assert len(folders) > 10
    with at_home(tmp_path / "whole", home) as whole:
        expected, expected_later = state_of(whole), state_of(whole, WHEN)
    for number, place in enumerate(folders):
        with at_home(place, home) as workspace:
            assert warehouse_of(workspace) == published, place.name
            if number % 2:
                pipeline.run(workspace, pipeline.system_clock, SECOND)
                assert_same(state_of(workspace), expected, f"{place.name} at the same clock")
            else:
                pipeline.run(workspace, pipeline.system_clock, THIRD)
                assert_same(state_of(workspace, WHEN), expected_later, f"{place.name} later")
            assert pipeline.run(workspace, pipeline.system_clock, THIRD).publication is None
            assert not list(home.glob("warehouse.duckdb.*"))


def test_a_first_run_killed_at_any_step_is_made_good_by_the_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first_delivery(home)
    folders = killed(home, tmp_path, STEPS, SECOND.isoformat(), every=3)
    with at_home(tmp_path / "whole", home) as whole:
        expected = state_of(whole, WHEN)
    for place in folders:
        with at_home(place, home) as workspace:
            assert not workspace.paths.warehouse.exists()
            pipeline.run(workspace, pipeline.system_clock, THIRD)
            assert_same(state_of(workspace, WHEN), expected, place.name)


def test_a_rebuild_killed_at_any_step_is_made_good_by_the_next_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    workspace = first_delivery(home)
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    second_delivery(workspace)
    pipeline.run(workspace, pipeline.system_clock, SECOND)
    expected = state_of(workspace)
    folders = killed(home, tmp_path, STEPS + REBUILD, THIRD.isoformat(), every=3)
    for place in folders:
        with at_home(place, home) as workspace:
            pipeline.run(workspace, pipeline.system_clock, THIRD)
            assert_same(state_of(workspace), expected, place.name)


def test_rows_without_a_manifest_are_nowhere(tmp_path: Path) -> None:
    """What a batch wrote before it died is in the lake's files and in no answer."""
    workspace = first_delivery(tmp_path / "workspace")
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    before = state_of(workspace)
    event = LakeTable(workspace.paths.table("bronze", "event"))
    [file] = event.files()
    orphan = event.folder / "orphan-00000.parquet"
    pl.read_parquet(file).with_columns(
        batch_id=pl.lit("orphan"), run_id=pl.lit("ghost")
    ).write_parquet(orphan)
    data_file = DataFile(orphan.name, 2, orphan.stat().st_size)
    assert event.append([data_file], kernel_schemas()["event"], "orphan", 0)
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert len(event.files()) == 2
    assert state_of(workspace) == before


def test_readers_keep_what_they_opened(tmp_path: Path) -> None:
    workspace = first_delivery(tmp_path / "workspace")
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    with open_warehouse(workspace.paths) as reader:
        before = reader.query("select count(*) from lineage.run").rows
        second_delivery(workspace)
        pipeline.run(workspace, pipeline.system_clock, SECOND)
        assert reader.query("select count(*) from lineage.run").rows == before == [(2,)]
    with open_warehouse(workspace.paths) as reader:
        assert reader.query("select count(*) from lineage.run").rows == [(4,)]


def lineage(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = "import sys; from lineage_pipeline.cli import main; sys.argv[0] = 'lineage'; main()"
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_second_of_two_runs_is_turned_away(tmp_path: Path) -> None:
    workspace = first_delivery(tmp_path / "workspace")
    with exclusive(workspace.paths.lock, wait=False):
        with pytest.raises(BusyError, match="another process"):
            pipeline.run(workspace, pipeline.system_clock, CLOCK)
        for command in ("run", "rebuild"):
            done = lineage(command, "-w", str(workspace.paths.root))
            assert done.returncode == 2
            assert done.stdout == ""
            assert "another process is writing to this workspace" in done.stderr
            assert "Traceback" not in done.stderr
    assert not workspace.paths.warehouse.exists()
    assert pipeline.run(workspace, pipeline.system_clock, CLOCK).publication is not None


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    workspace = first_delivery(tmp_path / "workspace")
    script = (
        "import sys; from pathlib import Path; from lineage_pipeline.lake.lock import exclusive\n"
        "with exclusive(Path(sys.argv[1]), wait=False): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(workspace.paths.lock)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError):
            pipeline.run(workspace, pipeline.system_clock, CLOCK)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert pipeline.run(workspace, pipeline.system_clock, CLOCK).publication is not None
