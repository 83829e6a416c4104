"""Where records go on behind a value that is broken, so that it costs that record alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.rejection import malformed, too_large

if TYPE_CHECKING:
    from lineage_pipeline.formats.rejection import Problem
    from lineage_pipeline.formats.window import Window

_COMMA: Final = ord(",")
_NEWLINE: Final = re.compile(rb"\n")
_WIDEST_INDENT: Final = 64
_HEAD: Final = re.compile(rb'\{\s*"[^"\\]{1,64}"\s*:')


def next_record(window: Window) -> re.Pattern[bytes]:
    """Return what the line break before a sibling looks like: it is indented no differently."""
    text, at = window.text, window.at
    start = text.rfind(b"\n", max(0, at - _WIDEST_INDENT), at) + 1
    indent = text[start:at] if start else b""
    return re.compile(rb"\n" + (b"" if indent.strip() else indent) + rb"(?=[{\[])")


def step_over(
    window: Window, broken_at: int, reason: str, sibling: re.Pattern[bytes], limit: int
) -> tuple[int, int, Problem]:
    """Move behind the broken value at hand: to the next sibling, or the next line.

    Returns where in the file the value begins, its size, and what is wrong with it.

    Args:
        window: the stream, at the value's first byte.
        broken_at: where in the file it turned out to be broken.
        reason: what the decoder says of it.
        sibling: what the line break before the next record looks like.
        limit: how long a record may be, in bytes.
    """
    start = window.offset
    is_on_line = (end := _sibling_on_line(window, broken_at, limit)) is not None
    if end is None:
        end = _sibling_below(window, broken_at, sibling, limit)
    region = window.text[window.at : end]
    window.at = end
    size = window.offset - start
    if size > limit and not is_on_line:
        return start, size, too_large(size, limit)
    return start, size, malformed(region, reason)


def _sibling_on_line(window: Window, broken_at: int, limit: int) -> int | None:
    """Return where, behind a broken value, one begins on the same line that begins alike."""
    head = _HEAD.match(window.text, window.at)
    if head is None:
        return None
    alike = re.compile(rb"[,}\]]\s*(?=" + re.escape(head[0]) + rb")")
    while True:
        start = max(window.at + 1, broken_at - window.base - 2)
        found = alike.search(window.text, start)
        end = found.start() if found else len(window.text)
        if window.text.find(b"\n", window.at, end) >= 0:
            return None
        if found is not None:
            return end + (window.text[end] != _COMMA)
        if window.is_eof or end - window.at > limit:
            return None
        window.fill()


def _sibling_below(window: Window, broken_at: int, sibling: re.Pattern[bytes], limit: int) -> int:
    """Return where the next line begins, or the sibling if the value is broken further down."""
    end = window.line_end(limit)
    mark = sibling if broken_at > window.base + end else _NEWLINE
    searched = 0
    while (found := mark.search(window.text, window.at + searched)) is None:
        if window.is_eof:
            break
        searched = max(0, len(window.text) - window.at - _WIDEST_INDENT)
        if searched > limit:
            window.at, searched = window.at + searched, 0
        window.fill()
    return found.start() if found else len(window.text)
