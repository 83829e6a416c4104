"""The columns of every table that Python writes: bronze, in the lake.

Every bronze row carries `batch_id`: it counts only if `segment` holds a row of that batch, because
a batch becomes visible with its manifest, which is committed last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from lineage_pipeline.arrays import array_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMPACTED: Final = "audit_event"
"""The one table whose files are compacted, so that a file may hold rows of many batches."""

INSTANT: Final = pa.timestamp("us", tz="UTC")

BATCH: Final = pa.field("batch_id", pa.string(), nullable=False)

SALT: Final = pa.field("row_salt", pa.binary())
"""Random bytes that a row is sealed with: once they are gone nobody can guess it from its hash."""
PLACE: Final = (pa.field("task", pa.int32()), pa.field("row_number", pa.int64()))
"""The task of a batch that wrote a row, and the row's place in it: the order in which rows were
sealed can be found again when they were compacted, or when others of them were erased."""

ERASABLE: Final = frozenset(
    {
        "event", "facet", "quarantine", "audit_event", "owner", "documentation", "tag",
        "error_message", "extraction_error", "sql", "source_code", "environment_variable",
        "document",
    }
)  # fmt: skip
"""Tables whose rows may speak of a person, so that single ones may have to be erased: each of their
rows is sealed by itself, behind a salt. The rows of others are sealed by blocks."""


def sealed(name: str, schema: pa.Schema) -> pa.Schema:
    """Return the columns of a table with those that its seal needs."""
    return pa.schema([*schema, SALT, *PLACE]) if name in ERASABLE else schema


def _table(name: str, *fields: tuple[str, pa.DataType]) -> pa.Schema:
    return sealed(name, pa.schema([BATCH, *(pa.field(*field) for field in fields)]))


SEGMENT: Final = _table(
    "segment",
    ("source", pa.string()),
    ("source_file", pa.string()),
    ("start_offset", pa.int64()),
    ("end_offset", pa.int64()),
    ("sha256", pa.binary()),
    ("file_bytes", pa.int64()),
    ("file_modified_ns", pa.int64()),
    ("torn_bytes", pa.int64()),
    ("line_count", pa.int64()),
    ("record_count", pa.int64()),
    ("accepted_count", pa.int64()),
    ("quarantined_count", pa.int64()),
    ("redaction_count", pa.int64()),
    ("first_event_at", INSTANT),
    ("last_event_at", INSTANT),
    ("is_rewrite", pa.bool_()),
    ("scan_ms", pa.float64()),
    ("schema_fingerprint", pa.string()),
    ("reader_digest", pa.string()),
    ("ingested_at", INSTANT),
)

EVENT: Final = _table(
    "event",
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

EVENT_HOLDER: Final = _table(
    "event_holder",
    ("event_id", pa.binary()),
    ("role", pa.string()),
    ("position", pa.int64()),
    ("namespace", pa.string()),
    ("name", pa.string()),
    ("holder_digest", pa.binary()),
)

HOLDER_FACET: Final = _table(
    "holder_facet",
    ("holder_digest", pa.binary()),
    ("holder", pa.string()),
    ("key", pa.string()),
    ("facet_digest", pa.binary()),
)

FACET: Final = _table(
    "facet",
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
    "quarantine",
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
    "flag",
    ("event_id", pa.binary()),
    ("flag", pa.string()),
    ("detail", pa.string()),
)

AUDIT_EVENT: Final = _table(
    COMPACTED,
    ("event_id", pa.binary()),
    ("content_sha256", pa.binary()),
    ("source", pa.string()),
    ("source_event_id", pa.string()),
    ("occurred_at", INSTANT),
    ("occurred_text", pa.string()),
    ("tenant", pa.string()),
    ("category", pa.string()),
    ("action", pa.string()),
    ("activity_id", pa.uint8()),
    ("outcome", pa.string()),
    ("status_code", pa.int32()),
    ("actor_id", pa.string()),
    ("actor_type", pa.string()),
    ("on_behalf_of", pa.string()),
    ("src_ip", pa.string()),
    ("user_agent", pa.string()),
    ("session_id", pa.string()),
    ("correlation_id", pa.string()),
    ("resource_type", pa.string()),
    ("resource_id", pa.string()),
    ("resource_name", pa.string()),
    ("resource_version", pa.string()),
    ("environment", pa.string()),
    ("model_key", pa.string()),
    ("model_version", pa.string()),
    ("dataset_key", pa.string()),
    ("run_id", pa.string()),
    ("reason", pa.string()),
    ("ticket_ref", pa.string()),
    ("attrs", pa.string()),
    ("retention_class", pa.string()),
    ("is_interim", pa.bool_()),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("ingested_at", INSTANT),
)

LOG_DIGEST: Final = _table(
    "log_digest",
    ("account_id", pa.string()),
    ("trail_name", pa.string()),
    ("region", pa.string()),
    ("home_region", pa.string()),
    ("is_backfill", pa.bool_()),
    ("started_at", INSTANT),
    ("ended_at", INSTANT),
    ("ended_text", pa.string()),
    ("s3_bucket", pa.string()),
    ("s3_object", pa.string()),
    ("digest_sha256", pa.binary()),
    ("key_fingerprint", pa.string()),
    ("signature_algorithm", pa.string()),
    ("signature", pa.string()),
    ("previous_s3_bucket", pa.string()),
    ("previous_s3_object", pa.string()),
    ("previous_sha256", pa.string()),
    ("previous_hash_algorithm", pa.string()),
    ("previous_signature", pa.string()),
    ("log_count", pa.int64()),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("ingested_at", INSTANT),
)

LOG_DIGEST_FILE: Final = _table(
    "log_digest_file",
    ("digest_sha256", pa.binary()),
    ("s3_bucket", pa.string()),
    ("s3_object", pa.string()),
    ("log_name", pa.string()),
    ("log_sha256", pa.string()),
    ("hash_algorithm", pa.string()),
)

LOG_SIGNATURE: Final = _table(
    "log_signature",
    ("signature", pa.string()),
    ("digest_file", pa.string()),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("ingested_at", INSTANT),
)

LOG_KEY: Final = _table(
    "log_key",
    ("key_fingerprint", pa.string()),
    ("key_value", pa.string()),
    ("valid_from_at", INSTANT),
    ("valid_to_at", INSTANT),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("ingested_at", INSTANT),
)

LOG_WHOLE: Final = _table(
    "log_whole",
    ("source_file", pa.string()),
    ("whole_sha256", pa.binary()),
    ("ingested_at", INSTANT),
)

DOCUMENT: Final = _table(
    "document",
    ("document_id", pa.binary()),
    ("source", pa.string()),
    ("kind", pa.string()),
    ("occurred_at", INSTANT),
    ("body", pa.string()),
    ("source_file", pa.string()),
    ("source_offset", pa.int64()),
    ("source_bytes", pa.int64()),
    ("ingested_at", INSTANT),
)

MANIFEST: Final = "segment"

BRONZE: Final[dict[str, pa.Schema]] = {
    "event": EVENT,
    "event_holder": EVENT_HOLDER,
    "holder_facet": HOLDER_FACET,
    "facet": FACET,
    "quarantine": QUARANTINE,
    "flag": FLAG,
    COMPACTED: AUDIT_EVENT,
    "log_digest": LOG_DIGEST,
    "log_digest_file": LOG_DIGEST_FILE,
    "log_signature": LOG_SIGNATURE,
    "log_key": LOG_KEY,
    "log_whole": LOG_WHOLE,
    "document": DOCUMENT,
    MANIFEST: SEGMENT,
}
"""The fixed bronze tables; the typed facet tables stand with the facets' formats."""

GRAIN: Final[dict[str, str]] = {
    "segment": "one scanned segment of a landing file; it makes its batch visible",
    "event": "one occurrence of an accepted event; the same event may occur again",
    "event_holder": "one run, job or dataset of one occurrence of an event, by its digest",
    "holder_facet": "one facet of one distinct run, job or dataset, by the digest of its body",
    "facet": "one distinct facet body under one key of one kind of holder",
    "quarantine": "one rejected record, or one facet that was set aside while its event was kept",
    "flag": "one oddity of one accepted event",
    COMPACTED: "one occurrence of an accepted audit record; the same record may occur again",
    "log_digest": "one occurrence of a digest file of CloudTrail; the same digest may occur again",
    "log_digest_file": "one log file that an occurrence of a digest lists",
    "log_signature": "one file that holds the signature of a digest file beside it",
    "log_key": "one public key of AWS in one list of keys",
    "document": "one occurrence of what a registry answered, a monitor found or a person did",
    "log_whole": "one file of CloudTrail that a scan read on: the digest of all of it till then",
}
"""What one row of each fixed bronze table is."""


MADE: Final = (SALT, *PLACE)
"""Columns that rows get as they are written."""


def own_columns(schema: pa.Schema, shared: Iterable[str]) -> pa.Schema:
    """Return the schema without what all rows of a task share, and what is made in writing."""
    left_out = {*shared, *(field.name for field in MADE)}
    return pa.schema([field for field in schema if field.name not in left_out])


def arrow_table(schema: pa.Schema, columns: Mapping[str, Any] | None = None) -> pa.Table:
    """Return columns of Python values as an Arrow table of exactly this schema; empty without them.

    Args:
        schema: the columns in order.
        columns: the values of each by its name.
    """
    if columns is None:
        # `empty_table` would import pandas wherever it is installed: a third of a second.
        return pa.Table.from_batches([], schema=schema)
    arrays = [array_of(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
