"""Acts of people as they come: each part of their files is put into the log when it is first seen.

Approvals, waivers, attestations and policies are files that people and programs write. What they
say is read elsewhere; here is kept what they were, before anybody had a reason to change them.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from lineage_pipeline.evidence.entries import Received, from_bytes, to_bytes
from lineage_pipeline.evidence.trail import append

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.reader import LogReader

FOLDERS: Final = ("landing/governance", "landing/compliance", "policy")


def receive(paths: WorkspacePaths, name: str, at: int) -> int:
    """Put into the log what is new of acts, policies and settings; return how many parts are.

    A file that grew has a new part. One that was written anew is a part from its beginning, which
    takes the place of those before, but for files of acts: there the older parts stay what has to
    be there.

    Args:
        paths: the workspace.
        name: how it is called.
        at: the known time of the scan, in microseconds since 1970.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: the log cannot be written.
        TileError: a file of the log is missing, short or altered.
    """
    files = _files(paths)
    if not files:
        return 0
    received: list[Received] = []

    def entries(log: LogReader) -> Sequence[bytes]:
        known = parts_of(log.entries())
        for path in files:
            part = _new_part(paths.root, path, known.get(path, []), at)
            if part is not None:
                received.append(part)
        return [to_bytes(part) for part in received]

    append(paths, name, os.environ, entries)
    return len(received)


def parts_of(entries: Iterable[bytes]) -> dict[str, list[Received]]:
    """Return the parts of each file, in the order in which they came."""
    known: dict[str, list[Received]] = {}
    for data in entries:
        entry = from_bytes(data)
        if isinstance(entry, Received):
            known.setdefault(entry.file, []).append(entry)
    return known


def part_sha256(file: Path, start: int, end: int) -> str | None:
    """Return the digest of a part of a file; None if it is gone, which landing files may be."""
    try:
        with file.open("rb") as stream:
            stream.seek(start)
            return hashlib.sha256(stream.read(end - start)).hexdigest()
    except FileNotFoundError:
        return None


def _files(paths: WorkspacePaths) -> list[str]:
    """Return the files that acts, policies and settings stand in, below the workspace."""
    found = [paths.settings] if paths.settings.is_file() else []
    for folder in FOLDERS:
        found += [file for file in (paths.root / folder).rglob("*") if file.is_file()]
    return sorted(file.relative_to(paths.root).as_posix() for file in found)


def _new_part(root: Path, path: str, parts: list[Received], at: int) -> Received | None:
    file = root / path
    size = file.stat().st_size
    end = max((part.end for part in _newest(parts)), default=0)
    is_changed = any(_differs(file, part) for part in _newest(parts))
    start = 0 if is_changed else end
    if size == start and parts:
        return None
    sha256 = part_sha256(file, start, size)
    if sha256 is None:
        return None
    return Received(at=at, file=path, start=start, end=size, sha256=sha256)


def _newest(parts: list[Received]) -> Iterator[Received]:
    """Yield the parts since the file was last written anew."""
    first = max((number for number, part in enumerate(parts) if part.start == 0), default=0)
    yield from parts[first:]


def _differs(file: Path, part: Received) -> bool:
    return part_sha256(file, part.start, part.end) != part.sha256
