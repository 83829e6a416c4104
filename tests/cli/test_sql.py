"""`lineage sql` reads and nothing else, and prints hard values so that programs read them back."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from lineage_pipeline.cli import main
from lineage_pipeline.cli.rows import as_csv, as_json
from lineage_pipeline.warehouse.query import Answer
from tests.builders import make_event
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

HARD = """
select * from (values
    (1, null, 'plain', true, 1.5::double, timestamptz '2026-01-01 12:00:00+02', ['a', null]),
    (2, 'a,b', 'say "hi"', false, null, timestamptz '2026-01-01 12:00:00.000001+00', []),
    (3, '', E'two\\nlines', null, 0.1::double, null, ['x,y', '"'])
) as hard (number, text, other, flag, ratio, told_at, list)
order by number
"""

HARD_JSON = (
    '[\n{"number": 1, "text": null, "other": "plain", "flag": true, "ratio": 1.5, '
    '"told_at": "2026-01-01T10:00:00Z", "list": ["a", null]},\n'
    '{"number": 2, "text": "a,b", "other": "say \\"hi\\"", "flag": false, "ratio": null, '
    '"told_at": "2026-01-01T12:00:00.000001Z", "list": []},\n'
    '{"number": 3, "text": "", "other": "two\\nlines", "flag": null, "ratio": 0.1, '
    '"told_at": null, "list": ["x,y", "\\""]}\n]\n'
)

HARD_CSV = (
    "number,text,other,flag,ratio,told_at,list\r\n"
    '1,,plain,true,1.5,2026-01-01T10:00:00Z,"[""a"", null]"\r\n'
    '2,"a,b","say ""hi""",false,,2026-01-01T12:00:00.000001Z,[]\r\n'
    '3,,"two\nlines",,0.1,,"[""x,y"", ""\\""""]"\r\n'
)


class Result(NamedTuple):
    """What a command returned and printed."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = make_workspace(tmp_path_factory.mktemp("sql") / "workspace")
    deliver(made, {"a": [make_event(run="one", type="COMPLETE", inputs=["r"], outputs=["é"])]})
    return made


@pytest.fixture
def sql(
    workspace: Workspace, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run a query through the command line; bytes are kept as they are printed."""

    def call(*arguments: str) -> Result:
        command = ["lineage", "sql", *arguments, "-w", str(workspace.paths.root)]
        monkeypatch.setattr(sys, "argv", command)
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfdbinary.readouterr()
        code = end.value.code
        return Result(code if isinstance(code, int) else 1, out.decode(), err.decode())

    return call


def test_json_keeps_every_value(sql: Callable[..., Result]) -> None:
    result = sql(HARD, "--format", "json")
    assert (result.code, result.err) == (0, "")
    assert result.out == HARD_JSON
    assert json.loads(result.out)[2]["list"] == ["x,y", '"']


def test_csv_follows_rfc_4180(sql: Callable[..., Result]) -> None:
    result = sql(HARD, "--format", "csv")
    assert (result.code, result.err) == (0, "")
    assert result.out == HARD_CSV
    rows = list(csv.reader(io.StringIO(result.out, newline="")))
    assert rows[3][2] == "two\nlines"
    assert rows[2][1:3] == ["a,b", 'say "hi"']
    assert json.loads(rows[1][6]) == ["a", None]


def test_a_table_shows_each_row_and_counts_them_on_stderr(sql: Callable[..., Result]) -> None:
    result = sql("select 7 as number, 'ünï, \"q\"' as text, null as nothing", "--format", "table")
    assert result.code == 0
    heading, _, row = result.out.splitlines()
    assert heading.split() == ["number", "text", "nothing"]
    assert row.split(maxsplit=1) == ["7", 'ünï, "q"']
    assert result.err == "1 row\n"


def test_a_table_obeys_no_control_character(sql: Callable[..., Result]) -> None:
    result = sql("select chr(27) || '[31mred' || chr(10) || chr(7) as text")
    assert result.out.count("\n") == 3
    assert "\x1b" not in result.out
    assert "\\x1b[31mred\\n\\x07" in result.out


def test_markup_in_a_value_is_shown_not_obeyed(sql: Callable[..., Result]) -> None:
    assert "[bold]x[/bold] [/]" in sql("select '[bold]x[/bold] [/]' as text").out


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("select date '2026-01-31' as v", "2026-01-31"),
        ("select 1.10::decimal(9, 2) as v", "1.10"),
        ("select 170141183460469231731687303715884105727::hugeint as v", 2**127 - 1),
        ("select uuid '00000000-0000-0000-0000-000000000001' as v",
         "00000000-0000-0000-0000-000000000001"),
        ("select 'abc'::blob as v", "616263"),
        ("select {'a': 1, 'b': [null]} as v", {"a": 1, "b": [None]}),
        ("select map {'k': timestamptz '2026-01-01 00:00:00+00'} as v",
         {"k": "2026-01-01T00:00:00Z"}),
        ("select interval 90 minutes as v", "1:30:00"),
        ("select '😀 \u2028' as v", "😀 \u2028"),
    ],
)  # fmt: skip
def test_every_type_is_valid_json(sql: Callable[..., Result], query: str, value: object) -> None:
    result = sql(query, "--format", "json")
    assert result.code == 0, result.err
    assert json.loads(result.out) == [{"v": value}]


def test_numbers_that_json_does_not_know_are_texts(sql: Callable[..., Result]) -> None:
    result = sql("select 'NaN'::double as a, 'Infinity'::double as b", "--format", "json")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(result.out, parse_constant=refuse)
    assert found == [{"a": "nan", "b": "inf"}]


def test_no_rows_are_an_empty_array_a_header_and_an_empty_table(sql: Callable[..., Result]) -> None:
    query = "select 1 as a, 'x' as b where false"
    assert sql(query, "--format", "json").out == "[]\n"
    assert sql(query, "--format", "csv").out == "a,b\r\n"
    assert sql(query).err == "0 rows\n"


def test_columns_of_one_name_are_not_lost() -> None:
    answer = Answer(("a", "a"), [(1, 2)])
    assert as_csv(answer) == "a,a\r\n1,2\r\n"
    assert json.loads(as_json(answer)) == [{"a": 1, "a_1": 2}]
    three = Answer(("a", "a_1", "a"), [(1, 2, 3)])
    assert json.loads(as_json(three)) == [{"a": 1, "a_1": 2, "a_2": 3}]


def test_a_query_may_come_on_standard_input(
    sql: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 1 as a"))
    assert sql("--format", "csv").out == "a\r\n1\r\n"


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) as c from lineage.event",
        "with x as (select 1) from x",
        "from lineage.node limit 1",
        "describe lineage.edge",
        "show tables",
        "explain select 1",
        "select 1;",
        "/* a comment */ select 1 -- and more",
        "summarize lineage.node",
        "select node_id from lineage.upstream('dataset:db:é')",
        "select count(*) from lineage.facet",
    ],
)
def test_reading_is_allowed(sql: Callable[..., Result], query: str) -> None:
    result = sql(query, "--format", "csv")
    assert result.code == 0, result.err
    assert result.out


WRITING = [
    "create table x (a int)",
    "create temp table x (a int)",
    "create or replace view lineage.edge as select 1",
    "insert into lineage.node select * from lineage.node",
    "delete from lineage.event",
    "delete from quality.quarantine",
    "update lineage.run set state = 'COMPLETE'",
    "drop table lineage.edge",
    "truncate quality.flag",
    "alter table lineage.node add column x int",
    "copy (select 1) to '{lake}/out.csv'",
    "copy lineage.node to 'out.parquet'",
    "copy quality.flag from '/etc/passwd'",
    "export database '{lake}/dump'",
    "attach '{lake}/other.duckdb' as other",
    "attach ':memory:' as other",
    "detach warehouse",
    "use lineage",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "pragma enable_profiling",
    "set enable_external_access = true",
    "set threads = 1",
    "reset lock_configuration",
    "call pragma_version()",
    "checkpoint",
    "vacuum",
    "begin",
    "prepare p as select 1",
    "execute p",
    "select 1; select 2",
    "select 1; drop table lineage.edge",
    "explain analyze copy (select 1) to '{lake}/out.csv'",
    "explain analyze delete from quality.flag",
    "",
    "/* nothing */",
    "\n",
]


@pytest.mark.parametrize("query", WRITING)
def test_anything_but_one_reading_statement_is_refused(
    sql: Callable[..., Result], workspace: Workspace, query: str
) -> None:
    before = workspace.paths.warehouse.read_bytes()
    files = _files(workspace)
    result = sql(query.format(lake=workspace.paths.lake))
    assert (result.code, result.out) == (2, ""), result
    assert result.err.startswith("lineage: the query ")
    assert workspace.paths.warehouse.read_bytes() == before
    assert _files(workspace) == files


def _files(workspace: Workspace) -> list[Path]:
    """Return what is in a workspace but for its log, which keeps what was refused as well."""
    paths = workspace.paths
    files = [file for file in paths.root.rglob("*") if paths.trail not in file.parents]
    return sorted(files)


@pytest.mark.parametrize(
    "query",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from read_blob('{outside}')",
        "from '{outside}'",
        "from read_text('{lake}/../lineage.toml')",
        "from glob('/etc/*')",
        "from read_parquet('https://example.org/x.parquet')",
        "select getenv('HOME')",
        "from sniff_csv('/etc/passwd')",
    ],
)
def test_nothing_outside_the_lake_is_read(
    sql: Callable[..., Result], workspace: Workspace, tmp_path: Path, query: str
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("secret\n1\n")
    result = sql(query.format(outside=outside, lake=workspace.paths.lake))
    assert (result.code, result.out) == (2, ""), result
    assert "the query does not run" in result.err or "the query is refused" in result.err
    assert "root:" not in result.err


@pytest.mark.parametrize("encoding", ["utf-8", "surrogateescape"])
def test_what_is_not_utf8_is_a_mistake_of_the_caller(
    sql: Callable[..., Result],
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    encoding: str,
) -> None:
    errors = "strict" if encoding == "utf-8" else encoding
    before = (workspace.paths.trail / "checkpoint").read_bytes()
    given = io.TextIOWrapper(io.BytesIO(b"select 1 as \xff"), "utf-8", errors)
    monkeypatch.setattr(sys, "stdin", given)
    for arguments in ((), ("select 1 as \udcff",)):
        result = sql(*arguments)
        assert (result.code, result.out) == (2, "")
        assert "the query is not UTF-8" in result.err
        assert "Traceback" not in result.err
    assert (workspace.paths.trail / "checkpoint").read_bytes() == before


@pytest.mark.parametrize("query", ["selec 1", "select * from nowhere", "select 1 +", "select 'x"])
def test_a_query_that_does_not_run_says_why(sql: Callable[..., Result], query: str) -> None:
    result = sql(query)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("lineage: the query does not run")
    assert "Traceback" not in result.err
