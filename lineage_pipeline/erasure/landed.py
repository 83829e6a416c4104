"""Files below landing/ that hold an identifier, packed or not, whoever reads them and whether."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from lineage_pipeline.landing.storage import landed_stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lineage_pipeline.erasure.pattern import Pattern
    from lineage_pipeline.paths import WorkspacePaths

CHUNK: Final = 1 << 20
_AROUND: Final = 16
"""Bytes around an identifier that tell whether it is a whole word."""

Span = tuple[int, int]
"""Where something stands in decompressed bytes: its first byte, and that behind its last."""


class _Read(Protocol):
    def __call__(self, size: int, /) -> bytes: ...


class Landed(NamedTuple):
    """A landing file that holds an identifier.

    Attributes:
        source_file: the file, below the workspace.
        spans: where, as a whole word, in order.
        joined: where it is joined to a longer word, likewise.
        is_named: whether its own name holds one.
        unread: why it could not be read to its end; empty if it could.
    """

    source_file: str
    spans: tuple[Span, ...]
    joined: tuple[Span, ...]
    is_named: bool
    unread: str


def landed_with(paths: WorkspacePaths, pattern: Pattern, max_ratio: int) -> Iterator[Landed]:
    """Yield the files below landing/ that hold an identifier, or could not be read, in order.

    Args:
        paths: the workspace.
        pattern: the identifiers.
        max_ratio: how many times as many bytes may come out of a compressed file.
    """
    for file in sorted(paths.landing.rglob("*")):
        name = file.relative_to(paths.root).as_posix()
        if file.is_symlink():
            yield Landed(name, (), (), pattern.is_near(name), "is a link, which is not followed")
        elif file.is_file():
            found = _searched(file, name, pattern, max_ratio)
            if found.spans or found.joined or found.is_named or found.unread:
                yield found


def _searched(file: Path, name: str, pattern: Pattern, max_ratio: int) -> Landed:
    try:
        with landed_stream(file, max_ratio) as stream:
            found = tuple(spans_in(stream.read, pattern))
            unread = stream.broken[1] if stream.broken else ""
    except OSError as error:
        found, unread = (), error.strerror or "cannot be read"
    spans = tuple(span for span, is_alone in found if is_alone)
    joined = tuple(span for span, is_alone in found if not is_alone)
    return Landed(name, spans, joined, pattern.is_near(name), unread)


def spans_in(read: _Read, pattern: Pattern) -> Iterator[tuple[Span, bool]]:
    """Yield where identifiers stand in a stream, in order, and whether as whole words.

    Args:
        read: returns up to so many bytes, none at the end.
        pattern: the identifiers.
    """
    margin = pattern.longest + _AROUND
    window, base, judged = b"", 0, 0
    while True:
        chunk = read(CHUNK)
        window += chunk
        # What stands nearer to the end may go on in the next chunk.
        sure = base + len(window) - (margin if chunk else 0)
        for start, end in pattern.spans(window):
            if judged < base + end <= sure:
                yield (base + start, base + end), pattern.is_alone(window, start)
        if not chunk:
            return
        judged = max(judged, sure)
        cut = max(0, len(window) - 2 * margin)
        window, base = window[cut:], base + cut


def is_taken_out(paths: WorkspacePaths, name: str, span: Span, max_ratio: int) -> bool:
    """Return whether a record is not in its file any more: blanks are, or the file is gone.

    Args:
        paths: the workspace.
        name: the landing file, as rows name it.
        span: where the record stood, as decompressed.
        max_ratio: how many times as many bytes may come out of the file if it is compressed.
    """
    file = paths.root / name
    if paths.landing not in file.parents or not file.is_file():
        return True
    start, end = span
    try:
        with landed_stream(file, max_ratio) as stream:
            at = stream.skip(start)
            while at < end and (data := stream.read(end - at)):
                if data.strip():
                    return False
                at += len(data)
    except OSError:
        return False
    return True


def keyed_digest(file: Path, ranges: Iterable[Span], key: bytes, max_ratio: int) -> str:
    """Return a digest of parts of a file that only who has the key can make, in hex digits.

    Args:
        file: a landing file.
        ranges: the parts, in order, as decompressed.
        key: without it nobody can try whether a guess of the content is right.
        max_ratio: how many times as many bytes may come out of it if it is compressed.

    Raises:
        OSError: it cannot be read.
    """
    digest = hmac.new(key, digestmod="sha256")
    with landed_stream(file, max_ratio) as stream:
        at = 0
        for start, end in ranges:
            at += stream.skip(start - at)
            while at < end and (data := stream.read(end - at)):
                digest.update(data)
                at += len(data)
    return digest.hexdigest()
