"""The columns of every table that Python writes: bronze, in the lake.

Every bronze row carries `batch_id`: it counts only if `segment` holds a row of that batch, because
a batch becomes visible with its manifest, which is committed last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INSTANT: Final = pa.timestamp("us", tz="UTC")

BATCH: Final = pa.field("batch_id", pa.string(), nullable=False)


def _table(*fields: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([BATCH, *(pa.field(name, kind) for name, kind in fields)])


SEGMENT: Final = _table(
    ("source", pa.string()),
    ("source_file", pa.string()),
    ("start_offset", pa.int64()),
    ("end_offset", pa.int64()),
    ("sha256", pa.binary()),
    ("file_bytes", pa.int64()),
    ("file_modified_ns", pa.int64()),
    ("torn_bytes", pa.int64()),
    ("record_count", pa.int64()),
    ("accepted_count", pa.int64()),
    ("quarantined_count", pa.int64()),
    ("redaction_count", pa.int64()),
    ("first_event_at", INSTANT),
    ("last_event_at", INSTANT),
    ("is_rewrite", pa.bool_()),
    ("scan_ms", pa.float64()),
    ("ingested_at", INSTANT),
)

EVENT: Final = _table(
    ("event_id", pa.binary()),
    ("kind", pa.string()),
    ("event_type", pa.string()),
    ("event_time", pa.string()),
    ("event_ns", pa.int64()),
    ("run_id", pa.string()),
    ("job_namespace", pa.string()),
    ("job_name", pa.string()),
    ("producer", pa.string()),
    ("schema_url", pa.string()),
    ("extra_json", pa.string()),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("ingested_at", INSTANT),
)

EVENT_DATASET: Final = _table(
    ("event_id", pa.binary()),
    ("direction", pa.string()),
    ("position", pa.int64()),
    ("namespace", pa.string()),
    ("name", pa.string()),
)

EVENT_FACET: Final = _table(
    ("event_id", pa.binary()),
    ("holder", pa.string()),
    ("direction", pa.string()),
    ("position", pa.int64()),
    ("key", pa.string()),
    ("facet_digest", pa.binary()),
)

FACET: Final = _table(
    ("facet_digest", pa.binary()),
    ("key", pa.string()),
    ("holder", pa.string()),
    ("body", pa.string()),
    ("producer", pa.string()),
    ("schema_url", pa.string()),
    ("is_standard", pa.bool_()),
    ("is_deleted", pa.bool_()),
    ("set_aside_reason", pa.string()),
)

QUARANTINE: Final = _table(
    ("scope", pa.string()),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("reason_code", pa.string()),
    ("reason", pa.string()),
    ("event_id", pa.binary()),
    ("facet_key", pa.string()),
    ("ingested_at", INSTANT),
)

FLAG: Final = _table(
    ("event_id", pa.binary()),
    ("flag", pa.string()),
    ("detail", pa.string()),
)

MANIFEST: Final = "segment"

BRONZE: Final[dict[str, pa.Schema]] = {
    "event": EVENT,
    "event_dataset": EVENT_DATASET,
    "event_facet": EVENT_FACET,
    "facet": FACET,
    "quarantine": QUARANTINE,
    "flag": FLAG,
    MANIFEST: SEGMENT,
}
"""The fixed bronze tables; the typed facet tables stand with the facets' formats."""

GRAIN: Final[dict[str, str]] = {
    "segment": "one scanned segment of a landing file; it makes its batch visible",
    "event": "one occurrence of an accepted event; the same event may occur again",
    "event_dataset": "one dataset of one occurrence of an event: input, output, or its own",
    "event_facet": "one facet of one occurrence of an event, by the digest of its body",
    "facet": "one distinct facet body under one key of one kind of holder",
    "quarantine": "one rejected record, or one facet that was set aside while its event was kept",
    "flag": "one oddity of one accepted event",
}
"""What one row of each fixed bronze table is."""


def arrow_table(schema: pa.Schema, columns: Mapping[str, Sequence[Any]] | None = None) -> pa.Table:
    """Return columns of Python values as an Arrow table of exactly this schema; empty without them.

    Polars builds it: `pyarrow.array` would import pandas first wherever that is installed.
    """
    frame = pl.DataFrame(columns, schema=pl.Schema(schema))
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
