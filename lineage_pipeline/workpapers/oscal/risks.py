"""Exceptions as risks: who is to put them right until when, and who accepts them for now.

A waived exception stays one. Its waiver is a deviation in the log of its risk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.oscal.elements import (
    OWNER_ROLE,
    identified,
    moment,
    origins,
    party_of,
    props,
)
from lineage_pipeline.workpapers.oscal.observations import exception_observation

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element

OPEN: Final = "open"
DEVIATION: Final = "deviation-approved"


def risks(dossier: Dossier) -> list[Element]:
    """Return one risk per exception, in their order; each keeps its UUID from state to state."""
    return [_risk(dossier, row) for row in dossier.assessment.exception.rows(named=True)]


def risk_of(dossier: Dossier, row: dict[str, Any]) -> str:
    """Return the UUID of the risk that an exception is."""
    return identified("risk", dossier.organisation, row["control_id"], row["object_id"])


def people_of(dossier: Dossier) -> set[str]:
    """Return who owns an exception, or accepts one."""
    exception = dossier.assessment.exception
    named = {*exception["owner_id"].to_list(), *exception["waived_by"].to_list()}
    return {name for name in named if name}


def _risk(dossier: Dossier, row: dict[str, Any]) -> Element:
    return {
        "uuid": risk_of(dossier, row),
        "title": line(f"{row['control_id']} {row['object_id']}"),
        "description": line(row["finding"]),
        "statement": line(
            f"{row['object_id']} is an exception to control {row['control_id']}"
            f"{'' if row['is_due'] else ', which does not hold yet'}."
        ),
        "props": props(
            {
                "control": row["control_id"],
                "age-days": row["age_days"],
                "is-due": row["is_due"],
                "owner": row["owner_id"] or "nobody",
                "is-waived": row["is_waived"],
            }
        ),
        "status": DEVIATION if row["is_waived"] else OPEN,
        "origins": origins(dossier),
        **({"deadline": moment(row["due_at"])} if row["due_at"] else {}),
        **_remediation(dossier, row),
        **_log(dossier, row),
        "related-observations": [{"observation-uuid": exception_observation(dossier, row)}],
    }


def _remediation(dossier: Dossier, row: dict[str, Any]) -> Element:
    """Return who is to put it right until when, where somebody is."""
    if not row["owner_id"]:
        return {}
    owner = {"role-id": OWNER_ROLE, "party-uuids": [party_of(row["owner_id"], "person")]}
    key = (dossier.organisation, row["control_id"], row["object_id"])
    milestone: Element = {
        "uuid": identified("milestone", *key),
        "type": "milestone",
        "title": line(f"{row['object_id']} is put right"),
        **(
            {"timing": {"on-date": {"date": moment(row["due_at"])}}} if row["due_at"] else {}
        ),
        "responsible-roles": [owner],
    }  # fmt: skip
    return {
        "remediations": [
            {
                "uuid": identified("remediation", *key),
                "lifecycle": "planned",
                "title": line(f"{row['owner_id']} is to put it right"),
                "description": "Assigned by an act exception_assigned; how is not told.",
                "tasks": [milestone],
            }
        ]
    }


def _log(dossier: Dossier, row: dict[str, Any]) -> Element:
    """Return the waiver, as it stands at this state or as it has passed."""
    if not row["waived_by"]:
        return {}
    until = f", until {moment(row['waived_until_at'])}" if row["waived_until_at"] else ""
    told = row["waiver_reason"] or "no reason is told"
    state = "Waived" if row["is_waived"] else "Was waived, no longer"
    entry: Element = {
        "uuid": identified("waiver", risk_of(dossier, row), moment(dossier.as_of)),
        "title": state,
        "description": line(f"{state}: {told}{until}."),
        "start": moment(dossier.as_of),
        "logged-by": [{"party-uuid": party_of(row["waived_by"], "person")}],
        "status-change": DEVIATION if row["is_waived"] else OPEN,
        "remarks": "The start is the state at which it stood so; of when it was given, the act "
        "exception_waived tells.",
    }
    return {"risk-log": {"entries": [entry]}}
