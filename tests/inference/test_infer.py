"""What SQL says of columns, statement by statement, and what it leaves open."""

from __future__ import annotations

import pytest

from tests.inference.asking import ask, lines


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("insert into c (p) select x from a", ["c.p < a.x IDENTITY"]),
        ("insert into c select x, y from a", ["c.p < a.x IDENTITY", "c.q < a.y IDENTITY"]),
        ("insert into c select y as q, x as p from a",
         ["c.p < a.y IDENTITY", "c.q < a.x IDENTITY"]),
        ("create table c as select x + y as p from a",
         ["c.p < a.x TRANSFORMATION", "c.p < a.y TRANSFORMATION"]),
        ("create or replace view c (p, q) as select x, y from a",
         ["c.p < a.x IDENTITY", "c.q < a.y IDENTITY"]),
        ("select x as p, 1 as q from a", ["c.p < a.x IDENTITY"]),
        ("select sum(x) as p from a", ["c.p < a.x AGGREGATION"]),
        ("select case when x > 1 then y end as p from a",
         ["c.p < a.x CONDITIONAL", "c.p < a.y TRANSFORMATION"]),
        ("select lag(x) over (partition by y) as p from a",
         ["c.p < a.x AGGREGATION", "c.p < a.y WINDOW"]),
        ("select x as p from a where y > 1", ["c < a.y FILTER", "c.p < a.x IDENTITY"]),
        ("select x as p from a order by y", ["c < a.y SORT", "c.p < a.x IDENTITY"]),
        ("select x as p, count(*) as q from a group by x",
         ["c < a.x GROUP_BY", "c.p < a.x IDENTITY"]),
        ("select a.x as p, b.z as q from a join b on a.k = b.k",
         ["c < a.k JOIN", "c < b.k JOIN", "c.p < a.x IDENTITY", "c.q < b.z IDENTITY"]),
        ("select x as p from a where k in (select k from b where z = 1)",
         ["c < a.k FILTER", "c < b.k FILTER", "c < b.z FILTER", "c.p < a.x IDENTITY"]),
        ("with m as (select x as n from a where y > 1) select n as p from m",
         ["c < a.y FILTER", "c.p < a.x IDENTITY"]),
        ("select x as p from a union all select z from b",
         ["c.p < a.x IDENTITY", "c.p < b.z IDENTITY"]),
        ("select x as p from a except select z from b",
         ["c < a.x FILTER", "c < a.x GROUP_BY", "c < b.z FILTER", "c.p < a.x IDENTITY"]),
        (("merge into c using a on c.p = a.k when matched and a.y > 1 then update set q = a.x "
         "when not matched then insert (p, q) values (a.k, a.x + 1)"),
         ["c < a.k JOIN", "c < a.y FILTER", "c.p < a.k IDENTITY", "c.q < a.x IDENTITY",
          "c.q < a.x TRANSFORMATION"]),
        ("update c set q = a.x from a where c.p = a.k", ["c < a.k FILTER", "c.q < a.x IDENTITY"]),
        ("update c set q = upper(c.p)", ["c.q < c.p TRANSFORMATION"]),
        ("delete from c where p in (select k from a)", ["c < a.k FILTER"]),
        (("create temp table t as select x as n from a where y = 1; "
         "insert into c (p) select n from t; drop table t"),
         ["c < a.y FILTER", "c.p < a.x IDENTITY"]),
        (("create temp table t (n int); insert into t select x from a; "
         "insert into t select z from b; insert into c (p) select n from t"),
         ["c.p < a.x IDENTITY", "c.p < b.z IDENTITY"]),
        (("with recursive r as (select x as n, y from a union all "
         "select n + 1, y from r where n < y) select n as p from r"),
         ["c < a.x FILTER", "c < a.y FILTER", "c.p < a.x IDENTITY", "c.p < a.x TRANSFORMATION"]),
        ("insert into c (p) select x from a on conflict (p) do update set q = excluded.p + c.q",
         ["c.p < a.x IDENTITY", "c.q < a.x TRANSFORMATION", "c.q < c.q TRANSFORMATION"]),
        ("insert into c (p) select s from (select * from a) as t (k, s, u)",
         ["c.p < a.x IDENTITY"]),
        ("select distinct on (y) x as p from a", ["c < a.y GROUP_BY", "c.p < a.x IDENTITY"]),
        ("select x as p into c from a", ["c.p < a.x IDENTITY"]),
    ],
)  # fmt: skip
def test_a_statement_says_what_columns_are_made_of(sql: str, expected: list[str]) -> None:
    assert lines(sql, ["a(k, x, y)", "b(k, z)"], ["c(p, q)"], "postgres") == expected


@pytest.mark.parametrize(
    ("dialect", "sql", "inputs", "expected"),
    [
        ("spark", "insert overwrite table c partition (q = 'x') select x from a", ["a(x)"],
         ["c.p < a.x IDENTITY"]),
        ("spark", "select v.item as p from a lateral view explode(xs) v as item", ["a(xs)"],
         ["c < a.xs JOIN", "c.p < a.xs TRANSFORMATION"]),
        ("spark", "select x as p from delta.`s3://lake/a`", ["s3://lake|a(x)"],
         ["c.p < a.x IDENTITY"]),
        ("snowflake", "select X as P, $salt as q from A", ["DB.S.A(X)"],
         ["c.p < DB.S.A.X IDENTITY"]),
        ("snowflake", "select f.value:name as p from a, lateral flatten(input => xs) f", ["a(xs)"],
         ["c < a.xs JOIN", "c.p < a.xs TRANSFORMATION"]),
        ("snowflake", "create table c clone a", ["a(p, q)"],
         ["c.p < a.p IDENTITY", "c.q < a.q IDENTITY"]),
        ("bigquery", "select x as p from `project.set.a`", ["project.set.a(x)"],
         ["c.p < project.set.a.x IDENTITY"]),
        ("bigquery", "select * except (x) replace (x + 1 as p) from a", ["a(p, x)"],
         ["c.p < a.x TRANSFORMATION"]),
        ("duckdb", "insert into c by name select x as q from a", ["a(x)"], ["c.q < a.x IDENTITY"]),
        ("tsql", "select [x] as p from [dbo].[a]", ["sales.dbo.a(x)"],
         ["c.p < sales.dbo.a.x IDENTITY"]),
        ("mysql", "insert into c (p) select x from a on duplicate key update q = values(p) + 1",
         ["a(x)"], ["c.p < a.x IDENTITY", "c.q < a.x TRANSFORMATION"]),
        ("mysql", "update c join a on c.p = a.k set c.q = a.x", ["a(k, x)"],
         ["c < a.k JOIN", "c.q < a.x IDENTITY"]),
        ("tsql", "update t set q = a.x from c as t join a on t.p = a.k", ["a(k, x)"],
         ["c < a.k JOIN", "c.q < a.x IDENTITY"]),
        ("databricks", ("merge into c using a on c.p = a.p when matched then update set * "
         "when not matched then insert *"), ["a(p, q)"],
         ["c < a.p JOIN", "c.p < a.p IDENTITY", "c.q < a.q IDENTITY"]),
        ("clickhouse", "insert into c select x, k from a final prewhere k = 1", ["a(k, x)"],
         ["c < a.k FILTER", "c.p < a.x IDENTITY", "c.q < a.k IDENTITY"]),
        ("duckdb", "from a select x as p", ["a(x)"], ["c.p < a.x IDENTITY"]),
    ],
)  # fmt: skip
def test_dialects(dialect: str, sql: str, inputs: list[str], expected: list[str]) -> None:
    assert lines(sql, inputs, ["c(p, q)"], dialect) == expected


@pytest.mark.parametrize(
    ("sql", "inputs", "outputs", "remarks"),
    [
        ("select x from a, b", ["a", "b"], ["c"], {"ambiguous_column": 1}),
        ("select x from a, b", ["a(x)", "b(x)"], ["c"], {"ambiguous_column": 1}),
        ("select n from a", ["a(x)"], ["c"], {"unknown_column": 1}),
        ("select * from a", ["a"], ["c"], {"unknown_star": 1}),
        ("insert into c select * from a", ["a"], ["c(p)"], {"unknown_target_columns": 1}),
        ("insert into c select x from a", ["a(x)"], ["c"], {"unknown_target_columns": 1}),
        ("insert into c select x, x from a", ["a(x)"], ["c(p)"], {"unknown_target_columns": 1}),
        ("select x as other from a", ["a(x)"], ["c(p)"], {"unknown_target_column": 1}),
        ("select a.x + 1 as p, p * 2 as q from a", ["a"], ["c"], {"ambiguous_column": 1}),
        ("select (select n from b) as p from a", ["a", "b"], ["c"], {"ambiguous_column": 1}),
    ],
)  # fmt: skip
def test_what_may_mean_several_things_states_nothing(
    sql: str, inputs: list[str], outputs: list[str], remarks: dict[str, int]
) -> None:
    found = ask(sql, inputs, outputs)
    assert found.remarks == remarks
    known = [row for row in found.columns if row.output_field != "p"]
    assert known == []
    assert found.covered == (len(inputs),)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select x as p from other", "unknown_table"),
        ("select x as p from a, other", "unknown_table"),
        ("select x as p from s.a", "ambiguous_table"),
        ("select x as p from read_csv('a.csv')", "table_function"),
        ("select x as p from a; call load()", "unsupported_statement"),
        ("select 1", None),
        ("delete from c where exists (select 1 from a)", None),
        ("insert into other select x from a", "no_output"),
        ("select x from a; select x from a", "no_output"),
        ("copy into c from @stage", "unsupported_statement"),
    ],
)
def test_an_output_is_covered_only_if_all_that_fills_it_is_known(
    sql: str, reason: str | None
) -> None:
    found = ask(sql, ["a(x)", "one.s.a(x)", "two.s.a(x)"], ["c(p)"], "snowflake")
    assert reason is None or reason in found.remarks
    assert found.covered == ()


def test_a_table_that_is_known_covers_though_its_columns_stay_open() -> None:
    found = ask("select * from a pivot (sum(x) for y in ('m'))", ["a(x, y)"], dialect="snowflake")
    assert found.remarks["unsupported_query"] == 1
    assert (found.columns, found.covered) == ((), (1,))


def test_an_input_that_is_not_named_is_no_read() -> None:
    found = ask("insert into c (p) select x from a", ["a(x)", "b(z)"], ["c(p)"])
    assert found.reads == ((2, 0),)
    assert found.covered == (2,)


def test_each_output_has_its_own_reads() -> None:
    found = ask("insert into c (p) select x from a; insert into d (q) select p from c",
                ["a(x)"], ["c(p)", "d(q)"])  # fmt: skip
    assert found.reads == ((1, 0), (2, 1))
    assert found.covered == (1, 2)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into c (p) values (1)",
        "insert into c (p) select 1 as p",
        "create table c as select 1 as p",
        "truncate table c; insert into c (p) values (1), (2)",
    ],
)
def test_an_output_whose_values_stand_in_the_text_is_made_of_no_input(sql: str) -> None:
    found = ask(sql, ["a(x)"], ["c(p)"])
    assert (found.columns, found.reads, found.covered) == ((), (), (1,))


@pytest.mark.parametrize(
    "sql",
    [
        "insert into c (p) values (?)",
        "insert into c (p) values (:total)",
        "insert into c (p) values (@total)",
        "insert into c (p) values (total_of('a'))",
        "insert into c (p) values (total)",
        "create table c (p int)",
        "delete from c",
        "select 1",
    ],
)
def test_values_that_come_from_outside_the_text_may_be_made_of_an_input(sql: str) -> None:
    found = ask(sql, ["a(x)"], ["c(p)"])
    assert (found.columns, found.reads, found.covered) == ((), (), ())


def test_a_query_alone_fills_the_one_output_there_is() -> None:
    assert ask("select x from a", ["a(x)"], ["c", "d"]).remarks == {"no_output": 1}


@pytest.mark.parametrize(
    ("name", "dialect", "written", "is_meant"),
    [
        ("lake.sales.orders", "", "orders", True),
        ("lake.sales.orders", "", "sales.orders", True),
        ("lake.sales.orders", "", "other.orders", False),
        ("sales.orders", "", "lake.sales.orders", True),
        ("orders", "", "sales.orders", False),
        ("SALES.ORDERS", "snowflake", "sales.orders", True),
        ("sales.orders", "snowflake", "sales.orders", True),
        ("sales.orders", "snowflake", '"SALES"."ORDERS"', False),
        ("sales.orders", "postgres", "Sales.Orders", True),
        ("sales.Orders", "postgres", '"sales"."Orders"', True),
        ("sales.Orders", "postgres", '"sales"."orders"', False),
        ("sales.Orders", "clickhouse", "sales.orders", False),
        ("/lake/orders=sales.orders", "spark", "sales.orders", True),
        ("suborders", "", "orders", False),
    ],
)
def test_tables_are_found_by_the_last_parts_of_a_name(
    name: str, dialect: str, written: str, *, is_meant: bool
) -> None:
    found = ask(f"insert into c (p) select x from {written}", [name], ["c(p)"], dialect)
    assert bool(found.reads) == is_meant


def test_the_spelling_of_the_catalogue_comes_before_another_case() -> None:
    found = ask("select x from orders", ["s.ORDERS", "s.orders"], ["c"], "postgres")
    assert found.reads == ((2, 1),)
    found = ask("select x from Orders", ["s.ORDERS", "s.Orders"], ["c"], "postgres")
    assert found.remarks["ambiguous_table"] == 1
