"""What this program does to objects, kept as acts that the key of the log signs."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.certificate import HeldPiece, certificate_bytes
from lineage_pipeline.evidence.trail import log_signer, log_size
from lineage_pipeline.formats.ssh.signing import signed
from lineage_pipeline.governance.acts import Act, append_act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.disposal.certificate import Certificate
    from lineage_pipeline.pipeline import Workspace


def say(workspace: Workspace, name: str, subject: str, data: Mapping[str, Any], at: int) -> str:
    """Keep an act of this program, durable when this returns; return its file, as named.

    Args:
        workspace: whose log signs.
        name: what is done.
        subject: to which object.
        data: who asked for it, and what else belongs to it.
        at: when, in microseconds since 1970.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: it cannot be written, and is not there.
    """
    signer = log_signer(workspace.paths, workspace.settings.workspace.name, os.environ)
    act = Act(name=name, subject=subject, at=at, data=data)
    return append_act(
        workspace.paths, act, lambda text: signed(signer.key.public, signer.sign, text)
    )


def certificate_told(certificate: Certificate) -> dict[str, Any]:
    """Return what an act says to keep a certificate: its one form, and the digest of that."""
    form = certificate_bytes(certificate)
    return {
        "certificate": msgspec.Raw(form),
        "certificate_sha256": sha256(form).hexdigest(),
    }


def log_told(workspace: Workspace) -> dict[str, Any]:
    """Return what a certificate says of the log: whose key signs it, and how many entries it has.

    Raises:
        SigningKeyError: the key is lost, or another one.
    """
    signer = log_signer(workspace.paths, workspace.settings.workspace.name, os.environ)
    return {"key": signer.key.encoded, "entry_count": log_size(workspace.paths)}


class Noted(NamedTuple):
    """A piece of an object that an earlier run noted before it deleted any.

    Attributes:
        piece: as it lay there.
        records: of an erasure, which records of it: where each begins, and its bytes.
        began_at: when that was, in microseconds since 1970.
    """

    piece: HeldPiece
    records: tuple[tuple[int, int], ...]
    began_at: int


def pieces_begun(workspace: Workspace, plan: str, object_id: str) -> tuple[Noted, ...]:
    """Return the pieces of an object that an earlier run noted before it deleted any."""
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        rows = warehouse.ask("pieces_begun", plan=plan, object=object_id).rows
    return tuple(
        Noted(
            HeldPiece(place=place, version=version, size_bytes=size_bytes, sha256=sha256),
            msgspec.json.decode(records, type=tuple[tuple[int, int], ...]),
            began_at,
        )
        for place, version, size_bytes, sha256, records, began_at in rows
    )
