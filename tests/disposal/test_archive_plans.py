"""Rules that archive: a plan moves what they name, and what another rule says later still goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lineage_pipeline import pipeline
from tests.disposal.archived import ARCHIVE, copies, restore, states
from tests.disposal.kept import (
    OVER,
    POLICY,
    STORE,
    applied,
    approved_plan,
    became,
    called,
    dispositions,
    hold,
    kept_workspace,
    planned,
)
from tests.evidence.sealed import findings

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.disposal.applying import Applied
    from lineage_pipeline.pipeline import Workspace

RULES: Final = (
    POLICY.replace('clause = "house rule 7"', 'action = "archive"')
    + """
[retention.gone]
of = "data set"
maximum = "P300D"
anchor = "last used"

[retention.events]
of = "raw event"
maximum = "P30D"
action = "archive"
"""
)
EVENTS: Final = "file:landing/openlineage/events.ndjson"
LATER: Final = OVER + timedelta(days=100)
"""When what was archived is to go."""


def archiving_workspace(root: Path, names: tuple[str, ...] = ("old",)) -> Workspace:
    """Return a workspace with datasets beside it, and a rule that they are archived."""
    workspace = kept_workspace(root, names, RULES)
    (root / "archive").mkdir()
    workspace.paths.settings.write_text(
        f"[workspace]\nsynthetic = true\n{STORE}{ARCHIVE}", encoding="utf-8"
    )
    return pipeline.open_workspace(workspace.paths.root)


def by_object(done: Applied) -> dict[str, str]:
    return {one.object_id: one.became for one in done.outcomes}


def test_what_is_due_for_the_archive_is_moved_there_and_goes_from_there(tmp_path: Path) -> None:
    workspace = archiving_workspace(tmp_path, ("old", "deep/part-0", "deep/part-1"))
    data = {file: file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file()}
    landed = workspace.paths.landing / "openlineage" / "events.ndjson"
    plan = approved_plan(workspace)
    assert {*by_object(applied(workspace, plan.digest, execute=False)).values()} == {
        "to be archived"
    }
    done = applied(workspace, plan.digest)
    assert {*by_object(done).values()} == {"archived"}
    assert by_object(done).keys() == {
        *map(called, ("old", "deep/part-0", "deep/part-1")), EVENTS
    }  # fmt: skip
    assert done.outcomes[0].certificate_sha256 is None
    assert not landed.exists()
    assert not any(file.is_file() for file in (tmp_path / "data").rglob("*"))
    assert len(copies(workspace)) == 4
    assert dispositions(workspace) == []
    assert {*by_object(applied(workspace, plan.digest)).values()} == {"archived before"}
    assert {*states(workspace)} == {
        (name, "archived") for name in (*map(called, ("old", "deep/part-0", "deep/part-1")), EVENTS)
    }
    # It is archived already: no plan names it again, until another rule does.
    assert planned(workspace, OVER + timedelta(days=1)).plan.items == ()
    assert restore(workspace, called("old"), OVER + timedelta(days=1)).became == "restored"
    old = tmp_path / "data" / "old"
    assert {old: old.read_bytes()}.items() <= data.items()
    assert old.read_bytes() == b"rows of old"

    gone = approved_plan(workspace, LATER)
    assert {item.object_id: item.piece_count for item in gone.plan.due} == {
        called("old"): 2, called("deep/part-0"): 1, called("deep/part-1"): 1,
    }  # fmt: skip
    assert {*became(applied(workspace, gone.digest, LATER)).values()} == {"gone"}
    assert not old.exists()
    assert [object_id for object_id, state in states(workspace) if state == "archived"] == [EVENTS]
    assert len(copies(workspace)) == 1
    assert [is_certified for _, _, is_certified in dispositions(workspace)] == [True] * 3
    assert findings(workspace.paths) == []


def test_a_landing_file_that_is_archived_goes_with_its_rows(tmp_path: Path) -> None:
    workspace = archiving_workspace(tmp_path)
    applied(workspace, approved_plan(workspace).digest)
    policy = workspace.paths.policy / "policy.toml"
    text = policy.read_text(encoding="utf-8") + '[retention.no]\nof = "raw event"\nmaximum = "P40D"'
    policy.write_text(text, encoding="utf-8")
    plan = approved_plan(workspace, OVER + timedelta(days=1))
    assert [(item.object_id, item.action, item.piece_count) for item in plan.plan.due] == [
        (EVENTS, "delete", 1)
    ]
    done = applied(workspace, plan.digest, OVER + timedelta(days=1))
    assert by_object(done) == {EVENTS: "gone"}
    assert [object_id for object_id, state in states(workspace) if state == "archived"] == [
        called("old")
    ]
    assert len(copies(workspace)) == 1
    assert findings(workspace.paths) == []


def test_what_is_held_or_changed_by_then_is_not_archived(tmp_path: Path) -> None:
    workspace = archiving_workspace(tmp_path, ("held", "new", "old"))
    plan = approved_plan(workspace)
    hold(workspace, called("held"))
    (tmp_path / "data" / "new").write_bytes(b"other rows")
    done = applied(workspace, plan.digest)
    # The landing file tells of what is held.
    assert became(done) == {"held": "left", "new": "left", "old": "archived", EVENTS: "left"}
    assert (tmp_path / "data" / "held").exists()
    assert (tmp_path / "data" / "new").read_bytes() == b"other rows"


def test_without_an_archive_everything_is_left(tmp_path: Path) -> None:
    workspace = kept_workspace(tmp_path, policy=RULES)
    plan = approved_plan(workspace)
    done = applied(workspace, plan.digest)
    assert {one.became for one in done.outcomes} == {"left"}
    assert done.outcomes[0].reason.startswith("there is no archive; name one")
    assert (tmp_path / "data" / "old").exists()
