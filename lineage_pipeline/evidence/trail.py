"""The log of a workspace: where it lies, who signs it, and what it says from its end backwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.evidence.entries import Batch, Rows, Written, from_bytes
from lineage_pipeline.evidence.intent import noted
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.trail.checkpoints import checkpoint_of
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.keys import signer_for
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.notes import read_note, verifier_key
from lineage_pipeline.trail.reader import PUBLISHED, LogReader, checkpoint_sizes, signed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.keys import SecretKey
    from lineage_pipeline.trail.log import Appended
    from lineage_pipeline.trail.notes import VerifierKey

Kind = TypeVar("Kind", bound=msgspec.Struct)

VERIFIER: Final = "verifier"
"""The file that holds the log's first verifier key, for whoever was handed no other."""
_UNUSABLE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def origin_of(name: str) -> str:
    """Return how the log of a workspace of this name is called: a key cannot hold every sign."""
    return f"lineage/{_UNUSABLE.sub('-', name).strip('-') or 'workspace'}"


def append(
    paths: WorkspacePaths,
    name: str,
    environ: Mapping[str, str],
    entries_after: Callable[[LogReader], Sequence[bytes]],
) -> Appended:
    """Add to the log of a workspace the entries that follow from what it holds.

    Args:
        paths: the workspace.
        name: how the workspace is called; the log is called after it when it is begun.
        environ: may hold the key, or name its file.
        entries_after: as for `Log.compose`.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: the log cannot be written; it has none of the entries.
        TileError: a file of the log is missing, short or altered.
    """
    disk = Disk(paths.trail)
    signer = log_signer(paths, name, environ)
    if disk.read(VERIFIER) is None and not checkpoint_sizes(disk):
        data = f"{signer.key.encoded}\n".encode()
        with disk.lock():  # who appends to the log clears away what stands aside
            disk.remove(f".tmp/{VERIFIER}")
            disk.put(disk.write_aside(VERIFIER, data), VERIFIER)
    return Log(paths.trail, signer).compose(entries_after)


def require_log(paths: WorkspacePaths, name: str, environ: Mapping[str, str]) -> None:
    """Return if a log that has been begun can be signed, or none was: asked before anything else.

    Raises:
        IntegrityError: there is a lake and no log of it.
        SigningKeyError: the key is lost, or another one.
    """
    if signed_by(paths.trail) is not None:
        log_signer(paths, name, environ)
    elif LakeTable(paths.manifests).exists and not noted(paths.trail):
        raise IntegrityError(
            f"{paths.trail}: there is no log of what lies in {paths.lake}, and a new one would "
            f"vouch for whatever is there now. Restore {paths.trail.name}/ and "
            f"{paths.trail_key.parent.name}/ from a copy; or, if they are lost, move "
            f"{paths.lake.name}/ and {paths.warehouse.name} away and scan anew"
        )


def log_signer(paths: WorkspacePaths, name: str, environ: Mapping[str, str]) -> SecretKey:
    """Return the key that signs for the log of a workspace; it is made if the log is new.

    Raises:
        SigningKeyError: the key is lost, or another one.
    """
    held = signed_by(paths.trail)
    origin = held.rpartition("+")[0] if held else origin_of(name)
    return signer_for(origin, paths.trail_key, environ, held)


def log_of(paths: WorkspacePaths) -> LogReader:
    """Return a reader of the log as of its newest checkpoint, whose signature is not checked.

    Raises:
        IntegrityError: there is no checkpoint, or it is none.
    """
    disk = Disk(paths.trail)
    data = disk.read(PUBLISHED)
    if data is None:
        raise IntegrityError(f"{paths.trail / PUBLISHED}: is missing; there is nothing to verify")
    return LogReader(disk, checkpoint_of(data, read_note(data)))


def published_key(paths: WorkspacePaths) -> VerifierKey | None:
    """Return the first verifier key of a log, as it says itself; None if there is no log.

    Raises:
        ConfigError: what is kept is no verifier key.
    """
    kept = Disk(paths.trail).read(VERIFIER)
    return verifier_key(kept.decode("utf-8", "replace").strip()) if kept else None


def log_size(paths: WorkspacePaths) -> int:
    """Return how many entries a log has by its newest checkpoint; 0 if it is none yet."""
    data = Disk(paths.trail).read(PUBLISHED)
    return checkpoint_of(data, read_note(data)).tree.size if data else 0


def newest_first(log: LogReader, end: int | None = None) -> Iterator[bytes]:
    """Yield the entries from the last to the first; a file of the log is read when it is its turn.

    Args:
        log: the log.
        end: begin with the entry before this one.

    Raises:
        TileError: a file is missing, short or altered.
    """
    for index in range((log.tree.size if end is None else end) - 1, -1, -1):
        yield log.entry(index)


def last_of(log: LogReader, kind: type[Kind], end: int | None = None) -> tuple[bytes, Kind] | None:
    """Return the last entry of a kind before `end` with its bytes, None if there is none."""
    for data in newest_first(log, end):
        entry = from_bytes(data)
        if isinstance(entry, kind):
            return data, entry
    return None


def last_sealed(log: LogReader, path: str) -> str | None:
    """Return the digest by which a file was sealed last; None if it never was.

    Args:
        log: the log.
        path: the file, below the workspace.

    Raises:
        TileError: a file of the log is missing, short or altered.
    """
    for data in newest_first(log):
        entry = from_bytes(data)
        if isinstance(entry, Rows) and entry.file == path:
            return entry.file_sha256
        if isinstance(entry, Batch | Written):
            for one in entry.added:
                if one.path == path:
                    return one.sha256
    return None
