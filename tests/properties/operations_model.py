"""What serves and what went wrong, told naively: what the SQL means, in loops over few events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Deployed = tuple[str, str, str, int, int | None]
"""Deployment, source, version, from and until when."""
Served = tuple[str, str, int, int | None]
"""Deployment, version, from and until when."""
Incident = tuple[str, int | None, int | None]
"""Incident, from and until when."""

PLATFORMS: Final = {"cloudevents": "endpoint://prod-eu", "kubernetes": "kubernetes://prod"}


@dataclass(frozen=True)
class Change:
    """A deployment on an endpoint, or its removal if it has no version; in a minute of the day."""

    endpoint: str
    source: str
    minute: int
    version: str | None


@dataclass(frozen=True)
class Notice:
    """An incident that begins, or ends if `is_end`; an alert always says when it began."""

    incident: str
    minute: int
    is_end: bool
    began: int | None = None


def node_of(change: Change, known: Collection[Change]) -> str:
    """Return the deployment: a cluster's own only as long as nobody else names the endpoint."""
    others = {other.endpoint for other in known if other.source == "cloudevents"}
    source = "cloudevents" if change.endpoint in others else change.source
    return f"deployment:{PLATFORMS[source]}:{change.endpoint}"


def deployments(known: Collection[Change]) -> set[Deployed]:
    """Return what each source says serves."""
    found = set()
    for change in known:
        later = [
            other.minute
            for other in known
            if (other.endpoint, other.source) == (change.endpoint, change.source)
            and other.minute > change.minute
        ]
        if change.version:
            node = node_of(change, known)
            found.add(
                (node, change.source, change.version, change.minute, min(later, default=None))
            )
    return found


def serving(known: Collection[Change]) -> set[Served]:
    """Return what serves: by the last change of an endpoint, whoever tells of it."""
    found: set[Served] = set()
    for node in {node_of(change, known) for change in known}:
        changes = [change for change in known if node_of(change, known) == node]
        serves: tuple[str, int] | None = None
        for change in sorted(changes, key=lambda change: change.minute):
            if serves and change.version != serves[0]:
                found.add((node, *serves, change.minute))
                serves = None
            if change.version and not serves:
                serves = (change.version, change.minute)
        if serves:
            found.add((node, *serves, None))
    return found


def incidents(known: Iterable[Notice]) -> set[Incident]:
    """Return each incident: from its first beginning until its next end, and again."""
    by_name: dict[str, list[Notice]] = {}
    for notice in known:
        by_name.setdefault(_name(notice), []).append(notice)
    return {one for name, notices in by_name.items() for one in _spells(name, notices)}


def _name(notice: Notice) -> str:
    return notice.incident if notice.began is None else f"{notice.incident}/{notice.began}"


def _spells(name: str, notices: list[Notice]) -> set[Incident]:
    begins = {notice.minute for notice in notices if not notice.is_end and notice.began is None}
    begins |= {notice.began for notice in notices if notice.began is not None}
    ends = {notice.minute for notice in notices if notice.is_end}
    if not begins:
        return {(name, None, min(ends))}
    found: set[Incident] = set()
    begun: int | None = None
    for minute in sorted(begins | ends):
        if minute in begins and begun is None:
            begun = minute
        if minute in ends and begun is not None:
            found.add((name, begun, minute))
            begun = None
    return found if begun is None else {*found, (name, begun, None)}
