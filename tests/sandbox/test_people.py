"""What people may ask is less strict than what gates may, and nothing of it reaches further."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.sandbox import landlock
from lineage_pipeline.sandbox.inquiry import LIMITS, PROGRAM, Found, inquirer
from lineage_pipeline.sandbox.messages import MIB, Limits, Refused, RefusedError
from lineage_pipeline.sandbox.process import import_path
from lineage_pipeline.sandbox.rules import PERSON
from lineage_pipeline.sandbox.statement import check
from tests.sandbox.conftest import SECRET
from tests.sandbox.test_escapes import READING, WRITING

if TYPE_CHECKING:
    import _duckdb as duckdb

    from lineage_pipeline.sandbox.requests import Parameter
    from tests.sandbox.conftest import Published

SHORT = Limits(seconds=8, memory_bytes=256 * MIB, rows=100_000, answer_bytes=8 * MIB)

LOOKING_AROUND = [
    "from duckdb_views()",
    "from information_schema.tables",
    "show tables",
    "show all tables",
    "describe lineage.node",
    "summarize lineage.node",
    "from (describe lineage.node)",
]
"""What gates may not ask and people may: it tells what there is to ask."""
PLANS = ["explain select 1", "explain analyze select 1"]

FURTHER = [
    # files
    "from lineage.node, '{secret}'",
    "describe '{secret}'",
    "summarize '{secret}'",
    "from (describe '{lake}/note.parquet')",
    "from (summarize '{secret}')",
    "describe from read_csv('{secret}')",
    "summarize select * from read_text('{secret}')",
    "explain from read_text('{secret}')",
    "explain analyze from read_text('{secret}')",
    "explain analyze copy lineage.node to '{lake}/out.csv'",
    "explain analyze with gone as (delete from lineage.node returning *) from gone",
    "explain analyze create table t as select 1",
    "explain analyze explain analyze copy (select 1) to '{lake}/out.csv'",
    "explain (format json) copy (select 1) to '{lake}/out.csv'",
    "explain (analyze) copy (select 1) to '{lake}/out.csv'",
    "explain/**/analyze/**/copy (select 1) to '{lake}/out.csv'",
    "explain select 1; copy (select 1) to '{lake}/out.csv'",
    "from glob('{root}/*')",
    "select * from read_blob('/proc/self/environ')",
    "from '/proc/self/maps'",
    "from read_csv('/dev/stdin')",
    "copy (select 1) to '/dev/stdout'",
    "from 'file:{secret}'",
    # commands of DuckDB's shell, which are no SQL
    ".read {secret}",
    ".shell id",
    ".open {root}/new.duckdb",
    # network
    "from 'https://example.org/x.csv'",
    "from read_parquet('s3://bucket/x.parquet')",
    "from read_json('gcs://bucket/x.json')",
    "from postgres_scan('host=localhost', 'public', 't')",
    "from sqlite_scan('{secret}', 't')",
    "attach 'https://example.org/x.duckdb'",
    "install spatial; load spatial",
    "from duckdb_extensions()",
    # settings and the process
    "show databases",
    "show variables",
    "show settings",
    "from duckdb_settings()",
    "from pragma_database_list()",
    "from pragma_show('lineage.node')",
    "from duckdb_secrets()",
    "from duckdb_memory()",
    "from duckdb_logs()",
    "from pg_catalog.pg_settings",
    "from sqlite_master",
    "select current_setting('home_directory')",
    "select getenv('PATH')",
    "select current_query()",
    "select current_connection_id()",
    "select write_log('x')",
    "select setseed(0.1)",
    "select sleep_ms(1)",
    "select nextval('s')",
    "reset all",
    "set memory_limit = '100GB'",
    # SQL in texts
    "from query('from duckdb_settings()')",
    "from json_execute_serialized_sql($path)",
    "select json_serialize_plan('select 1')",
    "pragma json_execute_serialized_sql($path)",
    "execute p('{secret}')",
    "create temp macro m() as table from read_text('{secret}')",
    "create temp table t as select 1",
    # letters that look like others, words in comments, other marks of a text
    "select 1\u037e copy (select 1) to '{lake}/out.csv'",
    "/*/* nested */*/ copy (select 1) to '{lake}/out.csv'",
    "select 1 --\r\n; copy (select 1) to '{lake}/out.csv'",
    "\u200bfrom '{secret}'",
    'from U&"{secret}"',
    "from $${secret}$$",
    "from E'{secret}'",
    "from \uff52\uff45\uff41\uff44_text('{secret}')",
    'with "duckdb_settings" as (from duckdb_settings()) from "duckdb_settings"',
    # what holds the inner bytes of the engine
    "select finalize('x'::blob)",
    "select create_sort_key(1, 'asc')",
    "select sum(depth) export_state from lineage.node",
    "select __internal_decompress_string(1)",
]  # fmt: skip

FLEETING = [
    "select now(), current_date, random(), uuid()",
    "select age(timestamp '2020-01-01'), version()",
    "from lineage.node limit 1",
    "from lineage.node using sample 10",
    "select rowid from lineage.node",
    "select list(depth), any_value(depth), mode(depth) from lineage.node",
    "select row_number() over () from lineage.node",
    "select distinct on (is_cut) depth from lineage.node",
    "from lineage.node positional join lineage.owner",
    "select json_group_array(depth) from lineage.node",
    "from lineage.node tablesample 10%",
    "select ago(interval 1 day)",
]
"""What gates may not ask, since it says something else another time."""


def asked(
    published: Published, query: str, limits: Limits = LIMITS, **parameters: Parameter
) -> Found | Refused:
    """Return the reply to a person's query."""
    with inquirer() as ask:
        return ask(published.warehouse, published.lake, query, parameters, limits)


def formatted(published: Published, query: str) -> str:
    return query.format(
        root=published.root,
        lake=published.lake,
        warehouse=published.warehouse,
        secret=published.secret,
    )


@pytest.mark.parametrize("query", [*(text for text in WRITING if text not in PLANS), *FURTHER])
def test_nothing_is_written_read_elsewhere_loaded_or_fetched(
    published: Published, query: str
) -> None:
    before = published.state()
    reply = asked(published, formatted(published, query), SHORT, path=str(published.secret))
    assert isinstance(reply, Refused), reply
    assert reply.category in {"refused", "does_not_run"}, reply
    assert SECRET not in repr(reply)
    assert published.state() == before


@pytest.mark.parametrize("query", [text for text in READING if text not in LOOKING_AROUND])
def test_what_gates_may_not_read_people_may_not(
    published: Published, engine: duckdb.DuckDBPyConnection, query: str
) -> None:
    """The look at the statement alone: what it lets through is tried on the whole elsewhere."""
    with pytest.raises(RefusedError):
        check(engine, formatted(published, query), PERSON)


@pytest.mark.parametrize("query", [*LOOKING_AROUND, *PLANS, *FLEETING])
def test_people_may_look_around_and_ask_what_changes(published: Published, query: str) -> None:
    reply = asked(published, query)
    assert isinstance(reply, Found), reply
    assert reply.told.row_count == reply.table.num_rows
    assert str(reply.confinement).startswith("landlock" if landlock.version() else "none")


@pytest.mark.parametrize("query", [*LOOKING_AROUND, *FLEETING])
def test_gates_may_ask_none_of_that(engine: duckdb.DuckDBPyConnection, query: str) -> None:
    check(engine, query, PERSON)
    with pytest.raises(RefusedError):
        check(engine, query)


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from range(1000000000000)",
        "select count(*) from range(100000) a, range(100000) b, range(100000) c",
        "with recursive n as (select 1 as i union all select i % 7 from n) select count(*) from n",
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 1e15) from n",
        "explain analyze select count(*) from range(1000000000000)",
        "summarize from range(1000000000000)",
        "select regexp_matches(repeat('a', 100000), '(a*)*b'), count(*) from range(100000000000)",
    ],
)
def test_what_does_not_end_is_ended(published: Published, query: str) -> None:
    limits = Limits(seconds=3, memory_bytes=128 * MIB, rows=1000)
    begun = time.monotonic()
    reply = asked(published, query, limits)
    assert isinstance(reply, Refused), reply
    assert reply.category in {"too_long", "too_large"}
    assert time.monotonic() - begun < limits.seconds + 5


@pytest.mark.parametrize(
    "query",
    [
        "select length(repeat('x', 4000000000))",
        "select list(i order by i) from range(1000000000) t(i)",
        "select string_agg(repeat('x', 100000), '') from range(1000000) t(i)",
        "select count(distinct i) from range(1000000000) t(i)",
        "select i from range(1000000000) t(i) order by hash(i)",
        "select rpad('x', 1500000000, 'y')",
        "select repeat('x', 1000000) from range(100000)",
        "from range(100001)",
        "select i, i from range(10000000) t(i)",
    ],
)
def test_what_is_large_is_held_to_its_limits(published: Published, query: str) -> None:
    reply = asked(published, query, SHORT)
    assert isinstance(reply, Refused), reply
    assert reply.category in {"too_large", "too_long", "does_not_run", "crashed"}


def test_a_line_that_only_looks_ended_stays_a_comment(published: Published) -> None:
    before = published.state()
    text = formatted(published, "select 1 as a --\u2028; copy (select 1) to '{lake}/out.csv'")
    reply = asked(published, text)
    assert isinstance(reply, Found)
    assert reply.table.to_pydict() == {"a": [1]}
    assert published.state() == before


def test_a_million_rows_come_back(published: Published) -> None:
    reply = asked(published, "select i, 'name ' || i as name from range(1000000) t(i)")
    assert isinstance(reply, Found)
    assert reply.table.num_rows == 1_000_000
    assert reply.table.column("name")[999_999].as_py() == "name 999999"


def test_a_link_in_the_lake_leads_nowhere(published: Published) -> None:
    link = published.lake / "link.csv"
    link.symlink_to(published.secret)
    try:
        for query in (f"from read_csv('{link}')", f"from '{link}'"):
            reply = asked(published, query)
            assert isinstance(reply, Refused)
            assert SECRET not in repr(reply)
    finally:
        link.unlink()


@pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
def test_without_the_look_at_the_statement_nothing_is_written_and_no_secret_read(
    published: Published,
) -> None:
    before = published.state()
    link = published.lake / "link.csv"
    link.symlink_to(published.secret)
    texts = [*WRITING, *READING, *FURTHER, "from read_csv('{lake}/link.csv')"]
    try:
        told = _executed(published, [formatted(published, text) for text in texts])
    finally:
        link.unlink()
    assert SECRET not in told
    assert "root:" not in told
    assert published.state() == before


ALL_AT_ONCE = """
import json, sys
warehouse, lake = sys.argv[1:3]
sys.path[:0] = sys.argv[3:]
sys.modules['numpy'] = None
import datetime, decimal, uuid
from lineage_pipeline.sandbox import streaming
from lineage_pipeline.sandbox.messages import Limits, Request
statements = json.load(sys.stdin)
limits = Limits(seconds=60)
asked = {"query": "", "query_sha256": "", "parameters": {}, "limits": limits}
request = Request(warehouse=warehouse, lake=lake, **asked)
missing = streaming.limit(limits, streaming.BESIDE)
engine = streaming.open_engine(request, streaming.EXACT)
confined = streaming.shut((lake,), missing)
found = [str(confined)]
for statement in statements:
    try:
        found.append(repr(engine.cursor().execute(statement).fetchall()))
    except Exception as error:
        found.append(type(error).__name__)
print(json.dumps(found))
"""


def _executed(published: Published, statements: list[str]) -> str:
    """Return what statements give that the process of people executes as they are."""
    folders = map(str, (published.warehouse, published.lake, *import_path(PROGRAM.packages)))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", "-c", ALL_AT_ONCE, *folders],
        input=json.dumps(statements),
        env={"PATH": os.environ["PATH"], **PROGRAM.environment},
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    assert len(found) == len(statements) + 1
    assert found[0] == f"landlock abi {landlock.version()}"
    return done.stdout


def test_the_process_has_one_thread_before_it_is_confined() -> None:
    script = (
        "import os, sys; sys.path[:0] = sys.argv[1:]; sys.modules['numpy'] = None\n"
        "import lineage_pipeline.sandbox.streaming\n"
        "print(len(os.listdir('/proc/self/task')), *os.environ)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", "-c", script, *import_path(PROGRAM.packages)],
        env=dict(PROGRAM.environment),
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split()[0] == "1"
    assert "AWS_SECRET_ACCESS_KEY" not in done.stdout


FORGED = """
import sys; sys.path[:0] = sys.argv[1:]
import msgspec
from lineage_pipeline.sandbox.messages import Confinement, Described, Request
asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
reply = msgspec.msgpack.encode(Described(
    query_sha256={digest}, columns=("a",), types=("INTEGER",), comments=("",), row_count=1,
    relation="", is_ordered=False, confinement=Confinement()))
sys.stdout.buffer.write({rows} + reply + {size})
"""


@pytest.mark.parametrize(
    ("digest", "rows", "size"),
    [
        ("'0' * 64", "b''", "len(reply).to_bytes(8, 'big')"),
        ("asked.query_sha256", "b''", "len(reply).to_bytes(8, 'big')"),
        ("asked.query_sha256", "b'no arrow at all'", "len(reply).to_bytes(8, 'big')"),
        ("asked.query_sha256", "bytes(64)", "b''"),
        ("asked.query_sha256", "b''", "b'\\xff' * 8"),
        ("asked.query_sha256", "b''", "(1 << 40).to_bytes(8, 'big')"),
    ],
)
def test_a_reply_in_another_form_is_not_believed(
    published: Published, digest: str, rows: str, size: str
) -> None:
    code = FORGED.format(digest=digest, rows=rows, size=size)
    with inquirer(PROGRAM._replace(code=code)) as ask:
        reply = ask(published.warehouse, published.lake, "select 1 as a", {})
    assert isinstance(reply, Refused), reply
    assert reply.category == "crashed"


def test_a_process_that_writes_without_end_is_ended(published: Published) -> None:
    code = "import os\nwhile True: os.write(1, bytes(65536))"
    with inquirer(PROGRAM._replace(code=code)) as ask:
        reply = ask(published.warehouse, published.lake, "select 1", {}, SHORT)
    assert isinstance(reply, Refused)
    assert reply.category == "too_large"


def test_an_answer_says_of_which_published_relation_it_is_all(published: Published) -> None:
    for query, relation in [
        ("from lineage.node", "lineage.node"),
        ("select * from warehouse.lineage.node order by depth;", "lineage.node"),
        ("from lineage.below($most)", "lineage.below"),
        ("from lineage.below(1 + 1)", ""),
        ("from lineage.below((select 1))", ""),
        ("select node_id from lineage.node", ""),
        ("select * exclude (depth) from lineage.node", ""),
        ("from lineage.node where depth = 0", ""),
        ("from lineage.node limit 1", ""),
        ("from lineage.node using sample 1", ""),
        ("select distinct * from lineage.node", ""),
        ("with node as (select 1) from node", ""),
        ("from lineage.node, lineage.owner", ""),
        ("from range(3)", ""),
        ("explain from lineage.node", ""),
        ("from information_schema.tables", ""),
    ]:
        reply = asked(published, query, most=1)
        assert isinstance(reply, Found), (query, reply)
        assert (query, reply.told.relation) == (query, relation)


def test_a_name_that_is_not_there_is_told_with_the_nearest(published: Published) -> None:
    reply = asked(published, "from lineage.nodes")
    assert isinstance(reply, Refused)
    assert reply.category == "does_not_run"
    assert "nearest: lineage.node" in reply.reason
