"""What a pack holds while it is made: a folder of files, what each is about, what proves what."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from lineage_pipeline.pack.manifest import PROOFS, StatedFile, StatedProof, Unproven
from lineage_pipeline.pack.tables import write_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from lineage_pipeline.pack.manifest import Shown

Row: TypeAlias = dict[str, Any]

PARQUET: Final = ".parquet"


class Held:
    """The files of a pack, in a folder."""

    def __init__(self, folder: Path) -> None:
        """Hold nothing yet, in an empty folder."""
        self.folder = folder
        self.counts: dict[str, int] = {}
        self.proofs: list[StatedProof] = []
        self.unproven: list[Unproven] = []
        self.left_out: list[str] = []
        self._about: dict[str, tuple[str, int | None]] = {}

    def put(self, path: str, data: str | bytes, about: str) -> None:
        """Hold a file."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        self._about[path] = (about, None)

    def put_rows(
        self,
        path: str,
        rows: duckdb.DuckDBPyRelation,
        about: str,
        on_batch: Callable[[pa.RecordBatch], None] = lambda _: None,
    ) -> None:
        """Hold rows, below a path without an ending."""
        count = write_rows(rows, self.folder / path, on_batch)
        self.counts[path] = count
        for ending in (".csv", PARQUET):
            if (self.folder / f"{path}{ending}").exists():
                self._about[f"{path}{ending}"] = (about, count)

    def put_proof(self, name: str, proof: bytes, shows: Shown, about: str) -> None:
        """Hold a proof."""
        path = f"{PROOFS}{name}.proof"
        self.put(path, proof, f"proof that the log holds {_SHOWN[shows]}")
        self.proofs.append(StatedProof(path=path, shows=shows, about=about))

    def rows(self, path: str, most: int | None = None) -> list[Row]:
        """Return rows that are held, in their order: all, or so many at most."""
        table = pl.scan_parquet(self.folder / f"{path}{PARQUET}", glob=False)
        return (table if most is None else table.head(most)).collect().to_dicts()

    def columns(self, path: str) -> list[str]:
        """Return the columns of rows that are held, in their order."""
        return [*pl.read_parquet_schema(self.folder / f"{path}{PARQUET}")]

    def believed(self, path: str) -> list[Row]:
        """Return rows that are held and believed now."""
        return [row for row in self.rows(path) if row["known_to_at"] is None]

    def stated(self) -> tuple[StatedFile, ...]:
        """Return what the manifest says of the files, by name."""
        return tuple(self._stated(path) for path in sorted(self._about))

    def _stated(self, path: str) -> StatedFile:
        about, count = self._about[path]
        file = self.folder / path
        with file.open("rb") as source:
            digest = file_digest(source, "sha256").hexdigest()
        return StatedFile(
            path=path, bytes=file.stat().st_size, sha256=digest, about=about, rows=count
        )


_SHOWN: Final[dict[Shown, str]] = {
    "publication": "the publication that all of this was read from",
    "act": "an act as it was sealed",
    "rows": "the audit rows that came with a batch",
}
