"""SSH keys and signatures for tests: made by OpenSSH, and by hand after its documents."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Signing = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey
NAMESPACE = b"lineage-governance"
SK_ED25519 = b"sk-ssh-ed25519@openssh.com"
SK_ECDSA = b"sk-ecdsa-sha2-nistp256@openssh.com"
PRESENT = b"\x01\x00\x00\x00\x07"
"""The flags and the counter of a hardware key that was touched."""


class Key(NamedTuple):
    """A key: its file, and the first two words of its `.pub`."""

    file: Path
    line: str


class Parts(NamedTuple):
    """What a signature is made of."""

    key: bytes
    algorithm: bytes
    value: bytes
    namespace: bytes = NAMESPACE
    hash_name: bytes = b"sha512"
    reserved: bytes = b""
    tail: bytes = b""
    magic: bytes = b"SSHSIG\0\0\0\1"


def made_key(folder: Path, kind: str = "ed25519", bits: int | None = None) -> Key:
    file = folder / f"id_{kind}{bits or ''}"
    size = ["-b", str(bits)] if bits else []
    options = ("-q", "-t", kind, *size, "-N", "", "-C", "a comment", "-f", str(file))
    assert ssh_keygen(*options).returncode == 0
    return Key(file, line_of(file))


def ssh_keygen(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Return what the program did."""
    command = ("ssh-keygen", *arguments)
    return subprocess.run(command, input=data, capture_output=True, check=False)  # noqa: S603


def line_of(file: Path) -> str:
    return " ".join(Path(f"{file}.pub").read_text(encoding="utf-8").split()[:2])


def text(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def framed(message: bytes, hash_name: bytes = b"sha512", namespace: bytes = NAMESPACE) -> bytes:
    """Return what a key signs of a message."""
    digest = hashlib.new(hash_name.decode(), message).digest()
    return b"SSHSIG" + b"".join(map(text, (namespace, b"", hash_name, digest)))


def blob(parts: Parts) -> bytes:
    """Return the bytes of a signature without armor."""
    inner = text(parts.algorithm) + text(parts.value) + parts.tail
    fields = (parts.key, parts.namespace, parts.reserved, parts.hash_name, inner)
    return parts.magic + b"".join(map(text, fields))


def armored(data: bytes) -> str:
    lines = base64.b64encode(data).decode()
    wrapped = "".join(f"{lines[at : at + 70]}\n" for at in range(0, len(lines), 70))
    return f"-----BEGIN SSH SIGNATURE-----\n{wrapped}-----END SSH SIGNATURE-----\n"


def bare(signature: str) -> bytes:
    return base64.b64decode("".join(signature.splitlines()[1:-1]))


def public_blob(line: str) -> bytes:
    return base64.b64decode(line.split()[1])


def private_of(key: Key) -> Signing:
    private = load_ssh_private_key(key.file.read_bytes(), None)
    assert isinstance(private, Signing)
    return private


def line_from(private: Signing) -> str:
    return private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def hardware(kind: bytes, public: tuple[bytes, ...], sign: Callable[[bytes], bytes],
             message: bytes, tail: bytes = PRESENT) -> Parts:  # fmt: skip
    """Return what a hardware key would answer: its own frame around the frame."""
    application = b"ssh:"
    key = b"".join(map(text, (kind, *public, application)))
    signed = hashlib.sha256(application).digest() + tail + hashlib.sha256(framed(message)).digest()
    return Parts(key, kind, sign(signed), tail=tail)


def openssh_accepts(signature: str, message: bytes, line: str, folder: Path) -> bool:
    """Return whether `ssh-keygen -Y verify` takes it for a signature of that key."""
    allowed, file = folder / "allowed_signers", folder / "told.sig"
    allowed.write_text(f'someone namespaces="lineage-governance" {line}\n', encoding="utf-8")
    file.write_text(signature, encoding="utf-8")
    done = ssh_keygen(
        "-Y", "verify", "-f", str(allowed), "-I", "someone", "-n", "lineage-governance",
        "-s", str(file), data=message,
    )  # fmt: skip
    return done.returncode == 0
