"""The command line: what it prints where, what it returns, what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from lineage_pipeline import inventory
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result


def event(run: str, at: str, inputs: list[Any], outputs: list[Any], job: str = "job") -> Any:
    return make_event(run=run, type="COMPLETE", at=at, inputs=inputs, outputs=outputs, job=job)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """raw → clean → model, told on two days; `clean` is also known as `warehouse.clean`."""
    workspace = make_workspace(tmp_path_factory.mktemp("story") / "workspace")
    clean = {
        "name": "clean",
        "columnLineage": {"income": ["raw.salary"], "age": ["raw.age"]},
        "symlinks": ["TABLE:warehouse.clean"],
    }
    first = [
        event("one", "2026-01-01T10:00Z", ["raw"], [clean], "prepare"),
        event("two", "2026-01-02T10:00Z", ["clean"], ["model"], "train"),
    ]
    second = [event("three", "2026-01-03T10:00Z", ["late"], ["raw"], "load")]
    deliver(workspace, {"first": first}, CLOCK)
    deliver(workspace, {"second": [*second, "not json"]}, CLOCK + timedelta(days=1))
    return workspace


@pytest.fixture
def ask(lineage: Callable[..., Result], story: Workspace) -> Callable[..., Result]:
    """Run a command on the story's workspace."""
    return lambda *arguments: lineage(*arguments, "-w", story.paths.root)


def names(result: Result) -> dict[str, int]:
    assert result.code == 0, result.err
    return {row["node_id"]: row["depth"] for row in json.loads(result.out)}


def test_init_makes_a_workspace_that_runs(lineage: Callable[..., Result], tmp_path: Path) -> None:
    made = lineage("init", tmp_path / "new")
    assert made.code == 0
    assert "lineage.toml" in made.out
    assert (tmp_path / "new" / "landing" / "audit" / "cloudtrail").is_dir()
    done = lineage("run", "-w", tmp_path / "new")
    assert (done.code, done.err) == (0, "")
    assert "nothing new in 0 files" in done.out


def test_init_refuses_a_workspace_and_changes_nothing(
    lineage: Callable[..., Result], tmp_path: Path
) -> None:
    settings = tmp_path / "lineage.toml"
    settings.write_text("# mine")
    refused = lineage("init", tmp_path)
    assert (refused.code, refused.out) == (2, "")
    assert "workspace already" in refused.err
    assert settings.read_text() == "# mine"
    assert list(tmp_path.iterdir()) == [settings]


def test_run_says_what_was_read_on_stdout_and_what_needs_an_eye_on_stderr(
    lineage: Callable[..., Result], tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    folder = workspace.paths.landing / "openlineage"
    good = json.dumps(event("one", "2026-01-01T10:00Z", ["raw"], ["clean"]))
    (folder / "a.ndjson").write_text(good + "\nnot json\n" + '{"torn')
    (folder / "notes.txt").write_text("no events")
    done = lineage("run", "-w", workspace.paths.root)
    assert done.code == 0
    assert "1 of 1 files" in done.out
    assert "2 records = 1 accepted + 1 set aside" in done.out
    assert "published" in done.out
    assert "note:" not in done.out
    notes = done.err.splitlines()
    assert all(note.startswith("note: ") for note in notes)
    assert [note for note in notes if "a.ndjson" in note and "unfinished" in note]
    assert [note for note in notes if "notes.txt" in note and "not read" in note]


def test_a_rewritten_file_is_said_to_be(lineage: Callable[..., Result], tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    events = [event(f"{number}", "2026-01-01T10:00Z", ["raw"], ["clean"]) for number in range(2)]
    deliver(workspace, {"a": events})
    file = workspace.paths.landing / "openlineage" / "a.ndjson"
    file.write_text(json.dumps(events[1]) + "\n")
    assert "no longer begins as it did" in lineage("run", "-w", workspace.paths.root).err


def test_rebuild_builds_again(lineage: Callable[..., Result], tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"a": [event("one", "2026-01-01T10:00Z", ["raw"], ["clean"])]})
    workspace.paths.warehouse.unlink()
    rebuilt = lineage("rebuild", "-w", workspace.paths.root)
    assert (rebuilt.code, rebuilt.err) == (0, "")
    assert "rebuilt from 1 batches" in rebuilt.out
    assert all(result.is_passed for result in inventory.run_checks(workspace.paths))


def test_a_rebuild_can_be_only_compared(lineage: Callable[..., Result], tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    root = workspace.paths.root
    deliver(workspace, {"a": [event("one", "2026-01-01T10:00Z", ["raw"], ["clean"])]})
    deliver(workspace, {"b": [event("two", "2026-01-02T10:00Z", ["raw", "more"], ["clean"])]})
    before = workspace.paths.warehouse.read_bytes()
    good = lineage("rebuild", "--check", "-w", root)
    assert (good.code, good.err) == (0, "")
    assert workspace.paths.warehouse.read_bytes() == before
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("delete from lineage.run where rowid = 0")
        connection.execute("update lineage.edge set run_count = 9")
        (edges,) = connection.execute("select count(*) from lineage.edge").fetchone() or (0,)
    changed = lineage("rebuild", "--check", "-w", root)
    assert (changed.code, changed.out) == (3, "")
    assert f"lineage.edge: {edges} rows only here, {edges} only in a rebuild" in changed.err
    assert "lineage.run: 0 rows only here, 1 only in a rebuild" in changed.err
    assert lineage("rebuild", "-w", root).code == 0
    assert lineage("rebuild", "--check", "-w", root).code == 0


def test_a_warehouse_behind_bronze_is_not_compared(
    lineage: Callable[..., Result], tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"a": [event("one", "2026-01-01T10:00Z", ["raw"], ["clean"])]})
    file = tmp_path / "late.ndjson"
    file.write_text(json.dumps(event("two", "2026-01-02T10:00Z", ["raw"], ["clean"])) + "\n")
    assert lineage("scan", file, "-w", workspace.paths.root).code == 0
    behind = lineage("rebuild", "--check", "-w", workspace.paths.root)
    assert behind.code == 2
    assert "publish with `lineage run` first" in behind.err


def test_upstream_and_downstream_reach_as_far_as_asked(ask: Callable[..., Result]) -> None:
    assert names(ask("upstream", "dataset:db:model", "--format", "json")) == {
        "dataset:db:model": 0,
        "dataset:db:warehouse.clean": 1,
        "dataset:db:raw": 2,
        "dataset:db:late": 3,
    }
    assert names(ask("upstream", "dataset:db:model", "--depth", "1", "--format", "json")) == {
        "dataset:db:model": 0,
        "dataset:db:warehouse.clean": 1,
    }
    nowhere = names(ask("upstream", "dataset:db:model", "--depth", "0", "--format", "json"))
    assert nowhere == {"dataset:db:model": 0}
    down = names(ask("downstream", "dataset:db:raw", "--format", "json"))
    assert down == {"dataset:db:raw": 0, "dataset:db:warehouse.clean": 1, "dataset:db:model": 2}


def test_an_alias_is_as_good_as_the_node(ask: Callable[..., Result]) -> None:
    for direction in ("upstream", "downstream"):
        alias = ask(direction, "dataset:db:clean", "--format", "csv")
        node = ask(direction, "dataset:db:warehouse.clean", "--format", "csv")
        assert alias.code == 0
        assert alias.out == node.out
        assert alias.out.count("\n") > 2


def test_the_past_is_asked_by_both_clocks(ask: Callable[..., Result]) -> None:
    raw = ("upstream", "dataset:db:raw", "--format", "json")
    both = {"dataset:db:raw": 0, "dataset:db:late": 1}
    alone = {"dataset:db:raw": 0}
    assert names(ask(*raw)) == both
    assert names(ask(*raw, "--as-of", "2026-01-03T09:59:59Z")) == alone
    assert names(ask(*raw, "--as-of", "2026-01-03T10:00:00Z")) == both
    assert names(ask(*raw, "--as-of", "2026-01-03T11:00:00+01:00")) == both
    assert names(ask(*raw, "--known-at", "2026-06-01T23:59Z")) == alone
    assert names(ask(*raw, "--known-at", "2026-06-02")) == both
    both_clocks = ask(*raw, "--as-of", "2026-01-04", "--known-at", "2026-06-01T12:00")
    assert names(both_clocks) == alone


def test_a_field_is_followed_alone(ask: Callable[..., Result]) -> None:
    asked = ask("upstream", "dataset:db:clean", "--field", "income", "--format", "json")
    found = {(row["node_id"], row["field"]) for row in json.loads(asked.out)}
    assert ("dataset:db:raw", "salary") in found
    assert ("dataset:db:raw", "age") not in found
    down = ask("downstream", "dataset:db:raw", "--field", "age", "--format", "json")
    found = {(row["node_id"], row["field"]) for row in json.loads(down.out)}
    assert ("dataset:db:warehouse.clean", "age") in found


def test_node_finds_by_part_case_pattern_and_alias(ask: Callable[..., Result]) -> None:
    def found(pattern: str) -> list[str]:
        return [row["node_id"] for row in json.loads(ask("node", pattern, "--format", "json").out)]

    assert found("mod") == ["dataset:db:model"]
    assert found("MODEL") == ["dataset:db:model"]
    assert found("job:%:tr_in") == ["job:db:train"]
    assert found("db:clean") == ["dataset:db:warehouse.clean"]
    assert found("nothing like it") == []


def test_answers_are_on_stdout_and_what_they_rest_on_is_on_stderr(
    ask: Callable[..., Result],
) -> None:
    result = ask("upstream", "dataset:db:model", "--format", "json")
    json.loads(result.out)
    assert "coverage: 3 events, known at 2026-06-02T00:00:00Z; 1 record set aside" in result.err
    table = ask("upstream", "dataset:db:model")
    assert "coverage" not in table.out
    assert "4 rows" in table.err


def test_what_had_not_been_told_by_then_is_said(ask: Callable[..., Result]) -> None:
    never = ask("upstream", "dataset:db:model", "--known-at", "2020-01-01")
    assert "note: nothing had been told of dataset:db:model by 2020-01-01T00:00:00Z" in never.err
    assert "coverage: nothing had been told by 2020-01-01T00:00:00Z" in never.err
    first = ask("upstream", "dataset:db:model", "--known-at", "2026-06-01T12:00:00Z")
    assert "known at 2026-06-01T00:00:00Z" in first.err
    assert "note: nothing had been told" not in first.err


def test_an_unknown_node_names_its_neighbours(ask: Callable[..., Result]) -> None:
    for direction in ("upstream", "downstream"):
        result = ask(direction, "dataset:db:modle")
        assert (result.code, result.out) == (2, "")
        assert "dataset:db:modle: no such node" in result.err
        assert "dataset:db:model" in result.err
        assert "lineage node" in result.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["upstream"], "NODE"),
        (["upstream", "dataset:db:model", "--depth", "-1"], "-1"),
        (["upstream", "dataset:db:model", "--as-of", "tomorrow"], "tomorrow"),
        (["node", "x", "--format", "xml"], "xml"),
        (["nonsense"], "nonsense"),
        (["run", "--unknown"], "--unknown"),
    ],
)
def test_a_wrong_argument_is_named(
    lineage: Callable[..., Result], arguments: list[str], word: str
) -> None:
    result = lineage(*arguments)
    assert (result.code, result.out) == (2, "")
    assert word in result.err


@pytest.mark.parametrize(
    "arguments", [["run"], ["rebuild"]], ids=lambda arguments: str(arguments[0])
)
def test_wrong_settings_are_named_without_a_traceback(
    lineage: Callable[..., Result], tmp_path: Path, arguments: list[str]
) -> None:
    absent = lineage(*arguments, "-w", tmp_path / "absent")
    assert (absent.code, absent.out) == (2, "")
    assert "lineage init" in absent.err
    (tmp_path / "lineage.toml").write_text("[scna]\n")
    wrong = lineage(*arguments, "-w", tmp_path)
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean 'scan'?" in wrong.err
    assert not (tmp_path / "warehouse.duckdb").exists()


@pytest.mark.parametrize("arguments", [["node", "x"], ["upstream", "x"], ["sql", "select 1"]])
def test_nothing_to_ask_before_the_first_run(
    lineage: Callable[..., Result], tmp_path: Path, arguments: list[str]
) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    result = lineage(*arguments, "-w", workspace.paths.root)
    assert (result.code, result.out) == (2, "")
    assert "lineage run" in result.err


def test_the_clock_is_set_in_made_workspaces_alone(
    lineage: Callable[..., Result], tmp_path: Path
) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    root = workspace.paths.root
    deliver(workspace, {"a": [event("one", "2026-01-01T10:00Z", ["raw"], ["clean"])]})
    backwards = lineage("run", "-w", root, "--clock", "2026-05-31")
    assert (backwards.code, backwards.out) == (2, "")
    assert "does not run backwards" in backwards.err
    assert "2026-06-01" in backwards.err
    assert lineage("run", "-w", root, "--clock", "2026-06-01").code == 0
    workspace.paths.settings.write_text("[workspace]\nsynthetic = false\n")
    real = lineage("run", "-w", root, "--clock", "2026-07-01")
    assert (real.code, real.out) == (2, "")
    assert "synthetic = true" in real.err
    assert str(workspace.paths.settings) in real.err


def test_the_workspace_may_come_from_the_environment(
    lineage: Callable[..., Result], story: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_WORKSPACE", str(story.paths.root))
    assert lineage("node", "model").code == 0
    monkeypatch.delenv("LINEAGE_WORKSPACE")
    monkeypatch.chdir(story.paths.root)
    assert lineage("node", "model").code == 0


def test_a_closed_pipe_is_no_error(story: Workspace) -> None:
    script = "import sys; from lineage_pipeline.cli import main; main()"
    arguments = ["sql", "from range(200_000)", "--format", "csv", "-w", str(story.paths.root)]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"range\r\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
