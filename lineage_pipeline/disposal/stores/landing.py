"""Landing files as objects: what was read from them goes with them, all of a plan together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.disposal.stores.store import LeftError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lineage_pipeline.disposal.stores.store import Piece
    from lineage_pipeline.paths import WorkspacePaths

PREFIX: Final = "file:"
"""What the identifier of a landing file begins with."""


class Landing:
    """The workspace itself: a file below landing/, and every row that was read from it."""

    kind = "workspace"
    method = "delete"
    not_covered: tuple[str, ...] = (
        "the file itself, where it was read from elsewhere than landing/",
        "hashes of its rows in the log, which tell nothing without the rows and their salts",
        "copies that readers have open, packs and exports that were made before",
        "blocks of the disk that held it, which nothing here overwrites",
        "backups and snapshots of the file system",
    )

    def __init__(self, paths: WorkspacePaths) -> None:
        """Keep the landing files of a workspace."""
        self._folder = LocalFolder(paths.root)
        self._below = f"{paths.landing.name}/"

    def pieces(self, name: str) -> list[Piece]:
        """Return the file; nothing if it does not lie below landing/ any more, or never did."""
        return self._folder.pieces(name) if name.startswith(self._below) else []

    def content(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        yield from self._folder.content(piece)

    def put(self, place: str, content: Iterable[bytes], modified_ns: int | None = None) -> None:
        """Put a file below landing/ where nothing lies."""
        if not place.startswith(self._below):
            raise LeftError(f"{place}: does not lie in {self._below}")
        self._folder.put(place, content, modified_ns)

    def forget(self, place: str) -> None:
        """Unlink what was written aside for a file below landing/."""
        if place.startswith(self._below):
            self._folder.forget(place)

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return: nothing here locks a file."""

    def delete(self, piece: Piece) -> None:
        """Unlink a file; its rows are another matter."""
        self._folder.delete(piece)

    def clear(self, name: str) -> None:
        """Return: folders of landing/ stay."""
