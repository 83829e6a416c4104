"""Questions that auditors ask, kept before they are asked, and what became of them.

The log holds a digest of the question behind a salt, and the state of the log that it saw; who
asks, text, parameters and salt stand beside it in a file of their own, so that they can be erased,
and nobody can guess them back from the digest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.errors import IntegrityError, LineageError
from lineage_pipeline.evidence.entries import Answer, Query, Tombstone, to_bytes
from lineage_pipeline.evidence.erased import keep_hashes
from lineage_pipeline.evidence.trail import append, last_sealed
from lineage_pipeline.paths import WAREHOUSE_FILE
from lineage_pipeline.trail.canonical import canonical
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.lines import SALT_BYTES
from lineage_pipeline.trail.reader import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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


class Question(NamedTuple):
    """A question that a person asks.

    Attributes:
        text: its SQL.
        actor: who asks, as they are called; empty if nobody said so.
        parameters: what is bound to its names; None of questions that were kept without.
    """

    text: str
    actor: str = ""
    parameters: Mapping[str, Any] | None = None


class Kept(NamedTuple):
    """A question that is in the log.

    Attributes:
        leaf: its digest behind its salt.
        salt: the salt.
        entry_index: the place in the log.
        query: the entry.
        checkpoint: the signed note that covers it.
    """

    leaf: str
    salt: bytes
    entry_index: int
    query: Query
    checkpoint: bytes


def leaf_of(salt: bytes, question: Question) -> str:
    """Return the digest of a question behind its salt.

    Releases that kept the text alone hashed it as it was: a question without parameters is such.
    """
    if question.parameters is None:
        return sha256(b"\x00" + salt + question.text.encode()).hexdigest()
    return sha256(b"\x01" + salt + canonical(_builtins(question))).hexdigest()


def rows_of(salt: bytes, answer_sha256: str) -> str:
    """Return the digest of an answer behind the salt of its question."""
    return sha256(b"\x02" + salt + bytes.fromhex(answer_sha256)).hexdigest()


def keep_query(
    paths: WorkspacePaths,
    question: Question,
    at: int,
    salts: Callable[[int], bytes] = os.urandom,
) -> Kept:
    """Put a question into the log before it is asked.

    Args:
        paths: the workspace, which has a log.
        question: the question.
        at: the present, in microseconds since 1970.
        salts: returns so many random bytes.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: it cannot be kept: it must not be asked.
    """
    salt = salts(SALT_BYTES)
    leaf = leaf_of(salt, question)
    disk = Disk(paths.trail)
    data = _file_of(salt, question)
    path = f"{FOLDER}/{leaf}"
    with disk.lock():  # who appends to the log clears away what stands aside
        disk.put(disk.write_aside(f"query-{leaf}", data, SECRET_MODE), path)
    disk.sync_folders([path])

    told: list[Query] = []

    def entries(log: LogReader) -> Sequence[bytes]:
        query = Query(
            at=at,
            leaf=leaf,
            warehouse_sha256=last_sealed(log, WAREHOUSE_FILE) or "",
            tree_size=log.tree.size,
            tree_root=log.tree.root.hex(),
        )
        told.append(query)
        return [to_bytes(query)]

    try:
        appended = append(paths, "", os.environ, entries)
    except LineageError:
        disk.remove(path)  # nobody has asked it
        raise
    return Kept(leaf, salt, appended.first, told[-1], appended.checkpoint.data)


def keep_answer(
    paths: WorkspacePaths, kept: Kept, n_rows: int | None, at: int, answer_sha256: str = ""
) -> int:
    """Put into the log what became of a question; return the place of that entry.

    Args:
        paths: the workspace.
        kept: the question.
        n_rows: how many rows answer it; None if it failed.
        at: the present, in microseconds since 1970.
        answer_sha256: the digest of its answer; empty if there is none.

    Raises:
        As `keep_query`.
    """
    outcome: Outcome = "failed" if n_rows is None else "answered"
    rows = rows_of(kept.salt, answer_sha256) if answer_sha256 else ""
    entry = Answer(at=at, leaf=kept.leaf, outcome=outcome, n_rows=n_rows or 0, rows=rows)
    return append(paths, "", os.environ, lambda _: [to_bytes(entry)]).first


def kept_question(paths: WorkspacePaths, leaf: str) -> Question | None:
    """Return the question that a digest stands for; None if it is gone or another one."""
    try:
        data = Disk(paths.trail).read(f"{FOLDER}/{leaf}") or b""
        kept = json.loads(data)
        salt = bytes.fromhex(kept["salt"])
        question = Question(str(kept["text"]), str(kept.get("actor", "")), kept.get("parameters"))
        is_it = leaf_of(salt, question) == leaf and _file_of(salt, question) == data
    except (ValueError, KeyError, TypeError, AttributeError, LineageError):
        return None
    return question if is_it else None


def questions_with(paths: WorkspacePaths, speaks: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the digests of the questions of which something is told by `speaks`, in order.

    That is who asked, the text, or a text among the parameters.
    """
    leaves = Disk(paths.trail).names(FOLDER)
    asked = ((leaf, kept_question(paths, leaf)) for leaf in sorted(leaves))
    return tuple(
        leaf
        for leaf, question in asked
        if question is not None and any(map(speaks, _told(question)))
    )


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


def _builtins(question: Question) -> dict[str, Any]:
    """Return a question as its file has it, beside the salt."""
    if question.parameters is None:
        return {"text": question.text}
    return {
        "text": question.text,
        "actor": question.actor,
        "parameters": dict(question.parameters),
    }


def _file_of(salt: bytes, question: Question) -> bytes:
    """Return the one form in which a question is kept."""
    return json.dumps({"salt": salt.hex(), **_builtins(question)}).encode()


def _told(found: Any) -> Iterator[str]:
    """Yield the texts in what a question holds."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for name, value in found.items():
            yield str(name)
            yield from _told(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _told(value)
    elif found is not None:
        yield str(found)
