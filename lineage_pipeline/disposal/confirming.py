"""What others deleted or anonymised, confirmed by people: certified as said, and as no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.certifying import Confirmation, certify_confirmed
from lineage_pipeline.disposal.leave import known_plan, leave_for
from lineage_pipeline.disposal.resolution import known_object
from lineage_pipeline.disposal.saying import certificate_told, log_told, say
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.release.acting import bring_up_to_date, keep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When
    from lineage_pipeline.warehouse.query import Warehouse


class Confirmed(NamedTuple):
    """A confirmation that is kept.

    Attributes:
        object_id: the object, as the lineage calls it today.
        file: the act.
        plan: the plan by which others were asked; None if nobody was.
        certificate_sha256: the certificate of what was said; None if there is none.
        is_anonymised: it is there still, and tells of nobody; else it is gone.
        objections: why it does not count; nothing if it does.
    """

    object_id: str
    file: str
    plan: str | None
    certificate_sha256: str | None
    is_anonymised: bool
    objections: tuple[str, ...]


def confirm(workspace: Workspace, asked: str, said: Statement, when: When) -> Confirmed:
    """Keep that others have done what they were asked about an object; certify that it was said.

    Args:
        workspace: where it is kept.
        asked: the object.
        said: who says so, and why.
        when: the time.

    Raises:
        ConfigError: there is no such object, or there is none any more.
    """
    bring_up_to_date(workspace, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        object_id = known_object(warehouse, asked, when.now())
    file = keep(workspace, object_id, said, when)
    certify_all(workspace, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        rows = warehouse.ask("disposition_of", object=object_id).rows
    counting = [row for row in rows if row[0] in {"confirmed", "anonymised"}]
    for state, plan, _, certificate in counting[:1]:
        lacks = () if plan else ("nobody was asked by a plan to do anything about it",)
        is_anonymised = state == "anonymised"
        return Confirmed(object_id, file, plan, certificate, is_anonymised, lacks)
    lacks = (f"nobody knows who {said.data['actor']} is",)
    return Confirmed(object_id, file, None, None, is_anonymised=False, objections=lacks)


def certify_all(workspace: Workspace, when: When) -> int:
    """Certify all that was confirmed since, also by files that others sent; return how many."""
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        answer = warehouse.ask("confirmations")
        found = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        told = [_certified(workspace, warehouse, one) for one in found]
    for one, data in zip(found, told, strict=True):
        say(workspace, "disposed", one["object_id"], data, microseconds(when.now()))
    if found:
        bring_up_to_date(workspace, when)
    return len(found)


def _certified(
    workspace: Workspace, warehouse: Warehouse, one: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the act says that keeps the certificate of what was confirmed."""
    known = known_plan(warehouse, one["plan"])
    given = {"plan": known.digest, "as_of": one["asked_at"]}
    answer = warehouse.ask("plan_now", **given)
    rows = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    rules = read_policy(workspace.paths.policy).disposal
    made = certify_confirmed(
        next(item for item in known.plan.items if item.object_id == one["object_id"]),
        known,
        next(row for row in rows if row["object_id"] == one["object_id"]),
        Confirmation(
            asked_at=microseconds(one["asked_at"]),
            confirmed_at=microseconds(one["confirmed_at"]),
            confirmed_by=one["confirmed_by"],
            act_id=one["act_id"],
            action=one["action"],
        ),
        approved_by=leave_for(
            warehouse, known.digest, known.plan.expires_at, rules, one["asked_at"]
        ).approved_by,
        log=log_told(workspace),
    )
    return {
        "actor": one["confirmed_by"],
        "plan_sha256": known.digest,
        **certificate_told(made),
    }
