"""What is about to be written, noted before it is, so that a crash leaves nothing unsealed.

A note stands from before the commit that makes something visible until the log has it. Whoever
writes to the workspace next finishes what it speaks of, or drops it if it never became visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from lineage_pipeline.errors import TileError
from lineage_pipeline.evidence.entries import Rows  # noqa: TC001 - msgspec reads annotations
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = "pending"
RANGES: Final = "ranges"
"""The folder of the hashes of each 256 rows, a file a batch."""

Kind = Literal["batch", "publication", "compaction", "cache", "erasure"]


class Intent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is about to become visible.

    Attributes:
        kind: what it is.
        key: what shows that it became visible: the batch, the digest of the warehouse or of the
            cache, the transaction of the compaction.
        at: the known time of it, in microseconds since 1970.
        rows: the sealed files of a batch.
        n_records: the records of a batch.
        stream: the table that rows are erased from.
        paths: files that are written besides, below the workspace.
        removed: files that are gone then; a path that ends in `/` stands for all below it.
    """

    kind: Kind
    key: str
    at: int
    rows: tuple[Rows, ...] = ()
    n_records: int = 0
    stream: str = ""
    paths: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def note(trail: Path, intent: Intent, ranges: bytes = b"") -> None:
    """Keep an intent, and the hashes of the ranges of its rows; both are durable then.

    Raises:
        StorageError: it cannot be written.
    """
    disk = Disk(trail)
    files = {f"{FOLDER}/{intent.kind}": msgspec.json.encode(intent)}
    if intent.rows:
        files[f"{RANGES}/{intent.key}"] = ranges
    with disk.lock():  # who appends to the log clears away what stands aside
        for number, (path, data) in enumerate(files.items()):
            name = f"{intent.kind}-{number}"
            disk.remove(f".tmp/{name}")
            disk.put(disk.write_aside(name, data), path)
    disk.sync_folders(files)


def noted(trail: Path) -> list[Intent]:
    """Return the intents that were not finished.

    Raises:
        TileError: one is damaged.
    """
    disk = Disk(trail)
    found = []
    for name in sorted(disk.names(FOLDER)):
        try:
            found.append(msgspec.json.decode(disk.read(f"{FOLDER}/{name}") or b"", type=Intent))
        except msgspec.DecodeError as error:
            raise TileError(f"{FOLDER}/{name}", f"is no note of ours: {error}") from error
    return found


def drop(trail: Path, intent: Intent) -> None:
    """Forget an intent: the log has it, or it never became visible."""
    disk = Disk(trail)
    disk.remove(f"{FOLDER}/{intent.kind}")
    disk.sync_folders([f"{FOLDER}/{intent.kind}"])


def kept_ranges(disk: Disk, batch_id: str) -> bytes:
    """Return the hashes of the ranges of a batch; nothing if they are gone."""
    return disk.read(f"{RANGES}/{batch_id}") or b""


def forget_ranges(trail: Path, intent: Intent) -> None:
    """Remove the hashes of a batch that never became visible."""
    Disk(trail).remove(f"{RANGES}/{intent.key}")
