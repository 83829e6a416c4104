"""The stores that the settings name, by the namespaces whose objects lie in them."""

from __future__ import annotations

from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING

from lineage_pipeline.disposal.archives.copies import WithCopies
from lineage_pipeline.disposal.archives.moves import moves_of
from lineage_pipeline.disposal.archives.opening import open_archive
from lineage_pipeline.disposal.stores.landing import PREFIX, Landing
from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.disposal.stores.recorded import PREFIXES, Recorded
from lineage_pipeline.disposal.stores.s3 import Bucket
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.identifiers import parse_node_id
from lineage_pipeline.settings.stores import LocalStore

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.disposal.archives.moves import Move
    from lineage_pipeline.disposal.stores.store import Filled, Store
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.settings.stores import StoreSettings


class Stores:
    """Where the objects of a workspace lie, and the archive for those that are cold.

    Attributes:
        archive: the archive; None if the settings name none.
        recorded: what people, registries and models wrote.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Open the stores that settings name; nothing is asked of them yet.

        Raises:
            ConfigError: two lie in one namespace or in one another, or a folder is not there, or
                holds the workspace.
        """
        self._paths = workspace.paths
        self._landing = Landing(workspace.paths)
        self.recorded = Recorded(workspace.paths, workspace.settings.scan)
        self._by_namespace: dict[str, Filled] = {}
        for one in workspace.settings.disposal.store:
            if one.namespace in self._by_namespace:
                raise ConfigError(
                    f"[[disposal.store]]: {one.namespace!r} is named twice; an object lies in one "
                    f"store"
                )
            self._by_namespace[one.namespace] = _open(one, workspace.paths.root)
        _require_apart(workspace)
        self.archive = open_archive(workspace.settings, workspace.paths)

    @property
    def namespaces(self) -> list[str]:
        """The namespaces whose objects lie in stores of the settings."""
        return sorted(self._by_namespace)

    def of(self, object_id: str) -> tuple[Store | None, str]:
        """Return the store of an object and its name there; None where others delete it.

        Copies of it in the archive are pieces of it, wherever it lay.
        """
        if is_record(object_id):
            return self.recorded, object_id
        store, name = self.original(object_id)
        if moves := self.moves(object_id):
            return WithCopies(store, self.archive, moves), name
        return store, name

    def original(self, object_id: str) -> tuple[Filled | None, str]:
        """Return the store in which an object lies before it is archived, and its name there."""
        if is_file(object_id):
            return self._landing, object_id.removeprefix(PREFIX)
        if not object_id.startswith("dataset:"):
            return None, ""
        node = parse_node_id(object_id)
        return self._by_namespace.get(node.namespace), node.parts[0]

    def moves(self, object_id: str) -> list[Move]:
        """Return the moves of an object into the archive, the latest first."""
        return self._moves.get(object_id, [])

    @cached_property
    def _moves(self) -> dict[str, list[Move]]:
        return moves_of(self._paths)


def is_file(object_id: str) -> bool:
    """Return whether an object is a landing file."""
    return object_id.startswith(PREFIX)


def is_record(object_id: str) -> bool:
    """Return whether an object is what people, registries or models wrote."""
    return object_id.startswith(PREFIXES)


def _require_apart(workspace: Workspace) -> None:
    """Raise if the folders of two stores lie in one another: what has two names has two fates."""
    named = [one.root for one in workspace.settings.disposal.store if isinstance(one, LocalStore)]
    folders = [(workspace.paths.root / one).resolve() for one in named]
    for (name, folder), (other, inner) in permutations(zip(named, folders, strict=True), 2):
        if folder == inner or folder in inner.parents:
            raise ConfigError(
                f"[[disposal.store]] root = {other!r}: lies in {name!r}, which is another store; "
                f"an object lies in one store"
            )


def _open(settings: StoreSettings, root: Path) -> Filled:
    if not isinstance(settings, LocalStore):
        return Bucket(settings.namespace)
    folder, own = (root / settings.root).resolve(), root.resolve()
    if not folder.is_dir():
        raise ConfigError(
            f"[[disposal.store]] root = {settings.root!r}: there is no such folder; name the one "
            f"in which the datasets of {settings.namespace} lie"
        )
    if folder == own or folder in own.parents or own in folder.parents:
        raise ConfigError(
            f"[[disposal.store]] root = {settings.root!r}: the workspace lies in it, or it in the "
            f"workspace, whose own files are never deleted as datasets; move one of them"
        )
    return LocalFolder(folder)
