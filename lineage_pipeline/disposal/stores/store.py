"""What every store is asked: the pieces of an object, their content, and to delete one of them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime


class Piece(msgspec.Struct, frozen=True, order=True):
    """A part of an object that is deleted by itself.

    Attributes:
        place: where it lies below its namespace.
        version: tells it from what else lay there, or will lie there.
        size_bytes: its size.
    """

    place: str
    version: str
    size_bytes: int


class LeftError(Exception):
    """Raised where a piece is left as it is, for a reason that people are told."""


class GoneError(LeftError):
    """Raised where there is nothing of a piece."""


class Store(Protocol):
    """Keeps the objects of one namespace.

    Attributes:
        kind: what it is, such as s3.
        method: how it deletes, for certificates.
        not_covered: what a deletion there does not reach.
    """

    kind: str
    method: str
    not_covered: tuple[str, ...]

    def pieces(self, name: str) -> list[Piece]:
        """Return the pieces of an object, in order; none if nothing of it is there.

        Raises:
            LeftError: the name leads elsewhere, or the store cannot be asked.
        """
        ...

    def content(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of a piece, some at a time.

        Raises:
            LeftError: it is gone, another lies in its place, or it cannot be read.
        """
        ...

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return if the store lets a piece be deleted.

        Raises:
            LeftError: it is locked there.
        """
        ...

    def delete(self, piece: Piece) -> None:
        """Delete a piece for good; one that is gone already is no error.

        Raises:
            LeftError: another lies in its place, or the store refuses.
        """
        ...

    def clear(self, name: str) -> None:
        """Remove what is left of an object whose pieces are gone, such as empty folders."""
        ...


class Filled(Store, Protocol):
    """A store in which something can be put as well."""

    def put(self, place: str, content: Iterable[bytes], modified_ns: int | None = None) -> None:
        """Put a piece where nothing lies, whole when this returns, or not at all.

        Who dies meanwhile may leave bytes that are no piece; `forget` takes them away.

        Args:
            place: where, below its namespace.
            content: its bytes; whatever reading them raises, nothing is put.
            modified_ns: when it was changed last, in nanoseconds since 1970, if the store keeps it.

        Raises:
            LeftError: something lies there, or the store refuses.
        """
        ...

    def forget(self, place: str) -> None:
        """Take away what was begun to be put at a place and never ended.

        Raises:
            LeftError: the store refuses.
        """
        ...


def pieces_digest(pieces: Iterable[Piece]) -> str:
    """Return the SHA-256 that stands for exactly these pieces, in hex digits."""
    return sha256(msgspec.json.encode(sorted(pieces))).hexdigest()


def content_digest(store: Store, piece: Piece) -> str:
    """Return the SHA-256 of the bytes of a piece, in hex digits.

    Raises:
        LeftError: it cannot be read.
    """
    digest = sha256()
    for some in store.content(piece):
        digest.update(some)
    return digest.hexdigest()
