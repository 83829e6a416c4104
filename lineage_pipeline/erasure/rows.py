"""Rows of bronze that hold an identifier, found by reading every text of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lineage_pipeline.erasure.pattern import Pattern
    from lineage_pipeline.paths import WorkspacePaths

RECORDS: Final = ("event", "audit_event", "document", "quarantine")
"""Tables of which each row is read from a record of a landing file, or from a part of one."""
KEYS: Final = (
    "batch_id", "task", "row_number", "source_file", "source_offset", "source_bytes", "event_id",
    "facet_digest", "source", "kind", "occurred_at",
)  # fmt: skip
"""What tells a row from others, and what it is; whatever of it a table has."""
ALONE: Final = "is_alone"
"""Of a hit: whether an identifier stands in it as a whole word."""
BODY: Final = "body"
"""What a document says, in JSON."""


def rows_with(paths: WorkspacePaths, pattern: Pattern) -> Iterator[tuple[str, pa.Table]]:
    """Yield each table with the keys of its rows that hold an identifier; documents as a whole."""
    for stream, schema in kernel_schemas().items():
        found = [rows for file in _files(paths, stream) for rows in _hits(file, schema, pattern)]
        if found:
            yield stream, pa.concat_tables(found)


def rows_at(
    paths: WorkspacePaths, wanted: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, pa.Table]]:
    """Yield each table of records with the keys of its rows that were read from certain places.

    Args:
        paths: the workspace.
        wanted: landing files, each with offsets in order: rows whose records hold one are wanted.
    """
    for stream in RECORDS:
        schema = kernel_schemas()[stream]
        found = [
            rows
            for file in _files(paths, stream)
            for rows in _read_from(
                pq.read_table(file, columns=_keys(stream, schema), partitioning=None), wanted
            )
        ]
        if found:
            yield stream, pa.concat_tables(found)


def _read_from(rows: pa.Table, wanted: Mapping[str, Sequence[int]]) -> Iterator[pa.Table]:
    for name in pc.unique(rows["source_file"]).to_pylist():
        if name in wanted:
            of_file = rows.filter(pc.equal(rows["source_file"], name))
            starts = of_file["source_offset"].to_numpy()
            ends = starts + of_file["source_bytes"].to_numpy()
            before, behind = (np.searchsorted(wanted[name], one) for one in (starts, ends))
            yield of_file.filter(pa.array(before < behind))


def _files(paths: WorkspacePaths, stream: str) -> list[Path]:
    table = LakeTable(paths.table("bronze", stream))
    return [table.folder / file.name for file in table.data_files()]


def _keys(stream: str, schema: pa.Schema) -> list[str]:
    kept = (*KEYS, BODY) if stream == "document" else KEYS
    return [name for name in kept if name in schema.names]


def _hits(file: Path, schema: pa.Schema, pattern: Pattern) -> Iterator[pa.Table]:
    keys = _keys(file.parent.name, schema)
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    with pq.ParquetFile(file) as stored:
        for group in range(stored.num_row_groups):
            rows = stored.read_row_group(group, columns=texts)
            # A chunk would be searched by numbers of its own.
            found = pattern.rows(rows.combine_chunks())
            if found:
                hits = stored.read_row_group(group, columns=keys).select(keys).take([*found])
                yield hits.append_column(ALONE, pa.array(found.values()))
