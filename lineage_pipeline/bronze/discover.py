"""What lies in landing/ and how much of it is new, from names, sizes and times alone."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lineage_pipeline.bronze.tasks import LandingFile, ScannedPart, SegmentTask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SUFFIXES: Final = tuple(
    suffix + packed for suffix in (".json", ".ndjson", ".jsonl") for packed in ("", ".gz", ".zst")
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in landing/ that is not read: where, and why."""

    source_file: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """What the lake knows of a file: size and time when last read, and the parts read."""

    file_bytes: int
    modified_ns: int
    parts: tuple[ScannedPart, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of some landing folders, in the order of their names, and what was left out."""

    files: tuple[LandingFile, ...]
    skipped: tuple[Skipped, ...]


def list_landing(root: Path, landing: Path, sources: Iterable[str]) -> Listing:
    """Return every admissible file below the landing folders of `sources`."""
    files: list[LandingFile] = []
    skipped: list[Skipped] = []
    for source in sources:
        for entry in _walk(landing / source, root, skipped):
            name = _name(entry.path, root)
            if reason := _reason_to_skip(entry):
                skipped.append(Skipped(_readable(name), reason))
                continue
            seen = entry.stat()
            path = root / name
            files.append(LandingFile(source, path, name, seen.st_size, seen.st_mtime_ns))
    files.sort(key=lambda file: file.source_file)
    return Listing(tuple(files), tuple(sorted(skipped, key=lambda skip: skip.source_file)))


def new_segments(listing: Listing, scanned: Mapping[str, ScannedFile]) -> tuple[SegmentTask, ...]:
    """Return what to scan: files never read, or changed in size or time since they were."""
    tasks = []
    for file in listing.files:
        before = scanned.get(file.source_file)
        if before is None:
            tasks.append(SegmentTask(file))
        elif (before.file_bytes, before.modified_ns) != (file.size_bytes, file.modified_ns):
            tasks.append(SegmentTask(file, before.parts))
    return tuple(tasks)


def _walk(folder: Path, root: Path, skipped: list[Skipped]) -> Iterator[os.DirEntry[str]]:
    """Yield every entry below `folder` that is not a folder itself; note what cannot be listed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        reason = f"the folder cannot be listed: {error.strerror}"
        skipped.append(Skipped(_readable(_name(folder, root)), reason))
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name.endswith(SUFFIXES):
                reason = "a folder named like a file; the files in it are read"
                skipped.append(Skipped(_readable(_name(entry.path, root)), reason))
            yield from _walk(folder / entry.name, root, skipped)
        else:
            yield entry


def _name(path: str | Path, root: Path) -> str:
    """Return how tables and remarks name what lies in the workspace."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def _readable(name: str) -> str:
    """Return the name with bytes that are not UTF-8 spelled out."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _reason_to_skip(entry: os.DirEntry[str]) -> str | None:
    if not entry.name.isprintable() and _readable(entry.name) != entry.name:
        return "its name is not UTF-8"
    if entry.name.startswith("."):
        return "hidden, as unfinished files are"
    if entry.is_symlink():
        return "a symbolic link; put the file itself into landing/"
    if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        return "not a regular file"
    if not entry.name.endswith(SUFFIXES):
        return f"its name ends in none of {', '.join(SUFFIXES)}"
    return None
