"""What the log beside a warehouse says of itself, as far as a look at its end can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.evidence.trail import log_of, published_key
from lineage_pipeline.settings.lineage_toml import read_settings
from lineage_pipeline.trail.checkpoints import open_checkpoint
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.examination import reigns
from lineage_pipeline.trail.reader import PUBLISHED, checkpoint_sizes

if TYPE_CHECKING:
    from lineage_pipeline.paths import WorkspacePaths


@dataclass(frozen=True, slots=True)
class Sealed:
    """A log as of its newest checkpoint.

    Attributes:
        origin: the log's name; empty if there is no log.
        entry_count: its entries by the newest checkpoint.
        root: their root, in hexadecimal digits.
        checkpoint_count: checkpoints that are kept.
        key: the key that has signed it, as the workspace itself names the log's keys; empty where
            the signature does not hold.
        problem: why it does not, in words; empty if it does, or if there is no log.
        anchors: the places that the settings keep checkpoints at, by kind; they are not asked.
    """

    origin: str = ""
    entry_count: int = 0
    root: str = ""
    checkpoint_count: int = 0
    key: str = ""
    problem: str = ""
    anchors: tuple[str, ...] = ()


def read_sealed(paths: WorkspacePaths) -> Sealed:
    """Return what the log says of itself; of its entries only those that name keys are read."""
    anchors = _anchors(paths)
    disk = Disk(paths.trail)
    if disk.read(PUBLISHED) is None:
        return Sealed(anchors=anchors)
    try:
        log = log_of(paths)
        pinned = published_key(paths)
    except (ConfigError, IntegrityError) as error:
        return Sealed(origin=paths.trail.name, problem=str(error), anchors=anchors)
    problem, key = "the workspace names no key of it", ""
    if pinned is not None:
        try:
            last = reigns(disk, log, pinned)[-1]
            open_checkpoint(log.checkpoint.data, [last.key])
            problem, key = "", last.key.encoded
        except IntegrityError as error:
            problem = str(error)
    tree = log.checkpoint.tree
    return Sealed(
        log.checkpoint.origin,
        tree.size,
        tree.root.hex(),
        len(checkpoint_sizes(disk)),
        key,
        problem,
        anchors,
    )


def _anchors(paths: WorkspacePaths) -> tuple[str, ...]:
    """Return which kinds of anchors the settings name, without asking any."""
    if not paths.settings.exists():
        return ()
    anchors = read_settings(paths.settings).trail.anchor
    return tuple(str(anchor.__struct_config__.tag) for anchor in anchors)
