"""What a query depends on when it runs is stated: DuckDB is the judge."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pytest

from tests.inference.asking import ask
from tests.inference.queries import TABLES, Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.inference.infer import Inference

QUERIES: Final = 30
"""How many queries a test takes, of those that run."""
ROWS: Final = 5
KNOWN: Final = [f"{table}({', '.join(columns)})" for table, columns in TABLES.items()]

WRITTEN: Final = "c(p, q)"

Content = dict[str, list[list[Any]]]


def content(random: Random) -> Content:
    return {
        table: [[random.choice((None, 1, 2, 3, 4, 5)) for _ in columns] for _ in range(ROWS)]
        for table, columns in TABLES.items()
    }


def fill(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, tuple[str, ...]], rows: Content
) -> None:
    for table, columns in tables.items():
        values = ", ".join(
            f"({', '.join('null' if value is None else str(value) for value in row)})"
            for row in rows[table]
        )
        connection.execute(
            f"create or replace temp table {table} as select "
            f"{', '.join(f'{name}::int as {name}' for name in columns)} "
            f"from (values {values}) as filled({', '.join(columns)})"
        )


def answer(
    connection: duckdb.DuckDBPyConnection, query: str, rows: Content
) -> dict[str, list[str]]:
    """Return the sorted values of each column."""
    fill(connection, TABLES, rows)
    return columns_of(connection.execute(query))


def written(
    connection: duckdb.DuckDBPyConnection, statement: str, rows: Content
) -> dict[str, list[str]]:
    """Return the sorted values of each column of `c` behind the statement."""
    fill(connection, TABLES, rows)
    fill(connection, {"c": ("p", "q")}, {"c": [[1, 2], [2, 3], [3, 3], [5, 1]]})
    connection.execute(statement)
    return columns_of(connection.execute("select * from c"))


def columns_of(result: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    names = [column[0] for column in result.description or ()]
    columns = list(zip(*result.fetchall(), strict=True)) or [()] * len(names)
    return {name: sorted(map(str, values)) for name, values in zip(names, columns, strict=True)}


def runnable(seed: int) -> Iterator[tuple[str, Random]]:
    """Yield queries that DuckDB runs; the others say nothing."""
    found = attempt = 0
    with duckdb.connect(":memory:") as connection:
        while found < QUERIES:
            attempt += 1
            random = Random(f"{seed} {attempt}")  # noqa: S311 - the same queries every time
            query, _ = Maker(random).query()
            try:
                answer(connection, query, content(random))
            except duckdb.Error:
                continue
            found += 1
            yield query, random
    assert found > attempt / 3


def stated(found: Inference) -> set[tuple[str | None, str, str]]:
    tables = [*TABLES, "c"]
    return {(row.output_field, tables[row.source], row.source_field) for row in found.columns}


def changed(rows: Content, table: str, place: int, random: Random) -> Content:
    """Return the rows with one column of one table filled anew."""
    filled = [list(row) for row in rows[table]]
    for row in filled:
        row[place] = random.choice((None, 1, 2, 3, 4, 5, 6))
    return {**rows, table: filled}


@pytest.mark.parametrize("seed", range(4))
def test_a_column_that_matters_is_stated(seed: int) -> None:
    with duckdb.connect(":memory:") as connection:
        for query, random in runnable(seed):
            found = ask(query, KNOWN, dialect="duckdb")
            assert found.remarks == {}, query
            uses = stated(found)
            for _ in range(2):
                rows = content(random)
                before = answer(connection, query, rows)
                for table, columns in TABLES.items():
                    for place, column in enumerate(columns):
                        after = answer(connection, query, changed(rows, table, place, random))
                        for output, values in before.items():
                            told = {(output, table, column), (None, table, column)} & uses
                            assert told or values == after[output], (query, table, column, output)


@pytest.mark.parametrize("seed", range(3))
def test_a_column_that_matters_to_what_is_written_is_stated(seed: int) -> None:
    count = 0
    with duckdb.connect(":memory:") as connection:
        for attempt in range(QUERIES * 2):
            random = Random(f"{seed} {attempt}")  # noqa: S311 - the same statements every time
            statement = Maker(random).statement()
            rows = content(random)
            try:
                before = written(connection, statement, rows)
            except duckdb.Error:
                continue
            count += 1
            found = ask(statement, KNOWN, [WRITTEN], "duckdb")
            assert found.remarks == {}, statement
            uses = stated(found)
            for table, columns in TABLES.items():
                for place, column in enumerate(columns):
                    filled = changed(rows, table, place, random)
                    try:
                        after = written(connection, statement, filled)
                    except duckdb.Error:
                        continue
                    for output, values in before.items():
                        told = {(output, table, column), (None, table, column)} & uses
                        assert told or values == after[output], (statement, table, column, output)
    assert count > QUERIES


@pytest.mark.parametrize("seed", range(2))
def test_a_schema_that_is_not_known_leads_to_no_other_statement(seed: int) -> None:
    for query, random in runnable(seed + 100):
        whole = stated(ask(query, KNOWN, dialect="duckdb"))
        table = random.choice([*TABLES])
        fewer = [table if name.startswith(table) else name for name in KNOWN]
        assert stated(ask(query, fewer, dialect="duckdb")) <= whole, (query, table)


@pytest.mark.parametrize("seed", range(2))
def test_every_table_of_a_query_is_read(seed: int) -> None:
    for query, _ in runnable(seed + 200):
        found = ask(query, KNOWN, dialect="duckdb")
        named = {place for place, table in enumerate(TABLES) if f" {table} as " in query}
        read = {source for _, source in found.reads}
        assert read <= named, query
        # A common table expression that nothing names is not read.
        assert read == named or "with " in query, query
        assert found.covered == (len(KNOWN),), query
