"""A workspace whose people govern: one version in a plain file, a policy of two stages."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline import pipeline
from lineage_pipeline.release import acting, checking
from tests.workspaces import CLOCK, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.governance.decision import Decision
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Done

ARTIFACT: Final = "a" * 64
POLICY: Final = """
[tier.high]
stages = ["technical", "business"]
mode = "enforcing"

[model]
risk = "high"

[stage]
technical = ["ada", "bob"]
business = ["cid"]

[[person]]
id = "ada"
accounts = ["role/ada"]

[[person]]
id = "bob"

[[person]]
id = "cid"

[[person]]
id = "dee"

[[person]]
id = "eve"

[waiver]
people = ["cid"]

[break_glass]
people = ["cid"]
hours_max = 4

[profile.regulated]
gates = ["registered", "human owner", "independent approvals"]
"""
SUBMITTED: Final = CLOCK + timedelta(hours=1)


def governed(root: Path, **version: Any) -> Workspace:
    """Return a workspace that has scanned one version, trained by eve and owned by dee."""
    workspace = published_workspace(root)
    say_policy(workspace, POLICY)
    register(workspace, **version)
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    return workspace


def say_policy(workspace: Workspace, text: str) -> None:
    """Write the policy anew."""
    workspace.paths.policy.mkdir(exist_ok=True)
    (workspace.paths.policy / "policy.toml").write_text(text, encoding="utf-8")


def register(workspace: Workspace, *, is_there: bool = True, **version: Any) -> None:
    """Write anew what the team registers: version 1, or none."""
    said = {"version": "1", "artifact_sha256": ARTIFACT, "trainer": "eve"} | version
    model = {"name": "risk", "owner": "dee", "versions": [said] if is_there else []}
    file = workspace.paths.landing / "registry" / "files" / "risk.json"
    file.write_text(json.dumps(model), encoding="utf-8")


def copied(workspace: Workspace, root: Path) -> Workspace:
    """Return a copy of a workspace, to go on from."""
    shutil.copytree(workspace.paths.root, root)
    return pipeline.open_workspace(root)


def when(at: datetime) -> acting.When:
    """Return a time of the made clock."""
    return acting.When(pipeline.system_clock, at)


def say(
    workspace: Workspace,
    name: str,
    actor: str,
    at: datetime,
    sign: Callable[[bytes], str] | None = None,
    **data: Any,
) -> Done:
    """Return what became of an act on version 1."""
    said = acting.Statement(name, {"actor": actor, "reason": "so it is", **data}, sign)
    if name == "submitted":
        return acting.submit(workspace, "risk@1", said, when(at))
    return acting.act(workspace, "risk@1", said, when(at))


def approved(workspace: Workspace) -> Workspace:
    """Return the workspace after version 1 is submitted by dee and approved by two others."""
    say(workspace, "submitted", "dee", SUBMITTED)
    for hour, (actor, stage) in enumerate((("bob", "technical"), ("cid", "business")), start=1):
        said = say(workspace, "approved", actor, SUBMITTED + timedelta(hours=hour), stage=stage)
        assert said.objections == ()
    return workspace


def verdict(workspace: Workspace, at: datetime, environment: str = "production") -> Decision:
    """Return what is decided of version 1, without keeping it."""
    asker = checking.Asker("ci")
    done = checking.check(workspace, "risk@1", environment, asker, when(at), is_kept=False)
    return done.decision
