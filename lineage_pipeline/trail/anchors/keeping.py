"""Checkpoints brought to a store, and what a store holds compared with the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import AnchorError
from lineage_pipeline.trail.anchors.anchor import AnchorRow, MovedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lineage_pipeline.trail.anchors.anchor import Kept, Store
    from lineage_pipeline.trail.anchors.at_hand import LogAtHand

    Refusal = Callable[[bytes, int], str | None]

ATTEMPTS: Final = 8
"""How often a store is looked at again that others write to at the same time."""


def keep(name: str, store: Store, log: LogAtHand, now: datetime) -> AnchorRow:
    """Return what became of a log's newest checkpoint at a store.

    It is put there if the log has grown from the newest one that the store holds. Nothing is ever
    replaced, and nothing is put beside what disagrees.

    Raises:
        AnchorError: the store does not answer, or takes nothing.
    """
    for _ in range(ATTEMPTS):
        held = store.kept()
        newest = [kept for kept in held if kept.size == max(each.size for each in held)]
        for row in compared(name, store, newest, log.refusal):
            if row.status == "disagrees":
                return row
        checkpoint = log.newest
        size = checkpoint.tree.size
        if any(kept.size == size for kept in newest):
            return AnchorRow(name, size, "held", _place(newest[0]))
        try:
            told = store.add(checkpoint, now)
        except MovedError:
            continue
        told += f"; the one before has {newest[0].size}" if newest else "; the first one here"
        return AnchorRow(name, size, "anchored", told)
    raise AnchorError("others write there all the time; try again later")


def compare(name: str, store: Store, refusal: Refusal) -> list[AnchorRow]:
    """Return for each checkpoint that a store holds whether the log has grown from it.

    Raises:
        AnchorError: the store does not answer.
    """
    held = sorted(store.kept())
    if not held:
        return [AnchorRow(name, None, "empty", "holds no checkpoint, and shows nothing")]
    return compared(name, store, held, refusal)


def compared(name: str, store: Store, held: list[Kept], refusal: Refusal) -> list[AnchorRow]:
    """Return for each of some checkpoints of a store whether the log has grown from it."""
    rows = []
    for kept in held:
        refused = refusal(store.read(kept), kept.size)
        detail = "; ".join(part for part in (refused, _place(kept)) if part)
        rows.append(AnchorRow(name, kept.size, "disagrees" if refused else "consistent", detail))
    return rows


def _place(kept: Kept) -> str:
    return f"kept as {kept.place}" if kept.place else ""
