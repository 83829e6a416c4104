"""What people, registries and models wrote, as objects: documents of bronze and of landing files.

They go together, as landing files do, since all that was built on them is built anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from lineage_pipeline.disposal.forgetting import Leaving, RowPlace
from lineage_pipeline.disposal.stores.store import GoneError, Piece
from lineage_pipeline.engines import connect
from lineage_pipeline.formats.documents import read_document
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.lake.batches import visible_batches
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.landing.storage import landed_stream
from lineage_pipeline.schemas import DOCUMENT
from lineage_pipeline.warehouse.bronze_views import bronze_files, show
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from lineage_pipeline.formats.compression import LandingStream
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.settings.lineage_toml import ScanSettings

PREFIXES: Final = ("card:", "approval:", "decision:", "prediction:")
"""What the identifiers of such objects begin with."""


class _Told(NamedTuple):
    """A document of an object."""

    source: str
    source_file: str
    offset: int
    size_bytes: int
    document_id: bytes
    place: RowPlace
    body: str

    @property
    def piece(self) -> Piece:
        where = f"{self.source_file}:{self.offset}"
        return Piece(where, self.document_id.hex(), self.size_bytes)


class Recorded:
    """The workspace itself: documents, and the landing files that they were read from."""

    kind = "workspace"
    method = "delete"
    not_covered: tuple[str, ...] = (
        "the record in the file itself, where it was read from elsewhere than landing/",
        "hashes of its rows in the log, which tell nothing without the rows and their salts",
        "copies that readers have open, packs and exports that were made before",
        "blocks of the disk that held it, which nothing here overwrites",
        "backups and snapshots of the file system",
    )

    def __init__(self, paths: WorkspacePaths, scan: ScanSettings) -> None:
        """Keep the documents of a workspace."""
        self._paths = paths
        self._scan = scan
        self._known: dict[str, list[_Told]] = {}
        self._bodies: dict[Piece, str] = {}

    def look_up(self, object_ids: Collection[str]) -> None:
        """Find the documents of these objects at once; each by itself takes as long."""
        self._known |= {object_id: [] for object_id in object_ids}
        for object_id, told in _records(self._paths, object_ids):
            self._known[object_id].append(told)
            self._bodies[told.piece] = told.body

    def pieces(self, name: str) -> list[Piece]:
        """Return the documents of an object, as bronze holds them."""
        return sorted(told.piece for told in self._of(name))

    def content(self, piece: Piece) -> Iterator[bytes]:
        """Yield what a document says, as bronze holds it: without secrets."""
        if piece not in self._bodies:
            raise GoneError(f"{piece.place}: is gone")
        yield self._bodies[piece].encode()

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return: nothing here locks a document."""

    def delete(self, piece: Piece) -> None:
        """Return: a document goes with its rows, all of a plan together."""

    def clear(self, name: str) -> None:
        """Return: nothing is left of it."""

    def leaving(self, name: str) -> Iterator[Leaving]:
        """Yield the records of an object as what is to go, each as far as it is there."""
        of_file: dict[str, list[_Told]] = {}
        for told in self._of(name):
            of_file.setdefault(told.source_file, []).append(told)
        for source_file, documents in of_file.items():
            there = self._standing(source_file, documents)
            for told in documents:
                yield Leaving(
                    source_file, told.offset, told.size_bytes, (told.place,),
                    is_there=told.document_id in there,
                )  # fmt: skip

    def look_anew(self) -> None:
        """Look all up anew from now on."""
        self._known.clear()
        self._bodies.clear()

    def _of(self, name: str) -> list[_Told]:
        if name not in self._known:
            self.look_up([name])
        return self._known[name]

    def _standing(self, source_file: str, documents: list[_Told]) -> set[bytes]:
        """Return which of these documents a landing file holds where they were read."""
        file = self._paths.root / source_file
        if self._paths.landing not in file.parents or file.is_symlink() or not file.is_file():
            return set()
        ratio, zone = self._scan.max_decompression_ratio, self._scan.default_timezone
        at, found = 0, set()
        with landed_stream(file, ratio) as stream:
            for told in sorted(documents, key=lambda one: one.offset):
                at += stream.skip(told.offset - at)
                text = _exactly(stream, told.size_bytes)
                at += len(text)
                again = read_document(told.source, text, source_file, zone)
                if not isinstance(again, Problem):
                    found.add(again.document_id)
        return found & {told.document_id for told in documents}


def _exactly(stream: LandingStream, size: int) -> bytes:
    """Return the next bytes of a stream; fewer at its end."""
    text = b""
    while len(text) < size and (more := stream.read(size - len(text))):
        text += more
    return text


def _records(paths: WorkspacePaths, object_ids: Collection[str]) -> Iterator[tuple[str, _Told]]:
    bronze = bronze_files(paths, {"document": DOCUMENT})
    visible = {batch.batch_id for batch in visible_batches(LakeTable(paths.manifests).files())}
    with connect() as engine:
        engine.execute("set timezone = 'UTC'; attach ':memory:' as bronze; use bronze")
        show(engine, "document", bronze.visible("document", visible), DOCUMENT)
        engine.execute("attach ':memory:' as step; use step")
        wanted = pa.table({"object_id": pa.array(sorted(object_ids), pa.string())})
        engine.from_arrow(wanted).create("wanted_object")
        for file in stage_files("recorded"):
            file.run(engine)
        for row in engine.table("object_record").fetchall():
            object_id, source, name, offset, size, document_id, batch, task, number, body = row
            place = RowPlace("document", batch, task, number)
            yield object_id, _Told(source, name, offset, size, document_id, place, body)
