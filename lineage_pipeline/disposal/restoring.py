"""Archived objects brought back to where they lay, and how it was seen that they are the same.

What lies in the archive stays there until its object is disposed of: whoever archives it again
finds it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.landed import Reading
from lineage_pipeline.disposal.resolution import known_object
from lineage_pipeline.disposal.saying import say
from lineage_pipeline.disposal.standing import Outcome
from lineage_pipeline.disposal.stores.landing import Landing
from lineage_pipeline.disposal.stores.opening import Stores
from lineage_pipeline.disposal.stores.s3 import Bucket
from lineage_pipeline.disposal.stores.store import LeftError, Piece, content_digest
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.release.acting import bring_up_to_date

if TYPE_CHECKING:
    from lineage_pipeline.disposal.archives.archive import Archive, Copy
    from lineage_pipeline.disposal.archives.moves import Move
    from lineage_pipeline.disposal.stores.store import Filled
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When


class _Place(NamedTuple):
    """Where an object is to be brought back to, and what of it lies there already."""

    archive: Archive
    store: Filled
    name: str
    move: Move
    lying: dict[str, Piece]


def restore(
    workspace: Workspace, asked: str, said: Statement, when: When, *, execute: bool
) -> Outcome:
    """Bring an archived object back to where it lay, or say what that would do.

    Nothing that lies there is overwritten: what is the same counts as brought back, and anything
    else keeps the whole object where it is.

    Args:
        workspace: whose.
        asked: the object.
        said: who restores it.
        when: the time.
        execute: restore; without it the copies are read and compared, and nothing is written.

    Returns:
        What became of it; its reason says by what it was seen that the bytes are the same.

    Raises:
        ConfigError: there is no such object, or it lies in no archive.
        BusyError: another process archives, restores, or carries out a plan.
    """
    bring_up_to_date(workspace, when)
    if not execute:
        return _Restoring(workspace, asked, said, when).foreseen()
    with exclusive(workspace.paths.disposal_lock, wait=False):
        done = _Restoring(workspace, asked, said, when).restored()
    bring_up_to_date(workspace, when)
    return done


class _Restoring:
    """An object being restored."""

    def __init__(self, workspace: Workspace, asked: str, said: Statement, when: When) -> None:
        self._workspace = workspace
        self._said = said
        self._when = when
        with pipeline.open_warehouse(workspace.paths) as warehouse:
            self._object = known_object(warehouse, asked, when.now())
        self._stores = Stores(workspace)

    def foreseen(self) -> Outcome:
        """Return what restoring the object would do."""
        try:
            place = self._place()
            if _is_back(place):
                return self._back()
            for copy in place.move.pieces:
                place.archive.measured(copy)
        except LeftError as error:
            return Outcome(self._object, "left", str(error))
        proof = f"{len(place.move.pieces)} copies hold what was signed when they were archived"
        return Outcome(self._object, "to be restored", proof, _size(place))

    def restored(self) -> Outcome:
        """Restore the object."""
        try:
            place = self._place()
            if _is_back(place):
                return self._back()
            for copy in place.move.pieces:
                place.store.forget(copy.place)
                if copy.place not in place.lying:
                    is_dated = not isinstance(place.store, Bucket)
                    modified_ns = int(copy.version, 16) if is_dated else None
                    place.store.put(copy.place, place.archive.content(copy), modified_ns)
            proofs = self._proofs(place)
        except LeftError as error:
            return Outcome(self._object, "left", str(error))
        return Outcome(self._object, "restored", "; ".join(proofs), _size(place))

    def _back(self) -> Outcome:
        return Outcome(self._object, "restored before", "lies where it lay")

    def _place(self) -> _Place:
        """Return where the object goes, if nothing else lies there.

        Raises:
            LeftError: something else does, or the store or the archive is not named.
        """
        moves = self._stores.moves(self._object)
        move = next((one for one in moves if one.state in ("archived", "restored")), None)
        if move is None:
            begun = "; moving it there was begun: archive it again" if moves else ""
            raise ConfigError(f"{self._object}: lies in no archive{begun}")
        archive = self._stores.archive
        if archive is None or archive.target != move.archive:
            raise LeftError(f"its copies lie in {move.archive}, which [archive] does not name")
        store, name = self._stores.original(self._object)
        if store is None:
            raise LeftError("lies in no store of the settings, to which it could be brought back")
        noted = {copy.place: copy for copy in move.pieces}
        lying = {piece.place: piece for piece in store.pieces(name)}
        for piece in lying.values():
            copy = noted.get(piece.place)
            if copy is None or not _is_same(store, piece, copy):
                raise LeftError(f"{piece.place}: something else lies there; move that away first")
        return _Place(archive, store, name, move, lying)

    def _proofs(self, place: _Place) -> list[str]:
        """Read what was restored, compare it, keep that it was; return by what it was seen.

        Raises:
            LeftError: it is not the same.
        """
        lying = {piece.place: piece for piece in place.store.pieces(place.name)}
        told = []
        for copy in place.move.pieces:
            piece = lying.get(copy.place)
            if piece is None or content_digest(place.store, piece) != copy.sha256:
                raise LeftError(f"{copy.place}: was changed as soon as it was restored")
            told.append(
                {
                    **msgspec.structs.asdict(piece),
                    "sha256": copy.sha256,
                    "stored_as": copy.stored_as,
                }
            )
        proofs = [f"{len(told)} SHA-256 of what was read back are those signed by the log's key"]
        remarks = []
        if isinstance(place.store, Landing):
            try:
                reading = Reading(self._workspace, [place.name])
                count = reading.require_read(place.store, lying[place.name])
            except LeftError as error:
                # Another file of its name was read since; the signed digest stands all the same.
                remarks.append(f"not compared with what was sealed of it in the lake: {error}")
            else:
                proofs.append(f"{count} SHA-256 of segments are those sealed when it was scanned")
        data = {
            **self._said.data,
            "move": place.move.move,
            "archive": place.move.archive,
            "store": place.move.store,
            "pieces": told,
            "proofs": proofs,
        }
        say(self._workspace, "restored", self._object, data, microseconds(self._when.now()))
        return [*proofs, *remarks]


def _is_back(place: _Place) -> bool:
    """Return whether an object was restored before, and lies there still."""
    return place.move.state == "restored" and len(place.lying) == len(place.move.pieces)


def _is_same(store: Filled, piece: Piece, copy: Copy) -> bool:
    """Return whether what lies there is what is to be brought back."""
    if piece.size_bytes != copy.size_bytes:
        return False
    if isinstance(store, Landing) and piece.version != copy.version:
        return False
    return content_digest(store, piece) == copy.sha256


def _size(place: _Place) -> int:
    return sum(copy.size_bytes for copy in place.move.pieces)
