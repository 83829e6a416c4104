"""The work of one scan in parts that keep every core busy: large files cut, small ones together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.landing.storage import open_range

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from lineage_pipeline.landing.files import LandingFile, SegmentTask

SMALLEST_TASK_BYTES: Final = 16 << 20
FILE_COST_BYTES: Final = 16 << 10
"""What opening a file costs, as bytes that could have been read instead."""

_LEAST: Final = 16
"""A part of a file is at least this part of what one call of the kernel should read."""
_WINDOW_BYTES: Final = 1 << 20
_LOG_OF_CLOUDTRAIL: Final = "_CloudTrail_"
"""In the names of log files of which digests tell the hash: it is that of the whole file."""
_RAW: Final = msgspec.json.Decoder(msgspec.Raw)


def plan_tasks(
    segments: Iterable[SegmentTask], target_bytes: int, *, whole: Container[str] = ()
) -> list[tuple[SegmentTask, ...]]:
    """Return the segments in groups, one for each call of the kernel, large new files cut.

    Args:
        segments: what to scan.
        target_bytes: how much one call of the kernel should read.
        whole: files that must not be cut: their records do not end where lines do.
    """
    groups: list[tuple[SegmentTask, ...]] = []
    group: list[SegmentTask] = []
    filled = 0
    for segment in segments:
        rest = segment
        while (
            parts := _cut(rest, target_bytes - filled, target_bytes // _LEAST, whole)
        ) is not None:
            first, rest = parts
            groups.append((*group, first))
            # What this one reads too much, the next one reads less.
            group, filled = [], filled + first.size_bytes - target_bytes
        cost = rest.size_bytes + FILE_COST_BYTES
        if group and filled + cost // 2 > target_bytes:
            groups.append(tuple(group))
            group, filled = [], 0
        group.append(rest)
        filled += cost
    return [*groups, tuple(group)]


def task_bytes(segments: Iterable[SegmentTask], workers: int) -> int:
    """Return how much one call of the kernel should read, so that all workers end together.

    One task for each worker: facets that several tasks meet are worked through in each of them.
    """
    total = sum(segment.size_bytes + FILE_COST_BYTES for segment in segments)
    return max(-(-total // workers), SMALLEST_TASK_BYTES)


def _cut(
    segment: SegmentTask, room: int, least: int, whole: Container[str]
) -> tuple[SegmentTask, SegmentTask] | None:
    """Return the segment in two, cut where a line begins and `room` is full; None if it is whole.

    Args:
        segment: what to cut.
        room: how much the first part should have.
        least: how much each part must have, to be worth a cut.
        whole: files that must not be cut.
    """
    file = segment.file
    is_cut = (
        segment.size_bytes > max(room, 0) + least
        and not segment.scanned
        and not file.location.endswith((".gz", ".zst"))
        and _LOG_OF_CLOUDTRAIL not in file.source_file
        and file.source_file not in whole
    )
    stop = _line_start(file, segment.start + max(room, least)) if is_cut else None
    if stop is None or not segment.start < stop < file.size_bytes:
        return None
    return segment._replace(stop=stop), segment._replace(start=stop)


def _line_start(file: LandingFile, near: int) -> int | None:
    """Return where the first line behind `near` begins; None where lines are no records there."""
    try:
        reader = open_range(file.location, near, near + _WINDOW_BYTES)
        try:
            window = reader.read(_WINDOW_BYTES)
        finally:
            reader.close()
    except OSError:
        return None
    line_end = window.find(b"\n")
    if line_end < 0:
        return None
    line, newline, _ = window[line_end + 1 :].partition(b"\n")
    try:
        if newline:
            _RAW.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None
    return near + line_end + 1 if line.startswith(b"{") else None
