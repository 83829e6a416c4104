"""Which controls hold and with which numbers: a profile of all, and one for each framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.oscal.catalog import parameter_id
from lineage_pipeline.workpapers.oscal.elements import CATALOG, document, metadata, props, token

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element


def profile(dossier: Dossier) -> Element:
    """Return the profile of every control that was asked: what the plan and the results rest on."""
    asked = dossier.assessment.control_status["control_id"].to_list()
    return _profile(dossier, "controls that are on", asked, CATALOG)


def framework_profiles(dossier: Dossier) -> dict[str, Element]:
    """Return the profile of each framework that is on, by its name."""
    status = dossier.assessment.control_status.select("control_id")
    clauses = dossier.assessment.control_clause
    found = {}
    for row in dossier.framework.rows(named=True):
        own = clauses.filter(pl.col("framework") == row["framework"])
        asked = status.join(own, on="control_id", how="semi", maintain_order="left")
        if not asked.is_empty():
            found[row["framework"]] = _profile(
                dossier, row["title"], asked["control_id"].to_list(), f"../{CATALOG}"
            )
    return found


def _profile(dossier: Dossier, title: str, asked: list[str], catalog: str) -> Element:
    numbers = dossier.assessment.control_parameter.filter(pl.col("control_id").is_in(asked))
    settings = [_setting(row) for row in numbers.rows(named=True)]
    body = {
        "metadata": metadata(dossier, f"profile, {title}", CAVEAT),
        "imports": [
            {"href": catalog, "include-controls": [{"with-ids": [token(name) for name in asked]}]}
        ],
        "merge": {"as-is": True},
        **({"modify": {"set-parameters": settings}} if settings else {}),
    }
    return document("profile", body)


def _setting(row: Element) -> Element:
    """Return what a number is set to, and by whom: law, guidance, or the house."""
    return {
        "param-id": parameter_id(row["control_id"], row["name"]),
        "props": props(
            {"basis": row["basis"], "unit": row["unit"], "shipped-value": row["shipped_value"]}
        ),
        "values": [str(row["value"])],
    }
