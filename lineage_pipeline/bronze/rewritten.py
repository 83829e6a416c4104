"""What bronze knows of landing files that lost records to an erasure.

A batch without rows says so, so that the next scan neither reads such a file again nor takes what
is appended to it for the whole.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from lineage_pipeline.bronze.commit import commit, note
from lineage_pipeline.bronze.ledger import scanned_files
from lineage_pipeline.evidence import noting, sealing
from lineage_pipeline.scan.tasks import Manifest, Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths


def tell_rewritten(
    paths: WorkspacePaths,
    name: str,
    files: Collection[str],
    digest_to: Callable[[Path, int], bytes],
    clock: datetime,
) -> None:
    """Say of landing files that they were read as they are now, each as far as it was read before.

    Args:
        paths: the workspace, whose lock is held.
        name: how it is called.
        files: landing files that were read before and written anew since, below the workspace.
        digest_to: returns the SHA-256 of a file's decompressed bytes before an offset.
        clock: the known time.

    Raises:
        StorageError: it cannot be written.
    """
    segments = _segments(paths, files, digest_to, clock)
    if not segments:
        return
    batch_id = sha256(repr((clock, segments)).encode()).hexdigest()[:32]
    manifest = Manifest((), segments, ())
    journal = note(paths, batch_id)
    noted = noting.note_batch(paths, name, batch_id, manifest, noting.microseconds(clock))
    commit(paths, batch_id, manifest, clock)
    sealing.seal(paths, name, noted)
    journal.unlink()


def _segments(
    paths: WorkspacePaths,
    files: Collection[str],
    digest_to: Callable[[Path, int], bytes],
    clock: datetime,
) -> tuple[Segment, ...]:
    scanned = scanned_files(paths)
    if scanned is None:
        return ()
    latest = (
        scanned.filter(pl.col("source_file").is_in(sorted(files)))
        .sort("ingested_at", "start_offset")
        .unique(("source", "source_file"), keep="last")
        .sort("source", "source_file")
        .collect()
    )
    found = []
    for row in latest.iter_rows(named=True):
        file = paths.root / row["source_file"]
        seen = file.stat()
        if (seen.st_size, seen.st_mtime_ns) == (row["file_bytes"], row["file_modified_ns"]):
            continue
        told = {key: row[key] for key in Segment._fields}
        found.append(
            Segment(
                **told
                | {
                    "start_offset": 0,
                    "sha256": digest_to(file, row["end_offset"]),
                    "file_bytes": seen.st_size,
                    "file_modified_ns": seen.st_mtime_ns,
                    "record_count": 0,
                    "accepted_count": 0,
                    "quarantined_count": 0,
                    "redaction_count": 0,
                    "is_rewrite": True,
                    "scan_ms": 0.0,
                    "ingested_at": clock,
                }
            )
        )
    return tuple(found)
