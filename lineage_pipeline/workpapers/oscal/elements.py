"""What OSCAL's documents are put together from: identifiers, metadata, properties.

Source: NIST OSCAL 1.2.1, https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from lineage_pipeline.workpapers.characters import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lineage_pipeline.workpapers.dossier import Dossier

Element = dict[str, Any]

VERSION: Final = "1.2.1"
SPACE: Final[UUID] = uuid5(NAMESPACE_URL, "lineage_pipeline/oscal")
NAMESPACE: Final = f"urn:uuid:{SPACE}"
"""The namespace of properties that OSCAL does not define."""
RMF: Final = "http://csrc.nist.gov/ns/rmf"
"""The namespace in which NIST's own catalogs name the method of an assessment."""
METHODS: Final = {"full": "TEST", "partial": "EXAMINE", "attestation": "INTERVIEW"}
"""What a control's query amounts to: a test, an examination of evidence, a person's word."""
CATALOG: Final = "catalog.json"
PROFILE: Final = "profile.json"
PLAN: Final = "assessment-plan.json"
RESULTS: Final = "assessment-results.json"
MILESTONES: Final = "plan-of-action-and-milestones.json"
OWNER_ROLE: Final = "exception-owner"
_SHIPPED: Final = re.compile(r"[A-Z][A-Z0-9.-]*")
_NOT_TOKEN: Final = re.compile(r"[^\w.-]")


def identified(*parts: object) -> str:
    """Return the UUID of what these parts name: the same for the same, today and tomorrow."""
    return str(uuid5(SPACE, json.dumps([str(part) for part in parts])))


def token(name: str) -> str:
    """Return a name as OSCAL writes identifiers: those of the catalogue in lower case.

    Another name keeps apart from all others by a digest, since what is replaced may be all of it.
    """
    if _SHIPPED.fullmatch(name):
        return name.lower()
    plain = _NOT_TOKEN.sub("-", name.lower())
    return f"own-{plain}-{sha256(name.encode()).hexdigest()[:8]}"


def moment(at: datetime) -> str:
    """Return an instant with its offset, which OSCAL requires."""
    return at.astimezone(UTC).isoformat()


def prop(name: str, value: object) -> Element:
    """Return a property of our own namespace; a truth value is yes or no."""
    told = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
    return {"name": name, "ns": NAMESPACE, "value": told or line(str(value))}


def props(values: Mapping[str, object]) -> list[Element]:
    """Return a property for each value that there is."""
    return [prop(name, value) for name, value in values.items() if value not in (None, "")]


def metadata(dossier: Dossier, title: str, remarks: str, people: Iterable[str] = ()) -> Element:
    """Return the head of a document: of which state it speaks, and who is named in it."""
    known = sorted({*people})
    return {
        "title": line(f"{dossier.organisation}: {title}"),
        "last-modified": moment(dossier.known_at),
        "version": moment(dossier.as_of),
        "oscal-version": VERSION,
        "props": props(
            {
                "as-of": moment(dossier.as_of),
                "known-at": moment(dossier.known_at),
                "scope": dossier.scope,
                "framework": dossier.asked,
                "is-published": dossier.is_published,
                "catalogue-version": dossier.catalogue_version,
                "built-with-sha256": dossier.built_with_sha256,
                "checkpoint-size": dossier.sealed and dossier.sealed.size,
                "checkpoint-root-sha256": dossier.sealed and dossier.sealed.root,
            }
        ),
        **({"roles": [{"id": OWNER_ROLE, "title": "Owner of an exception"}]} if known else {}),
        "parties": [
            {
                "uuid": party_of(dossier.organisation, "organization"),
                "type": "organization",
                "name": line(dossier.organisation),
            },
            *(
                {"uuid": party_of(name, "person"), "type": "person", "name": line(name)}
                for name in known
            ),
        ],
        "remarks": remarks,
    }


def party_of(name: str, kind: str) -> str:
    """Return the UUID of a person or an organization."""
    return identified("party", kind, name)


def tool(dossier: Dossier) -> Element:
    """Return the component that asked the controls."""
    return {
        "uuid": identified("tool", dossier.release),
        "type": "software",
        "title": "lineage_pipeline",
        "description": "Asks one query for each control over what producers, registries, logs and "
        "people told.",
        "props": [{"name": "version", "value": dossier.release}],
        "status": {"state": "operational"},
    }


def origins(dossier: Dossier) -> list[Element]:
    """Return who says so: the tool, which no person has confirmed."""
    return [{"actors": [{"type": "tool", "actor-uuid": tool(dossier)["uuid"]}]}]


def document(name: str, body: Element) -> Element:
    """Return a document whose UUID is that of its content: it changes when anything in it does."""
    return {name: {"uuid": identified(name, json.dumps(body, sort_keys=True)), **body}}
