"""Signatures made with SSH keys: what `ssh-keygen -Y sign` writes, taken apart and judged.

Source: OpenSSH, PROTOCOL.sshsig.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final, Literal, NamedTuple

from lineage_pipeline.formats.ssh.keys import ALGORITHMS, KNOWN, has_signed
from lineage_pipeline.formats.ssh.wire import Fields, MalformedError, text_bytes

Status = Literal["valid", "invalid", "unverifiable"]

NAMESPACE: Final = "lineage-governance"
"""What acts are signed for, so that a signature under anything else never passes for theirs."""

HASHES: Final = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_ARMOR: Final = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/=]{1,76}\n)+)-----END SSH SIGNATURE-----\n?"
)
_LONGEST: Final = 20_000
"""The characters that a signature may have; one by RSA with 16384 bits has 6000."""
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = 1


class Judgement(NamedTuple):
    """What is found of a signature.

    Attributes:
        status: `unverifiable` where it may be right and this cannot be told.
        public_key: whose it says it is, as the line of a `.pub` file without its comment; None if
            it cannot be read so far.
        reason: why it is not valid; empty if it is.
    """

    status: Status
    public_key: str | None
    reason: str


class Signature(NamedTuple):
    """A signature taken apart; nothing of it is judged.

    Attributes:
        key: the public key as SSH writes it.
        namespace: what it was made for.
        hash_name: how what is signed was hashed.
        algorithm: how it was signed.
        value: the signature itself.
        tail: what follows: of a hardware key its flags and its counter.
    """

    key: bytes
    namespace: bytes
    hash_name: bytes
    algorithm: bytes
    value: bytes
    tail: bytes

    @property
    def kind(self) -> bytes:
        """The kind of key."""
        return Fields(self.key).text()

    @property
    def public_key(self) -> str:
        """The line of a `.pub` file without its comment."""
        return f"{self.kind.decode('ascii')} {base64.b64encode(self.key).decode()}"


def judge(signature: str, message: bytes, namespace: str = NAMESPACE) -> Judgement:
    """Return whether a signature in armor is one of the message, made for the namespace.

    Whether the key is one to be believed is not asked here.
    """
    public_key = None
    try:
        found = take_apart(signature)
        public_key = found.public_key
        if unknown := _unknown(found):
            return Judgement("unverifiable", public_key, unknown)
        reason = _misuse(found, namespace)
        if not reason and not _is_right(found, message):
            reason = "the key did not sign this"
    except MalformedError as error:
        reason = str(error)
    return Judgement("invalid" if reason else "valid", public_key, reason)


def _unknown(signature: Signature) -> str:
    """Return why it cannot be judged here; empty if it can."""
    if signature.kind not in ALGORITHMS:
        return "its kind of key is not known here"
    return "" if signature.algorithm in KNOWN else "how it was signed is not known here"


def _misuse(signature: Signature, namespace: str) -> str:
    """Return why it does not count, whatever the key has signed; empty if it may."""
    if signature.namespace != namespace.encode():
        return f"it was made for another use than {namespace}"
    if signature.hash_name not in HASHES:
        return "it hashes by neither SHA-256 nor SHA-512"
    if signature.algorithm not in ALGORITHMS[signature.kind]:
        return "keys of its kind may not sign so"
    return ""


def take_apart(signature: str) -> Signature:
    """Return the parts of a signature in armor.

    Raises:
        MalformedError: it is none.
    """
    armor = _ARMOR.fullmatch(signature) if len(signature) <= _LONGEST else None
    if armor is None:
        raise MalformedError("it is no SSH signature in armor")
    outer = Fields(_from_base64(armor[1]))
    if outer.take(len(_MAGIC)) != _MAGIC:
        raise MalformedError("it is no SSH signature")
    if int.from_bytes(outer.take(4), "big") != _VERSION:
        raise MalformedError("it has another version than 1")
    key, namespace = outer.text(), outer.text()
    if outer.text():
        raise MalformedError("a field in it that nothing is defined for is filled")
    hash_name, inner = outer.text(), Fields(outer.text())
    outer.end()
    algorithm, value = inner.text(), inner.text()
    kind = Fields(key).text()
    if not re.fullmatch(rb"[a-z0-9@.-]{1,64}", kind):
        raise MalformedError("its key has no name")
    return Signature(key, namespace, hash_name, algorithm, value, inner.rest)


def _from_base64(lines: str) -> bytes:
    text = lines.replace("\n", "")
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise MalformedError("its armor is no Base64") from error
    if base64.b64encode(found).decode() != text:
        raise MalformedError("its Base64 is not in its one form")
    return found


def _is_right(signature: Signature, message: bytes) -> bool:
    """Return whether the key made the signature of what is signed: the message's digest, framed."""
    digest = HASHES[signature.hash_name](message).digest()
    fields = (signature.namespace, b"", signature.hash_name, digest)
    signed = _MAGIC + b"".join(map(text_bytes, fields))
    return has_signed(signature.key, signature.algorithm, signature.value, signature.tail, signed)
