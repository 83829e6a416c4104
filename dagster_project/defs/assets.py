"""The tables as assets: two steps make them all, because a batch is taken in as a whole."""

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import dagster as dg

from dagster_project.asset_spec import (
    WAREHOUSE,
    bronze_specs,
    built_specs,
    built_tables,
    folder_specs,
    table_key,
)
from dagster_project.defs.resources import WorkspaceResource
from lineage_pipeline import inventory, pipeline, scheduled
from lineage_pipeline.evidence.entries import Altered

SUMMED: Final = (
    "file_bytes",
    "record_count",
    "accepted_count",
    "quarantined_count",
    "redaction_count",
    "torn_bytes",
)
"""What each scanned segment counts; a scan shows the sums."""

landing = folder_specs()


@dg.multi_asset(specs=bronze_specs(), description="Scans what is new in landing/ as one batch.")
def scan(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[Any]]:
    """Yield the bronze tables, with what is new in landing/ committed to them."""
    started, opened = time.perf_counter(), workspace.open()
    read, sizes, altered = scheduled.scan(opened, pipeline.system_clock)
    _tell(context, altered)
    for file, reason in read.unreadable:
        context.log.warning("%s: cannot be read: %s; the next scan tries again", file, reason)
    facts = {"duration_ms": _since(started)}
    facts |= {name: sum(getattr(part, name) for part in read.segments) for name in SUMMED}
    facts |= {"listed_count": read.listed_count, "file_count": len(read.segments)}
    facts |= {"skipped_count": len(read.skipped), "unreadable_count": len(read.unreadable)}
    facts |= {"altered_count": len(altered)}
    yield from _materialized(sizes, facts)


@dg.multi_asset(specs=built_specs(), description="Folds new batches in and publishes the file.")
def build(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[Any]]:
    """Yield the tables made of bronze and the file that holds them, every batch taken in."""
    started, opened = time.perf_counter(), workspace.open()
    published, altered = scheduled.publish(opened)
    _tell(context, altered)
    batch_count = published.batch_count if published else 0
    facts = {"batch_count": batch_count, "duration_ms": _since(started)}
    facts |= {"altered_count": len(altered)}
    sizes = inventory.measure(opened.paths)
    yield from _materialized({table: sizes[table] for table in built_tables()}, facts)
    yield _published(opened.paths.warehouse, facts)


def _tell(context: dg.AssetExecutionContext, altered: Iterable[Altered]) -> None:
    """Log what is not as it was sealed: what depends on none of it goes on."""
    for one in altered:
        context.log.error(
            "%s: is not what it was sealed as, and was %s; `lineage audit verify` tells more",
            one.file, one.treatment,
        )  # fmt: skip


def _materialized(
    sizes: Mapping[str, inventory.TableSize], facts: Mapping[str, float]
) -> Iterator[dg.MaterializeResult[Any]]:
    for table, size in sizes.items():
        metadata: dict[str, Any] = {"dagster/row_count": size.row_count, **facts}
        if size.total_bytes is not None:
            metadata["total_bytes"] = size.total_bytes
        yield dg.MaterializeResult(asset_key=table_key(table), metadata=metadata)


def _published(file: Path, facts: Mapping[str, float]) -> dg.MaterializeResult[Any]:
    metadata: dict[str, Any] = {"path": dg.MetadataValue.path(file), **facts}
    metadata["total_bytes"] = file.stat().st_size
    return dg.MaterializeResult(asset_key=WAREHOUSE, metadata=metadata)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
