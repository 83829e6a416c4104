"""Landing files stay for as long as what they tell of is rested on, or held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline.errors import ConfigError
from tests.builders import make_event
from tests.disposal.kept import OVER, POLICY, applied, approved_plan, hold, planned
from tests.governed import say_policy
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

RULE: Final = """
[retention.events]
of = "raw event"
maximum = "P30D"
"""
CHURN: Final = {"name": "churn", "datasetType": "MODEL", "version": "1"}
VERSION: Final = "modelVersion:db:churn:1"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace in which a version was trained long ago, and something else was done."""
    made = published_workspace(tmp_path / "workspace")
    say_policy(made, POLICY + RULE)
    files = {
        "built": [make_event(run="r1", job="build", type="COMPLETE", at=1, outputs=["sets"])],
        "trained": [
            make_event(
                run="r2", job="train", type="COMPLETE", at=2, inputs=["sets"], outputs=[CHURN]
            )
        ],
        "other": [make_event(run="r3", job="other", type="COMPLETE", at=2, outputs=["other"])],
    }
    deliver(made, files)
    return made


def verdicts(workspace: Workspace) -> dict[str, str]:
    """Return what a plan says of each landing file, by its name."""
    return {
        item.object_id.removeprefix("file:landing/openlineage/"): item.verdict
        for item in planned(workspace).plan.items
        if item.object_id.startswith("file:")
    }


def test_files_of_what_nothing_rests_on_are_due(workspace: Workspace) -> None:
    assert verdicts(workspace) == {
        "built.ndjson": "due", "trained.ndjson": "due", "other.ndjson": "due",
    }  # fmt: skip


def test_files_that_tell_what_went_into_a_version_that_serves_are_needed(
    workspace: Workspace,
) -> None:
    serving = make_event(
        run="d", job="deploy", type="COMPLETE", at=3, inputs=[CHURN],
        outputs=["endpoint://eu|churn"],
    )  # fmt: skip
    deliver(workspace, {"served": [serving]})
    assert verdicts(workspace) == {
        "built.ndjson": "needed",
        "trained.ndjson": "needed",
        "served.ndjson": "needed",
        "other.ndjson": "due",
    }
    plan = approved_plan(workspace)
    applied(workspace, plan.digest)
    left = {file.name for file in (workspace.paths.landing / "openlineage").iterdir()}
    assert left == {"built.ndjson", "trained.ndjson", "served.ndjson"}
    assert verdicts(workspace) == dict.fromkeys(left, "needed")


def test_files_that_tell_what_a_hold_reaches_are_held(workspace: Workspace) -> None:
    hold(workspace, VERSION, OVER, reach="upstream")
    assert verdicts(workspace) == {
        "built.ndjson": "held", "trained.ndjson": "held", "other.ndjson": "due",
    }  # fmt: skip


def test_a_hold_on_an_object_alone_holds_the_files_that_name_it(workspace: Workspace) -> None:
    hold(workspace, VERSION)
    assert verdicts(workspace) == {
        "built.ndjson": "due", "trained.ndjson": "held", "other.ndjson": "due",
    }  # fmt: skip


def test_a_job_may_be_held_and_what_nobody_knows_may_not(workspace: Workspace) -> None:
    hold(workspace, "job:db:build")
    assert verdicts(workspace)["built.ndjson"] == "held"
    with pytest.raises(ConfigError, match="there is no such object"):
        hold(workspace, "job:db:never")
