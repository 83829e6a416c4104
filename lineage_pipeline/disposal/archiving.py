"""Objects moved into the archive: each piece copied, read back, compared, and then deleted.

What is about to be moved is noted and durable before anything is copied, so that every byte in the
archive has been named, and who died is gone on with. A piece may lie in both places, never in none.
"""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.disposal.archives.archive import Copy, copy_name
from lineage_pipeline.disposal.archives.copies import names_of
from lineage_pipeline.disposal.archives.moves import Move
from lineage_pipeline.disposal.archives.packing import SpoiledError
from lineage_pipeline.disposal.landed import Reading
from lineage_pipeline.disposal.saying import say
from lineage_pipeline.disposal.stores.landing import Landing
from lineage_pipeline.disposal.stores.s3 import MARKER, Bucket
from lineage_pipeline.disposal.stores.store import (
    GoneError,
    LeftError,
    Piece,
    content_digest,
)
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.lake.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from lineage_pipeline.disposal.archives.archive import Archive
    from lineage_pipeline.disposal.stores.opening import Stores
    from lineage_pipeline.disposal.stores.store import Filled
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When

MOST_PIECES: Final = 100_000
"""Pieces of one object that an act names one by one."""


class Archiver:
    """Moves objects, one at a time; whoever calls holds the lock of holds."""

    def __init__(
        self,
        workspace: Workspace,
        stores: Stores,
        said: Statement,
        when: When,
        *,
        plan: str | None = None,
        files: Collection[str] = (),
        hear: Callable[[str], None] = lambda _: None,
        token: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """Move objects of a workspace.

        Args:
            workspace: whose.
            stores: where they lie, and the archive.
            said: who moves them.
            when: the time.
            plan: the digest of the plan by which; None if by none.
            files: the landing files that may be moved, by their names.
            hear: told of each act that is kept.
            token: tells a move from every other, in 16 hex digits.
        """
        self._workspace = workspace
        self._stores = stores
        self._said = said
        self._when = when
        self._plan = plan
        self._hear = hear
        self._token = token
        self._files = files

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._workspace, self._files)

    def begun(self, object_id: str) -> Move | None:
        """Return the move of an object that was begun and not ended."""
        return next(
            (move for move in self._stores.moves(object_id)[:1] if move.state == "begun"), None
        )

    def foreseen(self, object_id: str) -> int:
        """Return how many bytes moving an object would free.

        Raises:
            LeftError: it would be left.
        """
        archive, store, name = self._places(object_id)
        lying = self._lying(store, name)
        begun = self.begun(object_id)
        if not lying and not (begun and self._kept(archive, begun, lying)):
            raise LeftError("nothing of it lies in the store")
        return sum(piece.size_bytes for piece in lying)

    def move(self, object_id: str) -> int:
        """Move an object; return how many bytes lie in the archive that did not before.

        Raises:
            LeftError: some of it is left where it lay, or all.
        """
        archive, store, name = self._places(object_id)
        lying = self._lying(store, name)
        begun = self.begun(object_id)
        freed = 0
        if begun is not None and {*_as_pieces(begun)} != {*lying}:
            # Others have been at work: what is here of both is moved as it was noted.
            if kept := self._kept(archive, begun, lying):
                freed += self._end(archive, store, name, begun._replace(pieces=kept), lying)
            else:
                self._drop(archive, begun)
            begun, lying = None, self._lying(store, name)
            if not lying and freed:
                return freed
        if not lying:
            raise LeftError("nothing of it lies in the store")
        begun = begun or self._begin(archive, store, object_id, lying)
        freed += self._end(archive, store, name, begun, lying)
        if left := store.pieces(name):
            raise LeftError(f"{left[0].place}: is there again, or still; ask for it again")
        return freed

    def _places(self, object_id: str) -> tuple[Archive, Filled, str]:
        archive = self._stores.archive
        if archive is None:
            raise LeftError("there is no archive; name one as [archive] target in lineage.toml")
        store, name = self._stores.original(object_id)
        if store is None:
            raise LeftError("lies in no store of the settings, from which it could be moved")
        for move in self._stores.moves(object_id):
            if move.archive != archive.target:
                raise LeftError(
                    f"copies of it lie in {move.archive}; name that as [archive] target"
                )
        return archive, store, name

    def _lying(self, store: Filled, name: str) -> list[Piece]:
        """Return the pieces that lie in the store, all of which may be moved."""
        pieces = store.pieces(name)
        if len(pieces) > MOST_PIECES:
            raise LeftError(f"has {len(pieces)} pieces, more than {MOST_PIECES}")
        if isinstance(store, Bucket) and _has_past(pieces):
            raise LeftError(
                "has a past in its bucket, versions or delete markers, and would lose it"
            )
        for piece in pieces:
            store.require_free(piece, self._when.now())
            if isinstance(store, Landing):
                self._reading.require_read(store, piece)
        return pieces

    def _begin(
        self, archive: Archive, store: Filled, object_id: str, lying: Sequence[Piece]
    ) -> Move:
        """Note what is about to be moved; what lies in the archive already is called as it is."""
        token = self._token()
        known = {
            copy.sha256: copy.stored_as
            for move in self._stores.moves(object_id)
            if move.state in ("archived", "restored")
            for copy in move.pieces
        }
        pieces = tuple(
            Copy(
                place=piece.place,
                version=piece.version,
                size_bytes=piece.size_bytes,
                sha256=digest,
                stored_as=known.get(digest) or copy_name(digest, token),
            )
            for piece in lying
            for digest in (content_digest(store, piece),)
        )
        begun = Move(object_id, token, "begun", store.kind, archive.target, self._plan, pieces)
        self._say("archiving", begun)
        return begun

    def _end(
        self, archive: Archive, store: Filled, name: str, begun: Move, lying: Sequence[Piece]
    ) -> int:
        """Copy what was noted, compare, delete where it lay, and say so; return the bytes."""
        there, noted = {*lying}, {*_as_pieces(begun)}
        stored = tuple(
            self._copied(archive, store, copy, is_there=piece in there)
            for copy, piece in zip(begun.pieces, _as_pieces(begun), strict=True)
        )
        # No scan is to find a file and miss it a moment later.
        with exclusive(self._workspace.paths.lock, wait=True):
            for piece in lying:
                if piece in noted:
                    store.delete(piece)
        store.clear(name)
        self._say("archived", begun._replace(pieces=stored))
        return sum(copy.size_bytes for copy in stored)

    def _copied(self, archive: Archive, store: Filled, copy: Copy, *, is_there: bool) -> Copy:
        """Return a copy that was read back in full and is what lay in the store."""
        archive.forget(copy.stored_as)
        try:
            found = archive.measured(copy)
        except (GoneError, SpoiledError):
            if not is_there:
                raise
            archive.delete(copy.stored_as)
            archive.put(
                copy.stored_as, store.content(Piece(copy.place, copy.version, copy.size_bytes))
            )
            found = archive.measured(copy)
        return msgspec.structs.replace(
            copy, stored_bytes=found.size_bytes, stored_sha256=found.sha256
        )

    def _kept(self, archive: Archive, begun: Move, lying: Sequence[Piece]) -> tuple[Copy, ...]:
        """Return what of a move that was begun is to be ended, as not all of it lies there now.

        Nothing if all that was noted is there still, beside what came later: that begins anew.
        """
        there = {*lying}
        if {*_as_pieces(begun)} <= there:
            return ()
        return tuple(
            copy
            for copy, piece in zip(begun.pieces, _as_pieces(begun), strict=True)
            if piece in there or _is_whole(archive, copy)
        )

    def _drop(self, archive: Archive, begun: Move) -> None:
        """Delete the copies of a move that is given up, but for those that were there before."""
        others = [move for move in self._stores.moves(begun.object_id) if move.move != begun.move]
        for stored_as in {*names_of([begun])} - {*names_of(others)}:
            archive.delete(stored_as)

    def _say(self, name: str, move: Move) -> None:
        data: Mapping[str, Any] = {
            **self._said.data,
            "move": move.move,
            "archive": move.archive,
            "store": move.store,
            "pieces": tuple(_told(copy) for copy in move.pieces),
            "plan_sha256": self._plan or move.plan_sha256,
        }
        at = microseconds(self._when.now())
        self._hear(say(self._workspace, name, move.object_id, data, at))


def _as_pieces(move: Move) -> list[Piece]:
    return [Piece(copy.place, copy.version, copy.size_bytes) for copy in move.pieces]


def _has_past(pieces: Sequence[Piece]) -> bool:
    """Return whether a key has more than one version, or was deleted."""
    is_deleted = any(piece.version.endswith(MARKER) for piece in pieces)
    return is_deleted or len({piece.place for piece in pieces}) < len(pieces)


def _is_whole(archive: Archive, copy: Copy) -> bool:
    try:
        archive.measured(copy)
    except (GoneError, SpoiledError):
        return False
    return True


def _told(copy: Copy) -> dict[str, Any]:
    """Return a copy as acts tell of it, without what is not known of it yet."""
    told: dict[str, Any] = msgspec.structs.asdict(copy)
    return {key: value for key, value in told.items() if value is not None}
