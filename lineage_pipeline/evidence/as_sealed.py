"""Whether a file is what it was sealed as: asked by runs before they build on it.

What is not is never built on and never sealed again as if it were: the log says that it was found.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.evidence.entries import Altered, from_bytes, to_bytes
from lineage_pipeline.evidence.ledger import ledger_of
from lineage_pipeline.evidence.noting import below, file_sha256
from lineage_pipeline.evidence.trail import append, last_sealed, log_of, log_size

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lineage_pipeline.evidence.entries import Treatment
    from lineage_pipeline.paths import WorkspacePaths


def is_as_sealed(paths: WorkspacePaths, file: Path) -> bool:
    """Return whether a file that is sealed now and then is what it was sealed as last.

    Raises:
        TileError: a file of the log is missing, short or altered.
    """
    sealed = last_sealed(log_of(paths), below(paths, file))
    return file.is_file() and file_sha256(file) == sealed


def not_as_sealed(paths: WorkspacePaths, files: Iterable[Path]) -> list[Path]:
    """Return those of files that are not what they were sealed as, or never were.

    Raises:
        TileError: a file of the log is missing, short or altered.
    """
    known = ledger_of(log_of(paths).entries()).files
    found = []
    for file in files:
        expected = known.get(below(paths, file))
        if expected is None or not file.is_file() or file_sha256(file) != expected.sha256:
            found.append(file)
    return found


def tell_altered(
    paths: WorkspacePaths, name: str, files: Iterable[Path], treatment: Treatment, at: int
) -> None:
    """Add to the log that files were found to be other than they were sealed.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: the log cannot be written.
    """
    entries = [
        to_bytes(
            Altered(
                at=at,
                file=below(paths, file),
                sha256=file_sha256(file) if file.is_file() else "",
                treatment=treatment,
            )
        )
        for file in files
    ]
    if entries:
        append(paths, name, os.environ, lambda _: entries)


def altered_since(paths: WorkspacePaths, entry_count: int) -> list[Altered]:
    """Return what was found altered since a log had so many entries."""
    if log_size(paths) <= entry_count:
        return []
    entries = map(from_bytes, log_of(paths).entries(entry_count))
    return [entry for entry in entries if isinstance(entry, Altered)]


def require_unaltered(altered: Iterable[Altered]) -> None:
    """Return if nothing was found altered.

    Raises:
        IntegrityError: something was.
    """
    told = [
        f"{one.file}: {'is not what it was sealed as' if one.sha256 else 'is missing'}, and was "
        f"{one.treatment}"
        for one in altered
    ]
    if told:
        raise IntegrityError(
            f"{'; '.join(told)}. The run is done, and the log says what it found; `lineage audit "
            f"verify` tells more. Find out who did it; restore what was left out from a copy"
        )
