"""Landing files that are cold, moved into the archive without a plan: their rows stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.archiving import Archiver
from lineage_pipeline.disposal.hearing import Heard
from lineage_pipeline.disposal.resolution import known_object
from lineage_pipeline.disposal.standing import Outcome
from lineage_pipeline.disposal.stores.opening import Stores, is_file
from lineage_pipeline.disposal.stores.store import LeftError
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.release.acting import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When


class Asked(NamedTuple):
    """Which landing files are to be moved.

    Attributes:
        objects: these, by their identifiers.
        before: and all whose last event and last reading lie before this instant; None: no more.
    """

    objects: tuple[str, ...]
    before: datetime | None = None


class Cold(NamedTuple):
    """A landing file that is asked for.

    Attributes:
        object_id: the file.
        is_named: whether it was asked for by its name.
        is_archived: whether it lies in the archive alone.
        held_for: the legal hold that it is under; None if it is under none.
    """

    object_id: str
    is_named: bool
    is_archived: bool
    held_for: str | None


def archive_files(
    workspace: Workspace,
    asked: Asked,
    said: Statement,
    when: When,
    *,
    execute: bool,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Move landing files into the archive, or say what that would do.

    Args:
        workspace: whose files and holds count.
        asked: which.
        said: who moves them.
        when: the time.
        execute: move; without it nothing is, and nothing kept.
        tell: is told of each file as soon as it is clear what becomes of it.

    Returns:
        One outcome for each file that is named or lies there, in the order of their names.

    Raises:
        ConfigError: there is no archive, or nothing of a name.
        BusyError: another process archives, restores, or carries out a plan.
    """
    bring_up_to_date(workspace, when)
    if not execute:
        work = _Cooling(workspace, asked, said, when)
        return _each(work.foreseen, work.files, tell)
    with exclusive(workspace.paths.disposal_lock, wait=False):
        work = _Cooling(workspace, asked, said, when)
        outcomes = _each(work.move, work.files, tell)
    bring_up_to_date(workspace, when)
    return outcomes


class _Cooling:
    """Cold files being moved."""

    def __init__(self, workspace: Workspace, asked: Asked, said: Statement, when: When) -> None:
        self._workspace = workspace
        self._when = when
        self._stores = Stores(workspace)
        if self._stores.archive is None:
            raise ConfigError("[archive] target: is not set; name the archive in lineage.toml")
        self._heard = Heard(workspace.paths)
        bring_up_to_date(workspace, when)
        self._asked = _require_known(workspace, asked, when)
        self._cold = self._look()
        self._archiver = Archiver(
            workspace,
            self._stores,
            said,
            when,
            files=[self._stores.original(one)[1] for one in self._cold],
            hear=self._hear,
        )

    @property
    def files(self) -> list[str]:
        """The files that are named, and those that lie there, be it half."""
        return [one for one, cold in self._cold.items() if cold.is_named or self._is_there(one)]

    def foreseen(self, object_id: str) -> Outcome:
        """Return what moving a file would do."""
        if left := self._why_not(object_id):
            return left
        try:
            size = self._archiver.foreseen(object_id)
        except LeftError as error:
            return Outcome(object_id, "left", str(error))
        return Outcome(object_id, "to be archived", "is cold", size)

    def move(self, object_id: str) -> Outcome:
        """Move a file, or say why it is left."""
        # Whoever places a hold waits for this lock: it stands before a file goes, or after.
        with exclusive(self._workspace.paths.hold_lock, wait=True):
            if not self._heard.is_all():
                self._heard = Heard(self._workspace.paths)
                bring_up_to_date(self._workspace, self._when)
                self._cold = self._look()
            if left := self._why_not(object_id):
                return left
            try:
                size = self._archiver.move(object_id)
            except LeftError as error:
                return Outcome(object_id, "left", str(error))
            return Outcome(object_id, "archived", "is cold", size)

    def _hear(self, file: str) -> None:
        self._heard.hear(file)

    def _why_not(self, object_id: str) -> Outcome | None:
        cold = self._cold.get(object_id)
        if cold is None:
            return Outcome(object_id, "left", "is not cold any more, or moved by somebody else")
        if cold.held_for is not None:
            return Outcome(object_id, "left", f"under a legal hold: {cold.held_for}")
        if cold.is_archived:
            return Outcome(object_id, "archived before", "lies in the archive")
        return None

    def _is_there(self, object_id: str) -> bool:
        store, name = self._stores.original(object_id)
        try:
            is_lying = store is not None and bool(store.pieces(name))
        except LeftError:
            return True
        return is_lying or self._archiver.begun(object_id) is not None

    def _look(self) -> dict[str, Cold]:
        given = {"objects": list(self._asked.objects), "before": self._asked.before}
        with pipeline.open_warehouse(self._workspace.paths) as warehouse:
            rows = warehouse.ask("cold_file", **given, as_of=self._when.now()).rows
        return {row[0]: Cold._make(row) for row in rows}


def _require_known(workspace: Workspace, asked: Asked, when: When) -> Asked:
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        known = tuple(known_object(warehouse, one, when.now()) for one in asked.objects)
    for one in known:
        if not is_file(one):
            raise ConfigError(
                f"{one}: is no landing file; what else there is moves by a rule with action = "
                f"'archive', and a plan"
            )
    return asked._replace(objects=known)


def _each(
    do: Callable[[str], Outcome], files: Iterable[str], tell: Callable[[Outcome], None]
) -> tuple[Outcome, ...]:
    outcomes = []
    for one in files:
        outcomes.append(do(one))
        tell(outcomes[-1])
    return tuple(outcomes)
