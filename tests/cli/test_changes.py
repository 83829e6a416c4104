"""`lineage diff` and `lineage impact`: what they print for whom, what they say and refuse."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

FIRST, SECOND = "modelVersion:db:churn:1", "modelVersion:db:churn:2"


def version(number: str) -> dict[str, str]:
    return {"name": "churn", "datasetType": "MODEL", "version": number}


@pytest.fixture(scope="module")
def churn(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two versions of a model, the second from a set with a column more; the second serves."""
    workspace = published_workspace(tmp_path_factory.mktemp("churn") / "workspace")
    masked = [["raw.mail", "DIRECT/TRANSFORMATION/masked"]]
    first_set = {
        "name": "set_1", "schema": {"x": "int"}, "ownership": {"team:data": None},
        "columnLineage": {"x": ["raw.x"], "mail": masked},
    }  # fmt: skip
    second_set = {
        "name": "set_2", "schema": {"x": "int", "y": "int"},
        "columnLineage": {"x": ["raw.x"], "y": [["raw.x", "INDIRECT/FILTER"]], "mail": masked},
    }  # fmt: skip
    done = {"type": "COMPLETE"}
    first = [
        make_event(run="w1", job="build", at=1, inputs=["raw"], outputs=[first_set], **done),
        make_event(run="t1", job="train", at=2, inputs=["set_1"], outputs=[version("1")], **done),
        make_event(
            run="d1", job="deploy", at=3, inputs=[version("1")], outputs=["endpoint://eu|churn"],
            **done,
        ),
    ]  # fmt: skip
    second = [
        make_event(run="w2", job="build", at=4, inputs=["raw"], outputs=[second_set], **done),
        make_event(run="t2", job="train", at=5, inputs=["set_2"], outputs=[version("2")], **done),
        make_event(
            run="d2", job="deploy", at=6, inputs=[version("2")], outputs=["endpoint://eu|churn"],
            **done,
        ),
        make_event(run="s1", job="score", at=7, inputs=[version("0")]),
    ]  # fmt: skip
    deliver(workspace, {"first": first}, CLOCK)
    deliver(workspace, {"second": second}, CLOCK + timedelta(days=1))
    return workspace


@pytest.fixture
def ask(lineage: Callable[..., Result], churn: Workspace) -> Callable[..., Result]:
    """Run a command on the two versions."""
    return lambda *arguments: lineage(*arguments, "-w", churn.paths.root)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.code == 0, result.err
    found: list[dict[str, Any]] = json.loads(result.out)
    return found


def changes(result: Result, *subjects: str) -> set[tuple[str, str, str]]:
    return {
        (row["subject"], row["change"], f"{row['node_id'].split(':', 2)[2]} {row['field'] or ''}")
        for row in rows(result)
        if row["subject"] in subjects
    }


def test_two_versions_are_told_apart_down_to_the_column(ask: Callable[..., Result]) -> None:
    result = ask("diff", FIRST, SECOND, "--format", "json")
    assert changes(result, "node", "column", "field") == {
        ("node", "changed", "set_2 "),
        ("column", "added", "set_2 y"),
        ("field", "added", "set_2 y"),
    }
    runs = {row["node_id"]: (row["before"], row["after"]) for row in rows(result)
            if row["subject"] == "run"}  # fmt: skip
    assert runs == {"job:db:build": ("w1", "w2"), "job:db:train": ("t1", "t2")}


def test_people_read_tables_by_subject_and_one_line_that_sums_up(
    ask: Callable[..., Result],
) -> None:
    result = ask("diff", FIRST, SECOND)
    assert result.code == 0
    titles = [line for line in result.out.splitlines() if line and " " not in line[:20]]
    assert [title for title in titles if "─" not in title] == ["nodes", "columns", "fields", "runs"]
    assert "versions read" in result.out
    assert "unknown" not in result.out
    assert result.err.splitlines()[0] == (
        "nodes: 1 changed; columns: 1 added; fields: 1 added; "
        "versions read: 1 added, 1 removed, 1 unknown; runs: 2 changed"
    )
    assert "--all" in result.err
    assert "coverage: 7 events" in result.err
    whole = ask("diff", FIRST, SECOND, "--all")
    assert "unknown   dataset:db:raw" in whole.out
    assert "--all" not in whole.err


def test_a_node_at_two_times_and_as_believed_on_two_days(ask: Callable[..., Result]) -> None:
    asked = ("diff", "deployment:endpoint://eu:churn", "--format", "json", "--depth", "1")
    by_time = ask(*asked, "--from", "2026-01-01T03:30Z", "--to", "2026-01-01T06:30Z")
    names = {(row["change"], row["node_id"]) for row in rows(by_time) if row["subject"] == "node"}
    assert names == {("removed", FIRST), ("added", SECOND)}
    then = ("--as-of", "2026-01-01T07:00Z")
    by_belief = ask(*asked, *then, "--from-known", "2026-06-01", "--to-known", "2026-06-02")
    assert rows(by_belief) == rows(by_time)
    at_once = ("--from", "2026-01-01T07:00Z", "--to", "2026-01-01T07:00Z")
    assert rows(ask(*asked, *at_once, "--known-at", "2026-06-01")) == []


def test_a_time_at_which_nobody_spoke_of_the_node_is_said(ask: Callable[..., Result]) -> None:
    early = ask("diff", FIRST, "--from", "2025-01-01", "--to", "2026-01-01T04:00Z")
    assert early.code == 0
    assert f"note: nothing was told of {FIRST} as of 2025-01-01T00:00:00Z" in early.err
    unknown = ask("diff", SECOND, "--from-known", "2026-06-01")
    assert f"nothing was told of {SECOND} known at 2026-06-01T00:00:00Z" in unknown.err
    unwritten = ask("diff", "modelVersion:db:churn:0", FIRST)
    assert "no completed run is known to have written modelVersion:db:churn:0" in unwritten.err


def test_nothing_changed(ask: Callable[..., Result]) -> None:
    result = ask("diff", FIRST, "--from", "2026-01-01T03:00Z", "--to", "2026-01-01T03:30Z")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("nothing changed\ncoverage:")


def test_steps_left_out_are_said(ask: Callable[..., Result]) -> None:
    asked = ("diff", FIRST, "--from", "2025-01-01", "--depth", "1")
    assert "lineage goes on behind the steps that were walked" in ask(*asked).err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((FIRST,), "--from"),
        ((FIRST, "--known-at", "2026-01-01"), "--from"),
        ((FIRST, SECOND, "--to", "2026-01-01"), "leave --from"),
        ((FIRST, "--from-known", "2026-01-01", "--known-at", "2026-01-01"), "--known-at is for"),
        ((FIRST, "--to", "2026-01-01", "--as-of", "2026-01-01"), "--as-of is for both sides"),
        ((FIRST, "--as-of", "2026-01-01"), "--from"),
        ((FIRST, "dataset:db:raw"), "dataset:db:raw: no version of a model"),
        (("modelVersion:db:churn:9", FIRST), "no such node"),
        (("dataset:db:none", "--from", "2026-01-01"), "no such node"),
        (("job:db:build", "--from", "2026-01-01"), "job:db:build: a job"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    ask: Callable[..., Result], arguments: tuple[str, ...], word: str
) -> None:
    result = ask("diff", *arguments)
    assert (result.code, result.out) == (2, "")
    assert word in result.err


def test_what_breaks_is_grouped_for_people(ask: Callable[..., Result]) -> None:
    result = ask("impact", "dataset:db:raw", "--field", "x")
    assert result.code == 0
    titles = ("columns", "datasets", "jobs", "models", "deployments")
    assert [line for line in result.out.splitlines() if line in titles] == list(titles)
    assert "team:data" in result.out
    assert result.err.startswith(
        "columns: 2 direct, 1 indirect; datasets: 2 direct; jobs: 1 direct, 2 possible; "
        "models: 3 possible; deployments: 1 possible\ncoverage:"
    )


def test_what_breaks_comes_as_rows_for_programs(ask: Callable[..., Result]) -> None:
    found = rows(ask("impact", "dataset:db:raw", "--field", "mail", "--format", "json"))
    assert {row["is_masked"] for row in found if row["kind"] == "column"} == {True}
    serving = {row["node_id"]: row["deployments"] for row in found if row["kind"] == "modelVersion"}
    assert serving == {FIRST: [], SECOND: ["deployment:endpoint://eu:churn"]}
    text = ask("impact", "dataset:db:raw", "--format", "csv").out
    assert {row["kind"] for row in csv.DictReader(io.StringIO(text))} == {
        "column", "dataset", "job", "model", "modelVersion", "deployment",
    }  # fmt: skip


def test_impact_at_other_times(ask: Callable[..., Result]) -> None:
    asked = ("impact", "dataset:db:raw", "--format", "json")
    then = rows(ask(*asked, "--as-of", "2026-01-01T03:00Z"))
    serving = [row["node_id"] for row in then if row["deployments"]]
    assert serving == [FIRST]
    before = rows(ask(*asked, "--known-at", "2026-05-01"))
    assert before == []
    cut = ask(*asked, "--depth", "1")
    assert {row["is_cut"] for row in rows(cut)} == {True}
    assert "lineage goes on" in cut.err


def test_nothing_depends_on_it(ask: Callable[..., Result]) -> None:
    result = ask("impact", "deployment:endpoint://eu:churn")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("nothing that lineage tells of depends on it\n")


@pytest.mark.parametrize("arguments", [("dataset:db:none",), ("dataset:db:raw", "--field", "none")])
def test_impact_of_what_nobody_knows_is_refused(
    ask: Callable[..., Result], arguments: tuple[str, ...]
) -> None:
    result = ask("impact", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "none" in result.err
