"""A Parquet file laid out for needle questions: sorted by actor, with bounds and Bloom filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline.lake.batches import BATCHES_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb

ORDER: Final = "actor_id, occurred_at, source_file, source_offset, ingested_at"
ROW_GROUP_ROWS: Final = 131_072
PAGE_ROWS: Final = 4_096
"""Rows of a page: a reader that wants a few rows of a group decodes only the pages they are in."""

WIDE: Final = frozenset({
    "row_salt", "row_number",
    "event_id", "content_sha256", "source_event_id", "occurred_at", "occurred_text", "session_id",
    "correlation_id", "resource_id", "resource_name", "run_id", "attrs", "source_offset",
})  # fmt: skip
"""Columns whose values seldom repeat: a dictionary would have to be decoded for every needle."""
BOUNDED: Final = frozenset({
    "batch_id", "source", "occurred_at", "category", "action", "outcome", "actor_id",
    "resource_id", "resource_name", "model_key", "dataset_key", "is_interim", "ingested_at",
})  # fmt: skip
"""Columns with minima and maxima in the footer; each one that is left out makes it shorter."""
DISTINCT: Final = {
    "actor_id": ROW_GROUP_ROWS // 16,
    "resource_id": ROW_GROUP_ROWS,
    "resource_name": ROW_GROUP_ROWS,
    "model_key": ROW_GROUP_ROWS // 16,
}
"""Columns with a Bloom filter, and for how many distinct values in a row group it is made."""
FALSE_POSITIVES: Final = 0.01


class Content(NamedTuple):
    """What rows amount to, in whatever order: how many they are, and the sum of their hashes."""

    row_count: int
    hash_sum: int


def content_of(rows: duckdb.DuckDBPyRelation) -> Content:
    """Return what the rows amount to: equal for equal rows in any order, also repeated ones."""
    names = ", ".join(rows.columns)
    found = rows.aggregate(f"count(*), coalesce(sum(hash({names})::hugeint), 0)").fetchall()
    return Content(*found[0])


def write_sorted(rows: duckdb.DuckDBPyRelation, target: Path, schema: pa.Schema) -> int:
    """Write the rows to `target` in the order of needle questions; return how many they are.

    Args:
        rows: rows with the columns of `schema`.
        target: the file to write.
        schema: the columns of an audit table.
    """
    return write_in_order(rows.order(ORDER).to_arrow_reader(ROW_GROUP_ROWS), target, schema)


def write_in_order(rows: Iterable[pa.RecordBatch], target: Path, schema: pa.Schema) -> int:
    """Write rows that stand in the order of needle questions; return how many they are.

    Args:
        rows: rows with the columns of `schema`.
        target: the file to write.
        schema: the columns of an audit table.
    """
    batches: set[str] = set()
    row_count = 0
    with pq.ParquetWriter(target, schema, **_options(schema)) as writer:
        for group in _row_groups(rows, schema):
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            batches.update(pc.unique(group["batch_id"]).to_pylist())
            row_count += group.num_rows
        writer.add_key_value_metadata({BATCHES_KEY: ",".join(sorted(batches)).encode("ascii")})
    return row_count


def _options(schema: pa.Schema) -> dict[str, Any]:
    return {
        "compression": "zstd",
        "use_dictionary": [name for name in schema.names if name not in WIDE],
        "write_statistics": [name for name in schema.names if name in BOUNDED],
        "max_rows_per_page": PAGE_ROWS,
        "store_schema": False,
        "bloom_filter_options": {
            name: {"ndv": count, "fpp": FALSE_POSITIVES} for name, count in DISTINCT.items()
        },
        "sorting_columns": pq.SortingColumn.from_ordering(
            schema, [(name, "ascending") for name in ORDER.split(", ")], null_placement="at_end"
        ),
    }


def _row_groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows in tables of `ROW_GROUP_ROWS`, the last one shorter."""
    held = schema.empty_table()
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= ROW_GROUP_ROWS:
            yield held.slice(0, ROW_GROUP_ROWS)
            held = held.slice(ROW_GROUP_ROWS)
    if held.num_rows:
        yield held
