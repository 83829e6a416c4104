"""Python values become Arrow arrays as they are, and what does not fit is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from lineage_pipeline import arrays
from lineage_pipeline.arrays import array_of, repeated
from lineage_pipeline.formats.facets import TABLES
from lineage_pipeline.schemas import BRONZE, INSTANT, arrow_table

NOON = datetime(2026, 3, 1, 12, 0, 0, 7, UTC)

VALUES: list[tuple[pa.DataType, list[Any]]] = [
    (pa.string(), ["a", None, "", "ü", "\x00"]),
    (pa.string(), ["plain", "letters"]),
    (pa.binary(), [b"\xff", None, b""]),
    (pa.int64(), [-(1 << 63), None, (1 << 63) - 1]),
    (pa.int32(), [-1, 1]),
    (pa.uint8(), [0, 99, 255]),
    (pa.float64(), [0.5, None, -1.0]),
    (pa.bool_(), [True, None, False, True, True, True, True, True, True]),
    (INSTANT, [NOON, None, datetime(1969, 12, 31, tzinfo=UTC)]),
    (pa.list_(pa.string()), [["a", "b"], None, [], ["c"]]),
]


@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_values_come_back_as_they_were(kind: pa.DataType, values: list[Any]) -> None:
    for some in (values, tuple(values), [], [None], values[:1]):
        array = array_of(some, kind)
        array.validate(full=True)
        assert array.type == kind
        assert array.to_pylist() == list(some)
        assert array.null_count == list(some).count(None)


def test_every_type_of_a_table_has_arrays() -> None:
    for schema in (*BRONZE.values(), *TABLES.values()):
        assert arrow_table(schema).schema == schema
        rows = arrow_table(schema, {name: [None, None] for name in schema.names})
        assert rows.schema == schema
        assert rows.num_rows == 2


def test_an_instant_of_any_zone_is_the_same_instant() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert array_of([there], INSTANT).to_pylist() == [NOON]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(pa.int64(), 1 << 63), (pa.uint8(), 256), (pa.string(), b"a"), (pa.binary(), "a")],
)
def test_a_value_that_does_not_fit_is_refused(kind: pa.DataType, value: Any) -> None:
    with pytest.raises((OverflowError, TypeError)):
        array_of([value], kind)


def test_more_text_than_one_array_can_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_FARTHEST", 10)
    with pytest.raises(OverflowError, match="11 bytes"):
        array_of(["a" * 11], pa.string())
    with pytest.raises(OverflowError, match="12 bytes"):
        repeated("abc", 4, pa.string())


@pytest.mark.parametrize(("kind", "value"), [(pa.string(), "ü"), (INSTANT, NOON)])
def test_one_value_fills_a_column(kind: pa.DataType, value: Any) -> None:
    assert repeated(value, 3, kind).to_pylist() == [value] * 3
    assert repeated(value, 0, kind).to_pylist() == []
