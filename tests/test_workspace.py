"""The Python API: frames out, the same as the command line tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from polars.testing import assert_frame_equal

from lineage_pipeline.errors import (
    ConfigError,
    UnknownFieldError,
    UnknownNodeError,
    UnknownVersionError,
)
from lineage_pipeline.questions.parts import Closure, subgraph
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.workspace import Workspace
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from lineage_pipeline import pipeline

A, B, C = "dataset:db:a", "dataset:db:b", "dataset:db:c"
REACHED = ["node_id", "depth", "kind", "stage", "namespace", "name", "is_cut"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Workspace:
    """a → b → c by hour 1 and 2, c → a by hour 3, told a day later; e is read by nothing."""
    workspace = make_workspace(tmp_path_factory.mktemp("told") / "workspace")
    renamed = {
        "name": "/b",
        "symlinks": ["TABLE:b"],
        "columnLineage": {"x": ["a.x"], "*": [["a.key", "INDIRECT/FILTER"]]},
    }
    first = [
        make_event(run="r1", job="one", type="COMPLETE", at=1, inputs=["a"], outputs=[renamed]),
        make_event(run="r2", job="two", type="COMPLETE", at=2, inputs=["b"], outputs=["c", "e"]),
        make_event(dataset="lonely", at=2, job=None),
    ]
    second = [make_event(run="r3", job="back", type="COMPLETE", at=3, inputs=["c"], outputs=["a"])]
    deliver(workspace, {"first": first})
    deliver(workspace, {"second": second}, CLOCK + timedelta(days=1))
    return workspace


@pytest.fixture
def lineage(told: pipeline.Workspace) -> Workspace:
    return Workspace(told.paths.root)


def named(frame: pl.DataFrame) -> dict[str, int]:
    return dict(frame.select("name", "depth").iter_rows())


def test_closures_are_frames_of_the_macros(lineage: Workspace, told: pipeline.Workspace) -> None:
    assert lineage.upstream(C).columns == REACHED
    with open_warehouse(told.paths) as warehouse:
        for asked in ("upstream", "downstream", "upstream_jobs", "downstream_jobs"):
            macro = warehouse.connection.sql(f"from lineage.{asked}('{B}')").pl()
            assert_frame_equal(getattr(lineage, asked)(B), macro)
        for asked in ("column_upstream", "column_downstream"):
            for node, field in ((A, "x"), (A, "key"), (B, "x")):
                macro = warehouse.connection.sql(f"from lineage.{asked}('{node}', '{field}')").pl()
                assert_frame_equal(getattr(lineage, asked)(node, field), macro)


def test_depth_and_both_clocks(lineage: Workspace) -> None:
    assert named(lineage.upstream(C)) == {"c": 0, "b": 1, "a": 2}
    assert named(lineage.upstream(C, depth=1)) == {"c": 0, "b": 1}
    assert lineage.upstream(C, depth=1)["is_cut"].all()
    assert named(lineage.upstream(A, as_of="2026-01-01T02:59:59")) == {"a": 0}
    assert named(lineage.upstream(A, as_of="2026-01-01T04:00:00+01:00")) == {"a": 0, "c": 1, "b": 2}
    assert named(lineage.upstream(A, known_at=CLOCK)) == {"a": 0}
    at_noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert named(lineage.downstream(C, as_of=at_noon, known_at=CLOCK)) == {"c": 0}
    assert named(lineage.upstream_jobs("job:db:two")) == {"two": 0, "one": 1, "back": 2}
    assert named(lineage.downstream_jobs(C)) == {"back": 1, "one": 2, "two": 3}


def test_an_alias_is_as_good_as_the_node(lineage: Workspace) -> None:
    assert_frame_equal(lineage.upstream("dataset:db:/b"), lineage.upstream(B))
    assert_frame_equal(
        lineage.column_upstream("dataset:db:/b", "x"), lineage.column_upstream(B, "x")
    )


def test_columns_with_and_without_what_only_steers(lineage: Workspace) -> None:
    frame = lineage.column_upstream(B, "x")
    assert frame.columns == ["node_id", "field", "depth", "is_masked", "is_cut"]
    assert frame["field"].to_list() == ["x", "key", "x"]
    direct = lineage.column_upstream(B, "x", include_indirect=False)
    assert direct["node_id"].to_list() == [B, A]
    assert lineage.column_downstream(A, "key")["node_id"].to_list() == [A, B]


def test_paths_cycles_orphans_and_dead_ends(lineage: Workspace) -> None:
    frame = lineage.paths(A, C)
    assert frame["node_id"].to_list() == [A, B, C]
    assert lineage.paths(A, C, depth=1).rows() == [(*[None] * 7, True)]
    assert lineage.paths(A, "dataset:db:lonely", depth=1).is_empty()
    assert lineage.paths(A, C, limit=1).columns == [
        "path", "step", "node_id", "kind", "stage", "namespace", "name", "is_cut",
    ]  # fmt: skip
    assert lineage.cycles()["name"].to_list() == ["a", "b", "c"]
    assert lineage.cycles(known_at=CLOCK).is_empty()
    assert lineage.orphans()["name"].to_list() == ["lonely"]
    assert lineage.dead_ends()["name"].to_list() == ["e"]


def test_paths_and_shapes_are_frames_of_the_macros(
    lineage: Workspace, told: pipeline.Workspace
) -> None:
    with open_warehouse(told.paths) as warehouse:

        def macro(call: str) -> pl.DataFrame:
            return warehouse.connection.sql(f"from lineage.{call}").pl()

        assert_frame_equal(lineage.paths(A, C), macro(f"path('{A}', '{C}')"))
        assert_frame_equal(
            lineage.paths(A, C, depth=1), macro(f"path('{A}', '{C}', max_depth := 1)")
        )
        for known_at in (None, CLOCK):
            given = "" if known_at is None else f"known_at := '{known_at}'"
            assert_frame_equal(lineage.cycles(known_at=known_at), macro(f"cycle({given})"))
            assert_frame_equal(lineage.orphans(known_at=known_at), macro(f"orphan({given})"))
            assert_frame_equal(lineage.dead_ends(known_at=known_at), macro(f"dead_end({given})"))
        for job in ("one", "two", "back"):
            node = f"job:db:{job}"
            assert_frame_equal(lineage.upstream(node), macro(f"upstream('{node}')"))
            assert_frame_equal(lineage.downstream(node), macro(f"downstream('{node}')"))
    assert named(lineage.upstream("job:db:two", depth=1)) == {"two": 0, "b": 1}
    assert named(lineage.downstream("job:db:two", depth=1)) == {"two": 0, "c": 1, "e": 1}


def test_the_part_of_a_job_holds_its_edges(told: pipeline.Workspace) -> None:
    with open_warehouse(told.paths) as warehouse:
        for direction, depth, edges in (
            ("upstream", 1, {(B, C), (B, "dataset:db:e")}),
            ("downstream", 1, {(B, C), (B, "dataset:db:e")}),
            ("upstream", 0, set()),
        ):
            part = subgraph(warehouse, Closure(direction, "job:db:two", depth))
            assert {(edge.source_node_id, edge.target_node_id) for edge in part.edges} == edges


def test_a_job_does_not_read_the_model_version_that_it_writes(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    version = {"name": "churn", "datasetType": "MODEL", "version": "7"}
    events = [make_event(run="r1", job="train", type="COMPLETE", inputs=["a"], outputs=[version])]
    deliver(workspace, {"events": events})
    lineage = Workspace(workspace.paths.root)

    assert named(lineage.upstream("job:db:train")) == {"train": 0, "a": 1}
    assert lineage.downstream("job:db:train")["depth"].to_list() == [0, 1, 2]


def test_changes_are_frames_of_the_macros(lineage: Workspace, told: pipeline.Workspace) -> None:
    with open_warehouse(told.paths) as warehouse:

        def macro(call: str) -> pl.DataFrame:
            return warehouse.connection.sql(f"from lineage.{call}").pl()

        between = "from_at := '2026-01-01T02:30Z', to_at := '2026-01-01T04:00Z'"
        assert_frame_equal(
            lineage.diff(A, "2026-01-01T02:30", "2026-01-01T04:00"),
            macro(f"diff('{A}', {between})"),
        )
        assert_frame_equal(
            lineage.diff(A, from_known_at=CLOCK), macro(f"diff('{A}', from_known_at := '{CLOCK}')")
        )
        assert_frame_equal(lineage.impact(A, "x"), macro(f"impact('{A}', field := 'x')"))
        assert_frame_equal(lineage.impact(A, depth=1), macro(f"impact('{A}', max_depth := 1)"))
        assert_frame_equal(lineage.model_datasets(), macro("model_dataset").select("*"))
        known = f"known_at := '{CLOCK}'"
        assert_frame_equal(
            lineage.version_upstream(B, known_at=CLOCK), macro(f"version_upstream('{B}', {known})")
        )
        assert_frame_equal(
            lineage.version_upstream(C, depth=0), macro(f"version_upstream('{C}', max_depth := 0)")
        )
        (run,) = lineage.version_upstream(C, depth=0)["run_id"].unique()
        assert_frame_equal(lineage.run_upstream(run), macro(f"run_upstream('{run}')"))
    assert lineage.diff(A, from_known_at=CLOCK)["change"].unique().to_list() == ["added"]
    assert lineage.model_datasets().is_empty()
    with pytest.raises(UnknownNodeError, match="no such node"):
        lineage.version_upstream("dataset:db:z")


def test_a_field_that_lies_in_a_stated_one_or_around_it_is_known(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    made = {"name": "b", "columnLineage": {"address": ["a>home.city"]}}
    deliver(
        workspace, {"events": [make_event(run="r1", job="one", type="COMPLETE", outputs=[made])]}
    )
    lineage = Workspace(workspace.paths.root)

    asked = {"upstream": (B, "address.city"), "downstream": (A, "home")}
    with open_warehouse(workspace.paths) as warehouse:
        for direction, (node, field) in asked.items():
            macro = warehouse.connection.sql(
                f"from lineage.column_{direction}('{node}', '{field}')"
            ).pl()
            assert_frame_equal(getattr(lineage, f"column_{direction}")(node, field), macro)
            assert {*macro["node_id"]} == {A, B}
            assert subgraph(warehouse, Closure(direction, node, field=field)).edges
        macro = warehouse.connection.sql(f"from lineage.impact('{A}', field := 'home')").pl()
        assert_frame_equal(lineage.impact(A, "home"), macro)
    assert macro.filter(kind="column")["field"].to_list() == ["address"]
    for node, field in ((B, "addres"), (B, "addressee"), (A, "city"), (A, "home.street")):
        with pytest.raises(UnknownFieldError, match="no event has stated"):
            lineage.column_upstream(node, field)
        with pytest.raises(UnknownFieldError, match="no event has stated"):
            lineage.impact(node, field)


def test_nodes_are_found_by_pattern(lineage: Workspace) -> None:
    assert lineage.nodes("db:/b")["node_id"].to_list() == [B]
    assert lineage.nodes("job:%")["node_id"].to_list() == [
        "job:db:back", "job:db:one", "job:db:two",
    ]  # fmt: skip
    assert "aliases" in lineage.nodes().columns
    assert lineage.nodes(known_at="2020-01-01").is_empty()
    then = lineage.nodes("db:/b", known_at="2100-01-01")
    assert then["node_id"].to_list() == [B]
    assert then["first_seen_at"].to_list() == [None]
    assert lineage.coverage().startswith("coverage: 4 events")
    assert lineage.coverage("2020-01-01").startswith("coverage: nothing had been told by 2020")


def test_what_nobody_knows_is_refused(lineage: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownNodeError, match="no such node"):
        lineage.upstream("dataset:db:z")
    with pytest.raises(UnknownNodeError, match="no such node"):
        lineage.paths(A, "dataset:db:z")
    with pytest.raises(UnknownFieldError, match="no event has stated"):
        lineage.column_upstream(A, "y")
    with pytest.raises(UnknownNodeError, match="no such node"):
        lineage.column_downstream("dataset:db:z", "y")
    with pytest.raises(UnknownNodeError, match="no such node"):
        lineage.diff("dataset:db:z", "2026-01-01")
    with pytest.raises(UnknownFieldError, match="no event has stated"):
        lineage.impact(A, "y")
    with pytest.raises(UnknownVersionError, match="no run is known to have written a version '9'"):
        lineage.version_upstream(B, "9")
    with pytest.raises(ConfigError, match="no version of a model"):
        lineage.version_diff(A, B)
    with pytest.raises(ConfigError, match="'yesterday' is no time"):
        lineage.upstream(A, as_of="yesterday")
    with pytest.raises(ConfigError, match=r"nothing is published yet.*lineage init"):
        Workspace(tmp_path).upstream(A)


def test_two_that_are_open_at_once_tell_time_alike(told: pipeline.Workspace) -> None:
    with open_warehouse(told.paths) as one, open_warehouse(told.paths) as other:
        zones = [each.query("select current_setting('timezone')").rows for each in (one, other)]
    assert zones == [[("UTC",)], [("UTC",)]]


def test_a_new_publication_is_read(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"a": [make_event(run="r1", type="COMPLETE", inputs=["a"], outputs=["b"])]})
    lineage = Workspace(tmp_path / "workspace")
    assert named(lineage.upstream(B)) == {"b": 0, "a": 1}
    assert lineage.graph() is lineage.graph()
    more = [make_event(run="r2", job="two", type="COMPLETE", inputs=["c"], outputs=["b"])]
    deliver(workspace, {"b": more}, CLOCK + timedelta(days=1))
    assert named(lineage.upstream(B)) == {"b": 0, "a": 1, "c": 1}


def test_what_was_known_is_told_with_the_names_of_then(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    lineage, path = Workspace(workspace.paths.root), "dataset:db:/b"
    written = {"name": "/b", "columnLineage": {"x": ["a.x"]}}
    before = [
        make_event(run="r1", job="one", type="COMPLETE", at=1, inputs=["a"], outputs=[written]),
        make_event(run="r2", job="two", type="COMPLETE", at=2, inputs=["/b"], outputs=["c"]),
    ]
    deliver(workspace, {"before": before})

    def told(known_at: datetime | None = None) -> list[pl.DataFrame]:
        return [
            lineage.upstream(C, known_at=known_at),
            lineage.downstream(path, known_at=known_at),
            lineage.column_upstream(path, "x", known_at=known_at),
            lineage.paths(A, C, known_at=known_at),
            lineage.orphans(known_at=known_at),
        ]

    as_told = told()
    joined = make_event(dataset={"name": "/b", "symlinks": ["TABLE:b"]}, at=3, job=None)
    deliver(workspace, {"joined": [joined]}, CLOCK + timedelta(days=1))

    for now, then in zip(told(CLOCK), as_told, strict=True):
        assert_frame_equal(now, then)
    with open_warehouse(workspace.paths) as warehouse:
        drawn = subgraph(warehouse, Closure("upstream", C, known_at=CLOCK))
    assert {node.node_id for node in drawn.nodes} == {A, path, C}
    assert set(lineage.upstream(path)["node_id"]) == {A, B}
