"""What was seen: one observation for each control, and one for each exception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.oscal.elements import (
    METHODS,
    identified,
    moment,
    origins,
    props,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.oscal.elements import Element


def observations(dossier: Dossier) -> Iterator[Element]:
    """Yield the observation of each control, each followed by those of its exceptions."""
    exceptions: dict[str, list[dict[str, Any]]] = {}
    for row in dossier.assessment.exception.rows(named=True):
        exceptions.setdefault(row["control_id"], []).append(row)
    for row in dossier.titled.rows(named=True):
        yield _of_control(dossier, row)
        for found in exceptions.get(row["control_id"], []):
            yield _of_exception(dossier, row["automation"], found)


def control_observation(dossier: Dossier, control_id: str) -> str:
    """Return the UUID of what was seen of a control at this state."""
    return identified("observation", *_state(dossier), control_id)


def exception_observation(dossier: Dossier, row: dict[str, Any]) -> str:
    """Return the UUID of what was seen of an exception at this state."""
    return identified("observation", *_state(dossier), row["control_id"], row["object_id"])


def _of_control(dossier: Dossier, row: dict[str, Any]) -> Element:
    looked = f"{row['tested']} of {row['population']} {row['population_of']} judged"
    return {
        "uuid": control_observation(dossier, row["control_id"]),
        "title": line(f"{row['control_id']} {row['title']}"),
        "description": line(f"{row['status']}: {row['reason']}. {looked}."),
        "props": props(
            {
                "control": row["control_id"],
                "status": row["status"],
                "readiness": row["readiness"],
                "scope": row["scope"],
                "automation": row["automation"],
                "is-blocking": row["is_blocking"],
                "applies-from": row["applies_from"],
                "population": row["population"],
                "tested": row["tested"],
                "coverage": row["coverage"],
                "exception-count": row["exception_count"],
                "waived-count": row["waived_count"],
                "parameters": row["parameters"],
                "query-sha256": row["query_sha256"],
                "data-sha256": row["data_sha256"],
            }
        ),
        "methods": [METHODS[row["automation"]]],
        "types": ["control-objective"],
        "origins": origins(dossier),
        "collected": moment(dossier.as_of),
        **_remarks({"What must be told: ": row["deliver"], "Cannot show: ": row["limits"]}),
    }


def _of_exception(dossier: Dossier, automation: str, row: dict[str, Any]) -> Element:
    evidence = [{"description": line(one)} for one in row["evidence"] or []]
    return {
        "uuid": exception_observation(dossier, row),
        "title": line(f"{row['control_id']} {row['object_id']}"),
        "description": line(row["finding"]),
        "props": props(
            {
                "control": row["control_id"],
                "scope": row["scope"],
                "object": row["object_id"],
                "members": row["members"],
                "since": row["since_at"] and moment(row["since_at"]),
                "age-days": row["age_days"],
                "is-due": row["is_due"],
            }
        ),
        "methods": [METHODS[automation]],
        "types": ["finding"],
        "origins": origins(dossier),
        **({"relevant-evidence": evidence} if evidence else {}),
        "collected": moment(dossier.as_of),
    }


def _remarks(told: dict[str, str]) -> Element:
    text = "\n\n".join(f"{head}{line(said)}." for head, said in told.items() if said)
    return {"remarks": text} if text else {}


def _state(dossier: Dossier) -> tuple[object, ...]:
    return (
        dossier.organisation, dossier.scope, moment(dossier.as_of), moment(dossier.known_at),
    )  # fmt: skip
