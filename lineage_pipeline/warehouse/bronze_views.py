"""Bronze as DuckDB sees it: views over the Parquet files of chosen batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.lake.batches import batch_of, of_batches, span_of
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import COMPACTED, arrow_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    import duckdb
    import pyarrow as pa

    from lineage_pipeline.paths import WorkspacePaths


class BronzeFiles(NamedTuple):
    """The active Parquet files of every bronze table, and the columns of each table."""

    files: Mapping[str, list[str]]
    schemas: Mapping[str, pa.Schema]

    def visible(self, table: str, batches: Collection[str]) -> list[str]:
        """Return the files of a table that count; compaction takes no rows of other batches."""
        return [file for file in self.files[table] if span_of(file) or batch_of(file) in batches]


def bronze_files(paths: WorkspacePaths, schemas: Mapping[str, pa.Schema]) -> BronzeFiles:
    """Return the active files of the tables in `schemas`."""
    files = {name: LakeTable(paths.table("bronze", name)).files() for name in schemas}
    return BronzeFiles(files, schemas)


def bind(
    connection: duckdb.DuckDBPyConnection,
    bronze: BronzeFiles,
    batches: Collection[str],
    shown: dict[str, list[str]],
) -> None:
    """Make `bronze.TABLE` show the rows of `batches`, of every table but that of audit events.

    Args:
        connection: with a database `bronze` attached; it is left in `warehouse`.
        bronze: the files of the lake.
        batches: whose rows.
        shown: the files that each table shows already, kept up to date: making a view takes longer
            than what is asked of most.
    """
    connection.execute("use bronze")
    for name, schema in bronze.schemas.items():
        files = [file for file in bronze.files[name] if batch_of(file) in batches]
        if name != COMPACTED and shown.get(name) != files:
            show(connection, name, files, schema)
            shown[name] = files
    connection.execute("use warehouse")


def bind_audit(
    connection: duckdb.DuckDBPyConnection, bronze: BronzeFiles, batches: Collection[str]
) -> None:
    """Make `bronze.audit_event` show the rows of `batches`, and `audit_earlier` nothing.

    A compacted file shows rows of other batches too.
    """
    connection.execute("use bronze")
    show(
        connection,
        COMPACTED,
        of_batches(bronze.files[COMPACTED], batches),
        bronze.schemas[COMPACTED],
    )
    show(connection, "audit_earlier", [], bronze.schemas[COMPACTED])
    connection.execute("use warehouse")


def bind_earlier(
    connection: duckdb.DuckDBPyConnection,
    bronze: BronzeFiles,
    places: Iterable[tuple[str, date | None]],
) -> None:
    """Make `bronze.audit_earlier` show the rows of `places`, among others.

    Args:
        connection: with a database `bronze` attached; it is left in `warehouse`.
        bronze: the files of the lake.
        places: batches, each with the first day of a month that its rows speak of.
    """
    batches, months = zip(*places, strict=True)
    spans = {"other", *(f"{month:month-%Y-%m}" for month in months if month)}
    spans |= {f"{month:year-%Y}" for month in months if month}
    files = [
        file
        for file in bronze.files[COMPACTED]
        if (span_of(file) in spans if span_of(file) else batch_of(file) in batches)
    ]
    connection.execute("use bronze")
    show(connection, "audit_earlier", files, bronze.schemas[COMPACTED])
    connection.execute("use warehouse")


def show(
    connection: duckdb.DuckDBPyConnection, name: str, files: list[str], schema: pa.Schema
) -> None:
    """Make `name`, in the schema that is in use, a view of `files`, empty if there are none."""
    if files:
        connection.read_parquet(files).create_view(name)
    else:
        connection.from_arrow(arrow_table(schema)).create_view(name)
