"""A landing file compared with what the lake says was read of it: all of it, and nothing else."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.bronze.ledger import scanned_files
from lineage_pipeline.disposal.stores.store import LeftError
from lineage_pipeline.formats.compression import LandingStream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lineage_pipeline.disposal.stores.landing import Landing
    from lineage_pipeline.disposal.stores.store import Piece
    from lineage_pipeline.pipeline import Workspace

CHUNK: Final = 1 << 20
_COLUMNS: Final = (
    "start_offset", "end_offset", "sha256", "file_bytes", "file_modified_ns", "torn_bytes",
)  # fmt: skip


class Segment(NamedTuple):
    """A part of a file as it was read: decompressed bytes, and how the file was then."""

    start_offset: int
    end_offset: int
    sha256: bytes
    file_bytes: int
    file_modified_ns: int
    torn_bytes: int


class Reading:
    """What was read of landing files last, from their beginnings on."""

    def __init__(self, workspace: Workspace, names: Collection[str]) -> None:
        """Look up what the lake holds of these files."""
        self._ratio = workspace.settings.scan.max_decompression_ratio
        self._segments = _last_read(workspace, names)

    def require_read(self, landing: Landing, piece: Piece) -> int:
        """Return of how many segments a file consists, if it is what was read, to its end.

        Raises:
            LeftError: it is not, with the reason.
        """
        segments = self._segments.get(piece.place, [])
        if not segments:
            raise LeftError(f"{piece.place}: was not read from landing/; `lineage run` reads it")
        last = segments[-1]
        if (piece.size_bytes, piece.version) != (last.file_bytes, f"{last.file_modified_ns:x}"):
            raise LeftError(f"{piece.place}: has changed since it was read; `lineage run` reads it")
        if last.torn_bytes:
            raise LeftError(f"{piece.place}: ends in {last.torn_bytes} bytes of an unended record")
        self._compare(landing, piece, segments)
        return len(segments)

    def _compare(self, landing: Landing, piece: Piece, segments: Iterable[Segment]) -> None:
        chunks = _Chunks(landing.content(piece))
        with LandingStream(chunks, piece.place, piece.size_bytes, self._ratio) as stream:
            done = 0
            for segment in segments:
                size = segment.end_offset - segment.start_offset
                if segment.start_offset != done or _digest(stream, size) != segment.sha256:
                    raise LeftError(
                        f"{piece.place}: from byte {segment.start_offset} on it is not what was "
                        f"read; `lineage audit verify` looks which of both was changed"
                    )
                done = segment.end_offset
            if stream.read(1) or stream.broken is not None:
                raise LeftError(f"{piece.place}: behind byte {done} there is more than was read")


class _Chunks:
    """Chunks as a file that is read on."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = b""

    def read(self, size: int, /) -> bytes:
        self._held = self._held or next(self._chunks, b"")
        some, self._held = self._held[:size], self._held[size:]
        return some

    def close(self) -> None:
        """Return: whoever reads no further leaves the file to be closed."""


def _digest(stream: LandingStream, size: int) -> bytes:
    digest = sha256()
    while size > 0 and (some := stream.read(min(size, CHUNK))):
        digest.update(some)
        size -= len(some)
    return digest.digest() if size == 0 else b""


def _last_read(workspace: Workspace, names: Collection[str]) -> dict[str, list[Segment]]:
    """Return the segments of each file since it was last read from its beginning."""
    scanned = scanned_files(workspace.paths)
    if scanned is None:
        return {}
    import polars as pl

    landing = workspace.paths.landing.name
    rows = (
        scanned.filter(pl.col("source_file").is_in(list(names)))
        # What was read of it as another kind of log does not count.
        .filter(
            pl.col("source_file").str.starts_with(
                pl.concat_str(pl.lit(f"{landing}/"), pl.col("source"), pl.lit("/"))
            )
        )
        .sort("ingested_at", "start_offset")
        .select("source_file", *_COLUMNS)
        .collect()
    )
    found: dict[str, list[Segment]] = {}
    for name, *columns in rows.iter_rows():
        segment = Segment(*columns)
        if segment.start_offset == 0:
            found[name] = []
        found.setdefault(name, []).append(segment)
    return found
