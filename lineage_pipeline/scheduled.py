"""The halves of a run, each on its own, as a scheduler starts them.

Each waits for another writer of the workspace to finish, and returns what it has to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.bronze.ledger import last_known_time
from lineage_pipeline.evidence import as_sealed
from lineage_pipeline.evidence.trail import log_size
from lineage_pipeline.inventory import measure_bronze
from lineage_pipeline.lake.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lineage_pipeline.bronze.ingest import Ingest
    from lineage_pipeline.evidence.entries import Altered
    from lineage_pipeline.inventory import TableSize
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.warehouse.publish import Publication


class Scanned(NamedTuple):
    """What a scan on its own read, the size of each bronze table behind it, and what was altered.

    Altered is what was found to be other than it was sealed.
    """

    ingest: Ingest
    sizes: dict[str, TableSize]
    altered: list[Altered]


class Published(NamedTuple):
    """What a publication took in, None if the warehouse was current; and what was altered.

    Altered is what was found to be other than it was sealed.
    """

    publication: Publication | None
    altered: list[Altered]


def scan(workspace: Workspace, clock: Callable[[], datetime]) -> Scanned:
    """Return what a scan on its own did; it waits for another writer of the workspace to finish."""
    with exclusive(workspace.paths.lock, wait=True):
        entry_count = log_size(workspace.paths)
        scanned = pipeline.scan_landing(workspace, pipeline.known_time(workspace, clock(), None))
        altered = as_sealed.altered_since(workspace.paths, entry_count)
        return Scanned(scanned, measure_bronze(workspace.paths), altered)


def publish(workspace: Workspace) -> Published:
    """Return what a publication on its own did.

    It also compacts what is due, and waits for another writer of the workspace to finish.
    """
    with exclusive(workspace.paths.lock, wait=True):
        entry_count = log_size(workspace.paths)
        publication = pipeline.publish_warehouse(workspace)
        if (known_at := last_known_time(workspace.paths)) is not None:
            pipeline.compact_lake(workspace, known_at)
        altered = as_sealed.altered_since(workspace.paths, entry_count)
        return Published(publication, altered)
