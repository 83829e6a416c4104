"""Which functions may be called follows DuckDB's catalog; what it leaves open is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import _duckdb
import msgspec
import pytest

from lineage_pipeline.sandbox.functions import (
    KINDS,
    MACROS,
    NAMED_AGGREGATES,
    REFUSED,
    TABLE_FUNCTIONS,
    Call,
    refusal,
)
from lineage_pipeline.sandbox.messages import RefusedError
from lineage_pipeline.sandbox.statement import Reading, check
from tests.builders import make_event
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFINED = """
select lower(function_name), macro_definition, function_type
from duckdb_functions()
where internal and macro_definition is not null
"""
PUBLISHED = """
select schema_name || '.' || function_name, macro_definition, function_type
from duckdb_functions() where not internal
union all
select schema_name || '.' || view_name, substr(sql, instr(sql, ' AS ') + 4), 'view'
from duckdb_views() where not internal
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_duckdb.DuckDBPyConnection]:
    """Return a connection to a warehouse as a run publishes it."""
    workspace = make_workspace(tmp_path_factory.mktemp("functions"))
    event = make_event(run="one", type="COMPLETE", inputs=["raw"], outputs=["clean"])
    deliver(workspace, {"events": [event]})
    connection = _duckdb.connect(str(workspace.paths.warehouse), read_only=True)
    yield connection
    connection.close()


def calls(engine: _duckdb.DuckDBPyConnection, definition: str, kind: str) -> set[Call]:
    """Return what the definition of a macro or view calls."""
    text = definition if kind in {"view", "table_macro"} else f"select {definition}"
    rows = engine.execute("select json_serialize_sql($q::varchar)", {"q": text}).fetchall()
    tree = msgspec.json.decode(rows[0][0])
    reading = Reading("system")
    reading.catalogs.add("warehouse")
    reading.walk(tree["statements"][0]["node"], frozenset())
    return {call._replace(schema="") if call.schema == "main" else call for call in reading.calls}


def test_macros_of_duckdb_that_are_allowed_call_what_is_allowed(
    engine: _duckdb.DuckDBPyConnection,
) -> None:
    """At any depth: what a macro calls is itself allowed."""
    found = [row for row in engine.execute(DEFINED).fetchall() if row[0] in MACROS]
    assert {name for name, _, _ in found} == MACROS
    for name, definition, kind in found:
        called = calls(engine, definition, kind) - {Call("error", "", is_table=False)}
        assert (name, refusal(engine, called)) == (name, None)


def test_published_macros_and_views_say_the_same_of_the_same(
    warehouse: _duckdb.DuckDBPyConnection,
) -> None:
    """They are not looked at when a query calls them, so they are looked at here."""
    # A variable that nobody sets; an error, which is the same of the same facts as well.
    allowed = {Call(name, "", is_table=False) for name in ("getvariable", "error")}
    lake = {Call("parquet_scan", "", is_table=True), Call("parquet_scan", "", is_table=False)}
    published = warehouse.execute(PUBLISHED).fetchall()
    # Who may name what these read are other macros, which are looked at here, and nobody else.
    naming = {name for name, definition, _ in published if "query_table(" in definition}
    for name, definition, kind in published:
        called = calls(warehouse, definition, kind) - allowed
        if name.startswith("lake."):
            called -= lake
        if any(call.name == "query_table" for call in called):
            schema, _, macro = name.partition(".")
            assert refusal(warehouse, {Call(macro, schema, is_table=True)}) is not None
            continue
        called = {call for call in called if f"{call.schema}.{call.name}" not in naming}
        assert (name, refusal(warehouse, called)) == (name, None)


def test_published_relations_and_macros_may_be_asked(
    warehouse: _duckdb.DuckDBPyConnection,
) -> None:
    names = warehouse.execute(
        "select schema_name || '.' || table_name from duckdb_tables() union all "
        "select schema_name || '.' || view_name from duckdb_views() where not internal"
    ).fetchall()
    for (name,) in names:
        check(warehouse, f"from {name}")
    check(warehouse, "from lineage.upstream('n', max_depth := 2, known_at := $at)")


def test_what_is_listed_is_there(engine: _duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute("select distinct lower(function_name) from duckdb_functions()").fetchall()
    known = {name for (name,) in rows}
    assert not known.isdisjoint(REFUSED)
    assert known >= {*REFUSED, *TABLE_FUNCTIONS, *MACROS, *NAMED_AGGREGATES}


def test_no_consistent_function_without_arguments_reads_the_clock(
    engine: _duckdb.DuckDBPyConnection,
) -> None:
    """A DuckDB that adds one, and calls it consistent, is found here."""
    rows = engine.execute(
        "select distinct lower(function_name) from duckdb_functions() where internal "
        "and function_type in ('scalar', 'macro') and len(parameters) = 0 "
        "and regexp_full_match(function_name, '[a-z_0-9]+')"
    ).fetchall()
    for (name,) in rows:
        try:
            check(engine, f"select {name}() as found")
        except (RefusedError, _duckdb.Error):
            continue
        assert name in {"pi", "list_value", "array_value", "map", "row", "struct_pack"} | EMPTY, (
            name
        )


EMPTY = frozenset(
    {
        *("add", "array_cat", "array_concat", "array_to_json", "array_zip", "json_array"),
        *("json_object", "json_quote", "list_cat", "list_concat", "list_pack", "list_zip"),
        *("map_concat", "row_to_json", "struct_concat", "to_json", "union_value", "unpivot_list"),
    }
)
"""Functions of any number of arguments."""


def is_refused(engine: _duckdb.DuckDBPyConnection, query: str) -> bool:
    """Return whether a query is refused for what it reads or calls."""
    try:
        check(engine, query)
    except RefusedError as error:
        return error.category == "refused"
    return False


def test_every_other_table_function_is_refused(engine: _duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute(
        "select distinct function_name from duckdb_functions() "
        "where internal and function_type in ('table', 'table_macro', 'pragma')"
    ).fetchall()
    names = {name for (name,) in rows} - TABLE_FUNCTIONS
    assert len(names) > 100
    for name in names:
        assert is_refused(engine, f'from "{name}"()'), name


def test_every_function_that_is_not_consistent_is_refused(
    engine: _duckdb.DuckDBPyConnection,
) -> None:
    rows = engine.execute(
        "select distinct function_name from duckdb_functions() "
        "where internal and (stability <> 'CONSISTENT' or has_side_effects)"
    ).fetchall()
    assert len(rows) > 20
    for (name,) in rows:
        assert is_refused(engine, f'select "{name.upper()}"()'), name


def test_every_relation_of_the_system_is_refused(engine: _duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute(
        "select schema_name, view_name from duckdb_views() where internal union "
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog <> current_database()"
    ).fetchall()
    assert len(rows) > 40
    for schema, name in rows:
        for relation in (name, f"{schema}.{name}", f"system.{schema}.{name}"):
            assert is_refused(engine, f"from {relation}"), relation
            assert is_refused(engine, f"with x as (select 1) from x, (from {relation})"), relation


def test_every_kind_of_function_is_known(engine: _duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute("select distinct function_type from duckdb_functions()").fetchall()
    assert {kind for (kind,) in rows} == KINDS | {"macro", "table_macro", "table", "pragma"}


ALLOWED = [
    "with a(x) as materialized (select 1), b as (from a) from b order by x",
    "with recursive a as (select 1 as i union all select i + 1 from a where i < 3) from a",
    "with recursive a using key (x) as (select 1 as x union select x from recurring.a) from a",
    "with duckdb_settings as (select 1) from duckdb_settings, (from duckdb_settings)",
    "select sum(depth) filter (is_cut) over w from lineage.node window w as (partition by is_cut)",
    "select distinct on (is_cut) depth from lineage.node order by depth limit $n offset 3",
    "select * exclude (depth) replace (1 as is_cut) from lineage.node where depth in (select 1)",
    "select list(depth order by depth), first(node_id order by depth) from lineage.node",
    "select row_number() over (order by depth), count(*) over () from lineage.node",
    "select lag(depth) over (order by depth) from lineage.node",
    "select list_transform([1], lambda x: x), [y for y in [1] if y > 0], '1'::decimal(3, 2)[1]",
    "select interval 3 day, timestamp '2026-01-01' at time zone 'UTC', 'a' collate de, 'a'.upper()",
    "from lineage.node pivot (count(*) for is_cut in (true, false))",
    "from lineage.node unpivot (value for name in (depth))",
    "from lineage.node asof join lineage.node as other on node.depth >= other.depth",
    "from lineage.node semi join lineage.owner using (node_id)",
    "from lineage.node, unnest([depth, 1]) as u(x), generate_series(1, 2), json_each('[1]')",
    "select {'a': 1}.a, map {'a': 1}['a'], (1, 2), array(select 1 order by 1), #1, columns(*)",
    "select extract(year from date '2026-01-01'), trim(both 'x' from 'x'), position('a' in 'b')",
    "select 'a' ~ 'b', 'a' like 'b', 'a' ilike 'b', 'a' glob 'b', 'a' similar to 'b', 'a' || 'b'",
    "select try_cast('a' as int), case 1 when 1 then 2 end, exists (select 1), 1 = any (select 2)",
    "select is_cut, count(*), grouping(is_cut) from lineage.node group by rollup (is_cut)",
    "select list_aggregate([1, 2], 'sum'), list_histogram([1])",
    "select quantile_cont(depth, 0.5), histogram(depth) from lineage.node",
    "values (1), (2)",
    "table lineage.node",
    "from lineage.below(3) union all by name select node_id from lineage.node except select 'a'",
    "select coalesce(null, 1), ifnull(null, 1), nullif(1, 2), if(true, 1, 2), greatest(1, 2)",
    "select sha256('a'), date_diff('day', $day, seen_at), epoch_ms(seen_at) from lineage.node",
]


@pytest.mark.parametrize("query", ALLOWED)
def test_what_a_policy_needs_is_allowed(engine: _duckdb.DuckDBPyConnection, query: str) -> None:
    check(engine, query)
