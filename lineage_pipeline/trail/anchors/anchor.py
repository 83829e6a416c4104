"""What an anchor is asked, whatever kind it is, and the rows that it answers with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lineage_pipeline.trail.checkpoints import Checkpoint

Status = Literal["anchored", "held", "consistent", "empty", "disagrees", "unreachable"]
"""What became of a checkpoint at an anchor, or of what the anchor holds.

anchored: it was put there now. held: it was there already. consistent: the log has grown from it.
empty: the anchor holds nothing, and shows nothing. disagrees: it holds what this log cannot have
signed, or has not grown from. unreachable: it did not answer, or took nothing.
"""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class AnchorRow(NamedTuple):
    """What is told of one checkpoint at one anchor; without a size, of the anchor."""

    anchor: str
    size: int | None
    status: Status
    detail: str


class Kept(NamedTuple):
    """A checkpoint that a store holds, before it is read.

    Attributes:
        size: what its name says.
        place: what finds these bytes and no others, such as the version of an object; "" if its
            name alone does.
    """

    size: int
    place: str = ""


class MovedError(Exception):
    """Somebody has put a checkpoint into a store since its names were read: read them again."""


class Store(Protocol):
    """A place that was reached and that keeps checkpoints, each under its size.

    Each of its methods raises AnchorError when it is not answered.
    """

    def kept(self) -> list[Kept]:
        """Return all that is held, also what was replaced or taken away where that still shows."""

    def read(self, kept: Kept) -> bytes:
        """Return the bytes of one of them."""

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:
        """Put a checkpoint there for good; return what is to be told of it.

        Raises:
            MovedError: somebody else has put one there since `kept` was asked.
        """


def size_of(name: str) -> int | None:
    """Return the size that a checkpoint is called by; None of any other name."""
    return int(name) if _SIZE.fullmatch(name) else None


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return a message as it may be shown: on one line, and without secrets."""
    for secret in secrets:
        text = text.replace(secret, "…")
    return " ".join(text.split())
