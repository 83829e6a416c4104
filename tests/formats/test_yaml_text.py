"""What people write by hand becomes the JSON that it stands for, or is refused with its line."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.formats.yaml_text import DEEPEST, json_texts

LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"), exclude_characters="\ufeff"
)
TEXTS = st.text(LETTERS)
"""Without what the writer of YAML does not write as it was."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def problem_of(text: bytes) -> Problem:
    [found] = json_texts(text)
    assert isinstance(found.json, Problem)
    return found.json


@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1), min_size=1, max_size=3))
def test_what_yaml_says_is_what_json_says(values: list[object]) -> None:
    data = yaml.safe_dump_all(values, allow_unicode=True, encoding="utf-8")
    found = [*json_texts(data)]
    assert [json.loads(text.json) for text in found if isinstance(text.json, bytes)] == values
    assert found[0].offset == 0
    for before, after in pairwise(found):
        assert before.offset + before.size == after.offset
    assert found[-1].offset + found[-1].size <= len(data)


def test_what_readers_disagree_on_stays_a_text() -> None:
    [found] = json_texts(
        b"on: 2026-09-27\nat: 2026-09-27T10:00:00Z\nno: yes\nfrom: 12:30\nmode: 0755\n"
        b"many: 1_000\nis_so: True\nnothing: ~\nshare: 1.5e-3\nnan: .nan\ncount: -12\nsaid: '12'\n"
        b"small: 1e-3\nlarge: -2E+4\nquoted: '1e3'\nmarked: !!str 1e3\nodd: 1e\n"
    )
    assert isinstance(found.json, bytes)
    assert json.loads(found.json) == {
        "on": "2026-09-27", "at": "2026-09-27T10:00:00Z", "no": "yes", "from": "12:30",
        "mode": "0755", "many": "1_000", "is_so": True, "nothing": None, "share": 0.0015,
        "nan": ".nan", "count": -12, "said": "12", "small": 0.001, "large": -20000.0,
        "quoted": "1e3", "marked": "1e3", "odd": "1e",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        (b"a: &x [1]\nb: *x\n", "yaml_alias", "line 1: an alias; write out what it stands for"),
        (b"a: 1\nb: 1\na: 2\n", "yaml_key", "line 1: a key is given twice, or is no text"),
        (b"? [a]\n: 1\n", "yaml_key", "line 1: a key is given twice, or is no text"),
        (b"a: [\n", "malformed_yaml", "line 2, column 1: did not find expected node content"),
        (b"a: !!python/object:os.system x\n", "yaml_tag", "line 1: the tag"),
        (b"a: \xff", "invalid_utf8", "byte 3 of the record is not UTF-8"),
        (b"a: " + b"[" * 100 + b"]" * 100, "too_deep", f"line 1: nested more than {DEEPEST} deep"),
        (b"[" * 200_000, "too_deep", f"line 1: nested more than {DEEPEST} deep"),
        (b"{a: " * 100_000, "too_deep", f"line 1: nested more than {DEEPEST} deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: bytes, code: str, reason: str) -> None:
    found = problem_of(text)
    assert found.code == code
    assert reason in found.reason


def test_a_few_aliases_that_stand_for_more_than_any_memory_holds() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert problem_of("\n".join(lines).encode()).code == "yaml_alias"


def test_nothing_is_no_document() -> None:
    assert [*json_texts(b"")] == []
    assert [*json_texts(b"# only words\n")] == []


def test_behind_what_cannot_be_read_there_is_no_other() -> None:
    first, second = json_texts(b"a: 1\n---\nb: [\n---\nc: 1\n")
    assert first.json == b'{"a":1}'
    assert isinstance(second.json, Problem)
