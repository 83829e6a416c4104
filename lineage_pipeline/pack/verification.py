"""A pack verified: its form, its signature, each file, and each proof up to the log that it names.

The verifier that stands alone in the pack checks the same, and shares no line with this.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from lineage_pipeline.errors import IntegrityError, ProofError
from lineage_pipeline.pack.container import open_container, opened_zip
from lineage_pipeline.pack.manifest import (
    CHECKPOINT,
    MANIFEST,
    NOTE,
    PROOFS,
    manifest_text,
    read_manifest,
)
from lineage_pipeline.paths import WAREHOUSE_FILE
from lineage_pipeline.trail.checkpoints import checkpoint_of, open_checkpoint
from lineage_pipeline.trail.notes import open_note, read_note
from lineage_pipeline.trail.proofs import read_proof
from lineage_pipeline.trail.rotation import rotated_keys

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pack.container import Container
    from lineage_pipeline.pack.manifest import Manifest, StatedProof
    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.notes import VerifierKey
    from lineage_pipeline.trail.proofs import ReadProof


class Verified(NamedTuple):
    """A pack that is as it was signed.

    Attributes:
        manifest: what it says of itself.
        key: the key that has signed it.
    """

    manifest: Manifest
    key: VerifierKey


class _Since(NamedTuple):
    """A key of the log, and the size from which on it signs."""

    size: int
    key: VerifierKey


def verify_pack(file: Path, first: VerifierKey) -> Verified:
    """Return what a pack is, if all of it holds together.

    Args:
        file: the pack.
        first: the log's first key, from elsewhere than the pack.

    Raises:
        IntegrityError: it is no pack, or not as it was signed.
        ProofError: a proof does not show what the manifest says.
        NoteError: the key has not signed it.
    """
    with opened_zip(file) as archive:
        pack = open_container(file, archive)
        keys = _keys(pack, first)
        signed = pack.read(MANIFEST)
        if open_note(pack.read(NOTE), [keys[-1].key]).text != manifest_text(signed):
            raise IntegrityError(f"{file}: {NOTE} signs another manifest than the one beside it")
        manifest = read_manifest(signed)
        _require_files(pack, manifest)
        _require_proofs(pack, manifest, keys)
    return Verified(manifest, keys[-1].key)


def _keys(pack: Container, first: VerifierKey) -> list[_Since]:
    """Return the keys that the pack leads to, each appointed by the one before."""
    keys = [_Since(0, first)]
    while (name := f"trail/rotation-{len(keys)}.proof") in pack.members:
        proof = _opened(pack, name, [keys[-1].key])
        appointed = rotated_keys(proof.entry)
        if appointed is None or appointed[0] != keys[-1].key or appointed[1] == appointed[0]:
            raise ProofError(f"{name}: gives the key before it no successor")
        again = open_checkpoint(proof.checkpoint.data, [appointed[1]])
        if proof.place != again.tree.size - 1:
            raise ProofError(f"{name}: its checkpoint is not that of the rotation")
        keys.append(_Since(again.tree.size, appointed[1]))
    return keys


def _require_files(pack: Container, manifest: Manifest) -> None:
    stated = {file.path: file for file in manifest.files}
    there = pack.members.keys() - {MANIFEST, NOTE}
    if odd := sorted(stated.keys() ^ there):
        raise IntegrityError(f"{odd[0]}: stands in the pack or in its manifest alone")
    if len(stated) != len(manifest.files):
        raise IntegrityError(f"{MANIFEST}: has a file twice")
    for path, file in stated.items():
        if (file.bytes, file.sha256) != tuple(pack.members[path]):
            raise IntegrityError(f"{path}: is not what the manifest says")


def _require_proofs(pack: Container, manifest: Manifest, keys: list[_Since]) -> None:
    data = pack.read(CHECKPOINT)
    size = checkpoint_of(data, read_note(data)).tree.size
    signer = [since.key for since in keys if since.size <= size][-1]
    checkpoint = open_checkpoint(data, [signer])
    stated = (manifest.log.origin, manifest.log.size, manifest.log.root)
    if (checkpoint.origin, checkpoint.tree.size, checkpoint.tree.root.hex()) != stated:
        raise IntegrityError(f"{CHECKPOINT}: is another one than the manifest names")
    proofs = {proof.path for proof in manifest.proofs}
    below = {path for path in pack.members if path.startswith(PROOFS)}
    if proofs != below or len(proofs) != len(manifest.proofs):
        raise IntegrityError(f"{PROOFS}: holds other proofs than the manifest")
    published = [one.about for one in manifest.proofs if one.shows == "publication"]
    if published != [manifest.warehouse_sha256]:
        raise IntegrityError(f"{MANIFEST}: nothing shows which publication it is of")
    for stated_proof in manifest.proofs:
        _require_shown(pack, stated_proof, checkpoint, signer)


def _require_shown(
    pack: Container, stated: StatedProof, checkpoint: Checkpoint, signer: VerifierKey
) -> None:
    proof = _opened(pack, stated.path, [signer])
    if proof.checkpoint.data != checkpoint.data:
        raise ProofError(f"{stated.path}: leads to another checkpoint than that of the pack")
    entry: Any = json.loads(proof.entry)
    if stated.shows == "act":
        row: Any = json.loads(proof.row) if proof.row is not None else {}
        is_shown = stated.about in (row.get("document_id"), row.get("event_id"))
    elif stated.shows == "publication":
        added = [file[2] for file in entry.get("added", ()) if file[0] == WAREHOUSE_FILE]
        is_shown = entry.get("type") == "written" and added == [stated.about]
    else:
        is_shown = entry.get("type") == "rows" and entry.get("file") == stated.about
    if not is_shown:
        raise ProofError(f"{stated.path}: shows something else than the manifest says")


def _opened(pack: Container, name: str, keys: list[VerifierKey]) -> ReadProof:
    try:
        return read_proof(pack.read(name), keys)
    except IntegrityError as error:
        raise ProofError(f"{name}: {error}") from error
