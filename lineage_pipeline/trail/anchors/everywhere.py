"""All anchors of a workspace in turn: the newest checkpoint brought there, and all compared."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.errors import AnchorError, ConfigError, IntegrityError, StorageError
from lineage_pipeline.settings.anchors import (
    DirectoryAnchor,
    GitAnchor,
    TimestampAnchor,
    anchor_name,
)
from lineage_pipeline.trail.anchors.anchor import AnchorRow
from lineage_pipeline.trail.anchors.at_hand import LogAtHand
from lineage_pipeline.trail.anchors.directory import DirectoryStore
from lineage_pipeline.trail.anchors.git import git_store
from lineage_pipeline.trail.anchors.keeping import compare, keep
from lineage_pipeline.trail.anchors.s3 import s3_store
from lineage_pipeline.trail.anchors.timestamps import Stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from lineage_pipeline.settings.anchors import AnchorSettings, S3Anchor
    from lineage_pipeline.trail.anchors.anchor import Store
    from lineage_pipeline.trail.anchors.keeping import Refusal
    from lineage_pipeline.trail.notes import VerifierKey


class Trail(NamedTuple):
    """A log and where it stands.

    Attributes:
        root: the log's folder.
        pinned: its first key.
        workspace: the folder from which the settings' paths go.
    """

    root: Path
    pinned: VerifierKey
    workspace: Path


def anchor_everywhere(
    trail: Trail, anchors: Sequence[AnchorSettings], now: datetime
) -> list[AnchorRow]:
    """Return what became of the newest checkpoint at each anchor.

    An anchor that cannot be reached is a row, and the next ones are tried. Each judges for itself:
    one that disagrees keeps nothing from the others.

    Args:
        trail: the log.
        anchors: those of the settings.
        now: the time, from which what is locked is counted.

    Raises:
        ConfigError: an anchor lies in the workspace, or two keep timestamps in one folder.
        IntegrityError: the log's newest checkpoint does not hold; nothing is anchored.
    """
    _require_apart(anchors, trail)
    log = LogAtHand(trail.root, trail.pinned)
    return [row for anchor in anchors for row in _tried(anchor, partial(_bring, trail, log, now))]


def compare_everywhere(trail: Trail, anchors: Sequence[AnchorSettings]) -> list[AnchorRow]:
    """Return for each checkpoint that an anchor holds whether the log has grown from it.

    An anchor that cannot be reached is a row. A log that cannot be read has grown from none.

    Args:
        trail: the log.
        anchors: those of the settings.

    Raises:
        ConfigError: an anchor lies in the workspace, or two keep timestamps in one folder.
    """
    _require_apart(anchors, trail)
    refusal = _refusal(trail)
    return [row for anchor in anchors for row in _tried(anchor, partial(_compare, trail, refusal))]


def _bring(trail: Trail, log: LogAtHand, now: datetime, anchor: AnchorSettings) -> list[AnchorRow]:
    name = anchor_name(anchor)
    if isinstance(anchor, TimestampAnchor):
        return [Stamps(name, anchor, trail.root, trail.workspace).keep(log.newest)]
    with _reached(anchor, trail.workspace) as store:
        return [keep(name, store, log, now)]


def _compare(trail: Trail, refusal: Refusal, anchor: AnchorSettings) -> list[AnchorRow]:
    name = anchor_name(anchor)
    if isinstance(anchor, TimestampAnchor):
        return Stamps(name, anchor, trail.root, trail.workspace).compare(refusal)
    with _reached(anchor, trail.workspace) as store:
        return compare(name, store, refusal)


def _reached(
    anchor: DirectoryAnchor | GitAnchor | S3Anchor, workspace: Path
) -> AbstractContextManager[Store]:
    if isinstance(anchor, DirectoryAnchor):
        return nullcontext(DirectoryStore(anchor, workspace))
    if isinstance(anchor, GitAnchor):
        return git_store(anchor, workspace)
    return s3_store(anchor)


def _tried(
    anchor: AnchorSettings, ask: Callable[[AnchorSettings], list[AnchorRow]]
) -> list[AnchorRow]:
    """Return what an anchor answers, or that it cannot be reached."""
    try:
        return ask(anchor)
    except IntegrityError as error:
        return [AnchorRow(anchor_name(anchor), None, "disagrees", str(error))]
    except (AnchorError, StorageError, OSError) as error:
        return [AnchorRow(anchor_name(anchor), None, "unreachable", str(error))]


def _refusal(trail: Trail) -> Refusal:
    """Return what judges checkpoints by the log, or refuses all if that cannot be read."""
    try:
        return LogAtHand(trail.root, trail.pinned).refusal
    except IntegrityError as error:
        problem = f"the log at hand does not hold: {error}"
        return lambda _, __: problem


def _require_apart(anchors: Sequence[AnchorSettings], trail: Trail) -> None:
    folders = set()
    for anchor in anchors:
        if isinstance(anchor, TimestampAnchor):
            if anchor.folder in folders:
                raise ConfigError(
                    f"{anchor_name(anchor)}: two authorities cannot keep their timestamps in one "
                    f'folder; give this one another, such as folder = "second"'
                )
            folders.add(anchor.folder)
        elif isinstance(anchor, DirectoryAnchor):
            folder = (trail.workspace / Path(anchor.path).expanduser()).resolve()
            if folder.is_relative_to(trail.workspace.resolve()):
                raise ConfigError(
                    f"{anchor_name(anchor)}: lies in the workspace, whose users may change all of "
                    f"it; name a folder that others administer"
                )
