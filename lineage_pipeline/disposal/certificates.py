"""Certificates handed out: the bytes, what the log's key signed, and the proof that it was sealed.

All of it can be checked without this program: the signature by `ssh-keygen -Y verify`, the proof by
the verifier that stands alone. What is checked here is checked by these two.
"""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.disposal.certificate import Certificate
from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence.proving import prove
from lineage_pipeline.formats.documents.acts import ACT_TYPES
from lineage_pipeline.formats.ssh.signatures import NAMESPACE, judge
from lineage_pipeline.formats.ssh.signing import public_line
from lineage_pipeline.trail.proofs import verifier_text
from lineage_pipeline.warehouse.act_signatures import MEMBER, signed_bytes
from lineage_pipeline.warehouse.query import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.notes import VerifierKey
    from lineage_pipeline.trail.reader import LogReader
    from lineage_pipeline.warehouse.query import Warehouse

SIGNERS: Final = "allowed_signers"
"""The file of the keys that may sign, as `ssh-keygen -Y verify` reads it."""
SIGNER: Final = "lineage"
"""As whom it says that they sign."""
_SHOWN: Final = ("object_id", "method", "result", "ended_at", "rule", "plan", "certificate")


CERTIFYING: Final = frozenset({ACT_TYPES["disposed"], ACT_TYPES["erased"]})
"""The acts that hold a certificate."""


class Handed(NamedTuple):
    """A certificate that is kept.

    Attributes:
        digest: its SHA-256.
        certificate: its bytes.
        act_id: the act that keeps it.
        statement: what the key of the log has signed: the act, in which the certificate stands.
        signature: by which, in armor.
    """

    digest: str
    certificate: bytes
    act_id: str
    statement: bytes
    signature: str


def certificates(warehouse: Warehouse, asked: str | None) -> tuple[Answer, list[Handed]]:
    """Return the certificates there are: as rows for people, and whole, the latest first.

    Args:
        warehouse: that holds them.
        asked: an object, or the beginning of a certificate's digest; None for all.
    """
    answer = warehouse.ask("certificates", asked=asked)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    handed = []
    for row in rows:
        event = msgspec.json.decode(row["act"])
        signature = event.pop(MEMBER)
        text, statement = row["text"].encode(), signed_bytes(event)
        handed.append(Handed(row["certificate"], text, row["act_id"], statement, signature))
    return Answer(_SHOWN, [tuple(row[name] for name in _SHOWN) for row in rows]), handed


def hand_out(
    paths: WorkspacePaths,
    log: LogReader,
    keys: Sequence[VerifierKey],
    handed: Handed,
    folder: Path,
) -> Path:
    """Write a certificate and all that proves it below a folder; return the certificate's file.

    Args:
        paths: the workspace.
        log: its log; the proof holds for its checkpoint.
        keys: all keys that the log has had.
        handed: the certificate.
        folder: where; what lies there under the same names is replaced.

    Raises:
        ProofError: the act was never sealed, or is not what was sealed.
    """
    proof = prove(paths, log, handed.act_id).proof
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{handed.digest}.json"
    file.write_bytes(handed.certificate)
    _beside(file, "act.json").write_bytes(handed.statement)
    _beside(file, "act.json.sig").write_text(handed.signature, encoding="utf-8")
    _beside(file, "proof").write_bytes(proof)
    lines = (f'{SIGNER} namespaces="{NAMESPACE}" {public_line(key.public)}\n' for key in keys)
    (folder / SIGNERS).write_text("".join(lines), encoding="utf-8")
    return file


def checked(file: Path, keys: Sequence[VerifierKey]) -> Certificate:
    """Return a certificate that was handed out, if it is as it was kept, signed and sealed.

    Args:
        file: the certificate; what proves it lies beside it.
        keys: all keys that the log has had, the first one first.

    Raises:
        ConfigError: something that belongs to it is not there.
        ProofError: it is not what was kept, or not signed or sealed by the log.
    """
    certificate, statement, signature, _ = (
        _read(one)
        for one in (file, *(_beside(file, end) for end in ("act.json", "act.json.sig", "proof")))
    )
    digest = sha256(certificate).hexdigest()
    found = judge(signature.decode("utf-8", "replace"), statement)
    if found.status != "valid":
        raise ProofError(f"{file}: the act that keeps it is not signed: {found.reason}")
    if found.public_key not in {public_line(key.public) for key in keys}:
        raise ProofError(f"{file}: {found.public_key} has signed it, which is no key of the log")
    event = msgspec.json.decode(statement)
    data = event["data"]
    if event.get("type") not in CERTIFYING or (
        (data.get("certificate_sha256"), msgspec.json.encode(data["certificate"], order="sorted"))
        != (digest, certificate)
    ):
        raise ProofError(f"{file}: it is not the certificate that was signed, its SHA-256 {digest}")
    sealed = msgspec.json.decode(_sealed(_beside(file, "proof"), keys))
    body = msgspec.json.decode(sealed["body"])
    if body.pop(MEMBER, None) != signature.decode() or signed_bytes(body) != statement:
        raise ProofError(f"{file}: what its proof shows to be sealed is another act")
    return msgspec.json.decode(certificate, type=Certificate)


def _sealed(proof: Path, keys: Sequence[VerifierKey]) -> bytes:
    """Return the row that a proof shows, as the verifier that stands alone prints it."""
    said = "the log has no key"
    for key in reversed(keys):
        done = subprocess.run(  # noqa: S603 - the verifier is our own, and its arguments are no shell's
            [sys.executable, "-c", verifier_text(), "row", key.encoded, str(proof)],
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return done.stdout
        said = done.stderr.decode("utf-8", "replace").strip()
    raise ProofError(f"{proof}: {said}")


def _beside(file: Path, end: str) -> Path:
    return file.with_suffix(f".{end}")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read ({error.strerror}); `lineage retention certificate DIGEST "
            f"--out FOLDER` writes a certificate and all that proves it"
        ) from error
