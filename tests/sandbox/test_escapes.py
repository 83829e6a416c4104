"""Nothing that a policy file may hold reaches beyond the published relations, or leaves a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.sandbox.messages import Refused, RefusedError
from lineage_pipeline.sandbox.statement import check
from tests.sandbox.conftest import DATUM, SECRET

if TYPE_CHECKING:
    import _duckdb as duckdb

    from tests.sandbox.conftest import Published

WRITING = [
    "copy (select 1) to '{lake}/out.csv'",
    "copy (select 1) to '{lake}/note.parquet' (format parquet)",
    "copy (select 1) to '{lake}/note.parquet' (format parquet, use_tmp_file false)",
    "copy (select 1 as a) to '{lake}/parts' (format parquet, partition_by (a), overwrite true)",
    "copy lineage.node to '{root}/out.json'",
    "COPY(SELECT 1)TO'{lake}/out.csv'",
    "/* select */ copy (select 1) to '{lake}/out.csv'",
    "-- select\ncopy (select 1) to '{lake}/out.csv'",
    "copy (select 1) to '/dev/stdout'",
    "copy lineage.node from '{secret}'",
    "copy from database warehouse to memory",
    "export database '{lake}/all'",
    "import database '{lake}/all'",
    "prepare p as copy (select 1) to '{lake}/out.csv'",
    "execute p",
    "deallocate p",
    "select 1; copy (select 1) to '{lake}/out.csv'",
    "copy (select 1) to '{lake}/out.csv'; select 1",
    "select 1; select 2",
    "create table t as select 1",
    "create temp table t as select 1",
    "create or replace view lineage.node as select 1",
    "create macro lineage.double(x) as x",
    "create secret s (type s3)",
    "insert into lineage.node values (1)",
    "update lineage.node set depth = 0",
    "delete from lineage.node",
    "truncate lineage.node",
    "merge into lineage.owner using lineage.node on false when matched then delete",
    "with gone as (delete from lineage.node returning *) from gone",
    "with new as (insert into lineage.owner values ('a', 'b') returning *) from new",
    "with new as (update lineage.owner set owner = '' returning *) from new",
    "select * from (delete from lineage.node returning *)",
    "drop table lineage.node",
    "alter table lineage.node rename to other",
    "comment on table lineage.node is 'x'",
    "vacuum",
    "analyze",
    "checkpoint",
    "force checkpoint",
    "begin",
    "commit",
    "explain select 1",
    "explain analyze select 1",
    "explain analyze copy (select 1) to '{lake}/out.csv'",
    "use memory",
    "attach '{root}/new.duckdb'",
    "attach '{warehouse}' as again",
    "attach ':memory:' as other",
    "detach warehouse",
    "install httpfs",
    "load httpfs",
    "load '{root}/evil.duckdb_extension'",
    "update extensions",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "set global threads = 64",
    "set variable x = 1",
    "reset all",
    "pragma database_list",
    "pragma enable_profiling",
    "pragma profile_output = '{lake}/profile.json'",
    "call enable_logging('QueryLog', storage => 'file', storage_path => '{lake}')",
    "call truncate_duckdb_logs()",
    "call duckdb_settings()",
    "from enable_logging('QueryLog', storage => 'file', storage_path => '{lake}')",
    "from truncate_duckdb_logs()",
    "from checkpoint()",
    "from force_checkpoint()",
    "select write_log('x')",
    "select nextval('s')",
    "select setseed(0.5)",
    "",
    ";",
    "-- nothing",
    "/* nothing */ ;",
    "\ufeff copy (select 1) to '{lake}/out.csv'",
    "select 1\0; copy (select 1) to '{lake}/out.csv'",
    "select 1) as asked; copy (select 1) to '{lake}/out.csv'; select * from (select 1",
    "select 1) as asked, (select 2",
    "select 1 /*",
    "select '",
]

READING = [
    "from '{secret}'",
    'from "{secret}"',
    "select * from '{secret}' as s",
    "from '{lake}/note.parquet'",
    "from '{lake}/*.parquet'",
    "from read_csv('{secret}')",
    "from READ_CSV_AUTO('{secret}')",
    "from \"read_csv\"('{secret}')",
    "from system.main.read_csv('{secret}')",
    "from main.read_csv('{secret}')",
    "from lineage.read_csv('{secret}')",
    "from read_text('/etc/passwd')",
    "from read_text($path)",
    "from read_blob('{secret}')",
    "from read_json('{secret}')",
    "from read_ndjson_objects('{secret}')",
    "from read_parquet('{lake}/note.parquet')",
    "from parquet_scan('{lake}/note.parquet')",
    "from parquet_metadata('{lake}/note.parquet')",
    "from parquet_schema('{lake}/note.parquet')",
    "from parquet_kv_metadata('{lake}/note.parquet')",
    "from read_duckdb('{warehouse}')",
    "from sniff_csv('{secret}')",
    "from glob('/*')",
    "from seq_scan('lineage.node')",
    "from read_csv('https://example.org/x.csv')",
    "from 's3://bucket/key.parquet'",
    "select (select content from read_text('{secret}'))",
    "select 1 where exists (from read_text('{secret}'))",
    "select 1 limit (select count(*) from read_text('{secret}'))",
    "select 1 order by (select content from read_text('{secret}'))",
    "select [x for x in [(select content from read_text('{secret}'))]]",
    "select list_transform([1], lambda x: (select content from read_text('{secret}')))",
    "select sum(1) filter (exists (from read_text('{secret}')))",
    "select sum(1) over (order by (select content from read_text('{secret}')))",
    "from lineage.node, lateral (from read_text('{secret}'))",
    "from lineage.node join read_text('{secret}') on true",
    "from lineage.node union all by name from read_text('{secret}')",
    "from (values ((select content from read_text('{secret}'))))",
    "from lineage.below((select count(*) from read_text('{secret}')))",
    "with s as (from read_text('{secret}')) from s",
    "with s as materialized (from read_text('{secret}')) select 1",
    "with recursive s as (select 1 union all select 1 from read_text('{secret}'), s) from s",
    "with a as (with b as (from read_text('{secret}')) from b) from a",
    "from (from lineage.node) pivot (count(*) for depth in (1)), read_text('{secret}')",
    "from query('select 1')",
    "from query('from read_text(''{secret}'')')",
    "from query_table('lineage.node')",
    "from query_table('{secret}')",
    "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "select json_serialize_plan('from read_text(''{secret}'')')",
    "from histogram('{secret}', code)",
    "from histogram_values('{secret}', code)",
    "from summary((from lineage.node))",
    "from test_all_types()",
    "from pandas_scan(1)",
    "from python_map_function(1, 2)",
    "from arrow_scan(1, 2, 3)",
    # names of Python, of the system's catalogs and of what is set
    "from request",
    "from engine",
    "from duckdb_settings()",
    "from duckdb_settings",
    "from system.main.duckdb_settings",
    "from main.duckdb_settings",
    "from duckdb_databases()",
    "from duckdb_secrets()",
    "from which_secret('s3://x', 's3')",
    "from duckdb_logs",
    "from duckdb_logs_parsed('QueryLog')",
    "from duckdb_views()",
    "from duckdb_temporary_files()",
    "from duckdb_external_file_cache()",
    "from duckdb_variables()",
    "from duckdb_extensions()",
    "from pragma_database_size()",
    "from pragma_storage_info('lineage.node')",
    "from pg_catalog.pg_settings",
    "from pg_settings",
    "from pg_tables",
    "from information_schema.tables",
    "from sqlite_master",
    "from temp.information_schema.tables",
    "from system.information_schema.tables",
    "select pg_get_viewdef(0)",
    "select current_setting('secret_directory')",
    "select getenv('HOME')",
    "select getvariable('x')",
    "show tables",
    "show databases",
    "show all tables",
    "describe lineage.node",
    "summarize lineage.node",
    "from (describe lineage.node)",
    "from (show databases)",
    "from lineage.nothing",
    "from other.lineage.node",
    "from warehouse.lineage.main.node",
    "select other.lineage.double(1)",
    "select a.b.c.d(1)",
    # common table expressions out of sight
    "with a as (from duckdb_settings), duckdb_settings as (select 1) from a",
    "with duckdb_settings as (from duckdb_settings) from duckdb_settings",
    "with a as (with duckdb_settings as (select 1) from duckdb_settings) from duckdb_settings",
    "from (with duckdb_settings as (select 1) from duckdb_settings), duckdb_settings",
    "with duckdb_settings as (select 1) from main.duckdb_settings",
    "with du\u212adb_settings as (select 1) from dukdb_settings",
    'with "{secret}" as (select 1) from main."{secret}"',
    "with a as (select 1) from recurring.duckdb_settings",
]

CHANGING = [
    "select now()",
    "select NOW ( )",
    'select "now"()',
    "select main.now()",
    "select system.main.now()",
    "select today()",
    "select current_timestamp",
    'select "current_date"',
    "select CURRENT_DATE",
    "select localtimestamp",
    "select current_time",
    "select get_current_timestamp()",
    "select current_localtimestamp()",
    "select transaction_timestamp()",
    "select txid_current()",
    "select age(timestamp '2020-01-01')",
    "select ago(interval 1 day)",
    "select pg_postmaster_start_time()",
    "select random()",
    "select uuid()",
    "select gen_random_uuid()",
    "select uuidv7()",
    "select version()",
    "select current_connection_id()",
    "select current_query()",
    "select stats(1)",
    "select sleep_ms(1)",
    "select pg_sleep(1)",
    "select reservoir_quantile(depth, 0.5) from lineage.node",
    "select list_aggregate([1, 2], 'reservoir_quantile', 0.5)",
    "select list_aggr([1, 2], 'RESERVOIR_QUANTILE', 0.5)",
    "select list_aggr([1, 2], $name)",
    "select list_aggr([1, 2], 'reservoir' || '_quantile', 0.5)",
    "select array_aggregate([1], 'now')",
    "from lineage.node using sample 10",
    "from lineage.node tablesample 10%",
    "select * from lineage.node using sample reservoir(10 rows) repeatable (1)",
    "from lineage.node at (version => 1)",
    "select rowid from lineage.node",
    "select node.rowid from lineage.node",
    "select 1 from lineage.node order by random()",
    "select 1 from lineage.node group by random()",
    "select 1 from lineage.node having random() > 0",
    "select 1 from lineage.node qualify random() > row_number() over ()",
    "select distinct on (random()) 1 from lineage.node",
    "select * replace (random() as depth) from lineage.node",
    "select case when true then random() end",
    "select random() between 0 and 1",
    "select not (random() > 1)",
    "select random()::varchar",
    "select {'a': random()}",
    "select sum(random()) over (partition by depth rows 1 preceding) from lineage.node",
    "select first_value(1 order by random()) over () from lineage.node",
    "select string_agg(node_id, '' order by random()) from lineage.node",
    "select __internal_decompress_string(1)",
    "select sum(depth) export_state from lineage.node",
    "select finalize(sum(depth) export_state) from lineage.node",
    "select finalize('x'::blob)",
    "select combine('x'::blob, 'x'::blob)",
    "select to_aggregate_state('x'::blob)",
    "select variant_bytes_to_variant('x'::blob)",
    "select create_sort_key(1, 'asc')",
    "from lineage.node limit 1",
    "from lineage.node offset 1",
    "from lineage.node limit 10%",
    "select (select node_id from lineage.node limit 1)",
    "select distinct on (is_cut) depth from lineage.node",
    "from lineage.node positional join lineage.owner",
    "select list(depth) from lineage.node",
    "select First(depth) from lineage.node",
    "select any_value(depth) from lineage.node",
    "select string_agg(node_id, ',') from lineage.node",
    "select array_agg(distinct node_id) from lineage.node",
    "select mode(depth) from lineage.node",
    "select json_group_array(depth) from lineage.node",
    "select row_number() over () from lineage.node",
    "select lag(depth) over (partition by is_cut) from lineage.node",
    "select list(depth) over () from lineage.node",
    "select sum(depth) over (rows 1 preceding) from lineage.node",
    "select node_id from lineage.node qualify row_number() over () = 1",
]


@pytest.mark.parametrize("query", WRITING)
def test_what_is_no_single_query_is_not_run(published: Published, query: str) -> None:
    category, reason = _reply(published, query)
    no_syntax = category == "does_not_run" and reason.startswith("Parser Error")
    assert category == "refused" or no_syntax, (category, reason)


@pytest.mark.parametrize("query", READING)
def test_what_reads_beside_the_warehouse_is_refused(published: Published, query: str) -> None:
    category, reason = _reply(published, query)
    assert category == "refused", reason


@pytest.mark.parametrize("query", CHANGING)
def test_what_says_something_else_another_time_is_refused(
    engine: duckdb.DuckDBPyConnection, query: str
) -> None:
    with pytest.raises(RefusedError) as raised:
        check(engine, query)
    assert raised.value.category == "refused"


def _reply(published: Published, query: str) -> tuple[str, str]:
    """Return the category and the reason; nothing may have been written, or told."""
    before = published.state()
    text = query.format(
        root=published.root,
        lake=published.lake,
        warehouse=published.warehouse,
        secret=published.secret,
    )
    reply = published.ask(text, path=str(published.secret))
    assert isinstance(reply, Refused), reply
    assert published.state() == before
    assert SECRET not in repr(reply)
    return reply.category, reply.reason


MESSAGES = [
    "select owner::integer from lineage.owner",
    "select error(owner) from lineage.owner",
    "select strptime(owner, '%Y') from lineage.owner",
    "select json_extract(owner, '$') from lineage.owner",
    "select date_part(owner, date '2026-01-01') from lineage.owner",
    "select list_aggr([1], $value)",
    "select $value::integer",
    "select error($value)",
    "select regexp_matches('a', '(' || $value)",
    "select * from json_each($value)",
    "select [$value]::integer[]",
    "select $list::integer[]",
]


@pytest.mark.parametrize("query", MESSAGES)
def test_no_message_repeats_a_value(published: Published, query: str) -> None:
    reply = published.ask(query, value=DATUM, list=["a", DATUM])
    assert isinstance(reply, Refused), reply
    assert reply.category in {"does_not_run", "refused"}
    assert "marie" not in repr(reply)


def test_a_message_moves_no_cursor(published: Published) -> None:
    reply = published.ask('from "\x1b[2J\r\n\u202e"')
    assert isinstance(reply, Refused)
    assert reply.reason.isprintable()


@pytest.mark.parametrize(
    ("query", "word"),
    [("select nothing from lineage.node", "nothing"), ("selec 1", "selec"), ("select 'a' + {", "")],
)
def test_a_message_about_the_query_itself_is_repeated(
    published: Published, query: str, word: str
) -> None:
    reply = published.ask(query)
    assert isinstance(reply, Refused)
    assert reply.category == "does_not_run"
    assert word in reply.reason
