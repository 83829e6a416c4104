"""A plan carried out, or what that would do: known, not over, approved, and one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.carrying import Carrying
from lineage_pipeline.disposal.confirming import certify_all
from lineage_pipeline.disposal.leave import known_plan, leave_for
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.release.acting import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lineage_pipeline.disposal.leave import Leave
    from lineage_pipeline.disposal.planning import Item
    from lineage_pipeline.disposal.standing import Outcome
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When


class Applied(NamedTuple):
    """What became of a plan.

    Attributes:
        digest: the plan.
        leave: whether it may be carried out.
        outcomes: one for each object that was to go; landing files, which go together, last.
    """

    digest: str
    leave: Leave
    outcomes: tuple[Outcome, ...]


def apply_plan(
    workspace: Workspace,
    asked: str,
    said: Statement,
    when: When,
    *,
    execute: bool,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Applied:
    """Carry out a plan, or say what carrying it out would do.

    Args:
        workspace: whose objects, rules and holds count.
        asked: the digest of the plan, or its beginning.
        said: who carries it out.
        when: the time.
        execute: delete; without it nothing is deleted, and nothing kept.
        tell: is told of each object as soon as it is clear what becomes of it.

    Raises:
        ConfigError: there is no such plan, or it may not be carried out.
        BusyError: another process carries out a plan.
    """
    bring_up_to_date(workspace, when)
    policy = read_policy(workspace.paths.policy)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        known = known_plan(warehouse, asked)
        leave = leave_for(
            warehouse, known.digest, known.plan.expires_at, policy.disposal, when.now()
        )
    if not execute:
        work = Carrying(workspace, known, leave, said, when)
        return Applied(known.digest, leave, _each(work.foreseen, known.plan.due, tell))
    with exclusive(workspace.paths.disposal_lock, wait=False):
        work = Carrying(workspace, known, leave, said, when)
        if leave.lacking and not work.is_begun:
            raise ConfigError(f"plan {known.digest[:12]}: {'; '.join(leave.lacking)}")
        outcomes = _each(work.carry_out, work.single(known.plan.due), tell)
        for outcome in (together := work.carry_out_together(known.plan.due)):
            tell(outcome)
    bring_up_to_date(workspace, when)
    certify_all(workspace, when)
    return Applied(known.digest, leave, (*outcomes, *together))


def _each(
    do: Callable[[Item], Outcome], items: Sequence[Item], tell: Callable[[Outcome], None]
) -> tuple[Outcome, ...]:
    outcomes = []
    for item in items:
        outcomes.append(do(item))
        tell(outcomes[-1])
    return tuple(outcomes)
