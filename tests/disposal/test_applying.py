"""A plan carried out: what it names goes, certified, and nothing else does, whatever happens."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.disposal.kept import (
    NAMESPACE,
    OVER,
    POLICY,
    applied,
    approve,
    approved_plan,
    became,
    called,
    dispositions,
    elsewhere,
    hold,
    kept_workspace,
    planned,
    release,
)
from tests.evidence.sealed import findings
from tests.workspaces import CLOCK, deliver

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.disposal.standing import Outcome


def test_what_is_due_goes_and_is_certified(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path, ("old", "deep/older"))
    plan = approved_plan(workspace)
    done = applied(workspace, plan.digest)
    assert became(done) == {"deep/older": "gone", "old": "gone"}
    assert list((tmp_path / "data").rglob("*")) == [tmp_path / "data" / "deep"]
    assert dispositions(workspace) == [
        (called("deep/older"), "disposed", True), (called("old"), "disposed", True),
    ]  # fmt: skip
    assert findings(workspace.paths) == []
    assert planned(workspace, OVER + timedelta(days=1)).plan.items == ()


def test_nothing_is_deleted_unless_that_is_asked_for(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path)
    plan = planned(workspace)
    done = applied(workspace, plan.digest, execute=False)
    assert became(done) == {"old": "to go"}
    assert done.outcomes[0].stored_bytes == len("rows of old")
    assert done.leave.lacking == (
        f"0 of 2 approvals; `lineage retention approve {plan.digest[:12]}` gives one",
    )
    assert (tmp_path / "data" / "old").exists()
    assert dispositions(workspace) == []


@pytest.mark.parametrize("planner", ["role/ada", "Role/ADA"])
def test_a_plan_asks_for_two_who_are_named_and_did_not_make_it(
    tmp_path: Path, planner: str
) -> None:
    workspace = kept_workspace(tmp_path)
    plan = planned(workspace, actor=planner)
    assert approve(workspace, plan.digest, "ada").objection == "made the plan"
    assert approve(workspace, plan.digest, "mallory").objection == "nobody knows who that is"
    assert approve(workspace, plan.digest, "bob").objection == ""
    assert approve(workspace, plan.digest, "bob").objection == ""
    with pytest.raises(ConfigError, match=r"1 of 2 approvals.*ada made the plan"):
        applied(workspace, plan.digest)
    approve(workspace, plan.digest, "cid")
    assert became(applied(workspace, plan.digest)) == {"old": "gone"}


def test_a_plan_that_has_expired_deletes_nothing(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path)
    plan = approved_plan(workspace)
    with pytest.raises(ConfigError, match="the plan has expired"):
        applied(workspace, plan.digest, OVER + timedelta(days=14))
    assert (tmp_path / "data" / "old").exists()


def test_a_hold_that_came_after_the_plan_keeps_its_object(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path, ("held", "old"))
    plan = approved_plan(workspace)
    hold(workspace, called("held"))
    done = applied(workspace, plan.digest)
    assert became(done) == {"held": "left", "old": "gone"}
    assert done.outcomes[0].reason == "under a legal hold: M1: a dispute"
    assert (tmp_path / "data" / "held").exists()


def test_a_hold_placed_while_the_plan_is_carried_out_keeps_what_is_still_there(
    tmp_path: Path,
) -> None:
    workspace = kept_workspace(tmp_path, ("a", "b", "c"))
    plan = approved_plan(workspace)

    def place(outcome: Outcome) -> None:
        if outcome.object_id == called("a"):
            hold(workspace, called("b"))

    done = applied(workspace, plan.digest, tell=place)
    assert became(done) == {"a": "gone", "b": "left", "c": "gone"}
    assert (tmp_path / "data" / "b").exists()


@pytest.mark.parametrize("change", ["other content", "one more", "gone", "a link"])
def test_what_is_not_as_it_was_planned_is_left(tmp_path: Path, change: str) -> None:
    workspace = kept_workspace(tmp_path, ("set/part-0", "old"))
    data = tmp_path / "data"
    plan = approved_plan(workspace)
    if change == "other content":
        (data / "old").write_bytes(b"others")
    elif change == "one more":
        (data / "old").unlink()
        (data / "old").mkdir()
        (data / "old" / "another").write_bytes(b"rows")
    elif change == "gone":
        (data / "old").unlink()
    else:
        shutil.move(data / "old", tmp_path / "elsewhere")
        (data / "old").symlink_to(tmp_path / "elsewhere")
    before = {file: file.lstat() for file in data.rglob("*")}
    done = applied(workspace, plan.digest)
    assert became(done) == {"old": "left", "set/part-0": "gone"}
    after = {file: file.lstat() for file in data.rglob("*")}
    assert after.keys() == before.keys() - {data / "set" / "part-0"}


def test_a_plan_is_carried_out_once(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path)
    plan = approved_plan(workspace)
    applied(workspace, plan.digest)
    (tmp_path / "data" / "old").write_bytes(b"put there by somebody else")
    assert became(applied(workspace, plan.digest)) == {"old": "gone before"}
    assert (tmp_path / "data" / "old").exists()


def test_what_lies_in_no_store_is_asked_of_others(tmp_path: Path) -> None:
    workspace = elsewhere(kept_workspace(tmp_path))
    plan = approved_plan(workspace)
    assert became(applied(workspace, plan.digest, execute=False)) == {
        "old": "to be asked of others"
    }
    assert became(applied(workspace, plan.digest)) == {"old": "asked of others"}
    assert dispositions(workspace) == [(called("old"), "asked", False)]
    assert became(applied(workspace, plan.digest)) == {"old": "asked of others"}


EVENTS = """
[retention.events]
of = "raw event"
maximum = "P30D"
"""


def test_landing_files_go_with_all_that_was_read_from_them(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path, policy=POLICY + EVENTS)
    new = make_event(run="n", type="COMPLETE", outputs=["new"], at=OVER.isoformat())
    deliver(workspace, {"new": [new]}, OVER)
    file = workspace.paths.landing / "openlineage" / "events.ndjson"
    plan = approved_plan(workspace)
    foreseen = applied(workspace, plan.digest, execute=False)
    assert [one.became for one in foreseen.outcomes] == ["to go", "to go"]
    assert foreseen.outcomes[-1].stored_bytes == file.stat().st_size
    done = applied(workspace, plan.digest)
    assert [one.became for one in done.outcomes] == ["gone", "gone"]
    assert not file.exists()
    assert dispositions(workspace) == [
        (called("old"), "disposed", True),
        ("file:landing/openlineage/events.ndjson", "disposed", True),
    ]
    with open_warehouse(workspace.paths) as warehouse:
        rows = warehouse.query("select name from lineage.node where kind = 'dataset'").rows
    assert rows == [("new",)]
    assert findings(workspace.paths) == []
    assert became(applied(workspace, plan.digest))["old"] == "gone before"


def test_a_hold_that_comes_after_a_death_leaves_no_contradiction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = kept_workspace(tmp_path, policy=POLICY + EVENTS)
    plan = approved_plan(workspace)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LakeTable, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            applied(workspace, plan.digest)
    object_id = "file:landing/openlineage/events.ndjson"
    hold(workspace, object_id)
    done = applied(workspace, plan.digest)
    assert {one.object_id: one.became for one in done.outcomes}[object_id] == "left"
    assert findings(workspace.paths) == []
    release(workspace, object_id)
    done = applied(workspace, plan.digest)
    assert {one.object_id: one.became for one in done.outcomes}[object_id] == "gone"
    assert findings(workspace.paths) == []


@pytest.mark.parametrize(
    ("going", "staying"),
    [("set", "set/part"), ("set/part", "set"), ("a/./set", "a/set"), ("a//set", "a/set")],
    ids=["lies around it", "lies in it", "the same place", "the same place again"],
)
def test_what_shares_its_bytes_with_what_stays_is_left(
    tmp_path: Path, going: str, staying: str
) -> None:
    workspace = kept_workspace(tmp_path)
    for name in {going, staying}:
        (tmp_path / "data" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name / "file").write_bytes(b"rows")
    told = [
        make_event(run=f"s{number}", type="COMPLETE", outputs=[name], at=2)
        for number, name in enumerate((going, staying))
    ]
    for event in told:
        event["outputs"][0]["namespace"] = NAMESPACE
    deliver(workspace, {"shared": told}, CLOCK + timedelta(hours=1))
    both = approved_plan(workspace)
    assert {one.object_id for one in both.plan.due} == {*map(called, ("old", going, staying))}
    hold(workspace, called(staying), OVER + timedelta(hours=1))
    done = applied(workspace, both.digest, OVER + timedelta(hours=2))
    assert became(done)[going] == "left"
    assert {one.object_id: one.reason for one in done.outcomes}[called(going)] == (
        f"its bytes are also those of {called(staying)}, which is not to go; people decide"
    )
    assert (tmp_path / "data" / staying / "file").exists()
    again = planned(workspace, OVER + timedelta(hours=3)).plan.items
    assert {one.object_id: one.verdict for one in again} == {
        called(going): "shared", called(staying): "held",
    }  # fmt: skip
