"""Which publication a pack is of, and the checkpoint of the log that has sealed it first.

What is added to the log later changes neither, so that the same publication gives the same pack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.errors import BusyError, ConfigError, IntegrityError
from lineage_pipeline.evidence.entries import Written, from_bytes
from lineage_pipeline.evidence.noting import file_sha256
from lineage_pipeline.paths import WAREHOUSE_FILE
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.reader import (
    CHECKPOINTS,
    LogReader,
    checkpoint_sizes,
    kept_checkpoint,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.examination import Reign
    from lineage_pipeline.warehouse.query import Warehouse


class Published(NamedTuple):
    """The publication that a pack is made of.

    Attributes:
        log: the log as of the first checkpoint that covers it.
        entry: the place of its entry in the log.
        warehouse_sha256: the digest of the published file.
    """

    log: LogReader
    entry: int
    warehouse_sha256: str


class Told(NamedTuple):
    """What the warehouse says of itself.

    Attributes:
        known_at: its last known time.
        built_with_sha256: the SQL files and settings that it was built with.
        policy_sha256: the policy that holds; empty if none was told.
    """

    known_at: datetime
    built_with_sha256: str
    policy_sha256: str


def require_published(paths: WorkspacePaths) -> None:
    """Return if there is something that a pack can be made of.

    Raises:
        ConfigError: nothing is published.
    """
    if not paths.warehouse.exists():
        raise ConfigError(f"{paths.warehouse}: nothing is published yet; run `lineage run` first")


def published_state(paths: WorkspacePaths, log: LogReader, order: Sequence[Reign]) -> Published:
    """Return the publication that the published file is, as the log has sealed it.

    Args:
        paths: the workspace.
        log: its log as of the newest checkpoint.
        order: the keys that the log has had.

    Raises:
        IntegrityError: the published file is not what was sealed, or its checkpoint is gone.
    """
    found = file_sha256(paths.warehouse)
    sealed = _sealed(log)
    if sealed is None or sealed[1] != found:
        raise IntegrityError(
            f"{paths.warehouse}: is not what the log has sealed last, so nothing in it is "
            f"evidence; `lineage audit verify --deep` tells what differs"
        )
    disk = Disk(paths.trail)
    sizes = [size for size in checkpoint_sizes(disk) if size > sealed[0]]
    if not sizes:
        raise IntegrityError(f"{paths.trail / CHECKPOINTS}: has none that covers the publication")
    signer = [reign.key for reign in order if reign.size <= sizes[0]][-1]
    checkpoint = kept_checkpoint(disk, f"{CHECKPOINTS}/{sizes[0]}", [signer])
    then = LogReader(disk, checkpoint)
    if checkpoint.tree != log.tree_at(checkpoint.tree.size):
        raise IntegrityError(
            f"trail/{CHECKPOINTS}/{sizes[0]}: is not the checkpoint of what the log held then"
        )
    return Published(then, sealed[0], found)


def told(warehouse: Warehouse) -> Told:
    """Return what a warehouse says of itself.

    Raises:
        ConfigError: nothing was ever told to it.
    """
    [(known_at, built_with_sha256, policy_sha256)] = warehouse.ask("pack_state").rows
    if known_at is None:
        raise ConfigError("the warehouse is empty: nothing was scanned yet; `lineage run` scans")
    return Told(known_at, built_with_sha256, policy_sha256 or "")


def require_same(paths: WorkspacePaths, published: Published) -> None:
    """Return if the published file is still the one that the pack was begun with.

    Raises:
        BusyError: another one was published meanwhile.
    """
    if file_sha256(paths.warehouse) != published.warehouse_sha256:
        raise BusyError(
            f"{paths.warehouse}: was published anew while the pack was made; make it again"
        )


def _sealed(log: LogReader) -> tuple[int, str] | None:
    """Return where the published file was sealed last, and its digest."""
    for index in range(log.tree.size - 1, -1, -1):
        entry = from_bytes(log.entry(index))
        if isinstance(entry, Written):
            for file in entry.added:
                if file.path == WAREHOUSE_FILE:
                    return index, file.sha256
    return None
