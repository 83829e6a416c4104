"""What the log does not hold: nothing of a record, and nothing of a question."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline.evidence.questions import keep_answer, keep_query, kept_text
from tests.builders import make_event
from tests.evidence.sealed import LATER, call, contents, findings, land_calls, named
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

MARK: Final = "zaphod"


def marked(value: Any) -> Any:
    """Return a record with the mark behind every text in it."""
    if isinstance(value, dict):
        return {key: marked(each) for key, each in value.items()}
    if isinstance(value, str) and not value.startswith("2026"):
        return f"{value}-{MARK}"
    return value


def test_nothing_of_a_record_stands_in_the_log(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    record = marked(call(1)) | {"eventSource": "s3.amazonaws.com", "eventType": "AwsApiCall"}
    land_calls(workspace, f"from-{MARK}", [record])
    event = make_event(run="one", job=f"job-{MARK}", type="COMPLETE",
                       inputs=[f"in-{MARK}"], outputs=[f"out-{MARK}"])  # fmt: skip
    deliver(workspace, {f"of-{MARK}": [event, f"{{broken {MARK}"]}, LATER)
    lake = contents(workspace.paths.lake)
    assert any(MARK.encode() in path.encode() + data for path, data in lake.items())
    for path, data in contents(workspace.paths.trail).items():
        assert MARK not in path
        assert MARK.encode() not in data, path
        assert MARK.encode().hex().encode() not in data, path


def test_nothing_of_a_question_stands_in_the_log(workspace: Workspace) -> None:
    leaf = keep_query(workspace.paths, f"select '{MARK}'", 1)
    keep_answer(workspace.paths, leaf, 1, 2)
    assert kept_text(workspace.paths, leaf) == f"select '{MARK}'"
    holding = [path for path, data in contents(workspace.paths.trail).items()
               if MARK.encode() in path.encode() + data]  # fmt: skip
    assert holding == [f"queries/{leaf}"]
    assert findings(workspace.paths) == []


@pytest.mark.parametrize("how", ["deleted", "altered", "respelled", "of another salt"])
def test_a_question_that_is_gone_or_another_is_found(workspace: Workspace, how: str) -> None:
    leaf = keep_query(workspace.paths, "from audit.event", 1)
    file = workspace.paths.trail / "queries" / leaf
    kept = json.loads(file.read_bytes())
    file.unlink()
    if how == "altered":
        file.write_text(json.dumps({**kept, "text": "from audit.actor"}))
    elif how == "respelled":
        file.write_text(json.dumps({**kept, "salt": kept["salt"].upper(), "more": 1}))
    elif how == "of another salt":
        file.write_text(json.dumps({**kept, "salt": "00" * 16}))
    assert named(findings(workspace.paths)) == {f"trail/queries/{leaf}"}
