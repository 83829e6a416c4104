"""Facets that count: what a run read and wrote, and the measured shape of a dataset."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from lineage_pipeline.formats.facets.format import (
    Count,
    Facet,
    FacetFormat,
    Part,
    json_text,
    whole,
)


class Volume(Facet, frozen=True, kw_only=True):
    """The body of `inputStatistics` and `outputStatistics`."""

    row_count: Count | None = None
    size: Count | None = None
    file_count: Count | None = None


class VolumeRow(NamedTuple):
    """One row per facet: how much one run read from, or wrote to, a dataset.

    Columns:
        row_count: rows.
        total_bytes: bytes.
        file_count: files.
    """

    row_count: int | None
    total_bytes: int | None
    file_count: int | None


def volume_rows(body: Volume) -> Iterator[VolumeRow]:
    """Yield the one volume."""
    yield VolumeRow(whole(body.row_count), whole(body.size), whole(body.file_count))


class ColumnMetrics(Part, frozen=True, kw_only=True):
    """The measures of one column."""

    null_count: Count | None = None
    distinct_count: Count | None = None
    sum: float | None = None
    count: float | None = None
    min: float | None = None
    max: float | None = None
    quantiles: dict[str, float] | None = None


class DataQualityMetrics(Facet, frozen=True, kw_only=True):
    """The body of `dataQualityMetrics`: metrics of columns, or at least a row count.

    The specification requires `columnMetrics`; producers that only count rows leave it out, and
    what they counted is worth keeping.
    """

    column_metrics: dict[str, ColumnMetrics] | None = None
    row_count: Count | None = None
    total_bytes: Count | None = msgspec.field(name="bytes", default=None)
    file_count: Count | None = None
    last_updated: str | None = None
    capture_date: str | None = None

    def __post_init__(self) -> None:
        """Refuse a facet that measures nothing, unless it is a tombstone."""
        if self.column_metrics is None and self.row_count is None and not self.deleted:
            message = "Object missing required field `columnMetrics`, and `rowCount` as well"
            raise ValueError(message)


class MetricRow(NamedTuple):
    """One row for the dataset, then one per measured column.

    Columns:
        column_name: the column; null in the row of the dataset.
        row_count, total_bytes, file_count: rows, bytes, files evaluated; dataset only.
        last_updated_text: when the data last changed, as sent; dataset only.
        captured_text: when the metrics were taken, as sent; dataset only.
        null_count, distinct_count: nulls and distinct values; column only.
        value_count: values; a number rather than an integer in the specification; column only.
        value_sum, value_min, value_max: of the values; column only.
        quantiles_json: quantile to value, a JSON object; column only.
    """

    column_name: str | None
    row_count: int | None
    total_bytes: int | None
    file_count: int | None
    last_updated_text: str | None
    captured_text: str | None
    null_count: int | None
    distinct_count: int | None
    value_count: float | None
    value_sum: float | None
    value_min: float | None
    value_max: float | None
    quantiles_json: str | None


def metric_rows(body: DataQualityMetrics) -> Iterator[MetricRow]:
    """Yield the row of the dataset, then those of its columns as listed."""
    yield MetricRow(
        None,
        whole(body.row_count),
        whole(body.total_bytes),
        whole(body.file_count),
        body.last_updated,
        body.capture_date,
        *(None, None, None, None, None, None, None),
    )
    for name, column in (body.column_metrics or {}).items():
        yield MetricRow(
            name,
            *(None, None, None, None, None),
            whole(column.null_count),
            whole(column.distinct_count),
            column.count,
            column.sum,
            column.min,
            column.max,
            json_text(column.quantiles),
        )


INPUT_STATISTICS = FacetFormat(
    key="inputStatistics",
    holders=frozenset({"input"}),
    body=Volume,
    table="input_statistics",
    row=VolumeRow,
    rows=volume_rows,
)
OUTPUT_STATISTICS = FacetFormat(
    key="outputStatistics",
    holders=frozenset({"output"}),
    body=Volume,
    table="output_statistics",
    row=VolumeRow,
    rows=volume_rows,
)
METRICS = FacetFormat(
    key="dataQualityMetrics",
    holders=frozenset({"dataset"}),
    body=DataQualityMetrics,
    table="data_quality_metric",
    row=MetricRow,
    rows=metric_rows,
)
INPUT_METRICS = FacetFormat(
    key="dataQualityMetrics",
    holders=frozenset({"input"}),
    body=DataQualityMetrics,
    table="data_quality_metric",
    row=MetricRow,
    rows=metric_rows,
)

FORMATS = (INPUT_STATISTICS, OUTPUT_STATISTICS, METRICS, INPUT_METRICS)
