"""A store together with the archived copies of its objects: what is deleted goes from both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.disposal.stores.store import LeftError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from lineage_pipeline.disposal.archives.archive import Archive
    from lineage_pipeline.disposal.archives.moves import Move
    from lineage_pipeline.disposal.stores.store import Filled, Piece

IN_ARCHIVE: Final = "/archive/"
"""What the place of a copy begins with; no place in a store begins with a slash."""


class WithCopies:
    """A store, for one object of which there are copies in the archive, or may be."""

    def __init__(
        self, store: Filled | None, archive: Archive | None, moves: Iterable[Move]
    ) -> None:
        """Take copies for pieces of their object; without `store`, nobody knows where it lay."""
        self._store = store
        self._archive = archive
        self._moves = tuple(moves)
        self.kind = store.kind if store else "archive"
        self.method = "delete"
        self.not_covered: tuple[str, ...] = (
            *(store.not_covered if store else ()),
            *(archive.not_covered if archive else ()),
        )

    def pieces(self, name: str) -> list[Piece]:
        """Return the pieces of the object in its store, then its copies."""
        return [*self._known_store().pieces(name), *self._copies()]

    def content(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of a piece; of a copy, as they are stored."""
        if copy := _copy(piece):
            yield from self._known_archive().stored(copy)
        else:
            yield from self._known_store().content(piece)

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return if the store, or the archive, lets a piece be deleted."""
        if copy := _copy(piece):
            self._known_archive().require_free(copy, now)
        else:
            self._known_store().require_free(piece, now)

    def delete(self, piece: Piece) -> None:
        """Delete a piece, or a copy."""
        if copy := _copy(piece):
            self._known_archive().delete_piece(copy)
        else:
            self._known_store().delete(piece)

    def clear(self, name: str) -> None:
        """Remove what is left of the object, and what was begun to be put and never ended."""
        store = self._known_store()
        for place in {piece.place for move in self._moves for piece in move.pieces}:
            store.forget(place)
        store.clear(name)
        for stored_as in names_of(self._moves):
            self._known_archive().delete(stored_as)

    def _copies(self) -> Iterator[Piece]:
        archive = self._known_archive()
        for move in self._moves:
            if move.archive != archive.target:
                raise LeftError(
                    f"copies of it lie in {move.archive}, and [archive] target names "
                    f"{archive.target}; name the other one"
                )
        for stored_as in names_of(self._moves):
            for piece in archive.pieces(stored_as):
                yield msgspec.structs.replace(piece, place=f"{IN_ARCHIVE}{piece.place}")

    def _known_store(self) -> Filled:
        if self._store is None:
            raise LeftError(
                "copies of it lie in the archive, and no [[disposal.store]] names where it lay; "
                "name that again"
            )
        return self._store

    def _known_archive(self) -> Archive:
        if self._archive is None:
            raise LeftError(
                f"copies of it lie in {self._moves[0].archive}; name that as [archive] target"
            )
        return self._archive


def names_of(moves: Sequence[Move]) -> list[str]:
    """Return how the copies of some moves are called, each once."""
    return sorted({piece.stored_as for move in moves for piece in move.pieces})


def _copy(piece: Piece) -> Piece | None:
    """Return a copy as the archive knows it; None if the piece lies in the store."""
    if not piece.place.startswith(IN_ARCHIVE):
        return None
    return msgspec.structs.replace(piece, place=piece.place.removeprefix(IN_ARCHIVE))
