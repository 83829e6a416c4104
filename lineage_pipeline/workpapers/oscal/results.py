"""Assessment results: what was seen, and a finding where a control says yes or no.

OSCAL knows `satisfied` and `not-satisfied` alone. What does not apply, does not hold yet, cannot be
assessed or rests on a person's word is neither: it is an observation with its status as a property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.oscal.catalog import objective_id
from lineage_pipeline.workpapers.oscal.elements import (
    PLAN,
    document,
    identified,
    metadata,
    moment,
    origins,
    props,
)
from lineage_pipeline.workpapers.oscal.observations import (
    control_observation,
    exception_observation,
    observations,
)
from lineage_pipeline.workpapers.oscal.plan import reviewed
from lineage_pipeline.workpapers.oscal.risks import people_of, risk_of, risks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element

STATES: Final = {
    "PASS": ("satisfied", "pass"),
    "FAIL": ("not-satisfied", "fail"),
}
"""The state and the reason of a finding; of another status there is none."""


def results(dossier: Dossier) -> Element:
    """Return the results: one, of one state."""
    found = list(_findings(dossier))
    waiting = risks(dossier)
    body = {
        "metadata": metadata(dossier, "assessment results", CAVEAT, people_of(dossier)),
        "import-ap": {"href": PLAN},
        "results": [
            {
                "uuid": identified(
                    "result", dossier.organisation, dossier.scope, dossier.asked,
                    moment(dossier.as_of), moment(dossier.known_at),
                ),
                "title": line(f"{dossier.scope} as of {moment(dossier.as_of)}"),
                "description": line(f"{CAVEAT} {dossier.coverage}."),
                "start": moment(dossier.as_of),
                "end": moment(dossier.as_of),
                "reviewed-controls": reviewed(dossier),
                "observations": list(observations(dossier)),
                **({"risks": waiting} if waiting else {}),
                **({"findings": found} if found else {}),
            }
        ],
    }  # fmt: skip
    return document("assessment-results", body)


def _findings(dossier: Dossier) -> Iterator[Element]:
    exceptions: dict[str, list[dict[str, Any]]] = {}
    for row in dossier.assessment.exception.rows(named=True):
        exceptions.setdefault(row["control_id"], []).append(row)
    for row in dossier.titled.rows(named=True):
        if row["status"] in STATES:
            yield _finding(dossier, row, exceptions.get(row["control_id"], []))


def _finding(dossier: Dossier, row: dict[str, Any], against: list[dict[str, Any]]) -> Element:
    state, reason = STATES[row["status"]]
    seen = [control_observation(dossier, row["control_id"])]
    seen += [exception_observation(dossier, one) for one in against]
    return {
        "uuid": identified("finding", control_observation(dossier, row["control_id"])),
        "title": line(f"{row['control_id']} {row['title']}"),
        "description": line(f"{row['status']}: {row['reason']}."),
        "props": props({"status": row["status"], "waived-count": row["waived_count"] or None}),
        "origins": origins(dossier),
        "target": {
            "type": "objective-id",
            "target-id": objective_id(row["control_id"]),
            "status": {"state": state, "reason": reason},
        },
        "related-observations": [{"observation-uuid": one} for one in seen],
        **(
            {"related-risks": [{"risk-uuid": risk_of(dossier, one)} for one in against]}
            if against
            else {}
        ),
    }
