"""What is about to be visible, noted first: signed, and durable before anything else happens."""

from __future__ import annotations

import os
from hashlib import file_digest
from typing import TYPE_CHECKING, Literal

import msgspec

from lineage_pipeline.evidence import intent as intents
from lineage_pipeline.evidence.durable import sync_folders
from lineage_pipeline.evidence.entries import Rows
from lineage_pipeline.evidence.intent import Intent
from lineage_pipeline.evidence.trail import log_signer, log_size
from lineage_pipeline.trail.canonical import VERSION, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.scan.tasks import Manifest


def microseconds(instant: datetime) -> int:
    """Return an instant as entries tell it."""
    return int(canonical(instant))


def note_batch(
    paths: WorkspacePaths, name: str, batch_id: str, manifest: Manifest, at: int
) -> Intent:
    """Note what a scan wrote, before any of it is visible; its files are durable already.

    Args:
        paths: the workspace.
        name: how it is called.
        batch_id: the batch.
        manifest: what was written.
        at: the clock of the scan.
    """
    files = [
        Rows(
            at=at,
            batch_id=batch_id,
            stream=written.table,
            file=below(paths, paths.table("bronze", written.table) / written.name),
            bytes=written.file_bytes,
            file_sha256=written.sha256.hex(),
            n_rows=written.row_count,
            leaf_profile=written.seal.profile,
            row_root=written.seal.root.hex(),
            schema_fp=written.schema_fp,
            canon_v=VERSION,
        )
        for written in manifest.files
    ]
    sync_folders(paths.root, [file.file for file in files])
    count = sum(segment.record_count for segment in manifest.segments)
    noted = Intent(kind="batch", key=batch_id, at=at, rows=tuple(files), n_records=count)
    return _note(paths, name, noted, b"".join(written.seal.ranges for written in manifest.files))


def note_written(
    paths: WorkspacePaths,
    name: str,
    kind: Literal["publication", "compaction"],
    key: str,
    *,
    at: int,
    added: Iterable[Path],
    cleared: Iterable[Path] = (),
) -> Intent:
    """Note what will be visible once what `key` stands for has happened.

    Args:
        paths: the workspace.
        name: how it is called.
        kind: what is done.
        key: the digest of the warehouse that will be published, or the compaction's transaction.
        at: the known time of it, in microseconds since 1970.
        added: files that are written, or written anew.
        cleared: folders of which all files went.
    """
    noted = Intent(
        kind=kind,
        key=key,
        at=at,
        paths=tuple(sorted({below(paths, file) for file in added})),
        removed=tuple(f"{below(paths, folder)}/" for folder in cleared),
    )
    return _note(paths, name, noted)


def note_cache(paths: WorkspacePaths, name: str, unfinished: Path, file: Path, at: int) -> Intent:
    """Note that `unfinished` is about to take the place of `file`."""
    key = file_sha256(unfinished)
    noted = Intent(kind="cache", key=key, at=at, paths=(below(paths, file),))
    return _note(paths, name, noted)


def note_erasure(
    paths: WorkspacePaths,
    name: str,
    stream: str,
    key: str,
    *,
    at: int,
    added: Iterable[Path],
    gone: Iterable[Path],
) -> Intent:
    """Note that files without some rows are about to take the place of those with them.

    Args:
        paths: the workspace.
        name: how it is called.
        stream: the table.
        key: the transaction.
        at: the known time of it, in microseconds since 1970.
        added: files that were written.
        gone: files that are deleted once the transaction is committed.
    """
    new, old = (tuple(below(paths, file) for file in files) for files in (added, gone))
    noted = Intent(kind="erasure", key=key, at=at, stream=stream, paths=new, removed=old)
    return _note(paths, name, noted)


def _note(paths: WorkspacePaths, name: str, noted: Intent, ranges: bytes = b"") -> Intent:
    """Keep a note, signed, with the size of the log that it will be sealed in."""
    signer = log_signer(paths, name, os.environ)
    noted = msgspec.structs.replace(noted, entry_count=log_size(paths))
    intents.note(paths.trail, noted, signer, ranges)
    return noted


def file_sha256(file: os.PathLike[str]) -> str:
    """Return the digest of a file's bytes."""
    with open(file, "rb") as stream:  # noqa: PTH123 - any path will do
        return file_digest(stream, "sha256").hexdigest()


def below(paths: WorkspacePaths, file: os.PathLike[str]) -> str:
    """Return where a file lies below the workspace, as entries tell it."""
    return os.path.relpath(file, paths.root)
