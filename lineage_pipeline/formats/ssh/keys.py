"""Public keys of SSH: which kinds there are, how each may sign, and whether one has signed.

Source: RFC 4253, 6.6 (RSA), RFC 8332 (RSA with SHA-2), RFC 5656 (curves), RFC 8709 (Ed25519);
OpenSSH, PROTOCOL.u2f (hardware keys).
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.ssh.wire import Fields, MalformedError, text_bytes

if TYPE_CHECKING:
    from typing import TypeAlias

    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    PublicKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

HARDWARE: Final = {
    b"sk-ssh-ed25519@openssh.com": b"ssh-ed25519",
    b"sk-ecdsa-sha2-nistp256@openssh.com": b"ecdsa-sha2-nistp256",
}
"""Keys that never leave a token, and which keys of software sign alike."""
ALGORITHMS: Final = {
    b"ssh-ed25519": (b"ssh-ed25519",),
    b"ecdsa-sha2-nistp256": (b"ecdsa-sha2-nistp256",),
    b"ecdsa-sha2-nistp384": (b"ecdsa-sha2-nistp384",),
    b"ecdsa-sha2-nistp521": (b"ecdsa-sha2-nistp521",),
    b"ssh-rsa": (b"rsa-sha2-512", b"rsa-sha2-256"),
    **{kind: (kind,) for kind in HARDWARE},
}
"""How each kind of key may have signed; by SHA-1 none may."""
KNOWN: Final = frozenset({b"ssh-rsa"}.union(*ALGORITHMS.values()))
"""All ways to sign that are known here, also the one that does not count any more."""
RSA_BITS_MIN: Final = 2048
TAIL_BYTES: Final = 5
"""The flags and the counter that a hardware key signs with."""


def public_key(line: str) -> str | None:
    """Return the line of a `.pub` file without its comment; None if it is none of a known kind."""
    words = line.split()
    if len(words) < 2 or words[0].encode() not in ALGORITHMS:  # noqa: PLR2004 - kind and key
        return None
    try:
        kind = Fields(base64.b64decode(words[1], validate=True)).text()
    except (ValueError, MalformedError):
        return None
    return f"{words[0]} {words[1]}" if kind == words[0].encode() else None


def has_signed(key: bytes, algorithm: bytes, value: bytes, tail: bytes, signed: bytes) -> bool:
    """Return whether a key has signed something.

    Args:
        key: as SSH writes it, of one of the kinds in `ALGORITHMS`.
        algorithm: how, one of those of its kind.
        value: the signature.
        tail: what a hardware key says beside it.
        signed: what is signed.

    Raises:
        MalformedError: the key or the signature cannot be read, or is weak.
    """
    kind = Fields(key).text()
    if len(tail) != (TAIL_BYTES if kind in HARDWARE else 0):
        raise MalformedError("its last field is not the last")
    if kind in HARDWARE:
        key, application = _of_software(key, kind)
        kind = HARDWARE[kind]
        parts = hashlib.sha256(application), hashlib.sha256(signed)
        signed = tail.join(part.digest() for part in parts)
    return _accepts(_loaded(key, kind), algorithm, value, signed)


def _of_software(key: bytes, kind: bytes) -> tuple[bytes, bytes]:
    """Return the key of software that a hardware key signs like, and for which application."""
    fields = Fields(key)
    fields.text()
    public = [fields.text() for _ in range(1 if kind.startswith(b"sk-ssh") else 2)]
    application = fields.text()
    fields.end()
    return b"".join(map(text_bytes, (HARDWARE[kind], *public))), application


def _loaded(key: bytes, kind: bytes) -> PublicKey:
    """Return the key as the library of ciphers has it; it must be written in its one form."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_ssh_public_key,
    )

    line = kind + b" " + base64.b64encode(key)
    try:
        found = load_ssh_public_key(line)
        again = found.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("its key cannot be read") from error
    if again != line:
        raise MalformedError("its key is not in its one form")
    if isinstance(found, RSAPublicKey) and found.key_size < RSA_BITS_MIN:
        raise MalformedError(f"its key has {found.key_size} bits; {RSA_BITS_MIN} are the least")
    if not isinstance(found, RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey):
        raise MalformedError("its key is of another kind than it says")
    return found


def _accepts(key: PublicKey, algorithm: bytes, value: bytes, signed: bytes) -> bool:
    """Return whether a key finds that it has signed something."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_der(value), signed, ec.ECDSA(_digest_of(key.curve.key_size)))
        elif isinstance(key, RSAPublicKey):
            bits = 512 if algorithm == b"rsa-sha2-512" else 256
            key.verify(value, signed, padding.PKCS1v15(), _digest_of(bits))
        else:
            key.verify(value, signed)
    except InvalidSignature:
        return False
    return True


def _digest_of(bits: int) -> hashes.HashAlgorithm:
    """Return what is hashed by for keys of a curve of so many bits, or for RSA with its digest."""
    from cryptography.hazmat.primitives import hashes

    if bits == 256:  # noqa: PLR2004 - the name of the algorithm
        return hashes.SHA256()
    return hashes.SHA384() if bits == 384 else hashes.SHA512()  # noqa: PLR2004 - as above


def _der(value: bytes) -> bytes:
    """Return the two numbers of an ECDSA signature as the library of ciphers takes them."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    fields = Fields(value)
    numbers = fields.number(), fields.number()
    fields.end()
    return encode_dss_signature(*numbers)
