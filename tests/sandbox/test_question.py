"""What is asked is answered: exactly, in one form, and with what confined the one who asked."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.sandbox import landlock, question
from lineage_pipeline.sandbox.messages import Answer, Confinement, Limits, Refused, facts_bytes
from lineage_pipeline.sandbox.process import import_path
from lineage_pipeline.sandbox.question import ask

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Published

NUMBERS = "select range as i from range(10) order by i"


def answered(reply: Answer | Refused) -> Answer:
    assert isinstance(reply, Answer), reply
    return reply


def rows(reply: Answer | Refused) -> tuple[tuple[Any, ...], ...]:
    return answered(reply).facts.rows


def refused(reply: Answer | Refused) -> tuple[str, str]:
    assert isinstance(reply, Refused), reply
    return reply.category, reply.reason


def test_an_answer_says_what_was_asked_and_found(published: Published) -> None:
    query = "select node_id, depth, seen_at from lineage.node where depth < 2 order by depth"
    answer = answered(published.ask(query))
    assert answer.facts.query_sha256 == sha256(query.encode()).hexdigest()
    assert answer.facts.columns == ("node_id", "depth", "seen_at")
    assert answer.facts.types == ("VARCHAR", "BIGINT", "TIMESTAMP WITH TIME ZONE")
    assert answer.facts.rows == (
        ("n000", 0, "2026-01-01T00:00:00Z"),
        ("n001", 1, "2026-01-02T00:00:00Z"),
    )
    assert answer.facts.is_ordered
    assert not answer.facts.is_truncated
    assert answer.seconds > 0


def test_an_answer_says_what_confined_it(published: Published) -> None:
    confinement = answered(published.ask("select 1")).confinement
    assert confinement.landlock_abi == landlock.version()
    known = f"landlock abi {landlock.version()}" if landlock.version() else "none"
    assert str(confinement).startswith(known)
    assert str(Confinement(missing=("rlimit cpu",))) == "none; without rlimit cpu"


def test_the_same_facts_are_the_same_bytes(published: Published) -> None:
    query = "select is_cut, count(*), list(node_id order by node_id) from lineage.node group by all"
    first, second = (answered(published.ask(query)) for _ in range(2))
    assert facts_bytes(first.facts) == facts_bytes(second.facts)
    assert not first.facts.is_ordered
    assert [row[0] for row in first.facts.rows] == [False, True]


def test_rows_without_an_order_are_sorted_whatever_order_they_lie_in(tmp_path: Path) -> None:
    found = []
    for order in ("asc", "desc"):
        warehouse = tmp_path / f"{order}.duckdb"
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"create table t as select i from range(9) t(i) order by i {order}")
        found.append(rows(ask(warehouse, None, "from t", {})))
    assert found[0] == found[1]


def test_views_of_the_lake_and_macros_are_answered(published: Published) -> None:
    assert rows(published.ask("from lineage.note")) == (("said",),)
    assert rows(published.ask("select lineage.double(21)")) == ((42,),)
    assert rows(published.ask("from lineage.below(1)")) == (("n000",),)
    assert rows(published.ask("select warehouse.lineage.double(1) from warehouse.lineage.owner"))


@pytest.mark.parametrize("end", [";", " ; -- over", ";;", "\n;\n/* over ; */", " -- over"])
def test_what_ends_a_statement_is_no_second_one(published: Published, end: str) -> None:
    text = 'select \'é;\' as a, "b;" from (select 1 as "b;")'
    assert rows(published.ask(text + end)) == (("é;", 1),)


def test_parameters_bind_by_name_whatever_they_hold(published: Published) -> None:
    odd = "x'); copy (select 1) to 'y' --"
    query = "select $text, $number, $none, $moment, $list, $flag, $real"
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    reply = published.ask(
        query, text=odd, number=3, none=None, moment=moment, list=["a", "b"], flag=True, real=0.5
    )
    assert rows(reply) == ((odd, 3, None, "2026-01-02T03:00:00Z", ["a", "b"], True, 0.5),)


def test_parameters_that_the_query_does_not_name_are_left_out(published: Published) -> None:
    assert rows(published.ask("select $a", a=1, b=2)) == ((1,),)


def test_a_parameter_that_nobody_gives_is_named(published: Published) -> None:
    assert refused(published.ask("select $missing")) == (
        "does_not_run",
        "it asks for $missing, which is not given",
    )


@pytest.mark.parametrize("query", ["select ?", "select $1"])
def test_parameters_without_names_are_refused(published: Published, query: str) -> None:
    category, reason = refused(published.ask(query, a=1))
    assert (category, "no names" in reason) == ("refused", True)


@pytest.mark.parametrize(
    "value",
    [b"bytes", {"a": 1}, datetime(2026, 1, 1), object(), 2**70, "\ud800", [object()]],  # noqa: DTZ001
)
def test_what_cannot_be_handed_over_is_refused(published: Published, value: Any) -> None:
    assert refused(published.ask("select $a", a=value))[0] == "refused"


VALUES = [
    ("true", True),
    ("9223372036854775807", 9223372036854775807),
    ("0.5::double", 0.5),
    ("'nan'::double", "nan"),
    ("'-inf'::float", "-inf"),
    ("'é\u2028'", "é\u2028"),
    ("null", None),
    ("12345678901234567890123456789::hugeint", "12345678901234567890123456789"),
    ("1.10::decimal(5, 2)", "1.10"),
    ("date '2026-02-03'", "2026-02-03"),
    ("date 'infinity'", "infinity"),
    ("date '9999-12-31'", "9999-12-31"),
    ("time '12:34:56'", "12:34:56"),
    ("timestamp '2026-02-03 04:05:06.789'", "2026-02-03T04:05:06.789"),
    ("timestamp_ns '2026-02-03 04:05:06.123456789'", "2026-02-03T04:05:06.123456789"),
    ("timestamptz '2026-02-03 04:05:06+02'", "2026-02-03T02:05:06Z"),
    ("timestamptz 'infinity'", "infinity"),
    ("null::timestamptz", None),
    ("'\\xAA\\x01'::blob", "aa01"),
    ("interval 1 month", "1 month"),
    ("'{\"a\":1}'::json", '{"a":1}'),
    ("'b'::enum('a', 'b')", "b"),
    ("uuid '00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"),
    ("[1, null]", [1, None]),
    ("[1.10::decimal(5, 2), 0.1::decimal(38, 30)]", [1.1, 0.1]),
    ("[0.1::float, 0.1::double]", [0.10000000149011612, 0.1]),
    ("{'a': 'x', 'b': [true]}", {"a": "x", "b": [True]}),
    ("map {'k': 1}", {"k": 1}),
    ("null::integer[]", None),
]


def test_every_type_has_a_form_in_json(published: Published) -> None:
    found = rows(published.ask(f"select {', '.join(sql for sql, _ in VALUES)}"))[0]
    for (sql, expected), value in zip(VALUES, found, strict=True):
        assert (sql, value) == (sql, expected)
        assert not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize(
    "sql",
    ["'nan'::double", "(2::hugeint ** 100)::hugeint", "1.00000000000000000001::decimal(30, 20)"],
)
def test_a_nested_value_that_json_has_not_is_told(published: Published, sql: str) -> None:
    category, reason = refused(published.ask(f"select [{sql}]"))
    assert (category, "cast it to varchar" in reason) == ("does_not_run", True)


def test_more_rows_than_allowed_are_cut_off_and_told(published: Published) -> None:
    whole = answered(published.ask(NUMBERS, Limits(rows=10)))
    assert (len(whole.facts.rows), whole.facts.is_truncated) == (10, False)
    part = answered(published.ask(NUMBERS, Limits(rows=9)))
    assert (part.facts.rows, part.facts.is_truncated) == (whole.facts.rows[:9], True)


def test_more_bytes_than_allowed_are_cut_off_and_told(published: Published) -> None:
    query = "select repeat('x', 100) from range(10)"
    whole = answered(published.ask(query, Limits(answer_bytes=10 * 104)))
    assert (len(whole.facts.rows), whole.facts.is_truncated) == (10, False)
    part = answered(published.ask(query, Limits(answer_bytes=10 * 104 - 1)))
    assert (len(part.facts.rows), part.facts.is_truncated) == (9, True)


def test_a_repeated_column_gets_a_number(published: Published) -> None:
    assert answered(published.ask("select 1 as a, 2 as a")).facts.columns == ("a", "a_1")


def test_the_process_imports_little(published: Published) -> None:
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import lineage_pipeline.sandbox.child\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-I", "-S", "-c", script, *import_path(question.PACKAGES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    modules = set(done.stdout.split())
    assert {"_duckdb", "msgspec"} <= modules
    assert not modules & {"duckdb", "numpy", "pyarrow", "polars", "pathlib", "subprocess", "click"}


@pytest.mark.parametrize("is_lake", [False, True])
def test_what_is_not_there_is_a_wrong_setting(published: Published, *, is_lake: bool) -> None:
    gone = published.root / "gone"
    with pytest.raises(ConfigError, match="gone"):
        ask(published.warehouse if is_lake else gone, gone, "select 1", {})


def test_a_warehouse_that_does_not_open_is_told_without_its_path(tmp_path: Path) -> None:
    broken = tmp_path / "warehouse.duckdb"
    broken.write_bytes(b"no database" * 999)
    category, reason = refused(ask(broken, None, "select 1", {}))
    assert category == "does_not_run"
    assert "does not open" in reason
    assert str(tmp_path) not in reason


def test_a_warehouse_may_be_named_by_a_symbolic_link(published: Published, tmp_path: Path) -> None:
    link, lake = tmp_path / "link.duckdb", tmp_path / "lake"
    link.symlink_to(published.warehouse)
    lake.symlink_to(published.lake)
    assert rows(ask(link, lake, "select depth from lineage.node", {}))
