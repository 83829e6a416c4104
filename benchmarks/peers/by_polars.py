"""Polars by hand: typed structs. Its types know no map, so nothing with free keys is expressible.

Column lineage and the facets of runs and jobs are keyed by names that differ from event to event;
those tables are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from benchmarks.peers.polars_audit import (
    CLOUDTRAIL,
    KUBERNETES,
    cloudtrail_rows,
    instant,
    kubernetes_rows,
)
from benchmarks.peers.tables import landing_files

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.peers.tables import Task

_TEXT: Final = pl.String()
_COUNTED: Final = pl.Struct({"rowCount": pl.Int64(), "size": pl.Int64()})
_FIELDS: Final = pl.Struct({"fields": pl.List(pl.Struct({"name": _TEXT, "type": _TEXT}))})
_DATASET: Final = pl.Struct(
    {
        "namespace": _TEXT,
        "name": _TEXT,
        "facets": pl.Struct({"schema": _FIELDS}),
        "inputFacets": pl.Struct({"inputStatistics": _COUNTED}),
        "outputFacets": pl.Struct({"outputStatistics": _COUNTED}),
    }
)
_EVENT: Final = pl.Schema(
    {
        "eventTime": _TEXT,
        "eventType": _TEXT,
        "producer": _TEXT,
        "run": pl.Struct({"runId": _TEXT}),
        "job": pl.Struct({"namespace": _TEXT, "name": _TEXT}),
        "inputs": pl.List(_DATASET),
        "outputs": pl.List(_DATASET),
    }
)


def typed(task: Task, files: str, out: Path) -> None:
    """Write those of the task's tables that Polars can express below `out`."""
    if task == "openlineage":
        _openlineage(files, out)
    elif task == "cloudtrail":
        cloudtrail_rows(_read(files, CLOUDTRAIL)).sink_parquet(out / "audit_event.parquet")
    else:
        kubernetes_rows(_read(files, KUBERNETES)).sink_parquet(out / "audit_event.parquet")


def _read(files: str, schema: pl.Schema) -> pl.LazyFrame:
    return pl.scan_ndjson(landing_files(files), schema=schema, include_file_paths="source_file")


def _openlineage(files: str, out: Path) -> None:
    raw = _read(files, _EVENT).collect().lazy()
    events = raw.select(
        pl.col("eventType").str.to_uppercase().alias("event_type"),
        instant("eventTime").alias("event_at"),
        pl.col("run").struct.field("runId").alias("run_id"),
        pl.col("job").struct.field("namespace").alias("job_namespace"),
        pl.col("job").struct.field("name").alias("job_name"),
        "producer",
    )
    events.sink_parquet(out / "event.parquet")
    used = pl.concat([_used(raw, "input"), _used(raw, "output")])
    used.drop("fields").sink_parquet(out / "event_dataset.parquet")
    fields = (
        used.select("run_id", "event_at", "namespace", "name", "fields")
        .explode("fields")
        .drop_nulls("fields")
        .select(
            "run_id",
            "event_at",
            "namespace",
            "name",
            pl.col("fields").struct.field("name").alias("field_path"),
            pl.col("fields").struct.field("type").alias("type"),
        )
    )
    fields.sink_parquet(out / "schema_field.parquet")


def _used(raw: pl.LazyFrame, direction: str) -> pl.LazyFrame:
    dataset = pl.col("dataset").struct
    counted = dataset.field(f"{direction}Facets").struct.field(f"{direction}Statistics").struct
    return (
        raw.select(
            pl.col("run").struct.field("runId").alias("run_id"),
            instant("eventTime").alias("event_at"),
            pl.lit(direction).alias("direction"),
            pl.col(f"{direction}s").alias("dataset"),
        )
        .explode("dataset")
        .drop_nulls("dataset")
        .select(
            "run_id",
            "event_at",
            "direction",
            dataset.field("namespace"),
            dataset.field("name"),
            counted.field("rowCount").alias("row_count"),
            counted.field("size").alias("total_bytes"),
            dataset.field("facets").struct.field("schema").struct.field("fields"),
        )
    )
