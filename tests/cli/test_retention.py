"""`lineage retention why`, `plan` and `approve`, as people ask them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.disposal.kept import OVER, POLICY, called, kept_workspace, planned
from tests.evidence.sealed import copied
from tests.governed import say_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.cli.conftest import Result

    Lineage = Callable[..., Result]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace of two datasets whose time is over, of which one lies nowhere."""
    folder = tmp_path_factory.mktemp("retention")
    made = kept_workspace(folder, ("old", "lost"))
    (folder / "data" / "lost").unlink()
    return made


def beside_data(once: Workspace, folder: Path) -> Workspace:
    """Return a copy of the workspace beside the same datasets."""
    (folder / "data").symlink_to(once.paths.root.parent / "data")
    return copied(once, folder / "workspace")


def why(lineage: Lineage, workspace: Workspace, *more: str) -> Result:
    return lineage("retention", "why", called("old"), "-w", workspace.paths.root, *more)


def test_why_says_that_the_policy_was_changed_since(
    once: Workspace, lineage: Lineage, tmp_path: Path
) -> None:
    told = "the policy was changed since; `lineage run` takes that in"
    assert told not in why(lineage, once).err
    workspace = copied(once, tmp_path / "workspace")
    say_policy(workspace, POLICY.replace("P30D", "P90D"))
    done = why(lineage, workspace)
    assert (done.code, told in done.err) == (0, True)


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("9999-12-31T00:00:00Z", "outside of 1678 to 2261"),
        ("0001-01-01T00:00:00+14:00", "outside of 1678 to 2261"),
        ("1999-01-01", "is known, but not of that time"),
    ],
)
def test_why_knows_the_times_that_it_can_answer_for(
    once: Workspace, lineage: Lineage, as_of: str, said: str
) -> None:
    done = why(lineage, once, "--as-of", as_of)
    assert (done.code, said in done.err, done.out) == (2, True, "")


def test_what_lies_nowhere_blocks_a_plan_instead_of_failing_it(
    once: Workspace, lineage: Lineage, tmp_path: Path
) -> None:
    workspace = beside_data(once, tmp_path)
    options = ("--actor", "dee", "--clock", OVER.isoformat(), "--format", "json")
    done = lineage("retention", "plan", "-w", workspace.paths.root, *options)
    assert {one["object_id"]: one["verdict"] for one in json.loads(done.out)} == {
        called("old"): "due", called("lost"): "absent",
    }  # fmt: skip
    assert "1 to go, 1 blocked" in done.err


def test_who_approves_names_enough_of_the_digest(
    once: Workspace, lineage: Lineage, tmp_path: Path
) -> None:
    workspace = beside_data(once, tmp_path)
    digest = planned(workspace).digest
    given = ("--actor", "ada", "--reason", "it is time", "--clock", OVER.isoformat())
    short = lineage("retention", "approve", digest[:11], "-w", workspace.paths.root, *given)
    assert (short.code, short.out) == (2, "")
    assert "name at least the first 12 of its digest" in short.err
    enough = lineage("retention", "approve", digest[:12], "-w", workspace.paths.root, *given)
    assert (enough.code, enough.out) == (0, f"plan {digest}: approved\n")
