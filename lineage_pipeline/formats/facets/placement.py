"""Facets that say where a dataset lives: its catalog, the levels above it, storage and source."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import (
    Facet,
    FacetFormat,
    FreeForm,
    Holder,
    Part,
    json_text,
)


class Catalog(Facet, frozen=True, kw_only=True):
    """The body of `catalog`."""

    framework: str
    type: str
    name: str
    metadata_uri: str | None = None
    warehouse_uri: str | None = None
    source: str | None = None
    catalog_properties: FreeForm | None = None


class CatalogRow(NamedTuple):
    """One row per facet: the catalog that the dataset is registered in.

    Columns:
        framework: the storage framework, such as iceberg, delta, hive.
        type: the kind of catalog, such as jdbc, glue, polaris.
        name: the catalog's name in its source system.
        metadata_uri: where the catalog is.
        warehouse_uri: where the data is that the catalog describes.
        source: the system in which the catalog is configured, such as spark.
        properties_json: further properties, a JSON object.
    """

    framework: str
    type: str
    name: str
    metadata_uri: str | None
    warehouse_uri: str | None
    source: str | None
    properties_json: str | None


def catalog_rows(body: Catalog) -> Iterator[CatalogRow]:
    """Yield the one catalog."""
    yield CatalogRow(
        body.framework,
        body.type,
        body.name,
        body.metadata_uri,
        body.warehouse_uri,
        body.source,
        json_text(body.catalog_properties),
    )


class HierarchyLevel(Part, frozen=True, kw_only=True):
    """A level above, or of, the dataset."""

    type: str
    name: str


class Hierarchy(Facet, frozen=True, kw_only=True):
    """The body of `hierarchy`."""

    hierarchy: list[HierarchyLevel]


class HierarchyLevelRow(NamedTuple):
    """One row per level, the highest first.

    Columns:
        ordinal: position from the top, counted from 0.
        type: such as DATABASE, SCHEMA, TABLE.
        name: the level's name.
    """

    ordinal: int
    type: str
    name: str


def hierarchy_level_rows(body: Hierarchy) -> Iterator[HierarchyLevelRow]:
    """Yield the levels from the top down."""
    for ordinal, level in enumerate(body.hierarchy):
        yield HierarchyLevelRow(ordinal, level.type, level.name)


class Storage(Facet, frozen=True, kw_only=True):
    """The body of `storage`."""

    storage_layer: str
    file_format: str | None = None


class StorageRow(NamedTuple):
    """One row per facet.

    Columns:
        storage_layer: such as iceberg or delta.
        file_format: such as parquet, orc, avro, json, csv.
    """

    storage_layer: str
    file_format: str | None


def storage_rows(body: Storage) -> Iterator[StorageRow]:
    """Yield the one layer."""
    yield StorageRow(body.storage_layer, body.file_format)


class DataSource(Facet, frozen=True, kw_only=True):
    """The body of `dataSource`."""

    name: str | None = None
    uri: str | None = None


class DataSourceRow(NamedTuple):
    """One row per facet.

    Columns:
        name: the source's name.
        uri: its address as the body holds it; credentials in it are removed before bodies are kept.
    """

    name: str | None
    uri: str | None


def data_source_rows(body: DataSource) -> Iterator[DataSourceRow]:
    """Yield the one source."""
    yield DataSourceRow(body.name, body.uri)


_DATASET: frozenset[Holder] = frozenset({"dataset"})

FORMATS = (
    FacetFormat("catalog", _DATASET, Catalog, "catalog", CatalogRow, catalog_rows),
    FacetFormat(
        key="hierarchy",
        holders=_DATASET,
        body=Hierarchy,
        table="hierarchy_level",
        row=HierarchyLevelRow,
        rows=hierarchy_level_rows,
    ),
    FacetFormat("storage", _DATASET, Storage, "storage", StorageRow, storage_rows),
    FacetFormat("dataSource", _DATASET, DataSource, "data_source", DataSourceRow, data_source_rows),
)
