"""Certificates filled: of an object that is seen to be gone, and of what others say of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.disposal.certificate import (
    Certificate,
    Subject,
    Trigger,
    Verification,
    certificate_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.disposal.certificate import HeldPiece
    from lineage_pipeline.disposal.leave import Known
    from lineage_pipeline.disposal.planning import Item
    from lineage_pipeline.disposal.stores.store import Store

CONFIRMED_SCOPE: Final = (
    "what a person said of the object named: that it is gone; nothing of that was seen here, and "
    "no statement is made about the media that held it"
)
ANONYMISED_SCOPE: Final = (
    "what a person said of the object named: that it tells of nobody any more; nothing of that was "
    "seen here, and whether people can be told again from what is left was not looked at"
)
UNTOLD: Final = "not told"
"""Stands where a certificate must say something that nobody has said."""


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of an object that others were asked to delete or to anonymise.

    Attributes:
        asked_at: when that was asked, in microseconds since 1970.
        confirmed_at: when it was said to be gone, likewise.
        confirmed_by: by whom, as the act names them.
        act_id: the act.
        action: what they were asked: delete or anonymise.
    """

    asked_at: int
    confirmed_at: int
    confirmed_by: str
    act_id: str
    action: str


def certify(
    item: Item,
    known: Known,
    now: Mapping[str, Any],
    *,
    store: Store,
    pieces: tuple[HeldPiece, ...],
    hold_checked_at: int,
    approved_by: tuple[str, ...],
    executed_by: str,
    lasted: tuple[int, int],
    log: dict[str, Any],
) -> Certificate:
    """Return the certificate of an object that is gone from its store.

    Args:
        item: the object, as it was planned.
        known: the plan.
        now: what held for it right before, as `ask.plan_now` tells it.
        store: where it lay.
        pieces: of what it consisted there.
        hold_checked_at: when holds were last looked at, in microseconds since 1970.
        approved_by: who approved the plan.
        executed_by: who carried it out.
        lasted: when it began and when it was seen to be gone, likewise.
        log: whose key signs it, and how many entries the log has.
    """
    return Certificate(
        certificate_id=certificate_id(known.digest, item.object_id),
        subject=Subject(
            object_id=item.object_id,
            of=item.of,
            store=store.kind,
            pieces=pieces,
            row_count=item.row_count,
            total_bytes=item.total_bytes,
        ),
        trigger=_trigger(item, known, now),
        hold_checked_at=hold_checked_at,
        method="delete",
        requested_by=known.planned_by,
        approved_by=approved_by,
        executed_by=executed_by,
        started_at=lasted[0],
        ended_at=lasted[1],
        covered=("every version of each piece that the store tells of",),
        not_covered=store.not_covered,
        verification=Verification(
            method="the store was asked again for what lies under the name",
            result="gone",
            verified_by="lineage_pipeline",
        ),
        made_from_it=item.breaks,
        log=log,
    )


def certify_confirmed(
    item: Item,
    known: Known,
    now: Mapping[str, Any],
    confirmed: Confirmation,
    *,
    approved_by: tuple[str, ...],
    log: dict[str, Any],
) -> Certificate:
    """Return the certificate of what a person has said of an object: of that, no more.

    Args:
        item: the object, as it was planned.
        known: the plan.
        now: what held for it when that was asked of others, as `ask.plan_now` tells it.
        confirmed: what was said.
        approved_by: who approved the plan.
        log: whose key signs it, and how many entries the log has.
    """
    return Certificate(
        certificate_id=certificate_id(known.digest, item.object_id),
        scope=ANONYMISED_SCOPE if confirmed.action == "anonymise" else CONFIRMED_SCOPE,
        subject=Subject(
            object_id=item.object_id,
            of=item.of,
            store=UNTOLD,
            pieces=(),
            row_count=item.row_count,
            total_bytes=item.total_bytes,
        ),
        trigger=_trigger(item, known, now),
        hold_checked_at=confirmed.asked_at,
        method="as confirmed",
        tool=UNTOLD,
        requested_by=known.planned_by,
        approved_by=approved_by,
        executed_by=UNTOLD,
        started_at=confirmed.asked_at,
        ended_at=confirmed.confirmed_at,
        covered=(),
        not_covered=("whatever was not reached where it lay: versions, backups, copies",),
        verification=Verification(
            method=f"a person said so, in the act {confirmed.act_id}",
            result="not seen",
            verified_by=confirmed.confirmed_by,
        ),
        made_from_it=item.breaks,
        log=log,
    )


def _trigger(item: Item, known: Known, now: Mapping[str, Any]) -> Trigger:
    return Trigger(
        rule=item.rule,
        basis=now["basis"],
        clause=now["clause"],
        due_at=item.goes_at,
        policy_sha256=known.plan.policy_sha256,
        plan_sha256=known.digest,
        gave_way=msgspec.json.decode(now["gave_way"] or "[]", type=tuple[dict[str, Any], ...]),
    )
