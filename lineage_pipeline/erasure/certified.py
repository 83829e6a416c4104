"""The certificate of an erasure: how much went of which files, never of whom or what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.disposal.certificate import (
    Certificate,
    HeldPiece,
    Subject,
    Trigger,
    Verification,
    certificate_id,
)

if TYPE_CHECKING:
    from typing import Any

    from lineage_pipeline.erasure.judging import Rules
    from lineage_pipeline.erasure.plan import ErasurePlan
    from lineage_pipeline.erasure.search import Outcome

CLAUSES: Final = {"request": "GDPR Art 17(1)", "withdrawal": "GDPR Art 7(3) and 17(1)(b)"}
COVERED: Final = (
    "records of landing files",
    "rows of bronze, with the salts behind which they were sealed",
    "what was built on them: silver, graph, the warehouse",
    "questions that were asked about the person",
    "copies in the archive of the landing files that they went from",
)
NOT_COVERED: Final = (
    "datasets and copies elsewhere, whose owners are asked",
    "models that were trained on the data, about which people decide",
    "recipients of what was exported, evidence packs and warehouses that readers have open",
    "hashes of the rows in the log, which tell nothing without the rows and their salts",
    "backups and snapshots of the file system, and blocks of the disk, which nothing overwrites",
)
SEARCHED: Final = (
    "landing files, bronze and the warehouse were searched again for the identifiers, decompressed"
)


class Carried(NamedTuple):
    """A plan that was carried out.

    Attributes:
        object_id: the erasure, by its handle.
        plan: the plan.
        plan_sha256: its digest.
        planned_by: who made it.
        approved_by: who approved it.
        executed_by: who carried it out.
        started_at: when that began, and holds were looked at, in microseconds since 1970.
        ended_at: when it was seen to be gone, likewise.
        gave_way: the rules that would have kept what went.
    """

    object_id: str
    plan: ErasurePlan
    plan_sha256: str
    planned_by: str
    approved_by: tuple[str, ...]
    executed_by: str
    started_at: int
    ended_at: int
    gave_way: Rules


def rest_of(
    plan: ErasurePlan, stays: tuple[Outcome, ...], tables: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what stays of a person in the workspace, and why.

    Args:
        plan: the plan.
        stays: what was found and did not go.
        tables: those of the warehouse that hold an identifier all the same.
    """
    return (
        *(f"{one.object_id}: {one.became}: {one.reason}" for one in stays),
        *(f"{one.object_id}: {one.course}: {one.reason}" for one in plan.items if one.stays),
        *(f"{name}: holds an identifier, as what stays does" for name in tables),
    )


def certify(
    carried: Carried,
    pieces: tuple[HeldPiece, ...],
    row_count: int | None,
    rest: tuple[str, ...],
    log: dict[str, Any],
) -> Certificate:
    """Return the certificate of an erasure.

    Args:
        carried: by which plan, of whom and when.
        pieces: what went of each landing file.
        row_count: rows of bronze that went; None if a run before this one died among them.
        rest: what stays, as `rest_of` tells it.
        log: whose key signs it, and how many entries the log has.
    """
    plan = carried.plan
    return Certificate(
        certificate_id=certificate_id(carried.plan_sha256, carried.object_id),
        subject=Subject(
            object_id=carried.object_id,
            of="records of a person",
            store="workspace",
            pieces=pieces,
            row_count=row_count,
            total_bytes=None,
        ),
        trigger=Trigger(
            rule=f"erasure, by {plan.basis}",
            basis="law",
            clause=CLAUSES[plan.basis],
            due_at=plan.as_of,
            policy_sha256=plan.policy_sha256,
            plan_sha256=carried.plan_sha256,
            gave_way=carried.gave_way,
        ),
        hold_checked_at=carried.started_at,
        method="delete",
        requested_by=carried.planned_by,
        approved_by=carried.approved_by,
        executed_by=carried.executed_by,
        started_at=carried.started_at,
        ended_at=carried.ended_at,
        covered=COVERED,
        not_covered=(*NOT_COVERED, *rest),
        verification=Verification(
            method=SEARCHED,
            result="partly gone" if rest else "gone",
            verified_by="lineage_pipeline",
        ),
        made_from_it=tuple(
            item.object_id for item in plan.items if item.sought in {"told", "downstream"}
        ),
        log=log,
    )
