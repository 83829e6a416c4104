"""Questions that auditors ask, kept before they are asked, and what became of them.

The log holds a digest of the question behind a salt; question and salt stand beside it in a file of
their own, so that they can be erased, and nobody can guess them back from the digest.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import IntegrityError, LineageError
from lineage_pipeline.evidence.entries import Answer, Query, Tombstone, to_bytes
from lineage_pipeline.evidence.erased import keep_hashes
from lineage_pipeline.evidence.trail import append, last_sealed
from lineage_pipeline.paths import WAREHOUSE_FILE
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.lines import SALT_BYTES
from lineage_pipeline.trail.reader import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lineage_pipeline.evidence.entries import Outcome
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.reader import LogReader

FOLDER: Final = "queries"
"""The folder of the questions, each under its digest."""
SECRET_MODE: Final = 0o600


def is_kept(paths: WorkspacePaths) -> bool:
    """Return whether questions are kept; of a warehouse that was copied alone they cannot be.

    Raises:
        IntegrityError: there is a lake, or a part of a log, and no log that could keep them.
    """
    if Disk(paths.trail).read(PUBLISHED) is not None:
        return True
    if found := [place for place in (paths.trail, paths.lake, paths.trail_key) if place.exists()]:
        raise IntegrityError(
            f"{paths.trail / PUBLISHED}: is missing, and there is {found[0]}: no question is asked "
            f"that cannot be kept. Restore {paths.trail.name}/ from a copy; a workspace that is "
            f"new is begun by `lineage run`"
        )
    return False


def leaf_of(salt: bytes, text: str) -> str:
    """Return the digest of a question behind its salt."""
    return sha256(b"\x00" + salt + text.encode()).hexdigest()


def keep_query(
    paths: WorkspacePaths, text: str, at: int, salts: Callable[[int], bytes] = os.urandom
) -> str:
    """Put a question into the log before it is asked; return its digest.

    Args:
        paths: the workspace, which has a log.
        text: the question.
        at: the present, in microseconds since 1970.
        salts: returns so many random bytes.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: it cannot be kept: it must not be asked.
    """
    salt = salts(SALT_BYTES)
    leaf = leaf_of(salt, text)
    disk = Disk(paths.trail)
    data = _file_of(salt, text)
    path = f"{FOLDER}/{leaf}"
    with disk.lock():  # who appends to the log clears away what stands aside
        disk.put(disk.write_aside(f"query-{leaf}", data, SECRET_MODE), path)
    disk.sync_folders([path])

    def entries(log: LogReader) -> Sequence[bytes]:
        warehouse = last_sealed(log, WAREHOUSE_FILE) or ""
        return [to_bytes(Query(at=at, leaf=leaf, warehouse_sha256=warehouse))]

    try:
        append(paths, "", os.environ, entries)
    except LineageError:
        disk.remove(path)  # nobody has asked it
        raise
    return leaf


def keep_answer(paths: WorkspacePaths, leaf: str, n_rows: int | None, at: int) -> None:
    """Put into the log what became of a question: how many rows answer it, None if it failed.

    Raises:
        As `keep_query`.
    """
    outcome: Outcome = "failed" if n_rows is None else "answered"
    entry = Answer(at=at, leaf=leaf, outcome=outcome, n_rows=n_rows or 0)
    append(paths, "", os.environ, lambda _: [to_bytes(entry)])


def kept_text(paths: WorkspacePaths, leaf: str) -> str | None:
    """Return the question that a digest stands for; None if it is gone or another one."""
    try:
        data = Disk(paths.trail).read(f"{FOLDER}/{leaf}") or b""
        kept = json.loads(data)
        salt, text = bytes.fromhex(kept["salt"]), str(kept["text"])
        is_it = leaf_of(salt, text) == leaf and _file_of(salt, text) == data
    except (ValueError, KeyError, TypeError):
        return None
    return text if is_it else None


def questions_with(paths: WorkspacePaths, speaks: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the digests of the questions of which the text is told by `speaks`, in order."""
    leaves = Disk(paths.trail).names(FOLDER)
    texts = ((leaf, kept_text(paths, leaf)) for leaf in sorted(leaves))
    return tuple(leaf for leaf, text in texts if text is not None and speaks(text))


def forget_questions(
    paths: WorkspacePaths, name: str, leaves: Sequence[str], reason: str, at: int
) -> None:
    """Erase questions with their salts: what the log has of them tells nothing any more.

    Args:
        paths: the workspace.
        name: how it is called.
        leaves: their digests.
        reason: the clause or policy by which; it must not name a person.
        at: the known time of it, in microseconds since 1970.

    Raises:
        StorageError: one cannot be removed.
    """
    disk = Disk(paths.trail)
    told = [
        to_bytes(
            Tombstone(
                at=at, reason=reason, batch_id=leaf, stream=FOLDER, task=0, rows=((0, 1),),
                hashes_sha256=keep_hashes(disk, bytes.fromhex(leaf)),
            )
        )
        for leaf in leaves
    ]  # fmt: skip
    append(paths, name, os.environ, lambda _: told)
    files = [f"{FOLDER}/{leaf}" for leaf in leaves]
    for file in files:
        disk.remove(file)
    disk.sync_folders(files)


def _file_of(salt: bytes, text: str) -> bytes:
    """Return the one form in which a question is kept."""
    return json.dumps({"salt": salt.hex(), "text": text}).encode()
