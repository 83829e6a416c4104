"""Audit rows in the lake, from the few words that a test is about, without a scan of any log.

`{"id": "e1", "actor": "ann", "at": 1}` is a whole row. Rows lie a hundred bytes apart in the file
that they name.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from lineage_pipeline.evidence.receiving import receive
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.schemas import AUDIT_EVENT, MANIFEST, SEGMENT, arrow_table
from tests.builders import at_hour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.paths import WorkspacePaths

Short = dict[str, Any]

RECORD_BYTES: Final = 100
FOLDER: Final = "landing/audit/cloudtrail"


def digest(text: str) -> bytes:
    """Return the digest that stands for `text`."""
    return hashlib.sha256(text.encode()).digest()


def time_of(at: str | int | datetime | None) -> datetime | None:
    """Return a time; a number is an hour of the first day of 2026."""
    if at is None or isinstance(at, datetime):
        return at
    return datetime.fromisoformat(at_hour(at)).astimezone(UTC)


def make_row(short: Short, batch_id: str, clock: datetime) -> dict[str, Any]:
    """Return a row of `audit_event`; keys that are columns are taken as they are.

    Keys: `id`, `content` (else the id), `at`, `file`, `place` (its number in the file), `actor`,
    `resource`, `model`, `interim`.
    """
    shown = {
        "event_id": digest(short["id"]),
        "content_sha256": digest(short.get("content", short["id"])),
        "source": "cloudtrail",
        "source_event_id": short["id"],
        "occurred_at": time_of(short.get("at", 12)),
        "action": "GetObject",
        "actor_id": short.get("actor"),
        "resource_id": short.get("resource"),
        "resource_name": short.get("resource"),
        "model_key": short.get("model"),
        "is_interim": short.get("interim", False),
        "source_file": f"{FOLDER}/{short.get('file', 'a')}.json",
        "source_offset": short["place"] * RECORD_BYTES,
        "source_bytes": RECORD_BYTES - 1,
    }
    own = {name: value for name, value in short.items() if name in AUDIT_EVENT.names}
    row = dict.fromkeys(AUDIT_EVENT.names) | shown | own
    return row | {"batch_id": batch_id, "ingested_at": clock}


def make_rows(shorts: Sequence[Short], batch_id: str, clock: datetime) -> list[dict[str, Any]]:
    """Return the rows; those that name no place stand one behind the other in their file."""
    places: dict[str, int] = {}
    rows = []
    for short in shorts:
        file = short.get("file", "a")
        place = short.get("place", places.get(file, 0))
        places[file] = place + 1
        rows.append(make_row({**short, "place": place}, batch_id, clock))
    return rows


def commit_rows(
    paths: WorkspacePaths,
    shorts: Sequence[Short],
    clock: datetime,
    batch: str = "",
    *,
    is_visible: bool = True,
) -> str:
    """Commit rows as one batch, as a scan does but for their seals, and return the batch.

    There is a log then: nothing is published over a lake that has none.

    Args:
        paths: the workspace.
        shorts: the rows.
        clock: the clock of the scan.
        batch: tells batches of one clock apart.
        is_visible: whether the manifest is committed too.
    """
    receive(paths, "test", 0)
    batch_id = digest(f"{clock} {batch}").hex()[:32]
    rows = make_rows(shorts, batch_id, clock)
    commit_table(paths, "audit_event", AUDIT_EVENT, rows, batch_id)
    if is_visible:
        commit_table(paths, MANIFEST, SEGMENT, segments(rows, batch_id, clock), batch_id)
    return batch_id


def commit_table(
    paths: WorkspacePaths,
    name: str,
    schema: pa.Schema,
    rows: Sequence[Mapping[str, Any]],
    batch_id: str,
) -> None:
    """Write rows to a Parquet file of the batch and register it."""
    table = LakeTable(paths.table("bronze", name))
    table.folder.mkdir(parents=True, exist_ok=True)
    file = table.folder / f"{batch_id}-00000.parquet"
    columns = {column: [row[column] for row in rows] for column in schema.names}
    pq.write_table(arrow_table(schema, columns), file, compression="zstd")
    table.append([DataFile(file.name, len(rows), file.stat().st_size)], schema, batch_id, 0)


def segments(
    rows: Sequence[Mapping[str, Any]], batch_id: str, clock: datetime
) -> list[dict[str, Any]]:
    """Return the manifest of the rows: one segment for each file."""
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_file.setdefault(row["source_file"], []).append(row)
    blank: dict[str, Any] = dict.fromkeys(SEGMENT.names)
    return [
        blank
        | {
            "batch_id": batch_id,
            "source": "audit/cloudtrail",
            "source_file": file,
            "start_offset": 0,
            "end_offset": max(row["source_offset"] for row in own) + RECORD_BYTES,
            "sha256": digest(file),
            "file_bytes": RECORD_BYTES * len(own),
            "file_modified_ns": 0,
            "torn_bytes": 0,
            "record_count": len(own),
            "accepted_count": len(own),
            "quarantined_count": 0,
            "redaction_count": 0,
            "first_event_at": min(filter(None, (row["occurred_at"] for row in own)), default=None),
            "last_event_at": max(filter(None, (row["occurred_at"] for row in own)), default=None),
            "is_rewrite": False,
            "scan_ms": 1.0,
            "ingested_at": clock,
        }
        for file, own in by_file.items()
    ]
