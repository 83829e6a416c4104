"""What is about to be written, noted before it is, so that a crash leaves nothing unsealed.

A note stands from before the commit that makes something visible until the log has it. Whoever
writes to the workspace next finishes what it speaks of, or drops it if it never became visible.
What it says will be signed for, so it is signed itself: nobody without the log's key can have a run
vouch for his files.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from lineage_pipeline.errors import IntegrityError, TileError
from lineage_pipeline.evidence.entries import Rows  # noqa: TC001 - msgspec reads annotations
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.notes import from_base64, to_base64

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.trail.notes import Signer, VerifierKey

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
        entry_count: how many entries the log had; what an older note speaks of is sealed.
    """

    kind: Kind
    key: str
    at: int
    rows: tuple[Rows, ...] = ()
    n_records: int = 0
    stream: str = ""
    paths: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    entry_count: int = 0


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An intent as it is kept, and the signature of the log's key."""

    intent: msgspec.Raw
    signature: str


def note(trail: Path, intent: Intent, signer: Signer, ranges: bytes = b"") -> None:
    """Keep an intent, and the hashes of the ranges of its rows; both are durable then.

    Raises:
        StorageError: it cannot be written.
    """
    disk = Disk(trail)
    said = msgspec.json.encode(intent)
    signed = _Signed(msgspec.Raw(said), to_base64(signer.sign(_signed_text(said))))
    files = {f"{FOLDER}/{intent.kind}": msgspec.json.encode(signed)}
    if intent.rows:
        files[f"{RANGES}/{intent.key}"] = ranges
    with disk.lock():  # who appends to the log clears away what stands aside
        for number, (path, data) in enumerate(files.items()):
            name = f"{intent.kind}-{number}"
            disk.remove(f".tmp/{name}")
            disk.put(disk.write_aside(name, data), path)
    disk.sync_folders(files)


def noted(trail: Path) -> list[Intent]:
    """Return the intents that were not finished; who made them is not checked.

    Raises:
        TileError: one is damaged.
    """
    return [intent for intent, _ in _read(trail)]


def unfinished(trail: Path, key: VerifierKey) -> list[Intent]:
    """Return the intents that were not finished, each signed by `key`.

    Raises:
        IntegrityError: one is not.
        TileError: one is damaged.
    """
    found = []
    for intent, signed in _read(trail):
        signature = from_base64(signed.signature) or b""
        if not key.has_signed(_signed_text(bytes(signed.intent)), signature):
            raise IntegrityError(
                f"{trail / FOLDER / intent.kind}: says what a run was about to write, and no run "
                f"of this log has signed it; find out who put it there, and remove it"
            )
        found.append(intent)
    return found


def _read(trail: Path) -> list[tuple[Intent, _Signed]]:
    disk = Disk(trail)
    found = []
    for name in sorted(disk.names(FOLDER)):
        try:
            data = disk.read(f"{FOLDER}/{name}") or b""
            signed = msgspec.json.decode(data, type=_Signed)
            intent = msgspec.json.decode(signed.intent, type=Intent)
        except msgspec.DecodeError as error:
            raise TileError(f"{FOLDER}/{name}", f"is no note of ours: {error}") from error
        if intent.kind != name:
            raise TileError(f"{FOLDER}/{name}", f"is a note of another kind: {intent.kind}")
        found.append((intent, signed))
    return found


def _signed_text(said: bytes) -> bytes:
    """Return what is signed of a note: no checkpoint begins so."""
    return b"lineage/pending\n" + sha256(said).hexdigest().encode() + b"\n"


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
