"""A file that is read as a whole, as what was added to it changes what stood there before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class WholeFile:
    """How far a file was read that is one record: to its end."""

    end_offset: int
    sha256: bytes
    line_count: int
    torn_bytes: int = 0
    is_between_records: bool = True


def read_whole(read: Callable[[int], bytes], limit: int) -> bytes:
    """Return what a file holds, up to one byte more than the limit."""
    content = b""
    while chunk := read(limit + 1 - len(content)):
        content += chunk
    return content


def whole_file(content: bytes) -> WholeFile:
    """Return how far a file was read of which this is all."""
    return WholeFile(len(content), hashlib.sha256(content).digest(), content.count(b"\n"))
