"""The tables that leave are those of the warehouse: Parquet as it is, CSV so that none runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import polars as pl
import pytest

from lineage_pipeline.workpapers.tables import as_csv, as_parquet, csv_files, parquet_files, tables
from tests.workpapers.dossiers import EXCEPTION, dossier_of, exception, of_every_status, status
from tests.workpapers.hostile import ALL, FORMULAS


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_parquet_holds_every_table_unchanged() -> None:
    frames = tables(of_every_status())
    for name, data in parquet_files(frames).items():
        frame = frames[name.removeprefix("parquet/").removesuffix(".parquet")]
        read = pl.read_parquet(io.BytesIO(data))
        assert read.schema == frame.schema
        assert read.equals(frame, null_equal=True)


def test_csv_holds_every_row_and_column_of_every_table() -> None:
    frames = tables(of_every_status())
    for name, data in csv_files(frames).items():
        frame = frames[name.removeprefix("csv/").removesuffix(".csv")]
        head, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
        assert head == frame.columns
        assert len(rows) == frame.height


@pytest.mark.parametrize("text", ALL, ids=lambda text: ascii(text[:12]))
def test_a_text_is_the_same_again_without_the_apostrophe_before_it(text: str) -> None:
    data = as_csv(pl.DataFrame({"a": [text], "b": ["x"]}))
    [row] = rows_of(data)
    assert row["a"].removeprefix("'") == text
    if text in FORMULAS:
        assert row["a"] == f"'{text}"


def test_numbers_below_zero_stay_numbers() -> None:
    assert as_csv(pl.DataFrame({"a": [-1]})) == b"a\r\n-1\r\n"


def test_a_null_is_empty_and_an_empty_text_is_in_quotes() -> None:
    assert as_csv(pl.DataFrame({"a": [None, ""], "b": [1, 2]})) == b'a,b\r\n,1\r\n"",2\r\n'


def test_instants_are_told_in_utc_and_lists_as_json() -> None:
    at = datetime(2026, 5, 1, 12, 0, 0, 5, tzinfo=UTC)
    found = dossier_of([status("X01")], [exception("X01", "a", since_at=at, evidence=["b", "ü"])])
    [row] = rows_of(as_csv(found.assessment.exception))
    assert row["since_at"] == "2026-05-01T12:00:00.000005Z"
    assert row["evidence"] == '["b", "ü"]'


def test_a_table_without_rows_keeps_its_columns() -> None:
    empty = pl.DataFrame(schema=EXCEPTION)
    assert as_csv(empty).decode().strip().split(",") == empty.columns
    assert pl.read_parquet(io.BytesIO(as_parquet(empty))).schema == EXCEPTION
