"""Lines of landing files that no table was read from: which of them are records by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.landing.storage import landed_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.erasure.landed import Span
    from lineage_pipeline.formats.compression import LandingStream
    from lineage_pipeline.paths import WorkspacePaths

CHUNK: Final = 1 << 20
LONGEST: Final = 32 << 20
"""Bytes of a line; what is longer is not judged, and people decide about it."""
_JSON: Final = (".json", ".ndjson", ".jsonl", ".log")


def line_records(
    paths: WorkspacePaths, source_file: str, spans: Sequence[Span], max_ratio: int
) -> Iterator[tuple[Span, bool]]:
    """Yield the lines in which these spans stand, and whether each is a JSON object by itself.

    A span that goes over several lines, or in a line that is too long, is given as it is.

    Args:
        paths: the workspace.
        source_file: the file.
        spans: in order, in decompressed bytes.
        max_ratio: how many times as many bytes may come out of it if it is compressed.
    """
    if not spans:
        return
    file = paths.root / source_file
    is_json = source_file.removesuffix(".gz").removesuffix(".zst").endswith(_JSON)
    left = list(spans)
    with landed_stream(file, max_ratio) as stream:
        for start, line in _lines(stream):
            end = start + len(line)
            inside = [span for span in left if start <= span[0] and span[1] <= end]
            if inside:
                left = [span for span in left if span not in inside]
                yield (start, end), is_json and _is_object(line)
    for span in left:
        yield span, False


def _lines(stream: LandingStream) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a stream, each with its offset; what is too long is left out."""
    window, base, is_long = b"", 0, False
    while chunk := stream.read(CHUNK):
        *whole, window_ = (window + chunk).split(b"\n")
        for line in whole:
            if not is_long:
                yield base, line
            base, is_long = base + len(line) + 1, False
        window = window_
        if len(window) > LONGEST:
            base, window, is_long = base + len(window), b"", True
    if window and not is_long:
        yield base, window


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, RecursionError):
        return False
