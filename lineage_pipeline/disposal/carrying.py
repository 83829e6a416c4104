"""A plan being carried out: each object noted, deleted, looked for, and certified.

What is about to be deleted is noted and durable before anything is, so that who died is gone on
with: exactly the pieces that were noted go, and no object goes without its certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.disposal.archiving import Archiver
from lineage_pipeline.disposal.certificate import HeldPiece, held_piece
from lineage_pipeline.disposal.certifying import certify
from lineage_pipeline.disposal.saying import certificate_told, log_told, pieces_begun, say
from lineage_pipeline.disposal.standing import Outcome, Standing
from lineage_pipeline.disposal.stores.opening import Stores, is_file, is_record
from lineage_pipeline.disposal.stores.store import (
    LeftError,
    Piece,
    pieces_digest,
)
from lineage_pipeline.disposal.together import go, goes_together
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.lake.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lineage_pipeline.disposal.leave import Known, Leave
    from lineage_pipeline.disposal.planning import Item
    from lineage_pipeline.disposal.stores.store import Store
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When

MOST_PIECES: Final = 100_000
"""Pieces of one object; what has more is left to others, with tools for so many."""


class Begun(NamedTuple):
    """An object that is noted as about to be deleted: what is there of it, and what was."""

    item: Item
    store: Store
    pieces: list[Piece]
    held: tuple[HeldPiece, ...]
    started_at: int


class Carrying:
    """A plan that is being carried out."""

    def __init__(
        self, workspace: Workspace, known: Known, leave: Leave, said: Statement, when: When
    ) -> None:
        """Look at what holds for the objects of a plan, for who carries it out.

        Raises:
            ConfigError: a store of the settings is broken.
        """
        self._workspace = workspace
        self._known = known
        self._leave = leave
        self._said = said
        self._when = when
        self._stores = Stores(workspace)
        self._standing = Standing(workspace, self._stores, known.digest, when)
        self._archiver = Archiver(
            workspace,
            self._stores,
            said,
            when,
            plan=known.digest,
            files=[self._stores.original(item.object_id)[1] for item in known.plan.due],
            hear=self._standing.hear,
        )

    @property
    def is_begun(self) -> bool:
        """Whether some object may be half gone: that is finished, though the plan has expired."""
        return self._standing.is_begun or any(map(self._is_half_archived, self._known.plan.due))

    def single(self, items: Sequence[Item]) -> list[Item]:
        """Return the objects that are archived, and those that are deleted one by one."""
        return [
            item for item in items if item.action == "archive" or not goes_together(item.object_id)
        ]

    def foreseen(self, item: Item) -> Outcome:
        """Return what carrying out the plan would do with an object now."""
        if item.action == "archive":
            return self._archived(item, execute=False)
        if left := self._standing.why_left(item, ""):
            return left
        store = self._store_of(item)
        if store is None:
            return Outcome(item.object_id, "to be asked of others", item.reason)
        try:
            pieces = self._pieces_of(item, store)
        except LeftError as error:
            return Outcome(item.object_id, "left", str(error))
        size = sum(piece.size_bytes for piece in pieces)
        return Outcome(item.object_id, "to go", item.reason, size)

    def carry_out(self, item: Item) -> Outcome:
        """Delete an object, or say why it is left."""
        # Whoever places a hold waits for this lock: it stands before an object goes, or after.
        with exclusive(self._workspace.paths.hold_lock, wait=True):
            self._standing.look_again()
            if item.action == "archive":
                return self._archived(item, execute=True)
            if left := self._standing.why_left(item, self._lacking):
                return left
            store = self._store_of(item)
            if store is None:
                self._say("disposal_asked", item, {"action": item.action})
                return Outcome(item.object_id, "asked of others", item.reason)
            try:
                begun = self._begin(item, store)
                for piece in begun.pieces:
                    store.delete(piece)
                store.clear(self._stores.of(item.object_id)[1])
                return self._end(begun)
            except LeftError as error:
                return Outcome(item.object_id, "left", str(error))

    def carry_out_together(self, items: Sequence[Item]) -> tuple[Outcome, ...]:
        """Delete what the workspace itself keeps of the plan's objects, or say why not."""
        alone = {item.object_id for item in self.single(items)}
        outcomes: dict[str, Outcome] = {}
        begun: list[Begun] = []
        own = [item.object_id for item in items if is_record(item.object_id)]
        with exclusive(self._workspace.paths.hold_lock, wait=True):
            self._standing.look_again()
            self._stores.recorded.look_up(own)
            for item in items:
                store, _ = self._stores.of(item.object_id)
                if item.object_id in alone or store is None:
                    continue
                if left := self._standing.why_left(item, self._lacking):
                    outcomes[item.object_id] = left
                    continue
                try:
                    begun.append(self._begin(item, store))
                except LeftError as error:
                    outcomes[item.object_id] = Outcome(item.object_id, "left", str(error))
            if begun:
                names = [one.item.object_id for one in begun]
                reason = f"plan {self._known.digest}"
                try:
                    rest = go(self._workspace, self._stores, names, reason, self._when.now())
                    outcomes |= {one.item.object_id: self._ended(one, rest) for one in begun}
                except LeftError as error:
                    outcomes |= {name: Outcome(name, "left", str(error)) for name in names}
        return tuple(outcomes.values())

    def _archived(self, item: Item, *, execute: bool) -> Outcome:
        """Move an object into the archive, or say what that would do, or why it is left."""
        object_id = item.object_id
        last = next(iter(self._stores.moves(object_id)), None)
        if last and (last.state, last.plan_sha256) == ("archived", self._known.digest):
            return Outcome(object_id, "archived before", "by this plan")
        is_half = self._is_half_archived(item)
        lacking = self._lacking if execute and not is_half else ""
        if left := self._standing.why_left(item, lacking):
            return left
        try:
            if not is_half:
                self._require_planned(item)
            if not execute:
                size = self._archiver.foreseen(object_id)
                return Outcome(object_id, "to be archived", item.reason, size)
            return Outcome(object_id, "archived", item.reason, self._archiver.move(object_id))
        except LeftError as error:
            return Outcome(object_id, "left", str(error))

    def _is_half_archived(self, item: Item) -> bool:
        begun = self._archiver.begun(item.object_id)
        return begun is not None and begun.plan_sha256 == self._known.digest

    def _require_planned(self, item: Item) -> None:
        store, name = self._stores.of(item.object_id)
        if store is not None and pieces_digest(store.pieces(name)) != item.pieces_sha256:
            raise LeftError("what lies in the store is not what was planned; plan anew")

    def _ended(self, begun: Begun, with_rows: Collection[str]) -> Outcome:
        """Return what became of a landing file, unless it is one that still has rows."""
        object_id = begun.item.object_id
        _, name = self._stores.of(object_id)
        if name in with_rows:
            reason = f"{name}: some of its rows are still there; the next run goes on"
            return Outcome(object_id, "left", reason)
        try:
            return self._end(begun)
        except LeftError as error:
            return Outcome(object_id, "left", str(error))

    def _store_of(self, item: Item) -> Store | None:
        """Return where an object is deleted; None if others are asked to, or to anonymise it.

        What of it tells of people only its owner knows, wherever it lies.
        """
        store, _ = self._stores.of(item.object_id)
        return None if item.store is None or item.action == "anonymise" else store

    @property
    def _lacking(self) -> str:
        return "; ".join(self._leave.lacking)

    def _pieces_of(self, item: Item, store: Store) -> list[Piece]:
        """Return the pieces that are to go, of which none is locked.

        Raises:
            LeftError: what lies there is not what was planned, or it is locked.
        """
        pieces = store.pieces(self._stores.of(item.object_id)[1])
        if self._standing.of(item.object_id)["state"] == "begun":
            noted = {Piece(one.place, one.version, one.size_bytes) for one in self._begun(item)}
            if new := [piece for piece in pieces if piece not in noted]:
                raise LeftError(f"{new[0].place}: was put there since; plan anew")
        elif pieces_digest(pieces) != item.pieces_sha256:
            raise LeftError("what lies in the store is not what was planned; plan anew")
        elif not pieces and not is_file(item.object_id):
            raise LeftError("nothing of it lies in the store, so that there is nothing to certify")
        elif len(pieces) > MOST_PIECES:
            raise LeftError(f"has {len(pieces)} pieces, more than {MOST_PIECES}")
        for piece in pieces:
            store.require_free(piece, self._when.now())
        return pieces

    def _begun(self, item: Item) -> tuple[HeldPiece, ...]:
        noted = pieces_begun(self._workspace, self._known.digest, item.object_id)
        return tuple(one.piece for one in noted)

    def _begin(self, item: Item, store: Store) -> Begun:
        """Note what is about to be deleted, unless that was noted before.

        Raises:
            LeftError: it is left.
        """
        now = self._standing.of(item.object_id)
        pieces = self._pieces_of(item, store)
        if now["state"] == "begun":
            return Begun(item, store, pieces, self._begun(item), now["began_at"])
        started_at = microseconds(self._when.now())
        held = tuple(held_piece(store, piece) for piece in pieces)
        self._say("disposing", item, {"store": store.kind, "pieces": held})
        return Begun(item, store, pieces, held, started_at)

    def _end(self, begun: Begun) -> Outcome:
        """Look whether an object is gone, and certify it.

        Raises:
            LeftError: some of it is there.
        """
        item, store = begun.item, begun.store
        if left := store.pieces(self._stores.of(item.object_id)[1]):
            raise LeftError(f"{left[0].place}: is there again, or still; the next run goes on")
        digest = self._certify(item, store, begun.held, begun.started_at)
        size = sum(piece.size_bytes for piece in begun.held)
        return Outcome(item.object_id, "gone", item.reason, size, digest)

    def _certify(
        self, item: Item, store: Store, held: tuple[HeldPiece, ...], started_at: int
    ) -> str:
        """Keep the certificate of an object that is gone; return its digest."""
        made = certify(
            item,
            self._known,
            self._standing.of(item.object_id),
            store=store,
            pieces=held,
            # Who goes on with what an earlier run began looks again, for what is still there.
            hold_checked_at=min(self._standing.looked_at, started_at),
            approved_by=self._leave.approved_by,
            executed_by=str(self._said.data["actor"]),
            lasted=(started_at, microseconds(self._when.now())),
            log=log_told(self._workspace),
        )
        told = certificate_told(made)
        self._say("disposed", item, told)
        return str(told["certificate_sha256"])

    def _say(self, name: str, item: Item, data: Mapping[str, Any]) -> None:
        """Keep what is done as an act that the key of the log signs."""
        whole = {**self._said.data, "plan_sha256": self._known.digest, **data}
        at = microseconds(self._when.now())
        self._standing.hear(say(self._workspace, name, item.object_id, whole, at))
