"""What was written becomes entries of the log: first all of it durable, then signed for.

The order in which nothing is lost: the files; a note of what they will be; the commit that makes
them visible; the commit durable; the entry; the note gone.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.evidence import intent as intents
from lineage_pipeline.evidence.durable import durable_files, sync_folders
from lineage_pipeline.evidence.entries import Batch, Rows, Written, from_bytes, to_bytes, written
from lineage_pipeline.evidence.noting import below, file_sha256
from lineage_pipeline.evidence.trail import append, last_of, log_signer
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import COMPACTED
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from lineage_pipeline.evidence.entries import File
    from lineage_pipeline.evidence.intent import Intent
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.reader import LogReader


def seal_expiry(paths: WorkspacePaths, name: str, removed: Iterable[Path], at: int) -> None:
    """Add to the log that files will go, which others have taken the place of before.

    Raises:
        As `seal`.
    """
    _append(paths, name, written(at, "expiry", (), [below(paths, file) for file in removed]))


def seal(paths: WorkspacePaths, name: str, noted: Intent) -> None:
    """Add what was noted, and is visible now, to the log, and forget the note.

    Args:
        paths: the workspace.
        name: how it is called.
        noted: what is visible now.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: it may not be durable, or the log cannot be written; the note stays.
    """
    if noted.kind == "erasure":
        for path in noted.removed:
            (paths.root / path).unlink(missing_ok=True)
        sync_folders(paths.root, noted.removed)
    committed = [*noted.paths, *_commits(paths, noted)]
    added = durable_files(paths.root, sorted({*committed}))
    ranges = intents.kept_ranges(Disk(paths.trail), noted.key)
    append(paths, name, os.environ, _entries(noted, added, sha256(ranges).hexdigest()))
    intents.drop(paths.trail, noted)


def finish(paths: WorkspacePaths, name: str) -> None:
    """Seal what a writer that died had made visible, and forget what it had not.

    Raises:
        IntegrityError: a note is not of this log, or of what was sealed long ago.
        As `seal`.
    """
    if not intents.noted(paths.trail):
        return
    key = log_signer(paths, name, os.environ).key
    for noted in intents.unfinished(paths.trail, key):
        if _is_visible(paths, noted):
            seal(paths, name, noted)
            continue
        if noted.kind == "batch":
            _abandon(paths, name, noted)
        if noted.kind == "erasure":
            for path in noted.paths:
                (paths.root / path).unlink(missing_ok=True)
        intents.drop(paths.trail, noted)


def _abandon(paths: WorkspacePaths, name: str, noted: Intent) -> None:
    """Add to the log what some tables hold of a batch that will never be visible."""
    intents.forget_ranges(paths.trail, noted)
    files: set[str] = set()
    for rows in noted.rows:
        commit = LakeTable(paths.table("bronze", rows.stream)).commit_files(noted.key)
        if commit:
            files |= {rows.file, *(below(paths, file) for file in commit)}
    added = durable_files(paths.root, sorted(files))
    _append(paths, name, written(noted.at, "abandonment", added))


def _append(paths: WorkspacePaths, name: str, entries: Iterable[Written]) -> None:
    data = [to_bytes(entry) for entry in entries]
    append(paths, name, os.environ, lambda _: data)


def _entries(
    noted: Intent, added: list[File], ranges_sha256: str
) -> Callable[[LogReader], Sequence[bytes]]:
    """Return what makes the entries of what was noted, none if the log has them already."""

    def entries(log: LogReader) -> Sequence[bytes]:
        made = _made(noted, added, ranges_sha256, log)
        since = [data for data in log.entries(noted.entry_count) if _is_of(data, noted)]
        if since and since != made:
            raise IntegrityError(
                f"pending/{noted.kind}: is a note of {noted.key}, which was sealed otherwise "
                f"since: it was put back, or what it speaks of was changed. Nothing is sealed; "
                f"find out who did it, and remove the note"
            )
        return [] if since else made

    return entries


def _made(noted: Intent, added: list[File], ranges_sha256: str, log: LogReader) -> list[bytes]:
    if noted.kind != "batch":
        return [to_bytes(one) for one in written(noted.at, noted.kind, added, noted.removed)]
    last = last_of(log, Batch, noted.entry_count)
    batch = Batch(
        at=noted.at,
        batch_id=noted.key,
        seq=last[1].seq + 1 if last else 0,
        prev_manifest_sha256=sha256(last[0]).hexdigest() if last else "",
        n_files=len(noted.rows),
        n_records=noted.n_records,
        ranges_sha256=ranges_sha256,
        added=tuple(added),
    )
    return [*map(to_bytes, noted.rows), to_bytes(batch)]


def _is_of(data: bytes, noted: Intent) -> bool:
    """Whether an entry is one of those that a note of this kind becomes."""
    entry = from_bytes(data)
    if noted.kind == "batch":
        return isinstance(entry, Rows | Batch)
    return isinstance(entry, Written) and entry.why == noted.kind


def _commits(paths: WorkspacePaths, noted: Intent) -> list[str]:
    """Return the files that a batch's commits wrote, those of its manifest among them."""
    if noted.kind in {"publication", "cache"}:
        return []
    if noted.kind in {"compaction", "erasure"}:
        table = LakeTable(paths.table("bronze", noted.stream or COMPACTED))
        return [below(paths, file) for file in table.commit_files(noted.key)]
    tables = {LakeTable(paths.table("bronze", rows.stream)) for rows in noted.rows}
    manifests = LakeTable(paths.manifests)
    files = [manifests.folder / f"{noted.key}.parquet"]
    for table in (*tables, manifests):
        files += table.commit_files(noted.key)
    return [below(paths, file) for file in files]


def _is_visible(paths: WorkspacePaths, noted: Intent) -> bool:
    if noted.kind == "batch":
        return LakeTable(paths.manifests).has(noted.key)
    if noted.kind in {"compaction", "erasure"}:
        return LakeTable(paths.table("bronze", noted.stream or COMPACTED)).has(noted.key)
    file = paths.warehouse if noted.kind == "publication" else paths.root / noted.paths[0]
    return file.exists() and file_sha256(file) == noted.key
