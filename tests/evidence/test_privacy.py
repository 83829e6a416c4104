"""What the log does not hold: nothing of a record, and nothing of a question."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline.evidence.questions import (
    Question,
    keep_answer,
    keep_query,
    kept_question,
    leaf_of,
    questions_with,
)
from lineage_pipeline.trail.canonical import canonical
from tests.builders import make_event
from tests.evidence.sealed import LATER, call, contents, findings, land_calls, named
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

MARK: Final = "zaphod"


ASKED: Final = (
    Question(f"select '{MARK}'"),
    Question("select 1", actor=MARK, parameters={}),
    Question("select $a", actor="somebody", parameters={"a": [1, {"time": MARK}]}),
)
"""As releases before kept them, and with who asks and parameters."""


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
    for question in ASKED:
        kept = keep_query(workspace.paths, question, 1)
        keep_answer(workspace.paths, kept, 1, 2, "ab" * 32)
        assert kept_question(workspace.paths, kept.leaf) == question
        holding = [path for path, data in contents(workspace.paths.trail).items()
                   if MARK.encode() in path.encode() + data]  # fmt: skip
        assert holding == [f"queries/{kept.leaf}"]
        assert questions_with(workspace.paths, lambda text: MARK in text) == (kept.leaf,)
        (workspace.paths.trail / "queries" / kept.leaf).rename(workspace.paths.root / kept.leaf)
    for leaf in {path.name for path in workspace.paths.root.iterdir() if len(path.name) == 64}:
        (workspace.paths.root / leaf).rename(workspace.paths.trail / "queries" / leaf)
    assert findings(workspace.paths) == []


@pytest.mark.parametrize("changed", [{"actor": "bob"}, {"parameters": {"a": 2}}, {"actor": ""}])
def test_a_question_of_another_person_or_of_other_parameters_is_found(
    workspace: Workspace, changed: dict[str, Any]
) -> None:
    leaf = keep_query(workspace.paths, Question("select $a", "ann", {"a": 1}), 1).leaf
    file = workspace.paths.trail / "queries" / leaf
    file.write_text(json.dumps({**json.loads(file.read_bytes()), **changed}))
    assert named(findings(workspace.paths)) == {f"trail/queries/{leaf}"}


def test_a_question_without_its_actor_is_no_question_of_before(workspace: Workspace) -> None:
    """Its bytes as a text of their own have another digest."""
    question = Question("select $a", "ann", {"a": 1})
    kept = keep_query(workspace.paths, question, 1)
    told = {"actor": "ann", "parameters": {"a": 1}, "text": "select $a"}
    text = canonical(told).decode()
    assert leaf_of(kept.salt, Question(text)) != kept.leaf == leaf_of(kept.salt, question)


@pytest.mark.parametrize("actor", [None, "ann"])
@pytest.mark.parametrize("how", ["deleted", "altered", "respelled", "of another salt"])
def test_a_question_that_is_gone_or_another_is_found(
    workspace: Workspace, how: str, actor: str | None
) -> None:
    question = Question("from audit.event")
    if actor:
        question = Question("from audit.event", actor, {"a": 1})
    leaf = keep_query(workspace.paths, question, 1).leaf
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
