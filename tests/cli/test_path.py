"""`lineage path` and `--jobs`: what they print, and what they say is left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace


@pytest.fixture(scope="module")
def diamond(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """a → b → d and a → c → d, and a → d from the second hour on; d is also called /d."""
    workspace = published_workspace(tmp_path_factory.mktemp("diamond") / "workspace")
    last = {"name": "/d", "symlinks": ["TABLE:d"]}
    events = [
        make_event(run="r1", job="split", type="COMPLETE", at=1, inputs=["a"], outputs=["b", "c"]),
        make_event(run="r2", job="join", type="COMPLETE", at=1, inputs=["b", "c"], outputs=[last]),
        make_event(run="r3", job="short", type="COMPLETE", at=2, inputs=["a"], outputs=["d"]),
    ]
    deliver(workspace, {"events": events}, CLOCK)
    return workspace


@pytest.fixture
def ask(lineage: Callable[..., Any], diamond: Workspace) -> Callable[..., Any]:
    """Run a command on the diamond."""
    return lambda *arguments: lineage(*arguments, "-w", diamond.paths.root)


def paths(result: Any) -> list[str]:
    assert result.code == 0, result.err
    found: dict[int, str] = {}
    for row in json.loads(result.out):
        found[row["path"]] = found.get(row["path"], "") + row["name"]
    return list(found.values())


def test_every_path_the_shortest_first(ask: Callable[..., Any]) -> None:
    asked = ("path", "dataset:db:a", "dataset:db:d", "--format", "json")
    assert paths(ask(*asked)) == ["ad", "abd", "acd"]
    assert paths(ask(*asked, "--as-of", "2026-01-01T01:30Z")) == ["abd", "acd"]
    assert paths(ask(*asked, "--known-at", "2026-05-01")) == []
    assert paths(ask("path", "dataset:db:a", "dataset:db:/d", "--format", "json")) == [
        "ad", "abd", "acd",
    ]  # fmt: skip


def test_what_is_left_out_is_said(ask: Callable[..., Any]) -> None:
    asked = ("path", "dataset:db:a", "dataset:db:d")
    whole = ask(*asked)
    assert "coverage: 3 events" in whole.err
    assert "note" not in whole.err
    assert "is_cut" not in whole.out
    few = ask(*asked, "--limit", "1", "--format", "json")
    assert paths(few) == ["ad"]
    assert all(row["is_cut"] for row in json.loads(few.out))
    assert "more paths than the 1 shown" in few.err
    assert "more paths than the 1 shown" in ask(*asked, "--depth", "1").err
    none = ask(*asked, "--as-of", "2026-01-01T01:30Z", "--depth", "1")
    assert "no path leads there within --depth 1; longer ones do" in none.err
    assert "0 rows" in none.err
    hidden = ask(*asked, "--as-of", "2026-01-01T01:30Z", "--depth", "1", "--format", "json")
    assert [(row["path"], row["is_cut"]) for row in json.loads(hidden.out)] == [(None, True)]
    assert "longer ones do" in hidden.err
    back = ask("path", "dataset:db:d", "dataset:db:a", "--format", "csv")
    assert (back.code, back.out) == (0, "path,step,node_id,kind,stage,namespace,name,is_cut\r\n")
    assert "no path leads there\n" in back.err


def test_an_unknown_end_names_its_neighbours(ask: Callable[..., Any]) -> None:
    for ends in (("dataset:db:z", "dataset:db:a"), ("dataset:db:a", "dataset:db:z")):
        result = ask("path", *ends)
        assert (result.code, result.out) == (2, "")
        assert "dataset:db:z: no such node" in result.err


def test_jobs_on_the_way_are_told_with_their_distance(ask: Callable[..., Any]) -> None:
    def jobs(direction: str, node: str) -> dict[str, int]:
        result = ask(direction, node, "--jobs", "--format", "json")
        assert result.code == 0, result.err
        return {row["name"]: row["depth"] for row in json.loads(result.out)}

    assert jobs("upstream", "dataset:db:d") == {"join": 1, "short": 1, "split": 2}
    assert jobs("downstream", "dataset:db:b") == {"join": 1}
    assert jobs("upstream", "job:db:join") == {"join": 0, "split": 1}
    assert jobs("downstream", "job:db:split") == {"split": 0, "join": 1}
    assert jobs("upstream", "dataset:db:a") == {}


def test_a_way_longer_than_sql_walks_is_told_whole(
    lineage: Callable[..., Any], tmp_path: Path
) -> None:
    """A thousand steps are the most that the macros walk."""
    workspace = published_workspace(tmp_path / "workspace")
    events = [
        make_event(
            run=f"r{step}",
            job=f"j{step}",
            type="COMPLETE",
            inputs=[f"t{step}"],
            outputs=[{"name": f"t{step + 1}", "columnLineage": {"x": [f"t{step}.x"]}}],
        )
        for step in range(1003)
    ]
    deliver(workspace, {"events": events})

    def depths(*arguments: str) -> list[int]:
        asked = ("upstream", "dataset:db:t1003", "--format", "json", "-w", workspace.paths.root)
        result = lineage(*asked, *arguments)
        assert result.code == 0, result.err
        rows = json.loads(result.out)
        assert {row["is_cut"] for row in rows} == {"--depth" in arguments}
        return [row["depth"] for row in rows]

    assert depths() == list(range(1004))
    assert depths("--depth", "1001") == list(range(1002))
    assert depths("--depth", "999") == list(range(1000))
    assert depths("--field", "x") == list(range(1004))
    assert depths("--jobs") == list(range(1, 1004))


def test_jobs_of_a_field_are_refused(ask: Callable[..., Any]) -> None:
    result = ask("upstream", "dataset:db:d", "--jobs", "--field", "x")
    assert (result.code, result.out) == (2, "")
    assert "--field" in result.err
