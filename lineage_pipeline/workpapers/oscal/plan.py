"""The assessment plan: which controls are asked of what, and with which tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.oscal.catalog import objective_id
from lineage_pipeline.workpapers.oscal.elements import (
    PROFILE,
    document,
    identified,
    metadata,
    moment,
    token,
    tool,
)

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element

NO_SECURITY_PLAN: Final = identified("no system security plan")
"""The resource that stands where a plan must name a system security plan."""


def plan(dossier: Dossier) -> Element:
    """Return the plan that the results carry out."""
    software = tool(dossier)
    body = {
        "metadata": metadata(dossier, "assessment plan", CAVEAT),
        "import-ssp": {
            "href": f"#{NO_SECURITY_PLAN}",
            "remarks": "No system security plan was told; the organisation keeps its own.",
        },
        "reviewed-controls": reviewed(dossier),
        "assessment-subjects": [
            {
                "type": "component",
                "description": "Every member of each control's population that was told of; "
                "nothing is sampled.",
                "include-all": {},
            }
        ],
        "assessment-assets": {
            "components": [software],
            "assessment-platforms": [
                {
                    "uuid": identified("platform", dossier.organisation),
                    "title": line(f"workspace {dossier.organisation}"),
                    "uses-components": [{"component-uuid": software["uuid"]}],
                }
            ],
        },
        "tasks": [
            {
                "uuid": identified("task", dossier.organisation, dossier.as_of, dossier.asked),
                "type": "action",
                "title": "Ask every control that is on",
                "timing": {"on-date": {"date": moment(dossier.as_of)}},
            }
        ],
        "back-matter": {
            "resources": [
                {
                    "uuid": NO_SECURITY_PLAN,
                    "title": "System security plan",
                    "description": "None was told. It is named because a plan must name one.",
                }
            ]
        },
    }
    return document("assessment-plan", body)


def reviewed(dossier: Dossier) -> Element:
    """Return which controls are asked, by the profile that chooses them."""
    asked = dossier.assessment.control_status["control_id"].to_list()
    return {
        "description": line(f"Every control that is on, for {dossier.asked or 'all frameworks'}."),
        "links": [{"href": PROFILE, "rel": "profile"}],
        "control-selections": [{"include-controls": [{"control-id": token(o)} for o in asked]}],
        "control-objective-selections": [
            {"include-objectives": [{"objective-id": objective_id(o)} for o in asked]}
        ],
    }
