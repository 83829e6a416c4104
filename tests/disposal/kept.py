"""A workspace whose datasets lie in a folder, with a rule that they go, and people who say so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline import pipeline
from lineage_pipeline.disposal import holding
from lineage_pipeline.disposal.applying import Applied, apply_plan
from lineage_pipeline.disposal.leave import Approved, approve_plan
from lineage_pipeline.disposal.planning import Planned, make_plan
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.governance.acts import Act, append_act
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.governed import say_policy, when
from tests.workspaces import CLOCK, deliver, made_once, published_workspace

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.erasure import plan as erasure
    from lineage_pipeline.pipeline import Workspace

NAMESPACE: Final = "file"
POLICY: Final = """
[retention.short]
of = "data set"
maximum = "P30D"
anchor = "last used"
clause = "house rule 7"

[[person]]
id = "ada"
accounts = ["role/ada"]

[[person]]
id = "bob"

[[person]]
id = "cid"

[disposal]
people = ["ada", "bob", "cid"]
"""
STORE: Final = """
[[stages.override]]
node = "dataset:file:*"
stage = "raw"

[[disposal.store]]
kind = "local"
namespace = "file"
root = "../data"
"""
OVER: Final = CLOCK + timedelta(days=60)
"""When all periods are over."""


def kept_workspace(
    root: Path, names: tuple[str, ...] = ("old",), policy: str = POLICY
) -> Workspace:
    """Return a workspace below a folder, in which these datasets were written once, and lie."""

    def make(folder: Path) -> None:
        workspace = published_workspace(folder / "workspace", STORE)
        say_policy(workspace, policy)
        events = []
        for number, name in enumerate(names):
            file = folder / "data" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(f"rows of {name}".encode())
            events.append(make_event(run=f"r{number}", type="COMPLETE", outputs=[name], at=1))
        for event in events:
            for output in event["outputs"]:
                output["namespace"] = NAMESPACE
        deliver(workspace, {"events": events})

    made_once(root, make, names, policy)
    return pipeline.open_workspace(root / "workspace")


def elsewhere(workspace: Workspace) -> Workspace:
    """Return the workspace with its datasets where others alone can delete them."""
    text = workspace.paths.settings.read_text()
    text = text.replace('namespace = "file"', 'namespace = "other"')
    workspace.paths.settings.write_text(text, encoding="utf-8")
    return pipeline.open_workspace(workspace.paths.root)


def called(name: str) -> str:
    """Return the identifier of a dataset."""
    return f"dataset:{NAMESPACE}:{name}"


def planned(workspace: Workspace, at: datetime = OVER, actor: str = "dee") -> Planned:
    """Return a plan that is made and kept."""
    return make_plan(workspace, Statement("planned", {"actor": actor}), when(at))


def approve(workspace: Workspace, digest: str, actor: str, at: datetime = OVER) -> Approved:
    """Return an approval of a plan."""
    said = Statement("plan_approved", {"actor": actor, "reason": "it is time"})
    return approve_plan(workspace, digest, said, when(at))


def approved_plan(workspace: Workspace, at: datetime = OVER) -> Planned:
    """Return a plan that two people have approved; who asks next takes that in."""
    plan = planned(workspace, at)
    for actor in ("ada", "bob"):
        tell_approval(workspace, plan, actor, at)
    return plan


def tell_approval(
    workspace: Workspace, plan: Planned | erasure.Planned, actor: str, at: datetime
) -> None:
    """Say that somebody approves a plan."""
    data = {"actor": actor, "reason": "it is time"}
    act = Act(name="plan_approved", subject=f"plan:{plan.digest}", at=microseconds(at), data=data)
    append_act(workspace.paths, act)


def applied(
    workspace: Workspace, digest: str, at: datetime = OVER, *, execute: bool = True, **given: Any
) -> Applied:
    """Return what became of a plan."""
    said = Statement("disposed", {"actor": "role/disposal"})
    return apply_plan(workspace, digest, said, when(at), execute=execute, **given)


def hold(workspace: Workspace, subject: str, at: datetime = OVER, *, reach: str = "object") -> None:
    """Place a hold."""
    data = {"actor": "cid", "reason": "a dispute", "matter": "M1", "reach": reach}
    holding.place_hold(workspace, subject, Statement("hold_placed", data), when(at))


def release(workspace: Workspace, subject: str, at: datetime = OVER) -> None:
    """Release that hold."""
    data = {"actor": "cid", "reason": "settled", "matter": "M1"}
    holding.release_hold(workspace, subject, Statement("hold_released", data), when(at))


def became(done: Applied) -> dict[str, str]:
    """Return what became of each dataset, by its name."""
    return {
        one.object_id.removeprefix(f"dataset:{NAMESPACE}:"): one.became for one in done.outcomes
    }


def dispositions(workspace: Workspace) -> list[tuple[Any, ...]]:
    """Return what was done about each object: its name, the state, and whether it is certified."""
    with open_warehouse(workspace.paths) as warehouse:
        return warehouse.query(
            "select object_id, state, certificate_sha256 is not null from retention.disposition "
            "order by all"
        ).rows


def run(workspace: Workspace, at: datetime) -> None:
    """Take in what is new."""
    pipeline.run(workspace, pipeline.system_clock, at)
