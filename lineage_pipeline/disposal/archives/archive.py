"""An archive: copies put, read back, compared, and deleted, each by a name made of its digest."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.disposal.archives.packing import Counted, SpoiledError, packed, unpacked
from lineage_pipeline.disposal.stores.s3 import MARKER
from lineage_pipeline.disposal.stores.store import GoneError, LeftError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lineage_pipeline.disposal.stores.store import Filled, Piece

NAME: Final = re.compile(r"[0-9a-f]{64}-[0-9a-f]{16}\.zst")
"""The SHA-256 of what a copy holds, and what tells it from others' copies of the same."""


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of an object, as it lay in its store and as it lies in the archive.

    Attributes:
        place: where it lay, below its namespace.
        version: which it was there.
        size_bytes: its size there.
        sha256: the digest of its bytes.
        stored_as: how its copy is called.
        stored_bytes: the size of the copy; None until it was read back.
        stored_sha256: the digest of the copy's bytes; None likewise.
    """

    place: str
    version: str
    size_bytes: int
    sha256: str
    stored_as: str
    stored_bytes: int | None = None
    stored_sha256: str | None = None


class Stored(NamedTuple):
    """A copy as it lies in the archive: its size and the digest of its bytes."""

    size_bytes: int
    sha256: str


def copy_name(content_sha256: str, token: str) -> str:
    """Return how a copy is called; the token of 16 hex digits tells it from others of the same."""
    return f"{content_sha256}-{token}.zst"


class Archive:
    """A place for copies, and nothing else.

    Attributes:
        target: where it lies, as the settings name it.
    """

    def __init__(self, target: str, store: Filled, prefix: str = "") -> None:
        """Keep copies in a store, below a prefix that ends in a slash, if it is not empty."""
        self.target = target
        self._store = store
        self._prefix = prefix

    @property
    def not_covered(self) -> tuple[str, ...]:
        """What a deletion in the archive does not reach."""
        return tuple(f"of the copy in the archive: {one}" for one in self._store.not_covered)

    def pieces(self, name: str) -> list[Piece]:
        """Return what lies under the name of a copy: all versions of it.

        Raises:
            LeftError: it is no name of a copy, or the archive cannot be asked.
        """
        return self._store.pieces(self._place(name))

    def stored(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of what lies there, as they are stored."""
        yield from self._store.content(piece)

    def put(self, name: str, content: Iterable[bytes]) -> None:
        """Put a copy where none is, compressed.

        Raises:
            LeftError: something lies there, or the archive refuses.
        """
        self._store.put(self._place(name), packed(content))

    def measured(self, copy: Copy) -> Stored:
        """Read a copy back in full; return how it is stored.

        Raises:
            SpoiledError: it is not what was put there.
            GoneError: there is none.
            LeftError: the archive cannot be asked.
        """
        return self._whole(copy)[1]

    def content(self, copy: Copy) -> Iterator[bytes]:
        """Yield what a copy holds; whoever has seen its end has seen the same bytes as lay there.

        Raises:
            SpoiledError: it is not what was put there; what was yielded before is worth nothing.
            GoneError: there is none.
            LeftError: the archive cannot be asked.
        """
        versions = self._versions(copy)
        piece = versions[0] if len(versions) == 1 else self._whole(copy)[0]
        yield from self._checked(copy, Counted(self.stored(piece)))

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return if the archive lets what lies there be deleted.

        Raises:
            LeftError: it is locked there.
        """
        self._store.require_free(piece, now)

    def forget(self, name: str) -> None:
        """Take away what was begun to be put under a name and never ended."""
        self._store.forget(self._place(name))

    def delete_piece(self, piece: Piece) -> None:
        """Delete one version of a copy."""
        self._store.delete(piece)

    def delete(self, name: str) -> None:
        """Delete all that lies under the name of a copy, and what was begun to be put there.

        Raises:
            LeftError: it is locked, or the archive refuses.
        """
        self.forget(name)
        for piece in self.pieces(name):
            self._store.delete(piece)

    def _place(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise LeftError(f"{name!r}: is no name of a copy in the archive")
        return f"{self._prefix}{name[:2]}/{name}"

    def _versions(self, copy: Copy) -> list[Piece]:
        found = [piece for piece in self.pieces(copy.stored_as) if MARKER not in piece.version]
        if not found:
            raise GoneError(f"{copy.stored_as}: there is no such copy in {self.target}")
        return found

    def _whole(self, copy: Copy) -> tuple[Piece, Stored]:
        """Return a version of a copy that is what was put there, and how it is stored."""
        why: SpoiledError | None = None
        for piece in self._versions(copy):
            counted = Counted(self.stored(piece))
            try:
                for _ in self._checked(copy, counted):
                    pass
            except SpoiledError as error:
                why = error
            else:
                return piece, Stored(counted.size_bytes, counted.sha256)
        raise why or SpoiledError(copy.stored_as)

    def _checked(self, copy: Copy, stored: Counted) -> Iterator[bytes]:
        digest = sha256()
        try:
            for some in unpacked(stored, copy.size_bytes):
                digest.update(some)
                yield some
        except SpoiledError as error:
            raise SpoiledError(f"{copy.stored_as}: {error}") from None
        if digest.hexdigest() != copy.sha256:
            raise SpoiledError(f"{copy.stored_as}: holds other bytes than went in")
        if copy.stored_sha256 not in (None, stored.sha256):
            raise SpoiledError(f"{copy.stored_as}: is stored otherwise than it was put there")
