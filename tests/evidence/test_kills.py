"""A run that dies at any step: the next leaves all that is visible sealed, once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.evidence.entries import Batch, Rows, from_bytes
from lineage_pipeline.lake.batches import visible_batches
from lineage_pipeline.lake.tables import LakeTable
from tests.builders import make_event
from tests.evidence.sealed import LATER, call, findings, land_calls

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.pipeline import Workspace

SECOND: Final = LATER + timedelta(hours=1)
THIRD: Final = LATER + timedelta(hours=2)
LONG_AFTER: Final = LATER + timedelta(days=40)
AFTER_GRACE: Final = LONG_AFTER + timedelta(days=8)

EVERY: Final = int(os.environ.get("LINEAGE_TEST_KILL_EVERY", "9"))
"""Dying at every step takes minutes; unless told otherwise the tests die at every ninth."""

KILLER: Final = """
import os, shutil, signal, sys
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from lineage_pipeline import pipeline
from lineage_pipeline.bronze import crew, ingest
from lineage_pipeline.evidence import intent, sealing
from lineage_pipeline.lake import compaction
from lineage_pipeline.lake.journal import Journal
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.warehouse import publish

clock, home = datetime.fromisoformat(sys.argv[1]), Path(sys.argv[2])
steps, last, names = 0, None, []

def step(name):
    global steps
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)
    names.append(name)
    steps += 1

def watch(owner, name):
    original = getattr(owner, name)
    def watched(*given, **named):
        step(f"before {name}")
        done = original(*given, **named)
        step(f"after {name}")
        return done
    setattr(owner, name, watched)

watch(crew, "scan")
for name in ("append", "replace"):
    watch(LakeTable, name)
for name in ("note", "drop", "forget_ranges"):
    watch(intent, name)
for name in ("append", "durable_files"):
    watch(sealing, name)
for name in ("note", "sweep"):
    watch(Journal, name)
watch(compaction, "write_sorted")
watch(publish, "_put_in_place")
watch(Disk, "put_new")

for folder in sys.stdin.read().split():
    os.rename(folder, home)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os.rename(home, folder)
        print(folder, status, flush=True)
        continue
    number = Path(folder).name
    last = int(number) if number.isdigit() else None
    workspace = pipeline.open_workspace(home)
    pipeline.run(workspace, pipeline.system_clock, clock)
    Path(home, "steps").write_text(" ".join(name.replace(" ", "-") for name in names))
    os._exit(0)
"""


def die_in(home: Path, folders: list[Path], clock: str) -> list[int]:
    """Run in each folder, moved to `home`, and return how each ended."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLER, clock, str(home)],
        input="\n".join(map(str, folders)), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [int(line.split()[1]) for line in done.stdout.splitlines()]


def sealed_once(paths: WorkspacePaths) -> None:
    """Check that each visible batch and file of rows is sealed exactly once."""
    log, _ = auditing.open_trail(paths, auditing.pinned_key(paths, None))
    entries = [from_bytes(entry) for entry in log.entries()]
    batches = Counter(entry.batch_id for entry in entries if isinstance(entry, Batch))
    files = Counter(entry.file for entry in entries if isinstance(entry, Rows))
    visible = {batch.batch_id for batch in visible_batches(LakeTable(paths.manifests).files())}
    assert batches == Counter(visible)
    assert set(files.values()) == {1}
    seqs = [entry.seq for entry in entries if isinstance(entry, Batch)]
    assert seqs == [*range(len(seqs))]


def killed(home: Path, folder: Path, clock: str, every: int) -> list[Path]:
    """Return copies of a workspace in which a run died, each at another step."""
    template = home.rename(folder / "template")
    whole = folder / "whole"
    shutil.copytree(template, whole)
    assert die_in(home, [whole], clock) == [0]
    steps = (whole / "steps").read_text().split()
    folders = [folder / str(number) for number in range(0, len(steps), every)]
    for place in folders:
        shutil.copytree(template, place)
    assert die_in(home, folders, clock) == [signal.SIGKILL] * len(folders)
    return [whole, *folders]


def more(workspace: Workspace) -> None:
    land_calls(workspace, "c", [call(number) for number in (2000, 2001)])
    event = make_event(run="three", type="COMPLETE", inputs=["raw"], outputs=["other"])
    file = workspace.paths.landing / "openlineage" / "c.ndjson"
    file.write_text(f"{json.dumps(event)}\n")


def test_a_run_killed_at_any_step_leaves_nothing_unsealed(tmp_path: Path, whole: Workspace) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole.paths.root, home)
    more(pipeline.open_workspace(home))
    for number, place in enumerate(killed(home, tmp_path, SECOND.isoformat(), every=EVERY)):
        place.rename(home)
        workspace = pipeline.open_workspace(home)
        pipeline.run(workspace, pipeline.system_clock, THIRD if number % 2 else SECOND)
        assert findings(workspace.paths) == [], place.name
        sealed_once(workspace.paths)
        shutil.rmtree(home)


@pytest.mark.parametrize("clock", [LONG_AFTER, AFTER_GRACE])
def test_a_compaction_killed_at_any_step_leaves_nothing_unsealed(
    tmp_path: Path, whole: Workspace, clock: object
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole.paths.root, home)
    workspace = pipeline.open_workspace(home)
    if clock == AFTER_GRACE:
        pipeline.run(workspace, pipeline.system_clock, LONG_AFTER)
    for place in killed(home, tmp_path, str(clock), every=EVERY):
        place.rename(home)
        workspace = pipeline.open_workspace(home)
        pipeline.run(workspace, pipeline.system_clock, AFTER_GRACE + timedelta(days=1))
        assert findings(workspace.paths) == [], place.name
        shutil.rmtree(home)
