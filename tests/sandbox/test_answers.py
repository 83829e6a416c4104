"""Rows keep what they say on their way to Python, Polars, Parquet, CSV and the digest of them."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from lineage_pipeline.sandbox.answers import (
    answer_sha256,
    digested,
    distinct,
    lines_of,
    plain_table,
    python_rows,
    read_back,
    write_csv,
)
from lineage_pipeline.sandbox.inquiry import Found, inquirer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Published

EVERY_TYPE = """
select
    true as boolean, -1::tinyint as tinyint, 2::usmallint as usmallint, 3::ubigint as ubigint,
    170141183460469231731687303715884105727::hugeint as large, 5::hugeint as hugeint,
    7::uhugeint as uhugeint, 1.10::decimal(9, 2) as decimal, 0.1::float as float, 0.1 + 0.2::double,
    'x,"y"' as varchar, '' as empty, null::varchar as nothing, 'abc'::blob as blob,
    date '2026-02-03' as date, time '12:34:56.789' as time, time_ns '12:34:56.123456789',
    '12:34:56+02'::timetz as timetz, timestamp '2026-02-03 04:05:06.7' as timestamp,
    timestamp_s '2026-02-03 04:05:06', timestamp_ms '2026-02-03 04:05:06.789',
    timestamp_ns '2026-02-03 04:05:06.123456789', timestamptz '2026-02-03 04:05:06+02' as moment,
    interval 14 month as interval, uuid '00000000-0000-0000-0000-000000000001' as uuid,
    '{"a": 1}'::json as json, '10101'::bit as bit, 'b'::enum('a', 'b') as enum,
    [1, null] as list, {'a': 'x', 'b': [true]} as struct, map {'k': 1} as map, [1, 2]::int[2],
    {'j': '{"a": 1}'::json, 'u': uuid '00000000-0000-0000-0000-000000000001'} as nested,
    [5::hugeint] as hugeints, [interval 1 day] as intervals, union_value(a := 1) as union,
    12345678901234567890123456789012345678901::bignum as bignum, 1 as again, 2 as again, 3 as AGAIN
"""


def found(published: Published, query: str) -> Found:
    with inquirer() as ask:
        reply = ask(published.warehouse, published.lake, query, {})
    assert isinstance(reply, Found), reply
    return reply


@pytest.fixture(scope="module")
def every(published: Published) -> Found:
    """Return a row of a value of every type."""
    return found(published, EVERY_TYPE)


def test_python_has_them_as_a_plain_connection_gives_them(
    every: Found, published: Published
) -> None:
    with duckdb.connect(str(published.warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        result = connection.execute(EVERY_TYPE)
        assert tuple(column[0] for column in result.description) == every.told.columns
        assert tuple(str(column[1]) for column in result.description) == every.told.types
        assert python_rows(every) == result.fetchall()


def test_what_comes_back_from_parquet_has_the_same_digest(every: Found, tmp_path: Path) -> None:
    table, as_texts = plain_table(every)
    pq.write_table(table, tmp_path / "rows.parquet")
    kept = pq.read_table(tmp_path / "rows.parquet")
    places = {table.column_names.index(name) for name in as_texts}
    rows = read_back(kept, every.told.types, places)
    lines = lines_of(rows, every.told.columns, every.told.types, is_ordered=False, as_texts=places)
    assert b"".join(lines) == b"".join(digested(every))
    assert {"uhugeint", "interval", "bit", "timetz", "union", "bignum"} <= {*as_texts}


def test_polars_has_every_type(every: Found) -> None:
    frame = pl.DataFrame(plain_table(every)[0])
    assert frame.shape == (1, len(every.told.columns))
    assert frame["again"][0] == 1
    assert frame["again_1"][0] == 2


def test_lines_tell_names_types_and_exact_texts(published: Published) -> None:
    query = "select 0.1::double as a, null as b, 'é\"' as c, '\\xAA'::blob as d order by all"
    lines = b"".join(digested(found(published, query)))
    assert [json.loads(line) for line in lines.splitlines()] == [
        ["a", "b", "c", "d"],
        ["DOUBLE", '"NULL"', "VARCHAR", "BLOB"],
        ["0.1", None, 'é"', "aa"],
    ]
    assert answer_sha256(found(published, query)) == sha256(lines).hexdigest()


def test_rows_without_an_order_have_one_digest_whatever_order_they_come_in(
    published: Published,
) -> None:
    one = found(published, "from (values (1), (2), (3)) t(i)")
    other = found(published, "from (values (3), (1), (2)) t(i)")
    ordered = found(published, "from (values (3), (1), (2)) t(i) order by i desc")
    assert answer_sha256(one) == answer_sha256(other) != answer_sha256(ordered)


def test_csv_tells_nothing_from_an_empty_text_and_alters_none(
    published: Published, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    rows = "(values (null, '', '=1+1', e'two\\nlines'), ('x', '-1', '@a', ' \"q\"'))"
    write_csv(found(published, f"from {rows} t(a, b, c, d)"), file)
    text = file.read_text(encoding="utf-8")
    assert text.splitlines()[:2] == ["a,b,c,d", ',"",=1+1,"two']
    with file.open(encoding="utf-8", newline="") as lines:
        assert [*csv.reader(lines)][2] == ["x", "-1", "@a", ' "q"']


def test_an_answer_without_rows_is_one(published: Published, tmp_path: Path) -> None:
    empty = found(published, "select 1 as a where false")
    assert (python_rows(empty), plain_table(empty)[0].num_rows) == ([], 0)
    assert b"".join(digested(empty)) == b'["a"]\n["INTEGER"]\n'
    write_csv(empty, tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text() == "a\n"


def test_names_of_columns_are_told_apart_whatever_their_case() -> None:
    assert distinct(["a", "A", "a", "a_1"]) == ["a", "A_1", "a_2", "a_1_1"]
