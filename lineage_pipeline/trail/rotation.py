"""A log gets a new key: an entry names both, and both sign the checkpoint that covers it.

Whoever trusts the old key opens that checkpoint with it, finds the entry and trusts the new one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.errors import ConfigError, NoteError
from lineage_pipeline.trail.keys import next_key, signer_for, take_next_key
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.notes import VerifierKey, verifier_key
from lineage_pipeline.trail.reader import signed_by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lineage_pipeline.trail.log import Appended
    from lineage_pipeline.trail.notes import Signer

TYPE: Final = "key_rotation"


def rotation_entry(old: VerifierKey, new: VerifierKey) -> bytes:
    """Return the entry that says that `new` takes the place of `old`."""
    stated = {"new": new.encoded, "old": old.encoded, "type": TYPE}
    return json.dumps(stated, ensure_ascii=False, separators=(",", ":")).encode()


def rotated_keys(entry: bytes) -> tuple[VerifierKey, VerifierKey] | None:
    """Return the old key and the new one, if an entry says so; None of any other entry.

    Raises:
        NoteError: it is said to be a rotation and names no keys.
    """
    try:
        stated: Any = json.loads(entry)
    except ValueError:
        return None
    if not isinstance(stated, dict) or stated.get("type") != TYPE:
        return None
    try:
        return verifier_key(str(stated.get("old"))), verifier_key(str(stated.get("new")))
    except ConfigError as error:
        raise NoteError(f"an entry of the type {TYPE} without two keys: {error}") from error


def rotate(root: Path, signer: Signer, successor: Signer) -> Appended:
    """Make `successor` the signer of the log in `root`, which `signer` has signed so far.

    Raises:
        ConfigError: the successor has another name, which would be another log.
        SigningKeyError: `signer` is not the log's.
    """
    if successor.key.name != signer.key.name or successor.key == signer.key:
        raise ConfigError(
            f"{successor.key.encoded}: cannot follow {signer.key.encoded}: a log's next key has "
            f"the log's name and is another one"
        )
    entry = rotation_entry(signer.key, successor.key)
    return Log(root, signer).compose(lambda _: [entry], successor)


def rotate_kept_key(root: Path, name: str, file: Path, environ: Mapping[str, str]) -> Appended:
    """Make a new key beside the one in `file`, rotate to it, and keep it there.

    The old one stays as `<file>.<identifier>.retired`, to be destroyed by whoever is in charge.

    Raises:
        SigningKeyError: the key is not kept in `file`, or not the log's.
    """
    signer = signer_for(name, file, environ, signed_by(root))
    done = rotate(root, signer, next_key(file, signer))
    take_next_key(file, signed_by(root))
    return done
