"""A disk that is full and a second writer: nothing is half kept, and the next run makes it good."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import BusyError
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

FULL = """
import resource, sys
from pathlib import Path
from lineage_pipeline import pipeline
from lineage_pipeline.cli import main
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
main()
"""


def land(workspace: Workspace, count: int) -> None:
    """Land events whose tables are no smaller than they are: each names data of its own."""
    lines = [
        json.dumps(make_event(run=f"r{n}", type="COMPLETE", inputs=[f"in{n}"], outputs=[f"o{n}"]))
        for n in range(count)
    ]
    file = workspace.paths.landing / "openlineage" / "events.ndjson"
    file.write_text("".join(line + "\n" for line in lines))


def run_in_little_space(workspace: Workspace, limit: int) -> subprocess.CompletedProcess[str]:
    """Run where no file grows past `limit` bytes: writes fail, as they do on a full disk."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", FULL, str(limit), "run", "-w", str(workspace.paths.root)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    )


def events(workspace: Workspace) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        query = "select run_id, source_offset from lineage.event order by all"
        return list(warehouse.query(query).rows)


@pytest.mark.parametrize("limit", [1 << 10, 1 << 15, 1 << 19])
def test_a_full_disk_loses_nothing_and_doubles_nothing(tmp_path: Path, limit: int) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    land(workspace, 3000)
    failed = run_in_little_space(workspace, limit)
    assert failed.returncode == 2, failed.stderr
    assert "Traceback" not in failed.stderr
    assert "cannot be written" in failed.stderr
    assert not list(workspace.paths.root.glob("*.building*"))
    pipeline.run(workspace, lambda: CLOCK)
    fresh = make_workspace(tmp_path / "fresh")
    land(fresh, 3000)
    pipeline.run(fresh, lambda: CLOCK)
    assert events(workspace) == events(fresh)
    assert len(events(workspace)) == 3000


def test_a_scan_that_fails_leaves_no_files_behind(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    land(workspace, 3000)
    failed = run_in_little_space(workspace, 1 << 10)
    assert failed.returncode == 2
    assert "cannot be written" in failed.stderr
    bronze = workspace.paths.lake / "bronze"
    assert not list(bronze.rglob("*.parquet"))
    assert not (bronze / ".writing").exists()


def test_two_ingesters_at_once_take_each_event_once(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    land(workspace, 2000)
    call = "from lineage_pipeline.cli import main; main()"
    command = [sys.executable, "-c", call, "run", "-w", str(workspace.paths.root)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2]), said
    if codes == [0, 2]:
        assert any("another process is writing" in err for _, err in said)
    assert len(events(workspace)) == len(set(events(workspace))) == 2000


def test_a_scan_does_not_begin_while_another_writes(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    land(workspace, 1)
    places = [str(workspace.paths.landing / "openlineage")]
    busy = pytest.raises(BusyError, match="another process")
    with exclusive(workspace.paths.lock, wait=True), busy:
        pipeline.scan_paths(workspace, places, "openlineage", lambda: CLOCK)
