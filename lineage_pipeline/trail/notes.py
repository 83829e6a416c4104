"""Signed notes: a text and the Ed25519 signatures below it, as Go's `note` writes and opens them.

Source: C2SP signed-note. A signature is known by the name and the four-byte identifier of its key;
those of unknown keys are left aside, and one of a known key that is wrong makes the whole note so.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lineage_pipeline.errors import ConfigError, NoteError, SigningKeyError

if TYPE_CHECKING:
    from collections.abc import Sequence

ED25519: Final = b"\x01"
PUBLIC_BYTES: Final = 32
MAX_SIGNATURES: Final = 100
MAX_NOTE_BYTES: Final = 1_000_000
_IDENTIFIER_BYTES: Final = 4
_DASH: Final = "\N{EM DASH} "
_VERIFIER: Final = re.compile(r"(?P<name>[^+]+)\+(?P<identifier>[0-9a-f]{8})\+(?P<key>.+)")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What checks signatures: the signer's name and its public key.

    Attributes:
        name: whose key it is; for a log, its origin.
        public: the 32 bytes of an Ed25519 public key.
    """

    name: str
    public: bytes

    @property
    def identifier(self) -> bytes:
        """The four bytes that its signatures begin with."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return sha256(named).digest()[:_IDENTIFIER_BYTES]

    @property
    def encoded(self) -> str:
        """The text that is given to verifiers: name, identifier, key."""
        return f"{self.name}+{self.identifier.hex()}+{to_base64(ED25519 + self.public)}"

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is one of this key for `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer(Protocol):
    """Whatever can sign: a key in a file, or one that never leaves a key service."""

    @property
    def key(self) -> VerifierKey:
        """What checks its signatures."""

    def sign(self, text: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature of `text`."""


class Signature(NamedTuple):
    """One signature of a note: the name and identifier of its key, and what that key made."""

    name: str
    identifier: bytes
    value: bytes


class Note(NamedTuple):
    """A note that was opened.

    Attributes:
        text: what was signed.
        signatures: all of them in their order, also those that nobody has checked.
        signers: the known keys whose signatures hold, in the order of their signatures.
    """

    text: str
    signatures: tuple[Signature, ...]
    signers: tuple[VerifierKey, ...]


def verifier_key(encoded: str) -> VerifierKey:
    """Return the key that a text of the form `name+identifier+key` stands for.

    Raises:
        ConfigError: it is no such text, of another algorithm, or damaged.
    """
    found = _VERIFIER.fullmatch(encoded)
    data = from_base64(found["key"]) if found else None
    if found is None or data is None or not is_name(found["name"]):
        raise ConfigError(f"{encoded!r}: not a verifier key of the form name+identifier+key")
    if data[:1] != ED25519 or len(data) != 1 + PUBLIC_BYTES:
        raise ConfigError(f"{encoded!r}: not an Ed25519 key, which is all that is supported")
    key = VerifierKey(found["name"], data[1:])
    if key.identifier.hex() != found["identifier"]:
        raise ConfigError(f"{encoded!r}: damaged: the key has another identifier; copy it again")
    return key


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """Return `text` with a signature of each of the signers.

    Raises:
        NoteError: the text cannot be that of a note.
        SigningKeyError: a signer's signature does not hold under its own key.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError(f"{text!r}: the text of a note is whole lines without control characters")
    lines = []
    for signer in signers:
        key, value = signer.key, signer.sign(text.encode())
        if not is_name(key.name) or not key.has_signed(text.encode(), value):
            raise SigningKeyError(
                f"{key.encoded}: made a signature that does not hold under this key; nothing was "
                f"signed. Check which key the signer uses"
            )
        lines.append(f"{_DASH}{key.name} {to_base64(key.identifier + value)}\n")
    return f"{text}\n{''.join(lines)}".encode()


def read_note(data: bytes) -> Note:
    """Return what a note says and who is said to have signed it; nothing of it is checked.

    Raises:
        NoteError: it is no note.
    """
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("the note is not UTF-8") from error
    text, blank, block = content.rpartition("\n\n")
    if len(data) > MAX_NOTE_BYTES or _CONTROL.search(content):
        raise NoteError("the note is too long or holds control characters")
    if not blank or not block.endswith("\n"):
        raise NoteError("the note has no signatures below an empty line, or ends inside one")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"the note has {len(lines)} signatures; {MAX_SIGNATURES} at most are read")
    return Note(text + "\n", tuple(_signature(line) for line in lines), ())


def open_note(data: bytes, keys: Sequence[VerifierKey]) -> Note:
    """Return what a note says, if one of `keys` has signed it.

    Args:
        data: the note.
        keys: those that are trusted.

    Raises:
        NoteError: it is no note, a trusted key's signature is wrong, or there is none.
    """
    note = read_note(data)
    known = {(key.name, key.identifier): key for key in keys}
    signers: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.identifier))
        if key is None:
            continue
        if not key.has_signed(note.text.encode(), signature.value):
            raise NoteError(f"the signature of {key.name}+{key.identifier.hex()} is wrong")
        signers[key] = None
    if not signers:
        found = ", ".join(f"{s.name}+{s.identifier.hex()}" for s in note.signatures)
        raise NoteError(f"no trusted key has signed; there are signatures of {found}")
    return note._replace(signers=tuple(signers))


def is_name(name: str) -> bool:
    """Whether a key may be called so: not empty, without spaces and plus signs."""
    odd = any(letter == "+" or letter.isspace() for letter in name)
    return bool(name) and not odd and not _CONTROL.search(name)


def to_base64(data: bytes) -> str:
    """Return the standard encoding of `data`."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes | None:
    """Return what `text` encodes; None if it is not the one encoding of anything."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if to_base64(data) == text else None


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    if not line.startswith(_DASH) or not is_name(name) or data is None:
        raise NoteError(f"{line!r}: not a line of a signature")
    if len(data) <= _IDENTIFIER_BYTES:
        raise NoteError(f"{line!r}: a signature without anything signed")
    return Signature(name, data[:_IDENTIFIER_BYTES], data[_IDENTIFIER_BYTES:])
