"""Files that may be scanned, as they are found, and what is left out with the reason."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from lineage_pipeline.landing.files import LandingFile
from lineage_pipeline.landing.objects import S3
from lineage_pipeline.paths import (
    CLOUDTRAIL_FOLDER,
    COMPLIANCE_FOLDER,
    GENERIC_FOLDER,
    REGISTRATION_FOLDER,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lineage_pipeline.landing.objects import StoredObject

PACKINGS: Final = ("", ".gz", ".zst")
SUFFIXES: Final = tuple(
    suffix + packed for suffix in (".json", ".ndjson", ".jsonl") for packed in PACKINGS
)
_LOGS: Final = tuple(f".log{packed}" for packed in PACKINGS)
_SIGNATURES: Final = tuple(f".json{packed}.signature" for packed in PACKINGS)
YAML: Final = tuple(f"{suffix}{packed}" for suffix in (".yaml", ".yml") for packed in PACKINGS)
MORE_SUFFIXES: Final = {
    "audit/mlflow": _LOGS, GENERIC_FOLDER: _LOGS, CLOUDTRAIL_FOLDER: _SIGNATURES,
    REGISTRATION_FOLDER: YAML, COMPLIANCE_FOLDER: YAML,
}  # fmt: skip
"""What else is read of a source: logs that are text, signatures beside digests of log files, and
what people write by hand."""

_BY_NAME: Final = attrgetter("source_file")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not read: where, and why."""

    source_file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Files to scan, in the order of their names, and what was left out."""

    files: tuple[LandingFile, ...]
    skipped: tuple[Skipped, ...]

    def without(self, left_out: Collection[LandingFile], reason: str) -> Listing:
        """Return the listing with some of its files left out, for a reason that it tells."""
        if not left_out:
            return self
        skipped = {*self.skipped, *(Skipped(file.source_file, reason) for file in left_out)}
        return Listing(
            tuple(file for file in self.files if file not in left_out),
            tuple(sorted(skipped, key=_BY_NAME)),
        )


def suffixes_of(source: str) -> tuple[str, ...]:
    """Return how the names of the files of a source may end."""
    return SUFFIXES + MORE_SUFFIXES.get(source, ())


def readable(name: str) -> str:
    """Return the name with bytes that are not UTF-8 spelled out."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


class Gathering:
    """What has been found so far in places of one source or several."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._files: list[LandingFile] = []
        self._skipped: list[Skipped] = []

    def listing(self) -> Listing:
        """Return what was found, each name once."""
        self._files.sort(key=_BY_NAME)
        self._skipped.sort(key=_BY_NAME)
        files = {file.source_file: file for file in self._files}
        return Listing(tuple(files.values()), tuple(dict.fromkeys(self._skipped)))

    def folder(self, place: str, name: str, source: str) -> None:
        """Gather all below the folder at `place`, which tables call `name`; it may be missing."""
        pending = [(place, name)]
        while pending:
            place, name = pending.pop()
            prefix = "" if name == "." else f"{name}/"
            try:
                with os.scandir(place) as entries:
                    pending += self._entries(entries, f"{place.rstrip('/')}/", prefix, source)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._skip(name, f"the folder cannot be listed: {error.strerror}")

    def file(self, place: str, name: str, source: str, seen: os.stat_result) -> None:
        """Take a file as it is."""
        self._files.append(LandingFile(source, place, name, seen.st_size, seen.st_mtime_ns))

    def match(self, place: str, name: str, source: str, seen: os.stat_result) -> None:
        """Take a file, or skip it with the reason."""
        if reason := _reason_to_skip(place.rpartition("/")[2], source, seen.st_mode):
            self._skip(name, reason)
        else:
            self.file(place, name, source, seen)

    def object(self, bucket: str, found: StoredObject, source: str, *, is_named: bool) -> None:
        """Take an object, or skip it with the reason unless it was asked for by its own name."""
        uri, label = f"{S3}{bucket}/{found.key}", found.key.rpartition("/")[2]
        reason = None if is_named else _reason_to_skip(label, source, stat.S_IFREG)
        if reason is None:
            self._files.append(LandingFile(source, uri, uri, found.size_bytes, found.modified_ns))
        elif label or found.size_bytes:
            self._skip(uri, reason)

    def _entries(
        self, entries: Iterable[os.DirEntry[str]], place: str, prefix: str, source: str
    ) -> list[tuple[str, str]]:
        """Take or skip what is no folder; return the folders."""
        folders: list[tuple[str, str]] = []
        suffixes, take = suffixes_of(source), self._files.append
        for entry in entries:
            label = entry.name
            name = prefix + label
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders += self._subfolder(place + label, name, suffixes)
                    continue
                seen = entry.stat(follow_symlinks=False)
                # The usual case first and without a call: there may be 100,000 of them.
                if (
                    label.endswith(suffixes)
                    and label[0] != "."
                    and label.isascii()
                    and stat.S_ISREG(seen.st_mode)
                ):
                    take(LandingFile(source, place + label, name, seen.st_size, seen.st_mtime_ns))
                else:
                    self.match(place + label, name, source, seen)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._skip(name, f"it cannot be looked at: {error.strerror}")
        return folders

    def _subfolder(self, place: str, name: str, suffixes: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the folder, unless nothing in it could be named."""
        if not place.isascii() and readable(place) != place:
            self._skip(name, "the folder's name is not UTF-8; nothing in it is read")
            return []
        if name.endswith(suffixes):
            self._skip(name, "a folder named like a file; the files in it are read")
        return [(place, name)]

    def _skip(self, name: str, reason: str) -> None:
        self._skipped.append(Skipped(readable(name), reason))


def _reason_to_skip(label: str, source: str, mode: int) -> str | None:
    """Return why what is called `label` is not read, None if it is."""
    suffixes = suffixes_of(source)
    reasons = (
        (readable(label) != label, "its name is not UTF-8"),
        (label.startswith("."), "hidden, as unfinished files are"),
        (stat.S_ISLNK(mode), "a symbolic link; put the file itself in its place"),
        (not stat.S_ISREG(mode), "not a regular file"),
        (not label.endswith(suffixes), f"its name ends in none of {', '.join(suffixes)}"),
    )
    return next((reason for holds, reason in reasons if holds), None)
