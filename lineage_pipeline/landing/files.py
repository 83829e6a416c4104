"""A file that may be scanned, and what of it is to be scanned: plain data that processes share."""

from __future__ import annotations

from typing import NamedTuple


class ScannedPart(NamedTuple):
    """A part of the file that was scanned before: where it ended, the digest of its bytes."""

    end_offset: int
    sha256: bytes


class LandingFile(NamedTuple):
    """One file as the listing saw it.

    Attributes:
        source: the landing folder whose formats it may hold, such as `openlineage`.
        location: where it is read: an absolute path, or `s3://bucket/key`.
        source_file: how tables name it: relative to the workspace if it lies there.
        size_bytes: its size when listed.
        modified_ns: its time of change when listed, in nanoseconds since the epoch.
    """

    source: str
    location: str
    source_file: str
    size_bytes: int
    modified_ns: int


class SegmentTask(NamedTuple):
    """What to scan of a file.

    Attributes:
        file: the file.
        scanned: what earlier scans have read of it, from its start on; the rest is scanned.
        start: where a range of a new file begins, behind a line break.
        stop: where the range ends, behind a line break; None for the end of the file.
    """

    file: LandingFile
    scanned: tuple[ScannedPart, ...] = ()
    start: int = 0
    stop: int | None = None

    @property
    def size_bytes(self) -> int:
        """How many stored bytes the task reads."""
        return (self.file.size_bytes if self.stop is None else self.stop) - self.start
