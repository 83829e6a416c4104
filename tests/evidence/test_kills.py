"""A run that dies at any step: the next leaves all that is visible sealed, once."""

from __future__ import annotations

import json
import os
import shutil
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
from tests.forks import killed

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

STEPS: Final = """
from lineage_pipeline.bronze import crew
from lineage_pipeline.evidence import intent, sealing
from lineage_pipeline.lake import compaction
from lineage_pipeline.lake.journal import Journal
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.warehouse import publish

around(crew, "scan")
for name in ("append", "replace"):
    around(LakeTable, name)
for name in ("note", "drop", "forget_ranges"):
    around(intent, name)
for name in ("append", "durable_files"):
    around(sealing, name)
for name in ("note", "sweep"):
    around(Journal, name)
around(compaction, "write_sorted")
around(publish, "_put_in_place")
around(Disk, "put_new")
"""


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


def died(home: Path, folder: Path, clock: str) -> list[Path]:
    """Return copies of a workspace in which a run died, and one in which none did."""
    return [folder / "whole", *killed(home, folder, STEPS, clock, EVERY)]


def more(workspace: Workspace) -> None:
    land_calls(workspace, "c", [call(number) for number in (2000, 2001)])
    event = make_event(run="three", type="COMPLETE", inputs=["raw"], outputs=["other"])
    file = workspace.paths.landing / "openlineage" / "c.ndjson"
    file.write_text(f"{json.dumps(event)}\n")


def test_a_run_killed_at_any_step_leaves_nothing_unsealed(tmp_path: Path, whole: Workspace) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole.paths.root, home)
    more(pipeline.open_workspace(home))
    for number, place in enumerate(died(home, tmp_path, SECOND.isoformat())):
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
    for place in died(home, tmp_path, str(clock)):
        place.rename(home)
        workspace = pipeline.open_workspace(home)
        pipeline.run(workspace, pipeline.system_clock, AFTER_GRACE + timedelta(days=1))
        assert findings(workspace.paths) == [], place.name
        shutil.rmtree(home)
