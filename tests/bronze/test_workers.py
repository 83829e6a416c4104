"""Other processes scan as this one does, fail as it does, and never outlive it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.bronze.crew import Crew
from lineage_pipeline.bronze.worker import Worker
from lineage_pipeline.errors import StorageError, WorkerDiedError
from lineage_pipeline.landing.files import LandingFile, SegmentTask
from lineage_pipeline.scan.tasks import ScanTask
from lineage_pipeline.settings.lineage_toml import ScanSettings
from tests.builders import make_event
from tests.workspaces import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHERS = """
import os, sys
from lineage_pipeline.bronze.crew import Crew
with Crew(3) as crew:
    print(*(worker._process.pid for worker in crew._others), flush=True)
    {end}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    events = [make_event(run=f"r{n}", type="COMPLETE", inputs=["raw"]) for n in range(3)]
    file = tmp_path / "events.ndjson"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    return file


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.kill()
    started.close()


def task(file: Path, folder: Path | None, number: int = 0) -> ScanTask:
    listed = LandingFile("openlineage", str(file), file.name, file.stat().st_size, 0)
    return ScanTask("batch", number, (SegmentTask(listed),), CLOCK, folder, ScanSettings())


def test_a_process_scans_one_task_after_the_other(tmp_path: Path, worker: Worker) -> None:
    counts, read, written = [], [], 0
    for number in range(3):
        file = tmp_path / f"{number}.ndjson"
        lines = [json.dumps(make_event(run=f"r{n}", type="START")) + "\n" for n in range(number)]
        file.write_text("".join(lines))
        [segment] = worker.scan(task(file, tmp_path, number), read.append).segments
        counts.append(segment.accepted_count)
        written += file.stat().st_size
    assert counts == [0, 1, 2]
    assert sum(read) == written


def test_what_fails_there_fails_here(file: Path, worker: Worker) -> None:
    with pytest.raises(StorageError, match=r"event.*cannot be written.*Make room"):
        worker.scan(task(file, file / "no-folder"), print)
    [segment] = worker.scan(task(file, None), print).segments
    assert segment.accepted_count == 3


def test_a_process_that_was_killed_is_not_waited_for(file: Path, worker: Worker) -> None:
    os.kill(worker._process.pid, signal.SIGKILL)
    with pytest.raises(WorkerDiedError, match=r"ended with -9"):
        worker.scan(task(file, None), print)


@pytest.mark.parametrize("dead", [0, 1])
def test_a_crew_that_loses_a_process_fails_as_a_whole(file: Path, dead: int) -> None:
    crew = Crew(3)
    os.kill(crew._others[dead]._process.pid, signal.SIGKILL)
    crew._others[dead]._process.wait()
    with pytest.raises(WorkerDiedError), crew:
        crew.scan_all([task(file, None, number) for number in range(50)])
    assert all(worker._process.returncode is not None for worker in crew._others)


def test_all_that_was_read_is_told(file: Path) -> None:
    told: list[int] = []
    with Crew(3) as crew:
        manifests = crew.scan_all([task(file, None, n) for n in range(20)], told.append)
    assert len(manifests) == 20
    assert sum(told) == 20 * file.stat().st_size


@pytest.mark.parametrize(
    "end", ["pass", "raise SystemExit", "os._exit(0)", "os.kill(os.getpid(), 9)"]
)
def test_no_process_outlives_its_crew(end: str) -> None:
    # They hold the pipe of stderr too: it is read to its end only when all are gone.
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", OTHERS.format(end=end)], capture_output=True, check=False, timeout=30
    )
    assert len(done.stdout.split()) == 2
    assert b"Traceback" not in done.stderr
