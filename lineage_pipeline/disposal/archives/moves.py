"""Moves into the archive, as acts tell of them that the key of the log has signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.archives.archive import Copy

if TYPE_CHECKING:
    from lineage_pipeline.paths import WorkspacePaths

State = Literal["begun", "abandoned", "archived", "restored"]


class Move(NamedTuple):
    """A move of an object that was begun and is not disposed of.

    Attributes:
        object_id: the object.
        move: tells the move from every other.
        state: as `retention.archived` has it.
        store: what kind of store it lay in.
        archive: where its copies lie.
        plan_sha256: the plan by which; None if by none.
        pieces: what was moved.
    """

    object_id: str
    move: str
    state: State
    store: str
    archive: str
    plan_sha256: str | None
    pieces: tuple[Copy, ...]


def moves_of(paths: WorkspacePaths, object_id: str | None = None) -> dict[str, list[Move]]:
    """Return the moves of an object, or of all: by object, the latest first."""
    if not paths.warehouse.exists():
        return {}
    with pipeline.open_warehouse(paths) as warehouse:
        rows = warehouse.ask("archive_moves", object=object_id).rows
    found: dict[str, list[Move]] = {}
    for *said, pieces in rows:
        move = Move._make((*said, msgspec.json.decode(pieces or "[]", type=tuple[Copy, ...])))
        found.setdefault(move.object_id, []).append(move)
    return found
