"""Logs that were appended to, set back or written anew, and what is asked of their anchors."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.trail.anchors.everywhere import Trail, anchor_everywhere, compare_everywhere
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.reader import open_log
from tests.trail.logs import KEY, log_of

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.settings.anchors import AnchorSettings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Told(NamedTuple):
    """A row without what it says in words."""

    size: int | None
    status: str


def trail_at(workspace: Path, *sizes: int) -> Trail:
    """Return a log in a workspace, appended to up to each of the sizes."""
    workspace.mkdir(exist_ok=True)
    log_of(workspace / "trail", *sizes)
    return Trail(workspace / "trail", KEY.key, workspace)


def grown(trail: Trail, count: int = 1) -> None:
    Log(trail.root, KEY).append([b"more %d" % number for number in range(count)])


def set_back(trail: Trail, *sizes: int) -> None:
    """Let the log be what it was when it had the last of the sizes."""
    shutil.rmtree(trail.root)
    log_of(trail.root, *sizes)


def written_anew(trail: Trail, size: int) -> None:
    """Let the log hold as many other entries, signed by the same key."""
    shutil.rmtree(trail.root)
    Log(trail.root, KEY).append([b"other %d" % number for number in range(size)])


def checkpoint_of(trail: Trail) -> bytes:
    return open_log(trail.root, [KEY.key]).checkpoint.data


def anchored(trail: Trail, *anchors: AnchorSettings) -> list[Told]:
    return [Told(row.size, row.status) for row in anchor_everywhere(trail, anchors, NOW)]


def compared(trail: Trail, *anchors: AnchorSettings) -> list[Told]:
    return [Told(row.size, row.status) for row in compare_everywhere(trail, anchors)]


def details(trail: Trail, *anchors: AnchorSettings) -> str:
    return "\n".join(row.detail for row in compare_everywhere(trail, anchors))


def details_of_anchoring(trail: Trail, *anchors: AnchorSettings) -> str:
    return "\n".join(row.detail for row in anchor_everywhere(trail, anchors, NOW))
