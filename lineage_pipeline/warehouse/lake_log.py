"""Silver and graph in the lake: what each batch changed, appended, for readers other than DuckDB.

A row is never edited: an interval that closes is written again with its end, and of rows that
differ only in `known_to_at` the closed one counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.lake.batches import Batch
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.build import Builder


@dataclass(frozen=True, slots=True)
class Changed:
    """What a build has done to the files of silver and graph.

    Attributes:
        added: files that it wrote, also those that it wrote before it died the last time.
        cleared: folders of tables that it removed before.
    """

    added: list[Path] = field(default_factory=list)
    cleared: list[Path] = field(default_factory=list)


def append(
    paths: WorkspacePaths,
    builder: Builder,
    batches: list[Batch],
    changed: Changed,
    *,
    replace: bool,
) -> None:
    """Append what the batches changed to the Delta tables of silver and graph, once.

    Args:
        paths: the workspace.
        builder: the build that has just taken the batches in.
        batches: the batches, of one known time.
        changed: told what is written and removed.
        replace: drop what the tables held: the build began from nothing.
    """
    names = ",".join(batch.batch_id for batch in batches)
    transaction = hashlib.sha256(names.encode()).hexdigest()[:32]
    modified_ms = int(batches[0].known_at.timestamp() * 1000) if batches else 0
    for file in stage_files("lake"):
        layer, _, name = file.object.partition("/")
        table = LakeTable(paths.table(layer, name))
        if replace:
            changed.cleared.append(table.folder)
            table.clear()
        target = table.folder / f"{transaction}.parquet"
        if not batches:
            continue
        if table.has(transaction):
            changed.added.extend([target, *table.commit_files(transaction)])
            continue
        rows = builder.connection.sql(file.statements).to_arrow_table()
        if not rows.num_rows:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, target, compression="zstd")
        data = DataFile(target.name, rows.num_rows, target.stat().st_size)
        table.append([data], delta_schema(rows.schema), transaction, modified_ms)
        changed.added.extend([target, *table.commit_files(transaction)])


def delta_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema with every timestamp in UTC, which is all that Delta knows."""
    return pa.schema(
        [
            field.with_type(pa.timestamp("us", tz="UTC"))
            if pa.types.is_timestamp(field.type)
            else field
            for field in schema
        ]
    )
