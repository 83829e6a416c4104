"""The facets of the OpenLineage specification as typed rows, one table a facet kind.

Facets that are not listed here are custom: their bodies are kept, and become no rows.

Source: OpenLineage specification 2-0-2 and the facet schemas of release 1.54; `parentRun` is the
key under which early producers sent `parent`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from lineage_pipeline.formats.facets import (
    column_lineage,
    documentation,
    failure,
    identity,
    job,
    lineage,
    ownership,
    parameters,
    placement,
    quality,
    run,
    schema,
    statistics,
    subset,
    tags,
)
from lineage_pipeline.formats.facets.format import FacetFormat, Holder, arrow_schema, decode

__all__ = ["FACETS", "TABLES", "FacetFormat", "Holder", "arrow_schema", "decode"]

_FORMATS: Final[tuple[FacetFormat, ...]] = (
    *schema.FORMATS,
    *column_lineage.FORMATS,
    *lineage.FORMATS,
    *identity.FORMATS,
    *placement.FORMATS,
    *ownership.FORMATS,
    *tags.FORMATS,
    *documentation.FORMATS,
    *statistics.FORMATS,
    *quality.FORMATS,
    *subset.FORMATS,
    *run.FORMATS,
    *failure.FORMATS,
    *parameters.FORMATS,
    *job.FORMATS,
)

FACETS: Final[Mapping[tuple[Holder, str], FacetFormat]] = MappingProxyType(
    {(holder, fmt.key): fmt for fmt in _FORMATS for holder in sorted(fmt.holders)}
)
TABLES: Final[Mapping[str, pa.Schema]] = MappingProxyType(
    {fmt.table: arrow_schema(fmt) for fmt in _FORMATS}
)
