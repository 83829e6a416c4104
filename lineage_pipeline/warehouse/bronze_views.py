"""Bronze as DuckDB sees it: views over the Parquet files of chosen batches."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import arrow_table

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import datetime

    import duckdb
    import pyarrow as pa

    from lineage_pipeline.paths import WorkspacePaths


class Batch(NamedTuple):
    """A visible batch: its known time first, so that batches sort by it, then its name."""

    known_at: datetime
    batch_id: str


class BronzeFiles(NamedTuple):
    """The active Parquet files of every bronze table, and the columns of each table."""

    files: Mapping[str, list[str]]
    schemas: Mapping[str, pa.Schema]


def bronze_files(paths: WorkspacePaths, schemas: Mapping[str, pa.Schema]) -> BronzeFiles:
    """Return the active files of the tables in `schemas`."""
    files = {name: LakeTable(paths.table("bronze", name)).files() for name in schemas}
    return BronzeFiles(files, schemas)


def visible_batches(bronze: BronzeFiles, manifest: str) -> list[Batch]:
    """Return the batches whose manifest is committed, by known time."""
    if not bronze.files[manifest]:
        return []
    named = pl.read_parquet(bronze.files[manifest], columns=["ingested_at", "batch_id"]).unique()
    return sorted(Batch(known_at, batch_id) for known_at, batch_id in named.iter_rows())


def batch_of(file: str) -> str:
    """Return the batch that a bronze file belongs to: the first part of its name."""
    return PurePath(file).name.split("-")[0].removesuffix(".parquet")


def bind(
    connection: duckdb.DuckDBPyConnection, bronze: BronzeFiles, batches: Container[str]
) -> None:
    """Make `bronze.TABLE` show the rows of `batches`, of every table.

    The connection has a database `bronze` attached and is left in `warehouse`.
    """
    connection.execute("use bronze")
    for name, schema in bronze.schemas.items():
        files = [file for file in bronze.files[name] if batch_of(file) in batches]
        show(connection, name, files, schema)
    connection.execute("use warehouse")


def show(
    connection: duckdb.DuckDBPyConnection, name: str, files: list[str], schema: pa.Schema
) -> None:
    """Make `name`, in the schema that is in use, a view of `files`, empty if there are none."""
    if files:
        connection.read_parquet(files).create_view(name)
    else:
        connection.from_arrow(arrow_table(schema)).create_view(name)
