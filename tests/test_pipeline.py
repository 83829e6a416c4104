"""The stages in order: what a run says of itself, its clock, its checks and its sizes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline import inventory, pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.initialise import initialise
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, differences, make_workspace, tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

HOUR = timedelta(hours=1)
EVENT = make_event(run="one", type="COMPLETE", inputs=["raw"], outputs=["clean"])
OTHER = make_event(run="two", type="COMPLETE", inputs=["clean"], outputs=["model"])


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "workspace")


def at(clock: datetime) -> Callable[[], datetime]:
    return lambda: clock


def test_an_empty_workspace_publishes_an_empty_warehouse_once(workspace: Workspace) -> None:
    done = pipeline.run(workspace, at(CLOCK))
    assert done.ingest.segments == ()
    assert done.publication is not None
    assert done.publication.is_rebuild
    assert pipeline.run(workspace, at(CLOCK)).publication is None
    assert all(result.is_passed for result in inventory.run_checks(workspace.paths))


def test_known_time_never_runs_backwards(workspace: Workspace) -> None:
    deliver(workspace, {"a": [EVENT]}, CLOCK)
    known = pipeline.known_time(workspace, CLOCK - HOUR, None)
    assert known == CLOCK + timedelta(microseconds=1)
    assert pipeline.known_time(workspace, CLOCK + HOUR, None) == CLOCK + HOUR
    assert pipeline.known_time(workspace, CLOCK, CLOCK) == CLOCK
    with pytest.raises(ConfigError, match="does not run backwards"):
        pipeline.known_time(workspace, CLOCK, CLOCK - HOUR)


def test_new_files_are_those_that_a_run_would_read(workspace: Workspace) -> None:
    assert pipeline.new_files(workspace) == ()
    file = workspace.paths.landing / "openlineage" / "a.ndjson"
    file.write_bytes(b"{}\n")
    assert pipeline.new_files(workspace) == ("landing/openlineage/a.ndjson:3",)
    pipeline.run(workspace, at(CLOCK))
    assert pipeline.new_files(workspace) == ()
    file.write_bytes(b"{}\n{}\n")
    assert pipeline.new_files(workspace) == ("landing/openlineage/a.ndjson:6",)


def test_changed_settings_build_the_warehouse_again(workspace: Workspace) -> None:
    deliver(workspace, {"a": [EVENT]}, CLOCK)
    text = workspace.paths.settings.read_text() + "[stages]\ntraining = ['clean']\ncleaned = []\n"
    workspace.paths.settings.write_text(text)
    changed = pipeline.open_workspace(workspace.paths.root)
    done = pipeline.run(changed, at(CLOCK + HOUR))
    assert done.ingest.segments == ()
    assert done.publication is not None
    assert done.publication.is_rebuild


def test_a_damaged_warehouse_is_built_again(workspace: Workspace) -> None:
    deliver(workspace, {"a": [EVENT]}, CLOCK)
    workspace.paths.warehouse.write_bytes(b"damaged")
    done = pipeline.run(workspace, at(CLOCK + HOUR))
    assert done.publication is not None
    assert done.publication.is_rebuild
    assert all(result.is_passed for result in inventory.run_checks(workspace.paths))


def test_sizes_are_given_for_every_table(workspace: Workspace) -> None:
    deliver(workspace, {"a": [EVENT, OTHER, "not json"]}, CLOCK)
    sizes = inventory.measure(workspace.paths)
    assert sizes["bronze.event"].row_count == 2
    assert (sizes["bronze.event"].total_bytes or 0) > 0
    assert sizes["lineage.run"] == (2, None)
    assert sizes["quality.quarantine"].row_count == 1
    assert sizes.keys() == {table.name for table in inventory.tables()}


def test_tables_come_behind_their_sources() -> None:
    seen: set[str] = set()
    catalogue = inventory.tables()
    names = {table.name for table in catalogue}
    for table in catalogue:
        seen.add(table.name)
        assert set(table.sources) <= names
        assert not [name for name in table.sources if name not in seen], table.name


def test_every_check_of_the_catalogue_runs(workspace: Workspace) -> None:
    deliver(workspace, {"a": [EVENT, OTHER]}, CLOCK)
    results = inventory.run_checks(workspace.paths)
    assert {result.name for result in results} == {
        name.partition("_")[2] if name[0].isdigit() else name for name, _, _ in inventory.checks()
    }
    assert [result.name for result in results if not result.is_passed] == []


@pytest.mark.parametrize("name", ["a space", "ünï😀", "a#b", "q'uote", "{a}", "100%"])
def test_a_workspace_may_lie_under_an_odd_path(tmp_path: Path, name: str) -> None:
    paths = initialise(tmp_path / name / "workspace")
    (paths.landing / "openlineage" / "one.ndjson").write_text(json.dumps(EVENT) + "\n")
    workspace = pipeline.open_workspace(paths.root)

    pipeline.run(workspace, at(CLOCK))

    with pipeline.open_warehouse(paths) as warehouse:
        assert warehouse.query("select count(*) from lineage.event").rows == [(1,)]


@pytest.mark.parametrize("name", ["a%20b", "a*b", "a?b", "a[b]", "a\nb"])
def test_a_path_that_tables_cannot_be_found_under_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="use a folder without it"):
        initialise(tmp_path / name)


def test_changed_rules_of_names_build_what_a_fresh_workspace_builds(
    workspace: Workspace, tmp_path: Path
) -> None:
    upper = make_event(run="r1", type="COMPLETE", inputs=["a"], outputs=["snowflake://x|DB.T"])
    lower = make_event(run="r2", type="COMPLETE", inputs=["snowflake://x|db.t"], outputs=["c"])
    rule = "[lineage]\ncase_insensitive = ['snowflake://*']\n"
    fresh = make_workspace(tmp_path / "fresh", rule)
    deliver(fresh, {"a": [upper, lower]}, CLOCK)
    deliver(workspace, {"a": [upper, lower]}, CLOCK)
    assert differences(tables(workspace, "lineage"), tables(fresh, "lineage")) != {}

    workspace.paths.settings.write_text(workspace.paths.settings.read_text() + rule)
    changed = pipeline.open_workspace(workspace.paths.root)
    pipeline.run(changed, at(CLOCK + HOUR))
    assert differences(tables(changed, "lineage"), tables(fresh, "lineage")) == {}
