"""PyArrow by hand: its JSON reader with an explicit schema, its compute functions behind.

The reader cannot turn an object with free keys into a map, so column lineage and the facets of
runs and jobs are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
import pyarrow.parquet as pq

from benchmarks.peers.pyarrow_audit import (
    CLOUDTRAIL,
    KUBERNETES,
    cloudtrail_rows,
    instants,
    kubernetes_rows,
    of,
    struct,
)
from benchmarks.peers.tables import landing_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.peers.tables import Task

BLOCK_BYTES: Final = 32 << 20
_TEXT: Final = pa.string()


_COUNTED: Final = struct(rowCount=pa.int64(), size=pa.int64())
_DATASET: Final = struct(
    "namespace",
    "name",
    facets=struct(schema=struct(fields=pa.list_(struct("name", "type")))),
    inputFacets=struct(inputStatistics=_COUNTED),
    outputFacets=struct(outputStatistics=_COUNTED),
)
_EVENT: Final = struct(
    "eventType", "producer", eventTime=_TEXT, run=struct("runId"),
    job=struct("namespace", "name"), inputs=pa.list_(_DATASET), outputs=pa.list_(_DATASET),
)  # fmt: skip


def typed(task: Task, files: str, out: Path) -> None:
    """Write those of the task's tables that PyArrow can express below `out`."""
    if task == "openlineage":
        _openlineage(_read(files, _EVENT), out)
    elif task == "cloudtrail":
        _write(out, "audit_event", cloudtrail_rows(_read(files, CLOUDTRAIL)))
    else:
        _write(out, "audit_event", kubernetes_rows(_read(files, KUBERNETES)))


def _read(files: str, kind: pa.StructType) -> pa.Table:
    parse = pj.ParseOptions(pa.schema(list(kind)), unexpected_field_behavior="ignore")
    read = pj.ReadOptions(block_size=BLOCK_BYTES)
    return pa.concat_tables(
        pj.read_json(file, read_options=read, parse_options=parse) for file in landing_files(files)
    ).combine_chunks()


def _write(out: Path, table: str, columns: Mapping[str, pa.Array]) -> None:
    pq.write_table(pa.table(dict(columns)), out / f"{table}.parquet", compression="zstd")


def _openlineage(events: pa.Table, out: Path) -> None:
    at, run = instants(events["eventTime"]), of(events["run"], "runId")
    _write(out, "event", {
        "event_type": pc.utf8_upper(events["eventType"]),
        "event_at": at,
        "run_id": run,
        "job_namespace": of(events["job"], "namespace"),
        "job_name": of(events["job"], "name"),
        "producer": events["producer"],
    })  # fmt: skip
    used = [_used(events, at, run, direction) for direction in ("input", "output")]
    _write(out, "event_dataset", _columns(pa.concat_tables(table for table, _ in used)))
    fields = pa.concat_tables(fields for _, fields in used)
    _write(out, "schema_field", _columns(fields))


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return {name: table[name] for name in table.column_names}


def _used(
    events: pa.Table, at: pa.ChunkedArray, run: pa.ChunkedArray, direction: str
) -> tuple[pa.Table, pa.Table]:
    """Return the datasets that events use in one direction, and the fields of their schemas."""
    event = pc.list_parent_indices(events[f"{direction}s"])
    datasets = pc.list_flatten(events[f"{direction}s"])
    counted = of(datasets, f"{direction}Facets", f"{direction}Statistics")
    place = {"namespace": of(datasets, "namespace"), "name": of(datasets, "name")}
    used = pa.table({
        "run_id": run.take(event),
        "event_at": at.take(event),
        "direction": pa.repeat(direction, len(datasets)),
        **place,
        "row_count": of(counted, "rowCount"),
        "total_bytes": of(counted, "size"),
    })  # fmt: skip
    lists = of(datasets, "facets", "schema", "fields")
    dataset, fields = pc.list_parent_indices(lists), pc.list_flatten(lists)
    described = pa.table({
        "run_id": used["run_id"].take(dataset),
        "event_at": used["event_at"].take(dataset),
        "namespace": place["namespace"].take(dataset),
        "name": place["name"].take(dataset),
        "field_path": of(fields, "name"),
        "type": of(fields, "type"),
    })  # fmt: skip
    return used, described
