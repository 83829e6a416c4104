"""Documents in a workspace: read once, counted, kept apart from what cannot be read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.warehouse.query import open_warehouse
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

LATER: Final = CLOCK + timedelta(hours=1)
CARD: Final = "overview:\n  name: m\n  version: '1'\n"


def act(number: int, **more: Any) -> str:
    data = {"actor": "ann", "reason": "done", "stage": "technical", "submission": "sha256:1"}
    body = {
        "specversion": "1.0", "id": f"a{number}", "source": "/board", "subject": "modelVersion:m",
        "type": "lineage.governance.approved.v1", "time": "2026-05-07T14:10:00Z", "data": data,
    }  # fmt: skip
    return json.dumps(body | more)


def put(workspace: Workspace, file: str, text: str) -> Path:
    target = workspace.paths.landing / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return warehouse.query(query).rows


def counts(workspace: Workspace) -> list[tuple[Any, ...]]:
    return asked(
        workspace,
        "select source, record_count, event_count, duplicate_count, quarantined_count "
        "from quality.ingest order by ingested_at, source_file",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "workspace")


def run(workspace: Workspace, clock: Any = CLOCK) -> pipeline.Run:
    return pipeline.run(workspace, pipeline.system_clock, clock)


def test_what_is_new_again_and_unreadable_is_counted(workspace: Workspace) -> None:
    put(workspace, "governance/a.ndjson", f"{act(1)}\n{act(2)}\n{act(1)}\n{{}}\nnot json\n")
    put(workspace, "registry/files/card.yaml", f"{CARD}---\nname: m\nversions: [*none]\n")
    run(workspace)
    assert counts(workspace) == [("governance", 5, 2, 1, 2), ("registry/files", 2, 1, 0, 1)]
    kinds = asked(workspace, "select kind, count(*) from silver.document group by all order by 1")
    assert kinds == [("card", 1), ("lineage.governance.approved.v1", 2)]
    reasons = asked(workspace, "select reason_code from quality.quarantine order by 1")
    assert reasons == [("malformed_json",), ("malformed_yaml",), ("unknown_document",)]


def test_a_file_of_acts_that_grew_is_read_on(workspace: Workspace) -> None:
    put(workspace, "governance/a.ndjson", f"{act(1)}\n")
    run(workspace)
    put(workspace, "governance/a.ndjson", f"{act(1)}\n{act(2)}\n")
    run(workspace, LATER)
    assert counts(workspace) == [("governance", 1, 1, 0, 0), ("governance", 1, 1, 0, 0)]


def test_a_file_that_people_write_is_read_whole(workspace: Workspace) -> None:
    put(workspace, "registry/files/card.yaml", CARD)
    run(workspace)
    put(workspace, "registry/files/card.yaml", f"{CARD}  date: '2026-05-01'\n")
    run(workspace, LATER)
    bodies = asked(workspace, "select body from silver.document order by ingested_at")
    assert [json.loads(body)["overview"].get("date") for (body,) in bodies] == [None, "2026-05-01"]
    assert asked(workspace, "select is_rewrite, start_offset from quality.ingest order by all") == [
        (False, 0), (False, 0),
    ]  # fmt: skip


def test_altered_acts_are_not_read(workspace: Workspace) -> None:
    file = put(workspace, "governance/a.ndjson", f"{act(1)}\n")
    run(workspace)
    file.write_text(f"{act(1, subject='modelVersion:other')}\n{act(2)}\n", encoding="utf-8")
    done = run(workspace, LATER)
    assert [one.file for one in done.altered] == ["landing/governance/a.ndjson"]
    assert [one.reason for one in done.ingest.skipped] == ["is not what it was when it came"]
    assert asked(workspace, "select count(*) from silver.document") == [(1,)]


def test_acts_come_by_their_folder_alone(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "acts.ndjson"
    file.write_text(f"{act(1)}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="acts count only where they came"):
        pipeline.scan_paths(workspace, [str(file)], "governance", pipeline.system_clock)
