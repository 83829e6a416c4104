"""Acts of people as they come: each part of their files is put into the log when it is first seen.

Approvals, waivers, attestations and policies are files that people and programs write. What they
say is read elsewhere; here is kept what they were, before anybody had a reason to change them.
Files of acts only grow, and stay. Policies, settings and records may be written anew or go, which
the log then says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lineage_pipeline.evidence.durable import part_sha256
from lineage_pipeline.evidence.entries import Altered, Gone, Received, to_bytes
from lineage_pipeline.evidence.parts import (
    ACTS,
    FOLDERS,
    Parts,
    altered_parts,
    is_whole,
    only_grows,
    parts_of,
)
from lineage_pipeline.evidence.trail import append

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.evidence.entries import Entry
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.reader import LogReader


def receive(paths: WorkspacePaths, name: str, at: int) -> set[str]:
    """Put into the log what is new of acts, policies and settings.

    Of a file of acts that is not what it was, nothing is taken in; the log says that it was found.
    These files are returned: nobody may act on what stands in them now.

    Args:
        paths: the workspace.
        name: how it is called.
        at: the known time of the scan, in microseconds since 1970.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: the log cannot be written.
        TileError: a file of the log is missing, short or altered.
    """
    present = received_files(paths)
    if not present and not is_begun(paths):
        return set()
    left_out: set[str] = set()

    def entries(log: LogReader) -> Sequence[bytes]:
        known = parts_of(log.entries())
        made: list[Entry] = []
        for path in sorted({*present, *known}):
            entry = _news(paths, path, known.get(path, Parts()), at)
            if entry is not None:
                made.append(entry)
            if isinstance(entry, Altered):
                left_out.add(path)
        return [to_bytes(entry) for entry in made]

    append(paths, name, os.environ, entries)
    return left_out


def is_begun(paths: WorkspacePaths) -> bool:
    """Return whether there is a log."""
    return any(paths.trail.glob("checkpoint*"))


def received_files(paths: WorkspacePaths) -> dict[str, int]:
    """Return the files that acts, policies and settings stand in, below the workspace: their bytes.

    What is no regular file holds no acts, and is missing where one was. Of acts nothing hidden is
    read: whoever writes a file puts it in place under another name.
    """
    found = [paths.settings]
    for folder in FOLDERS:
        found += (paths.root / folder).rglob("*")
    sizes = {
        file.relative_to(paths.root).as_posix(): file.stat().st_size
        for file in sorted(found)
        if file.is_file()
    }
    return {path: size for path, size in sizes.items() if not _is_hidden(path)}


def _is_hidden(path: str) -> bool:
    return path.startswith(ACTS) and "/." in path


def _news(
    paths: WorkspacePaths, path: str, known: Parts, at: int
) -> Received | Gone | Altered | None:
    """Return what is new of a file; None if nothing is."""
    file = paths.root / path
    if is_whole(paths.root, path, known):
        return None  # `lineage erase` goes on with it
    size = file.stat().st_size if file.is_file() else None
    is_changed = size is None or any(altered_parts(paths.root, path, known))
    if known.parts and not known.is_gone and is_changed and only_grows(path):
        found = part_sha256(file, 0, size or 0) or ""
        return Altered(at=at, file=path, sha256=found, treatment="left out")
    if size is None:
        return None if known.is_gone else Gone(at=at, file=path)
    start = 0 if is_changed or known.is_gone else known.end
    if size == start and known.parts and not known.is_gone:
        return None
    sha256 = part_sha256(file, start, size)
    return Received(at=at, file=path, start=start, end=size, sha256=sha256) if sha256 else None
