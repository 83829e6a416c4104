"""What a poll brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Pulled(NamedTuple):
    """What one poll of one registry brought.

    Attributes:
        registry: its namespace.
        counts: how many entries each listing has, by what it lists.
        file_count: how many files landed.
        size_bytes: how long they are together.
    """

    registry: str
    counts: Mapping[str, int]
    file_count: int
    size_bytes: int
