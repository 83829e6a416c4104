"""The plan of action and milestones: every exception, and every control that lacks evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.oscal.elements import (
    RESULTS,
    document,
    identified,
    metadata,
    origins,
    props,
    tool,
)
from lineage_pipeline.workpapers.oscal.observations import (
    control_observation,
    exception_observation,
    observations,
)
from lineage_pipeline.workpapers.oscal.risks import people_of, risk_of, risks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element

LACKING: Final = ("NOT_ASSESSABLE", "NOT_ATTESTED")
"""Statuses of controls of which something is still to be told."""


def milestones(dossier: Dossier) -> Element | None:
    """Return the plan; None if nothing stands against any control: OSCAL knows no empty one."""
    items = [*_of_exceptions(dossier), *_of_lacking(dossier)]
    if not items:
        return None
    waiting = risks(dossier)
    body = {
        "metadata": metadata(
            dossier, "plan of action and milestones", CAVEAT, people_of(dossier)
        )
        | {"links": [{"href": RESULTS, "rel": "assessment-results"}]},
        "system-id": {
            "identifier-type": "http://ietf.org/rfc/rfc4122",
            "id": identified("system", dossier.organisation),
        },
        "local-definitions": {"components": [tool(dossier)]},
        "observations": list(observations(dossier)),
        **({"risks": waiting} if waiting else {}),
        "poam-items": items,
    }  # fmt: skip
    return document("plan-of-action-and-milestones", body)


def _of_exceptions(dossier: Dossier) -> Iterator[Element]:
    for row in dossier.assessment.exception.rows(named=True):
        yield {
            "uuid": identified("item", risk_of(dossier, row)),
            "title": line(f"{row['control_id']} {row['object_id']}"),
            "description": line(row["finding"]),
            "props": props(_told(row)),
            "origins": origins(dossier),
            "related-observations": [{"observation-uuid": exception_observation(dossier, row)}],
            "related-risks": [{"risk-uuid": risk_of(dossier, row)}],
        }


def _told(row: dict[str, Any]) -> dict[str, object]:
    return {
        "control": row["control_id"],
        "age-days": row["age_days"],
        "owner": row["owner_id"] or "nobody",
        "is-due": row["is_due"],
        "is-waived": row["is_waived"],
    }


def _of_lacking(dossier: Dossier) -> Iterator[Element]:
    for row in dossier.titled.rows(named=True):
        if row["status"] in LACKING:
            told = row["deliver"] or row["reason"]
            yield {
                "uuid": identified("item", dossier.organisation, row["control_id"], row["status"]),
                "title": line(f"{row['control_id']} {row['title']}: evidence is missing"),
                "description": line(f"{row['reason']}. What must be told: {told}."),
                "props": props({"control": row["control_id"], "status": row["status"]}),
                "origins": origins(dossier),
                "related-observations": [
                    {"observation-uuid": control_observation(dossier, row["control_id"])}
                ],
            }
