"""A log that cannot be written, a full disk, two writers: nothing visible stays unsealed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.errors import DurabilityError, StorageError
from lineage_pipeline.evidence import durable
from lineage_pipeline.evidence.entries import Answer, Batch, Query, from_bytes
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.trail import disk
from tests.builders import make_event
from tests.evidence.sealed import LATER, call, findings, land_calls

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace

NEXT: Final = LATER + timedelta(hours=1)
AFTER: Final = LATER + timedelta(hours=2)
SCRIPT: Final = """
import resource, sys
from lineage_pipeline.cli import main
limit = int(sys.argv.pop(1))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
main()
"""


def land(workspace: Workspace) -> None:
    land_calls(workspace, "c", [call(number) for number in range(3000, 3040)])
    event = make_event(run="three", type="COMPLETE", inputs=["raw"], outputs=["other"])
    file = workspace.paths.landing / "openlineage" / "c.ndjson"
    file.write_text(f"{json.dumps(event)}\n")


def run(workspace: Workspace, clock: datetime | None = NEXT) -> None:
    pipeline.run(workspace, pipeline.system_clock, clock)


def visible_count(workspace: Workspace) -> int:
    return len(LakeTable(workspace.paths.manifests).files())


def lineage(*arguments: object, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(limit), *map(str, arguments)]
    return subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def entries_of(workspace: Workspace, *kinds: type) -> list[Any]:
    paths = workspace.paths
    log, _ = auditing.open_trail(paths, auditing.pinned_key(paths, None))
    return [one for one in map(from_bytes, log.entries()) if isinstance(one, kinds)]


class Failing:
    """`os`, of which one call fails from its n-th time on."""

    def __init__(self, name: str, after: int, code: int) -> None:
        self.name, self.after, self.code, self.count = name, after, code, 0

    def __getattr__(self, name: str) -> Any:
        original = getattr(os, name)
        if name != self.name:
            return original

        def failing(*given: Any) -> Any:
            self.count += 1
            if self.count > self.after:
                raise OSError(self.code, os.strerror(self.code))
            return original(*given)

        return failing


@pytest.mark.parametrize("after", [0, 3, 7])
@pytest.mark.parametrize("broken", [
    (disk, "fsync", errno.EIO), (disk, "write", errno.ENOSPC), (durable, "fsync", errno.EIO),
])  # fmt: skip
def test_a_disk_that_fails_under_the_log_is_made_good_by_the_next_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, broken: tuple[Any, str, int], after: int
) -> None:
    land(workspace)
    module, name, code = broken
    failing = Failing(name, after, code)
    monkeypatch.setattr(module, "os", failing)
    with pytest.raises((StorageError, DurabilityError)):
        run(workspace)
    assert failing.count > after
    monkeypatch.undo()
    run(workspace, AFTER)
    assert findings(workspace.paths) == []
    assert visible_count(workspace) == len(entries_of(workspace, Batch)) == 3


def test_a_log_whose_place_is_taken_shows_nothing_new(workspace: Workspace) -> None:
    land(workspace)
    pending = workspace.paths.trail / "pending"
    pending.rmdir() if pending.exists() else None
    pending.write_bytes(b"")
    with pytest.raises(StorageError):
        run(workspace)
    assert visible_count(workspace) == 2
    pending.unlink()
    run(workspace, AFTER)
    assert findings(workspace.paths) == []


@pytest.mark.parametrize("limit", [64, 1 << 12, 1 << 16])
def test_a_full_disk_leaves_nothing_unsealed(workspace: Workspace, limit: int) -> None:
    land(workspace)
    root = workspace.paths.root
    process = lineage("run", "-w", root, limit=limit)
    _, said = process.communicate()
    assert process.returncode == 2, said
    assert "Traceback" not in said
    run(workspace, None)
    assert findings(workspace.paths) == []


def test_runs_and_queries_at_once_make_one_log(workspace: Workspace) -> None:
    land(workspace)
    root = workspace.paths.root
    question = ("sql", "select count(*) from lineage.run", "-w", root)
    processes = [lineage("run", "-w", root), lineage("run", "-w", root)]
    processes += [lineage(*question) for _ in range(2)]
    said = [process.communicate() for process in processes]
    codes = [process.returncode for process in processes]
    assert codes[2:] == [0, 0], said
    assert sorted(codes[:2]) in ([0, 0], [0, 2]), said
    assert findings(workspace.paths) == []
    assert len(entries_of(workspace, Query)) == len(entries_of(workspace, Answer)) == 2
    assert len(entries_of(workspace, Batch)) == 3


def test_many_queries_beside_notes_of_runs_lose_none(workspace: Workspace) -> None:
    """What one writer has put aside is not cleared away by another that appends."""
    script = (
        "import sys; from pathlib import Path\n"
        "from lineage_pipeline.evidence import intent\n"
        "from lineage_pipeline.evidence.questions import Question, keep_query\n"
        "from lineage_pipeline.paths import workspace_paths\n"
        "from lineage_pipeline.trail.keys import read_key\n"
        "paths = workspace_paths(Path(sys.argv[1]))\n"
        "key = read_key(paths.trail_key)\n"
        "for number in range(30):\n"
        "    if sys.argv[2] == 'ask': keep_query(paths, Question(str(number)), number)\n"
        "    else:\n"
        "        noted = intent.Intent(kind='cache', key=str(number), at=number)\n"
        "        intent.note(paths.trail, noted, key); intent.drop(paths.trail, noted)\n"
    )
    root = str(workspace.paths.root)
    both = [
        subprocess.Popen([sys.executable, "-c", script, root, what], stderr=subprocess.PIPE)  # noqa: S603
        for what in ("ask", "ask", "note")
    ]
    assert [process.communicate()[1] for process in both] == [b"", b"", b""]
    assert len(entries_of(workspace, Query)) == 60
    assert findings(workspace.paths) == []
