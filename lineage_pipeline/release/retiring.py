"""A version taken out of service for good: only once nothing live depends on it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.governance.versions import ModelVersion, find_version
from lineage_pipeline.release.acting import bring_up_to_date, keep

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When

RECENT_DAYS: Final = 7
"""Decisions and accesses of so many days keep a version from being retired."""


class LiveUse(NamedTuple):
    """A way in which something live depends on a version; `last_at` is None while it lasts."""

    use: str
    place: str
    last_at: datetime | None


class Retired(NamedTuple):
    """What became of a retirement: the act that keeps it, or what still depends on the version."""

    version: ModelVersion
    file: str
    live: tuple[LiveUse, ...]


def retire(workspace: Workspace, asked: str, said: Statement, when: When) -> Retired:
    """Take a version out of service for good, unless something live still depends on it.

    Args:
        workspace: whose facts count.
        asked: the version, as MODEL@VERSION or by its identifier.
        said: who retires it, why, and what takes its place (`replacement`).
        when: the time.

    Raises:
        ConfigError: no such version.
    """
    bring_up_to_date(workspace, when)
    now = when.now()
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        version = find_version(warehouse, asked)
        live = warehouse.ask(
            "live_use", version=version.node_id, as_of=now, recent_days=RECENT_DAYS
        ).rows
    uses = tuple(LiveUse(*row) for row in live)
    if uses:
        return Retired(version, "", uses)
    looked_for = {"live_uses": 0, "recent_days": RECENT_DAYS, "as_of": microseconds(now)}
    data = {**said.data, "looked_for": looked_for}
    file = keep(workspace, version.node_id, said._replace(data=data), when)
    return Retired(version, file, ())
