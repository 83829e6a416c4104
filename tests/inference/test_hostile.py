"""No text stops the build, takes long, or shows up in what is said of it."""

from __future__ import annotations

import logging
import sys
import time
from random import Random

import pytest

from lineage_pipeline.inference.dialects import KNOWN
from lineage_pipeline.inference.reading import MAX_CHARACTERS, MAX_NESTING
from tests.inference.asking import ask
from tests.inference.queries import Maker

SECONDS = 20
"""Far above what the limits allow; the limits themselves count no time."""

DEEP = 20_000


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", {"no_output"}),
        (";;;", {"no_output"}),
        ("not sql at all, is it?", {"not_parsed", "unsupported_statement"}),
        ("select 'open", {"not_parsed"}),
        ("select \0 from a", {"not_parsed", "unknown_column", "ambiguous_column"}),
        ("select x from {{ ref('a') }}", {"template"}),
        ("select " + "(" * DEEP, {"too_deep"}),
        ("select " + "(" * DEEP + "1" + ")" * DEEP, {"too_deep", "too_large"}),
        ("select " + "not " * DEEP + "x from a", {"too_deep"}),
        ("select " + "case when x then " * (MAX_NESTING + 1) + "1", {"too_deep"}),
        (
            "select * from " + "(select * from " * MAX_NESTING + "a" + ")" * MAX_NESTING,
            {"too_deep"},
        ),
        ("select x from a" + " " * MAX_CHARACTERS, {"too_large"}),
        ("select " + ", ".join(["x"] * 30_000) + " from a", {"too_large"}),
        ("select " + " + ".join(["x"] * 15_000) + " as p from a", set()),
        ("select x as p from a where " + " and ".join(["x = 1"] * 5_000), set()),
        (" union all ".join(["select x as p from a"] * 3_000), set()),
    ],
)
def test_every_text_has_an_answer(text: str, reasons: set[str]) -> None:
    before = time.process_time()
    found = ask(text, ["a(x)"], ["c(p)"])
    assert time.process_time() - before < SECONDS
    assert (not reasons and not found.remarks) or found.remarks.keys() & reasons, found.remarks


def test_columns_that_double_with_every_query_end() -> None:
    steps = ["t0 as (select * from a)"]
    steps += [
        f"t{place} as (select l.*, r.* from t{place - 1} as l cross join t{place - 1} as r)"
        for place in range(1, 60)
    ]
    found = ask(f"with {', '.join(steps)} select * from t59", ["a(x)"])
    assert found.remarks == {"too_complex": 1}


def test_mangled_texts_never_fail() -> None:
    random = Random(1)  # noqa: S311 - the same texts every time
    dialects = sorted(KNOWN)
    for _ in range(400):
        text, _ = Maker(random).query()
        letters = [*f"insert into c (p, q) {text}"]
        for _ in range(random.randrange(4)):
            place = random.randrange(len(letters))
            letters[place : place + random.randrange(6)] = random.choice(
                ("", "(", ")", ",", "'", '"', "select ", " from ", ".", "*", " as ", ";", "$", "é")
            )
        found = ask(
            "".join(letters), ["a(k, x, y)", "b", "d"], ["c(p, q)"], random.choice(dialects)
        )
        assert "failed" not in found.remarks, "".join(letters)


def test_nothing_is_logged_and_nothing_stays_set(caplog: pytest.LogCaptureFixture) -> None:
    limit = sys.getrecursionlimit()
    logger = logging.getLogger("sqlglot")
    ask("execute immediate 'drop table secret'", ["a"], dialect="snowflake")
    ask("alter table a frobnicate secret", ["a"])
    assert caplog.records == []
    assert sys.getrecursionlimit() == limit
    assert not logger.disabled


def test_remarks_are_codes() -> None:
    found = ask("select secret, * from a, hidden('pin 1234')", ["a"], ["c"])
    assert found.remarks
    assert all(reason.replace("_", "").isalpha() for reason in found.remarks)
