"""What a pack says of itself: which version, of which publication, and the digest of each file.

The manifest is signed by the key of the log, as a note whose first line no checkpoint can have: a
log is called `lineage/NAME`. So one signature can never stand for the other.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Literal, TypeAlias

import msgspec

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.trail.canonical import canonical

RECORD: Final = "lineage.evidence.pack.v1"
"""What the manifest is called, and which form of it this is."""
MANIFEST: Final = "manifest.json"
NOTE: Final = "manifest.note"
CHECKPOINT: Final = "trail/checkpoint"
PROOFS: Final = "proofs/"
"""Below it stands nothing but what the manifest has as a proof."""

Shown: TypeAlias = Literal["publication", "act", "rows"]


class StatedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the pack.

    Attributes:
        path: its name.
        bytes: its length.
        sha256: the digest of its bytes.
        about: what it holds.
        rows: how many rows, if it holds rows.
    """

    path: str
    bytes: int
    sha256: str
    about: str
    rows: int | None = None


class StatedProof(msgspec.Struct, frozen=True, kw_only=True):
    """A proof in the pack that something is in the log.

    Attributes:
        path: the file.
        shows: a publication, an act, or a file of rows that was sealed.
        about: the digest of the warehouse, the act, or the file of rows.
    """

    path: str
    shows: Shown
    about: str


class Unproven(msgspec.Struct, frozen=True, kw_only=True):
    """What the pack speaks of and has no proof for, and why."""

    about: str
    reason: str


class StatedLog(msgspec.Struct, frozen=True, kw_only=True):
    """The log that the proofs lead to: how it is called, its entries, and its root as hex."""

    origin: str
    size: int
    root: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack holds, and of what.

    Attributes:
        record: the form.
        version_node_id: the version of a model that it is about.
        model: the name of its model.
        version: how it is called.
        known_at: the publication's known time, at which everything is judged, in microseconds
            since 1970.
        warehouse_sha256: the published file that it was filled from.
        built_with_sha256: what that was built with.
        policy_sha256: the policy that holds; empty if none was told.
        log: where the proofs lead.
        files: every file but this one and its note, by name.
        proofs: the proofs among them.
        unproven: what has no proof.
        left_out: what the pack does not hold on purpose, in sentences.
    """

    record: str = RECORD
    version_node_id: str
    model: str
    version: str
    known_at: int
    warehouse_sha256: str
    built_with_sha256: str
    policy_sha256: str
    log: StatedLog
    files: tuple[StatedFile, ...]
    proofs: tuple[StatedProof, ...]
    unproven: tuple[Unproven, ...]
    left_out: tuple[str, ...]


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest in its one form."""
    return canonical(msgspec.to_builtins(manifest))


def manifest_text(data: bytes) -> str:
    """Return what is signed of a manifest."""
    return f"{RECORD}\n{sha256(data).hexdigest()}\n"


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest that bytes hold.

    Raises:
        IntegrityError: they are none in its one form.
    """
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise IntegrityError(f"{MANIFEST}: is none: {error}") from error
    if manifest.record != RECORD or manifest_bytes(manifest) != data:
        raise IntegrityError(f"{MANIFEST}: is in another form than the one it was made in")
    return manifest
