"""The keys that a log has had: another one made the signer, and what leads from the first to it.

Whoever was handed the log's first key follows it through these proofs, each checked with the key
that the one before it gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import ConfigError, IntegrityError, SigningKeyError
from lineage_pipeline.evidence.intent import noted
from lineage_pipeline.evidence.trail import log_of, published_key
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.examination import reigns
from lineage_pipeline.trail.keys import (
    FILE_VARIABLE,
    KEY_VARIABLE,
    key_file,
    read_key,
    retired_file,
    take_next_key,
)
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.proofs import entry_proof
from lineage_pipeline.trail.reader import CHECKPOINTS, LogReader, kept_checkpoint, signed_by
from lineage_pipeline.trail.rotation import rotate_kept_key, rotated_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.examination import Reign
    from lineage_pipeline.trail.notes import VerifierKey

FIRST: Final = 1
"""The number of a log's first rotation."""


class Rotated(NamedTuple):
    """What became of a rotation.

    Attributes:
        old: the key that signs nothing more.
        new: the one that signs from now on.
        file: where the new one is kept.
        retired: where the old one stays, until somebody destroys it.
        was_begun: an earlier rotation that died was finished, and no other one made.
    """

    old: VerifierKey
    new: VerifierKey
    file: Path
    retired: Path
    was_begun: bool


def rotate_key(paths: WorkspacePaths, environ: Mapping[str, str]) -> Rotated:
    """Give the log of a workspace a new key where its key is kept, while nobody else writes.

    Args:
        paths: the workspace.
        environ: may name the file that the key is kept in.

    Raises:
        BusyError: somebody else writes to the workspace.
        ConfigError: there is no log, or a run died and is to be finished first.
        SigningKeyError: the key is given by the environment, lost, or another one.
        StorageError: the key or the log cannot be written.
        TileError: a file of the log is missing, short or altered.
    """
    if KEY_VARIABLE in environ:
        raise SigningKeyError(
            f"{KEY_VARIABLE} gives the key itself, and no new one can be put there from here. "
            f"Write the key into a file of mode 600, name that with {FILE_VARIABLE} instead, "
            f"rotate, and give {KEY_VARIABLE} what the file holds then"
        )
    with exclusive(paths.lock, wait=False):
        signer = signed_by(paths.trail)
        if signer is None:
            raise ConfigError(
                f"{paths.trail}: there is no log whose key could be changed; `lineage run` begins "
                f"one and makes its key"
            )
        file = key_file(paths.trail_key, environ)
        old = read_key(file)
        if was_begun := take_next_key(file, signer):
            Log(paths.trail, read_key(file)).append([])
        else:
            if noted(paths.trail):
                raise ConfigError(
                    f"{paths.trail}: a run died before all that it wrote was sealed, and the old "
                    f"key has signed what it was about to write; `lineage run` finishes it: "
                    f"rotate then"
                )
            rotate_kept_key(paths.trail, signer.rpartition("+")[0], file, {})
        new = read_key(file)
        return Rotated(old.key, new.key, file, retired_file(file, old.key), was_begun)


def keys_of(paths: WorkspacePaths) -> list[VerifierKey]:
    """Return the keys that the log of a workspace has had, the oldest first; none without a log.

    Raises:
        TileError: a file of the log is missing, short or altered.
    """
    first = published_key(paths)
    if first is None or signed_by(paths.trail) is None:
        return []
    return [reign.key for reign in reigns(Disk(paths.trail), log_of(paths), first)]


def require_first(log: LogReader, pinned: VerifierKey) -> None:
    """Return unless `pinned` is a later key of the log, to which nothing before it is shown.

    Raises:
        ConfigError: it is.
    """
    for index, entry in enumerate(log.entries()):
        keys = rotated_keys(entry)
        if keys is not None and keys[1] == pinned:
            raise ConfigError(
                f"{pinned.encoded}: entry {index} made this the log's key; a log is checked with "
                f"its first key, also after a rotation: give that one with --key"
            )


def rotation_proofs(paths: WorkspacePaths, order: Sequence[Reign]) -> Iterator[tuple[str, bytes]]:
    """Yield the proof of each rotation and how its file is called, the first rotation first.

    Args:
        paths: the workspace.
        order: the keys that its log has had.

    Raises:
        IntegrityError: the checkpoint of a rotation is not what both keys have signed.
    """
    disk = Disk(paths.trail)
    for number, reign in enumerate(order[1:], FIRST):
        path = f"{CHECKPOINTS}/{reign.size}"
        then = LogReader(disk, kept_checkpoint(disk, path, [order[number - 1].key, reign.key]))
        if {*then.checkpoint.note.signers} != {order[number - 1].key, reign.key}:
            raise IntegrityError(f"trail/{path}: only one of the two keys has signed the rotation")
        yield f"rotation-{number}.proof", entry_proof(then, reign.size - 1)
