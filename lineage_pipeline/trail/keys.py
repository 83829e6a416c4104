"""The key that signs checkpoints: in a file that only its owner reads, or given by the environment.

A log has one identity. Its key is made once, before the log's first checkpoint; from then on a key
that is missing, or is another one, is an error, and never a reason to make a new one.
"""

from __future__ import annotations

import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lineage_pipeline.errors import SigningKeyError
from lineage_pipeline.trail.disk import ASIDE, Disk
from lineage_pipeline.trail.notes import ED25519, VerifierKey, from_base64, is_name, to_base64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.trail.notes import Signer

KEY_VARIABLE: Final = "LINEAGE_TRAIL_KEY"
"""Holds the key itself."""
FILE_VARIABLE: Final = "LINEAGE_TRAIL_KEY_FILE"
"""Names the file that holds the key."""
SECRET_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
SEED_BYTES: Final = 32
_LOCK: Final = f"{ASIDE}/lock"
"""Held by whoever puts the next key in place, below the key's folder."""

_SECRET: Final = re.compile(r"PRIVATE\+KEY\+(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>.+)")


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key of our own that signs.

    Attributes:
        name: whose key it is; for a log, its origin.
        seed: the 32 secret bytes.
    """

    name: str
    seed: bytes = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        """What checks its signatures."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    @property
    def encoded(self) -> str:
        """The text that is kept, the same as Go's `note` keeps."""
        secret = to_base64(ED25519 + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.key.identifier.hex()}+{secret}"

    def sign(self, text: bytes) -> bytes:
        """Return the signature of `text`."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)


def secret_key(encoded: str, where: str) -> SecretKey:
    """Return the key that a text stands for.

    Args:
        encoded: the text; no error shows it.
        where: names its place in errors.

    Raises:
        SigningKeyError: it is no key, or damaged.
    """
    found = _SECRET.fullmatch(encoded.strip())
    data = from_base64(found["key"]) if found else None
    if found is None or data is None or len(data) != 1 + SEED_BYTES or data[:1] != ED25519:
        raise SigningKeyError(f"{where}: holds no Ed25519 key of the form PRIVATE+KEY+name+id+key")
    key = SecretKey(found["name"], data[1:])
    if not is_name(key.name) or key.key.identifier.hex() != found["id"]:
        raise SigningKeyError(f"{where}: the key in it is damaged; restore it from a copy")
    return key


def make_key(file: Path, name: str) -> SecretKey:
    """Return a new key, kept in `file` for its owner alone, and durable before it signs anything.

    Raises:
        SigningKeyError: there is a file already, or a key cannot be called `name`.
        StorageError: it cannot be written.
    """
    if not is_name(name):
        raise SigningKeyError(f"{name!r}: no name for a log: it is empty or has spaces or a plus")
    key = SecretKey(name, secrets.token_bytes(SEED_BYTES))
    disk = Disk(file.parent, FOLDER_MODE)
    aside = disk.write_aside(secrets.token_hex(8), f"{key.encoded}\n".encode(), SECRET_MODE)
    try:
        disk.put_new(aside, file.name)
    except FileExistsError as error:
        raise SigningKeyError(f"{file}: there is a key already; it is not replaced") from error
    finally:
        disk.remove(aside)
    disk.sync_folders([file.name])
    return key


def read_key(file: Path) -> SecretKey:
    """Return the key in `file`.

    Raises:
        SigningKeyError: the file is missing, cannot be read, is open to others or holds no key.
    """
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise SigningKeyError(f"{file}: others can read it (mode {mode:o}); chmod 600 {file}")
        return secret_key(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError as error:
        raise SigningKeyError(f"{file}: there is no key here; restore it from a copy") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SigningKeyError(f"{file}: cannot be read as a key: {error}") from error


def signer_for(
    name: str, file: Path, environ: Mapping[str, str], signed_by: str | None
) -> SecretKey:
    """Return the key that signs for a log: the environment's, else the one in `file`.

    Args:
        name: the log's origin.
        file: where the key is kept, and made if the log is new.
        environ: variables that may hold a key or name the file of one.
        signed_by: the key that the log's newest checkpoint says it is signed by, as `name+id`;
            None of a log that has no checkpoint yet.

    Raises:
        SigningKeyError: the key is lost, another one than the log's, damaged or open to others.
    """
    if KEY_VARIABLE in environ:
        key, where = secret_key(environ[KEY_VARIABLE], KEY_VARIABLE), KEY_VARIABLE
    elif FILE_VARIABLE in environ:
        named = key_file(file, environ)
        take_next_key(named, signed_by)
        key, where = read_key(named), str(named)
    elif signed_by is None and not file.exists():
        return make_key(file, name)
    else:
        key, where = _kept_key(file, signed_by), str(file)
    if key.name != name:
        raise SigningKeyError(
            f"{where}: the key of {key.name}, and the log is called {name}. A key signs for one "
            f"log alone: give the key of this one; `lineage run` makes it where none is given"
        )
    require(key, signed_by, where)
    return key


def key_file(file: Path, environ: Mapping[str, str]) -> Path:
    """Return the file that a log's key is kept in: the one that is named, else `file`."""
    # A link to it stays one when another key takes its place.
    return Path(environ[FILE_VARIABLE]).resolve() if FILE_VARIABLE in environ else file


def next_key(file: Path, signer: SecretKey) -> SecretKey:
    """Return the key that will follow the one in `file`: made now, or by a rotation that died.

    Raises:
        SigningKeyError: `file` does not hold the key of `signer`.
    """
    if not file.exists() or read_key(file) != signer:
        raise SigningKeyError(f"{file}: not where the log's key is kept; rotate where it is kept")
    place = _next_to(file)
    return read_key(place) if place.exists() else make_key(place, signer.name)


def take_next_key(file: Path, signed_by: str | None) -> bool:
    """Put the next key into `file` if it is the one that signs; the old one stays beside, retired.

    Args:
        file: where the key is kept.
        signed_by: the key, as `name+id`, that the log is signed by.

    Returns:
        Whether it was done: not where nothing follows, or another process has done it.
    """
    if not _follows(file, signed_by):
        return False
    disk = Disk(file.parent, FOLDER_MODE)
    with disk.lock(_LOCK):
        if not _follows(file, signed_by):
            return False
        retired = retired_file(file, read_key(file).key).name
        with suppress(FileExistsError):
            disk.put_new(file.name, retired)
        disk.sync_folders([retired])
        disk.put(_next_to(file).name, file.name)
        disk.sync_folders([file.name])
    return True


def retired_file(file: Path, key: VerifierKey) -> Path:
    """Return where a key stays that was in `file`."""
    return file.with_name(f"{file.name}.{key.identifier.hex()}.retired")


def require(signer: Signer, signed_by: str | None, where: str) -> None:
    """Return if `signer` is the one that has signed the log's newest checkpoint.

    Raises:
        SigningKeyError: it is another one.
    """
    if signed_by not in (None, key_name(signer.key)):
        raise SigningKeyError(
            f"{where}: holds {key_name(signer.key)}, and the log is signed by {signed_by}. No "
            f"entry is made under another identity: restore the log's own key, or rotate to this"
        )


def key_name(key: VerifierKey) -> str:
    """Return the name and identifier by which a key's signatures are known."""
    return f"{key.name}+{key.identifier.hex()}"


def _next_to(file: Path) -> Path:
    return file.with_name(f"{file.name}.next")


def _follows(file: Path, signed_by: str | None) -> bool:
    """Return whether the key beside `file` is the one that the log is signed by."""
    following = _next_to(file)
    try:
        return following.exists() and key_name(read_key(following).key) == signed_by
    except SigningKeyError:
        if following.exists():
            raise
        return False  # another process has just put it in place


def _kept_key(file: Path, signed_by: str | None) -> SecretKey:
    if signed_by is not None and not file.exists():
        raise SigningKeyError(
            f"{file}: the key of a log that has checkpoints is lost; they are signed by "
            f"{signed_by}. Restore it from a copy, or name it with {FILE_VARIABLE}. A new key "
            f"would be a new identity: begin a new log for that, and keep this one"
        )
    take_next_key(file, signed_by)
    return read_key(file)
