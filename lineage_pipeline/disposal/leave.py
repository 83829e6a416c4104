"""Leave to carry out a plan: it is known, not over, and approved by as many as the policy asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.planning import Plan
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.release.acting import bring_up_to_date, keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.policy.retention import Disposal
    from lineage_pipeline.release.acting import Statement, When
    from lineage_pipeline.warehouse.query import Warehouse


PLANS: Final = ("planned", "erasure_planned")
"""The acts that hold a plan."""
SHORTEST: Final = 12
"""So many characters of a digest name a plan: whoever approves means one, and no other."""


class Known(NamedTuple):
    """A plan that was kept.

    Attributes:
        plan: what it says.
        digest: its SHA-256.
        planned_by: who made it.
    """

    plan: Plan
    digest: str
    planned_by: str


class Leave(NamedTuple):
    """Whether a plan may be carried out.

    Attributes:
        approved_by: whose approvals count.
        lacking: what keeps it from being carried out; nothing if it may be.
    """

    approved_by: tuple[str, ...]
    lacking: tuple[str, ...]


class Kept(NamedTuple):
    """A plan as it is kept: its digest, who made it, and what it says, in JSON."""

    digest: str
    planned_by: str
    text: str


def known_plan(warehouse: Warehouse, asked: str) -> Known:
    """Return the plan of disposal whose digest begins so.

    Raises:
        ConfigError: there is none, or several.
    """
    digest, planned_by, text = kept_plan(warehouse, asked, ("planned",))
    return Known(msgspec.json.decode(text, type=Plan), digest, planned_by)


def kept_plan(warehouse: Warehouse, asked: str, acts: Sequence[str] = PLANS) -> Kept:
    """Return the plan whose digest begins so.

    Args:
        warehouse: asked for it.
        asked: the digest, or its beginning.
        acts: the kinds of plan that it may be.

    Raises:
        ConfigError: there is none, or several.
    """
    if len(asked) < SHORTEST:
        raise ConfigError(f"plan {asked!r}: name at least the first {SHORTEST} of its digest")
    rows = warehouse.ask("plan_of", plan=asked, acts=list(acts)).rows
    if len(rows) != 1:
        found = "several plans begin so" if rows else "there is no such plan"
        raise ConfigError(
            f"plan {asked!r}: {found}; `lineage retention plan` and `lineage erase` make one, and "
            f"`lineage sql 'select distinct plan_sha256 from retention.plan'`, or from "
            f"retention.erasure, lists those there are"
        )
    return Kept(*rows[0])


def leave_for(
    warehouse: Warehouse, digest: str, expires_at: int, rules: Disposal, as_of: datetime
) -> Leave:
    """Return whether a plan may be carried out at an instant, and what it lacks.

    Args:
        warehouse: asked for approvals.
        digest: the plan.
        expires_at: until when it may be, in microseconds since 1970.
        rules: how many must approve, and who may.
        as_of: the instant.
    """
    answer = warehouse.ask("plan_approvals", plan=digest, people=list(rules.people), as_of=as_of)
    counting = tuple(person for person, _, _, objection in answer.rows if objection is None)
    lacking = []
    if microseconds(as_of) >= expires_at:
        lacking.append("the plan has expired; make another one")
    if not rules.people:
        lacking.append("the policy names nobody under [disposal] people who may approve it")
    elif len(counting) < rules.approvals:
        refused = [f"{person} {why}" for person, _, _, why in answer.rows if why is not None]
        told = f"; what does not count: {', '.join(refused)}" if refused else ""
        lacking.append(
            f"{len(counting)} of {rules.approvals} approvals; `lineage retention approve "
            f"{digest[:12]}` gives one{told}"
        )
    return Leave(counting, tuple(lacking))


class Approved(NamedTuple):
    """An approval of a plan that is kept.

    Attributes:
        digest: the plan.
        file: the act.
        objection: why it does not count; empty if it does.
    """

    digest: str
    file: str
    objection: str


def approve_plan(workspace: Workspace, asked: str, said: Statement, when: When) -> Approved:
    """Approve a plan; say why that does not count, if it does not.

    Raises:
        ConfigError: there is no such plan.
    """
    bring_up_to_date(workspace, when)
    rules = read_policy(workspace.paths.policy).disposal
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        known = kept_plan(warehouse, asked)
    file = keep(workspace, f"plan:{known.digest}", said, when)
    given = {"plan": known.digest, "people": list(rules.people), "as_of": when.now()}
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        [(act_id,)] = warehouse.ask("act_of_file", file=file).rows
        rows = warehouse.ask("plan_approvals", **given).rows
    why = {act: objection for *_, acts, objection in rows for act in acts}
    return Approved(known.digest, file, why[act_id] or "")
