"""The rows of an answer as others take them: in Python, in columns that any tool reads, as texts.

Texts are what DuckDB writes; bytes are hexadecimal digits, lists and structs JSON. They are exact,
and what a digest is taken of: the lines of JSON that `digested` returns, the names of the columns
first, then DuckDB's names of their types, then a line for each row, a list of texts and nulls.
Lines of rows are in the query's order, and sorted where it has none.
"""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa
from duckdb import ColumnExpression, FunctionExpression

from lineage_pipeline.engines import connect
from lineage_pipeline.sandbox.values import NESTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from lineage_pipeline.sandbox.inquiry import Found

UNCOMMON: Final = re.compile(
    r"\b(UHUGEINT|BIGNUM|BIT|INTERVAL|TIME WITH TIME ZONE|UNION|VARIANT|GEOMETRY)\b"
)
"""Types that Parquet or Polars have not, or would round: their columns become texts."""
HUGE: Final = re.compile(r"\bHUGEINT\b")
"""A type that becomes a decimal of 38 digits, and a text where these do not do."""


def python_rows(found: Found) -> list[tuple[Any, ...]]:
    """Return the rows as DuckDB hands them to Python, times in UTC."""
    return _relation(found.table).fetchall()


def plain_table(found: Found) -> tuple[pa.Table, tuple[str, ...]]:
    """Return the rows in types that Parquet and Polars have, and which columns are texts for that.

    Columns of one name get `_1`, `_2` behind it.
    """
    types = found.told.types
    as_texts = {place for place, name in enumerate(types) if UNCOMMON.search(name)}
    table = _plain(found.table, types, as_texts)
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:
        as_texts |= {place for place, name in enumerate(types) if HUGE.search(name)}
        table = _plain(found.table, types, as_texts)
    names = distinct(found.told.columns)
    return table.rename_columns(names), tuple(names[place] for place in sorted(as_texts))


def digested(found: Found) -> Iterator[bytes]:
    """Yield the lines, many at once, that the digest of an answer is taken of."""
    told = found.told
    return lines_of(_relation(found.table), told.columns, told.types, is_ordered=told.is_ordered)


def lines_of(
    rows: duckdb.DuckDBPyRelation,
    columns: Sequence[str],
    types: Sequence[str],
    *,
    is_ordered: bool,
    as_texts: Collection[int] = (),
) -> Iterator[bytes]:
    """Yield the lines of an answer, many at once.

    Args:
        rows: its rows, the columns numbered.
        columns: their names.
        types: DuckDB's names of their types.
        is_ordered: whether the query says in which order.
        as_texts: the places of columns that are texts already.
    """
    yield msgspec.json.encode(columns) + b"\n" + msgspec.json.encode(types) + b"\n"
    lines = rows.select(_line(FunctionExpression("list_value", *_texts(types, as_texts))))
    if not is_ordered:
        lines = lines.order("line")
    for batch in lines.to_arrow_reader():
        yield "".join(f"{line}\n" for line in batch.column(0).to_pylist()).encode()


def answer_sha256(found: Found) -> str:
    """Return the digest of an answer, as hex."""
    digest = sha256()
    for lines in digested(found):
        digest.update(lines)
    return digest.hexdigest()


def write_csv(found: Found, file: Path) -> None:
    """Write the rows as CSV after RFC 4180: each value as its text, null as nothing at all.

    A text that is empty stands in quotes, and no text is altered, whatever a spreadsheet makes of
    it.
    """
    put_csv(_relation(found.table), found.told.columns, found.told.types, file)


def put_csv(
    rows: duckdb.DuckDBPyRelation,
    columns: Sequence[str],
    types: Sequence[str],
    file: Path,
    as_texts: Collection[int] = (),
) -> None:
    """Write rows, their columns numbered, as `write_csv` does; arguments as for `lines_of`."""
    texts = [
        text.alias(name)
        for text, name in zip(_texts(types, as_texts), distinct(columns), strict=True)
    ]
    rows.select(*texts).to_csv(str(file), header=True)


def read_back(
    table: pa.Table, types: Sequence[str], as_texts: Collection[int]
) -> duckdb.DuckDBPyRelation:
    """Return rows that were kept in plain types as they were, the columns numbered.

    Args:
        table: as `plain_table` gave it.
        types: DuckDB's names of the types that the columns had.
        as_texts: the places of columns that are texts, and stay so.
    """
    columns = [
        ColumnExpression(f"c{place}").cast(name)
        if place not in as_texts and NESTED.fullmatch(name)
        else ColumnExpression(f"c{place}")
        for place, name in enumerate(types)
    ]
    return _relation(table).select(*_numbered(columns))


def distinct(columns: Sequence[str]) -> list[str]:
    """Return names of columns of which none stands there twice, whatever the case."""
    names: list[str] = []
    seen: set[str] = set()
    for column in columns:
        tried = (f"{column}_{number}" if number else column for number in count())
        names.append(next(name for name in tried if name.casefold() not in seen))
        seen.add(names[-1].casefold())
    return names


def _relation(table: pa.Table) -> duckdb.DuckDBPyRelation:
    """Return a table as DuckDB has it, its columns numbered: two of them may have one name."""
    engine = connect()
    engine.execute("set timezone = 'UTC'")
    return engine.from_arrow(table.rename_columns([f"c{n}" for n in range(table.num_columns)]))


def _plain(table: pa.Table, types: tuple[str, ...], as_texts: set[int]) -> pa.Table:
    texts = _texts(types)
    chosen = [
        texts[place] if place in as_texts else ColumnExpression(f"c{place}")
        for place in range(len(types))
    ]
    return _relation(table).select(*_numbered(chosen)).to_arrow_table()


def _texts(types: Sequence[str], as_texts: Collection[int] = ()) -> list[duckdb.Expression]:
    """Return the expressions that make exact texts of numbered columns; see `values.py`."""
    return [
        _text(ColumnExpression(f"c{place}"), "VARCHAR" if place in as_texts else name)
        for place, name in enumerate(types)
    ]


def _text(column: duckdb.Expression, type_name: str) -> duckdb.Expression:
    if type_name == "BLOB":
        return FunctionExpression("lower", FunctionExpression("hex", column))
    if NESTED.fullmatch(type_name):
        return FunctionExpression("to_json", column).cast("varchar")
    return column.cast("varchar")


def _numbered(expressions: Sequence[duckdb.Expression]) -> list[duckdb.Expression]:
    return [one.alias(f"c{place}") for place, one in enumerate(expressions)]


def _line(cells: duckdb.Expression) -> duckdb.Expression:
    return FunctionExpression("to_json", cells).cast("varchar").alias("line")
