"""The catalogue as Dagster shows it: a spec for each landing folder, table and published file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dagster as dg

from lineage_pipeline import inventory
from lineage_pipeline.paths import (
    AUDIT_FOLDERS,
    DOCUMENT_FOLDERS,
    OPENLINEAGE_FOLDERS,
    SCANNED_FOLDERS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WAREHOUSE: Final = dg.AssetKey("warehouse")

UNTYPED: Final = "?"
"""What a column's type is where the headers do not say: Dagster would show `string`."""


CLOUDTRAIL: Final = ("audit/cloudtrail",)
FED_BY: Final = {
    "bronze.audit_event": AUDIT_FOLDERS,
    "bronze.document": DOCUMENT_FOLDERS,
    "bronze.segment": SCANNED_FOLDERS,
    "bronze.quarantine": SCANNED_FOLDERS,
    "bronze.flag": SCANNED_FOLDERS,
    "bronze.log_digest": CLOUDTRAIL,
    "bronze.log_digest_file": CLOUDTRAIL,
    "bronze.log_signature": CLOUDTRAIL,
    "bronze.log_key": CLOUDTRAIL,
    "bronze.log_whole": CLOUDTRAIL,
}
"""Bronze tables that others than OpenLineage's folders feed."""


def folder_key(folder: str) -> dg.AssetKey:
    """Return the key of a landing folder, such as `landing/audit/cloudtrail`."""
    return dg.AssetKey(["landing", *folder.split("/")])


def table_key(table: str) -> dg.AssetKey:
    """Return the key of a table: `lineage.edge` is `lineage/edge`."""
    return dg.AssetKey(table.split("."))


def folder_specs() -> list[dg.AssetSpec]:
    """Return the landing folders that a scan reads; producers fill them, so nothing here does."""
    return [
        dg.AssetSpec(
            folder_key(folder),
            group_name="landing",
            description=f"What producers have put into landing/{folder}/",
            kinds={"file", "json"},
        )
        for folder in SCANNED_FOLDERS
    ]


def bronze_specs() -> list[dg.AssetSpec]:
    """Return the tables that a scan fills from the landing folders."""
    return [
        _table_spec(
            table.name,
            table.layer,
            table.description,
            [folder_key(folder) for folder in FED_BY.get(table.name, OPENLINEAGE_FOLDERS)],
            table.columns,
        )
        for table in inventory.tables()
        if table.layer == "bronze"
    ]


def built_tables() -> list[str]:
    """Return the names of the tables that a build makes of bronze, sources first."""
    return [table.name for table in inventory.tables() if table.layer != "bronze"]


def built_specs() -> list[dg.AssetSpec]:
    """Return the tables that a build makes of bronze, and the file that holds them."""
    made = [table for table in inventory.tables() if table.layer != "bronze"]
    read = {source for table in made for source in table.sources}
    # The last tables of each line are enough: all others reach the file through them.
    last = [table_key(table.name) for table in made if table.name not in read]
    published = dg.AssetSpec(
        WAREHOUSE,
        deps=last,
        group_name="warehouse",
        description="The published DuckDB file that people open: every table but bronze",
        kinds={"duckdb"},
    )
    return [
        *(
            _table_spec(
                table.name,
                table.layer,
                table.description,
                [table_key(source) for source in table.sources],
                table.columns,
            )
            for table in made
        ),
        published,
    ]


def _table_spec(
    name: str,
    layer: str,
    description: str,
    deps: Iterable[dg.AssetKey],
    columns: Mapping[str, str],
) -> dg.AssetSpec:
    schema = dg.TableSchema(
        [dg.TableColumn(column, UNTYPED, meaning) for column, meaning in columns.items()]
    )
    described = {"dagster/column_schema": schema} if columns else {}
    return dg.AssetSpec(
        table_key(name),
        deps=deps,
        group_name=layer,
        description=description,
        metadata={"dagster/table_name": name, **described},
        kinds={"deltalake", "parquet"} if layer == "bronze" else {"duckdb", "sql"},
    )
