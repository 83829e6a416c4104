"""Legal holds: placed and released by named people; nothing under one is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.resolution import known_object
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.release.acting import bring_up_to_date, keep

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When

PREFIXES: Final = ("subject:", "case:")
"""What a hold may name that is no object: a person by pseudonym, a case."""


class Held(NamedTuple):
    """A hold that was placed or released.

    Attributes:
        subject: what it is on, as the lineage calls it today.
        file: the act that is kept.
        object_count: how many objects are under it from now on.
        objections: why a release does not count; nothing if it does.
    """

    subject: str
    file: str
    object_count: int
    objections: tuple[str, ...] = ()


def place_hold(workspace: Workspace, subject: str, said: Statement, when: When) -> Held:
    """Place a legal hold on an object, a part of the lineage, a person or a case.

    Args:
        workspace: where it lies.
        subject: an identifier, `subject:PSEUDONYM` or `case:NAME`.
        said: who places it, why, for which `matter`, and how far it reaches (`reach`).
        when: the time.

    Raises:
        ConfigError: there is nothing of that name.
    """
    bring_up_to_date(workspace, when)
    node = _require_subject(workspace, subject, when.now())
    # An object that is being deleted is gone before the hold stands, or stays.
    with exclusive(workspace.paths.hold_lock, wait=True):
        file = keep(workspace, node, said, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        rows = warehouse.ask("held_of", subject=node, as_of=when.now()).rows
    return Held(node, file, len(rows))


def release_hold(workspace: Workspace, subject: str, said: Statement, when: When) -> Held:
    """Release the hold of a matter; say why it stands all the same, if it does.

    Raises:
        ConfigError: no hold of that matter stands on the subject.
    """
    bring_up_to_date(workspace, when)
    node = _require_subject(workspace, subject, when.now())
    matter = said.data.get("matter")
    given = {"subject": node, "matter": matter}
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        standing = warehouse.ask("standing_hold", **given, as_of=when.now()).rows
    if not standing:
        raise ConfigError(
            f"{node}: no hold of matter {matter!r} stands on it; `lineage sql 'from "
            f"retention.hold'` lists all of them"
        )
    file = keep(workspace, node, said, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        left = warehouse.ask("standing_hold", **given, as_of=when.now()).rows
        rows = warehouse.ask("held_of", subject=node, as_of=when.now()).rows
    actor = said.data.get("actor")
    objections = (f"nobody knows who {actor} is, so the hold stands",) if left else ()
    return Held(node, file, len(rows), objections)


def _require_subject(workspace: Workspace, subject: str, as_of: datetime) -> str:
    if subject.startswith(PREFIXES):
        return subject
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        if rows := warehouse.ask("holdable", subject=subject, as_of=as_of).rows:
            return str(rows[0][0])
        return known_object(warehouse, subject, as_of)
