"""Lists in Python and on the command line: who started whom, what never ended, what is odd."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from lineage_pipeline.cli import cli
from lineage_pipeline.errors import (
    ConfigError,
    UnknownNodeError,
    UnknownRunError,
    UnknownVersionError,
)
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.workspace import Workspace
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from lineage_pipeline import pipeline

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Workspace:
    """A flow starts a task, which starts a query and another; a load ran four times, then died."""
    workspace = make_workspace(tmp_path_factory.mktemp("runs") / "workspace")
    tagged = {"name": "a", "schema": {"mail": "text"}, "tags": {"pii@mail": "direct"}}
    events = [
        make_event(run="flow", job="flow", type="COMPLETE", at=2),
        make_event(run="t", job="task", type="COMPLETE", at=3, run_facets={"parent": "flow"}),
        make_event(run="q1", job="query", type="COMPLETE", at=4, run_facets={"parent": "t"}),
        make_event(run="q2", job="query", type="COMPLETE", at=5, run_facets={"parent": "t"}),
        make_event(run="alone", job="alone", type="COMPLETE", run_facets={"parent": "unseen"}),
        *(
            make_event(
                run=f"l{hour}", job="load", type="COMPLETE", at=hour, inputs=[tagged], outputs=["b"]
            )
            for hour in (1, 2, 3, 4)
        ),
        make_event(run="l5", job="load", type="START", at=5, inputs=["a"], outputs=["b"]),
        make_event(run="r", job="merge", type="COMPLETE", inputs=["c"], outputs=["c"]),
        make_event(dataset="lonely", job=None),
    ]
    deliver(workspace, {"events": events})
    return workspace


@pytest.fixture
def lineage(told: pipeline.Workspace) -> Workspace:
    return Workspace(told.paths.root)


def ask(told: pipeline.Workspace, *arguments: str) -> Rows:
    """Return what a command tells, as JSON, with its note on coverage."""
    words = [*arguments, "--format", "json", "-w", str(told.paths.root)]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert "coverage: " in result.stderr
    rows: Rows = json.loads(result.stdout)
    return rows


def levels(rows: Rows, column: str) -> list[tuple[int, str]]:
    return [(row["level"], row[column]) for row in rows]


def test_who_started_a_run_and_whom_it_started(
    lineage: Workspace, told: pipeline.Workspace
) -> None:
    whole = [(-1, "flow"), (0, "t"), (1, "q1"), (1, "q2")]
    assert levels(ask(told, "hierarchy", "run:t"), "run_id") == whole
    assert levels(lineage.run_hierarchy("t").to_dicts(), "run_id") == whole
    assert levels(lineage.run_hierarchy("q2").to_dicts(), "run_id") == [
        (-2, "flow"), (-1, "t"), (0, "q2"),
    ]  # fmt: skip
    unseen = lineage.run_hierarchy("run:alone").to_dicts()
    assert levels(unseen, "run_id") == [(-1, "unseen"), (0, "alone")]
    assert (unseen[0]["job_node_id"], unseen[0]["state"]) == ("job:db:parent", None)


def test_which_jobs_start_which(lineage: Workspace, told: pipeline.Workspace) -> None:
    frame = lineage.job_hierarchy("job:db:task")
    assert frame.select("level", "job_node_id", "run_count").rows() == [
        (-1, "job:db:flow", None), (0, "job:db:task", 1), (1, "job:db:query", 2),
    ]  # fmt: skip
    assert levels(ask(told, "hierarchy", "job:db:task"), "job_node_id") == levels(
        frame.to_dicts(), "job_node_id"
    )


def test_parents_and_roots_that_told_nothing_are_known_by_name(tmp_path: Path) -> None:
    named = {"run": "t", "job": "af|dag.task", "root": "d", "root_job": "af|dag"}
    event = make_event(
        run="s", job="spark", type="COMPLETE", inputs=["a"], outputs=["b"],
        run_facets={"parent": named},
    )  # fmt: skip
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"events": [event]})
    whole = {"run": ["d", "t", "s"], "job": ["job:af:dag", "job:af:dag.task", "job:db:spark"]}
    for place, (run, job) in enumerate(zip(*whole.values(), strict=True)):
        by_run = ask(workspace, "hierarchy", f"run:{run}")
        assert levels(by_run, "run_id") == [*enumerate(whole["run"], -place)]
        assert levels(by_run, "job_node_id") == [*enumerate(whole["job"], -place)]
        assert levels(ask(workspace, "hierarchy", job), "job_node_id") == [
            *enumerate(whole["job"], -place)
        ]
    lineage = Workspace(workspace.paths.root)
    assert not {"job:af:dag", "job:af:dag.task"} & {*lineage.upstream("dataset:db:b")["node_id"]}
    with pytest.raises(ConfigError, match="no such run"):
        lineage.run_upstream("t")
    with pytest.raises(UnknownNodeError):
        lineage.upstream("job:af:dag")


def test_what_cannot_start_anything_is_refused(
    lineage: Workspace, told: pipeline.Workspace
) -> None:
    with pytest.raises(UnknownRunError, match="no such run"):
        lineage.run_hierarchy("nowhere")
    with pytest.raises(UnknownRunError, match="no such run"):
        lineage.run_upstream("nowhere")
    with pytest.raises(UnknownNodeError):
        lineage.job_hierarchy("job:db:nowhere")
    with pytest.raises(ConfigError, match="neither a run nor a job"):
        lineage.job_hierarchy("dataset:db:a")
    for arguments in (("hierarchy", "run:nowhere"), ("run-upstream", "nowhere")):
        words = [*arguments, "-w", str(told.paths.root)]
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "lineage_pipeline", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "no such run" in done.stderr


def test_starts_without_an_end_and_producers_that_fell_silent(
    lineage: Workspace, told: pipeline.Workspace
) -> None:
    assert lineage.unmatched_starts()["run_id"].to_list() == ["l5"]
    assert [row["run_id"] for row in ask(told, "unmatched")] == ["l5"]
    silent = lineage.stale_producers()
    assert silent["job_node_id"].to_list() == ["job:db:load"]
    assert lineage.stale_producers("2026-01-01T06:00Z").is_empty()
    assert lineage.stale_producers(min_runs=5).is_empty()
    assert lineage.stale_producers(factor=100).is_empty()
    assert [row["job_node_id"] for row in ask(told, "stale")] == ["job:db:load"]
    assert ask(told, "stale", "--as-of", "2026-01-01T06:00Z") == []
    assert ask(told, "stale", "--factor", "100") == []


def test_runs_behind_runs_and_versions_as_the_macros_tell(
    lineage: Workspace, told: pipeline.Workspace
) -> None:
    run = ask(told, "run-upstream", "run:l4", "--depth", "0")
    assert run == lineage.run_upstream("l4", depth=0).to_dicts()
    assert [row["dataset_node_id"] for row in run] == ["dataset:db:a"]
    version = ask(told, "version-upstream", "dataset:db:b")
    assert version == lineage.version_upstream("dataset:db:b").to_dicts()
    assert ask(told, "version-upstream", "dataset:db:b", "--known-at", "2026-05-01") == []
    words = ("version-upstream", "dataset:db:b", "--version", "nope", "-w", str(told.paths.root))
    refused = CliRunner().invoke(cli, words)
    assert isinstance(refused.exception, UnknownVersionError)
    assert refused.exception.exit_code == 2


@pytest.mark.parametrize(
    ("command", "method"),
    [("orphans", "orphans"), ("dead-ends", "dead_ends"), ("cycles", "cycles")],
)
def test_shapes_are_told_alike_at_both_clocks(
    command: str, method: str, lineage: Workspace, told: pipeline.Workspace
) -> None:
    found: pl.DataFrame = getattr(lineage, method)()
    expected = {"orphans": ["lonely"], "dead-ends": ["b"], "cycles": ["c"]}[command]
    assert found["name"].to_list() == expected
    assert ask(told, command) == found.to_dicts()
    early = ask(told, command, "--as-of", "2026-01-01T00:30Z")
    assert early == getattr(lineage, method)("2026-01-01T00:30Z").to_dicts()
    assert (command == "orphans") == bool(early)
    assert ask(told, command, "--known-at", "2026-05-01") == []
    assert ask(told, command, "--known-at", CLOCK.isoformat()) == found.to_dicts()


def test_nodes_are_found_as_they_were_known(told: pipeline.Workspace) -> None:
    assert ask(told, "node", "lonely")[0]["node_id"] == "dataset:db:lonely"
    assert ask(told, "node", "lonely", "--known-at", "2026-05-01") == []
    then = ask(told, "node", "lonely", "--known-at", CLOCK.isoformat())
    assert [row["node_id"] for row in then] == ["dataset:db:lonely"]


def test_what_tags_reach_is_listed(lineage: Workspace, told: pipeline.Workspace) -> None:
    rows = ask(told, "classified")
    assert {(row["node_id"], row["field"]) for row in rows} >= {("dataset:db:a", "mail")}
    assert all(row["origin_node_id"] for row in rows)
    order = ["node_id", "field", "key", "value", "status"]
    with open_warehouse(told.paths) as warehouse:
        macro = warehouse.connection.sql("from lineage.classification()").pl()
    assert_frame_equal(lineage.classification(), macro)
    told_rows = sorted(map(str, macro.select(order).rows()))
    assert sorted(str(tuple(row[name] for name in order)) for row in rows) == told_rows
    assert {row["status"] for row in ask(told, "classified", "--status", "declared")} == {
        "declared"
    }
    assert ask(told, "classified", "--tag", "licence") == []
    assert ask(told, "classified", "--known-at", "2026-05-01") == []


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lineage_pipeline", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("lineage, version ")


def test_a_job_that_only_reads_says_where_its_reads_are(told: pipeline.Workspace) -> None:
    words = ["upstream", "job:db:flow", "-w", str(told.paths.root)]
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert "lineage.run_io has what its runs read" in result.stderr
    words[1:2] = ["job:db:load", "--depth", "0"]
    assert "run_io" not in CliRunner().invoke(cli, words, catch_exceptions=False).stderr


def test_rows_as_ndjson(told: pipeline.Workspace) -> None:
    for arguments in (("orphans",), ("upstream", "dataset:db:b")):
        words = [*arguments, "--format", "ndjson", "-w", str(told.paths.root)]
        result = CliRunner().invoke(cli, words, catch_exceptions=False)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert lines == ask(told, *arguments)
