"""The controls as an OSCAL catalog: what must hold, how it is looked at, with which numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.oscal.elements import (
    METHODS,
    RMF,
    document,
    identified,
    metadata,
    props,
    token,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element

OBJECTIVES: Final = {
    "full": "No member of the population is an exception: {population}.",
    "partial": "Evidence is present, by its dates, for every member of the population: "
    "{population}. What the evidence is worth is not looked at.",
    "attestation": "A person has given their word, which is not out of date. It is not tested.",
}
"""What a finding is about, which is less than the requirement."""


def catalog(dossier: Dossier) -> Element:
    """Return the catalog of every control that was asked for, on or off."""
    found = dossier.assessment
    clauses = _by_control(found.control_clause)
    parameters = _by_control(found.control_parameter)
    body = {
        "metadata": metadata(dossier, "catalog of controls", CAVEAT),
        "controls": [
            _control(row, clauses.get(row["control_id"], []), parameters.get(row["control_id"], []))
            for row in found.control.rows(named=True)
        ],
        "back-matter": {"resources": _frameworks(found.control_clause)},
    }
    return document("catalog", body)


def objective_id(control_id: str) -> str:
    """Return the identifier of what a finding on a control is about."""
    return f"{token(control_id)}_obj"


def parameter_id(control_id: str, name: str) -> str:
    """Return the identifier of a number that a control measures with."""
    return f"{token(control_id)}_prm_{name}"


def _control(row: dict[str, Any], clauses: list[Element], numbers: list[Element]) -> Element:
    name = token(row["control_id"])
    return {
        "id": name,
        "class": "house" if row["is_own"] else "shipped",
        "title": line(row["title"]),
        **({"params": [_parameter(number) for number in numbers]} if numbers else {}),
        "props": [
            {"name": "label", "value": line(row["control_id"])},
            *props(
                {
                    "automation": row["automation"],
                    "applies-from": row["applies_from"],
                    "is-on": row["is_on"],
                    "is-blocking": row["is_blocking"],
                }
            ),
        ],
        "links": [
            {"href": f"#{_resource(clause['framework'])}", "rel": "reference",
             "text": line(clause["clause"])}
            for clause in clauses
        ],
        "parts": [
            _statement(name, row, clauses),
            *_guidance(name, row),
            _objective(row),
            _method(name, row),
        ],
    }  # fmt: skip


def _parameter(number: Element) -> Element:
    """Return a number as it is shipped; what it was set to stands in the profile."""
    return {
        "id": parameter_id(number["control_id"], number["name"]),
        "label": line(f"{number['name']}, {number['unit']}"),
        "props": props({"basis": number["basis"], "unit": number["unit"]}),
        "values": [str(number["shipped_value"])],
    }


def _statement(name: str, row: Element, clauses: list[Element]) -> Element:
    return {
        "id": f"{name}_smt",
        "name": "statement",
        "prose": line(row["requirement"]),
        "parts": [
            {
                "id": f"{name}_smt.{token(clause['framework'].upper())}",
                "name": "item",
                "title": line(clause["framework_title"]),
                "props": props(
                    {
                        "framework": clause["framework"],
                        "kind": clause["kind"],
                        "applies-from": clause["applies_from"],
                        "note": clause["note"],
                    }
                ),
                "prose": line(clause["clause"]),
                "links": [{"href": f"#{_resource(clause['framework'])}", "rel": "reference"}],
            }
            for clause in clauses
        ],
    }


def _guidance(name: str, row: Element) -> list[Element]:
    """Return what must be told and what cannot be shown, of a control that says so."""
    told = {"What must be told: ": row["deliver"], "What it cannot show: ": row["limits"]}
    prose = "\n\n".join(f"{head}{line(text)}." for head, text in told.items() if text)
    return [{"id": f"{name}_gdn", "name": "guidance", "prose": prose}] if prose else []


def _objective(row: Element) -> Element:
    return {
        "id": objective_id(row["control_id"]),
        "name": "assessment-objective",
        "prose": OBJECTIVES[row["automation"]].format(population=line(row["population_of"])),
    }


def _method(name: str, row: Element) -> Element:
    return {
        "id": f"{name}_asm",
        "name": "assessment-method",
        "props": [{"name": "method", "ns": RMF, "value": METHODS[row["automation"]]}],
        "parts": [{"name": "assessment-objects", "prose": line(row["population_of"])}],
    }


def _frameworks(clauses: pl.DataFrame) -> list[Element]:
    named = clauses.select("framework", "framework_title", "kind").unique().sort("framework")
    return [
        {
            "uuid": _resource(row["framework"]),
            "title": line(row["framework_title"]),
            "props": props({"framework": row["framework"], "kind": row["kind"]}),
        }
        for row in named.rows(named=True)
    ]


def _resource(framework: str) -> str:
    return identified("framework", framework)


def _by_control(rows: pl.DataFrame) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    every: Iterable[Element] = rows.rows(named=True)
    for row in every:
        found.setdefault(row["control_id"], []).append(row)
    return found
