"""Copies gone from the archive, with the objects that they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.disposal.archives.copies import names_of
from lineage_pipeline.disposal.archives.moves import moves_of
from lineage_pipeline.disposal.archives.opening import open_archive
from lineage_pipeline.disposal.stores.store import LeftError
from lineage_pipeline.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.pipeline import Workspace


def delete_copies(workspace: Workspace, objects: Iterable[str]) -> None:
    """Delete all copies of some objects from the archive; one that is gone already is no error.

    Raises:
        ConfigError: they lie in an archive that the settings do not name.
        StorageError: the archive does not let one go.
    """
    wanted = {*objects}
    found = moves_of(workspace.paths)
    moves = [move for one in wanted & found.keys() for move in found[one]]
    if not moves:
        return
    archive = open_archive(workspace.settings, workspace.paths)
    for move in moves:
        if archive is None or move.archive != archive.target:
            raise ConfigError(
                f"{move.object_id}: copies of it lie in {move.archive}, which [archive] target "
                f"does not name; name it, so that they go as well"
            )
        for stored_as in names_of([move]):
            try:
                archive.delete(stored_as)
            except LeftError as error:
                raise StorageError(f"{move.archive}: {stored_as}", str(error)) from None
