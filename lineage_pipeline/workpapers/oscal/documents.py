"""All documents of OSCAL, by the name of their file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lineage_pipeline.workpapers.oscal.catalog import catalog
from lineage_pipeline.workpapers.oscal.elements import (
    CATALOG,
    MILESTONES,
    PLAN,
    PROFILE,
    RESULTS,
    token,
)
from lineage_pipeline.workpapers.oscal.milestones import milestones
from lineage_pipeline.workpapers.oscal.plan import plan
from lineage_pipeline.workpapers.oscal.profile import framework_profiles, profile
from lineage_pipeline.workpapers.oscal.results import results

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element


def documents(dossier: Dossier) -> dict[str, bytes]:
    """Return every document by the name of its file; they refer to one another by these names.

    There is no plan of action where nothing stands against any control.
    """
    found: dict[str, Element | None] = {
        CATALOG: catalog(dossier),
        PROFILE: profile(dossier),
        PLAN: plan(dossier),
        RESULTS: results(dossier),
        MILESTONES: milestones(dossier),
    }
    for name, one in framework_profiles(dossier).items():
        found[f"profiles/{token(name.upper())}.json"] = one
    return {name: as_bytes(one) for name, one in found.items() if one is not None}


def as_bytes(document: Element) -> bytes:
    """Return a document as it is written."""
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()
