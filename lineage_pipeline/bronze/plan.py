"""The work of one scan in parts that keep every core busy: large files cut, small ones together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.bronze.storage import open_range
from lineage_pipeline.bronze.tasks import SegmentTask

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from lineage_pipeline.bronze.tasks import LandingFile

SMALLEST_TASK_BYTES: Final = 16 << 20
LARGEST_TASK_BYTES: Final = 256 << 20
FILE_COST_BYTES: Final = 16 << 10
"""What opening a file costs, as bytes that could have been read instead."""

_WINDOW_BYTES: Final = 1 << 20
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
        for part in _cut(segment, target_bytes, whole):
            cost = part.size_bytes + FILE_COST_BYTES
            if group and filled + cost > target_bytes * 5 // 4:
                groups.append(tuple(group))
                group, filled = [], 0
            group.append(part)
            filled += cost
    return [*groups, tuple(group)] if group else groups


def task_bytes(segments: Iterable[SegmentTask], workers: int) -> int:
    """Return how much one call of the kernel should read, so that all workers end together.

    Two tasks for each worker: fewer, and those that start late end late; more, and facets that all
    tasks meet are worked through more often.
    """
    total = sum(segment.size_bytes + FILE_COST_BYTES for segment in segments)
    return min(max(total // (2 * workers), SMALLEST_TASK_BYTES), LARGEST_TASK_BYTES)


def _cut(segment: SegmentTask, target: int, whole: Container[str]) -> Iterator[SegmentTask]:
    """Yield ranges of the segment that begin and end at line breaks, or the segment itself."""
    file = segment.file
    size = file.size_bytes
    is_cut = (
        size > target * 5 // 4
        and not segment.scanned
        and not file.location.endswith((".gz", ".zst"))
        and file.source_file not in whole
    )
    if not is_cut:
        yield segment
        return
    start = 0
    parts = -(-size // target)
    for number in range(1, parts):
        stop = _line_start(file, size * number // parts)
        if stop is not None and stop > start:
            yield SegmentTask(file, start=start, stop=stop)
            start = stop
    yield SegmentTask(file, start=start, stop=None)


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
