"""What the decoder refuses though it is JSON, against the standard library's reading."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lineage_pipeline.formats import patient

DEEP = b"[" * 20_000 + b"]" * 20_000
TOKENS = ("{", "}", "[", "]", ",", ":", '"a"', '"b"', "1", "-", "1e5", "-0.5", "01", ".5", "true")
MORE_TOKENS = ("null", "nul", " ", "\n", '"', "\\", '"\\u', "d8", '"\\ud800"', '"\\x"', '"\t"')
texts = st.lists(st.sampled_from(TOKENS + MORE_TOKENS), max_size=9).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def no_constant(name: str) -> None:
    raise ValueError(name)


def is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=no_constant)
    except ValueError:
        return False
    return True


@given(texts)
@example('{"a":1,}')
@example("[1 2]")
@example("")
def test_it_takes_what_is_json_and_nothing_else(text: str) -> None:
    assert patient.is_value(text.encode()) == is_json(text)


@given(values, st.sampled_from((None, 2)))
def test_a_value_ends_where_it_ends(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent).encode()
    assert patient.value_end(text + b' {"more":') == len(text)


@given(st.dictionaries(st.text(max_size=3), values), st.sampled_from((None, 2)))
def test_members_are_what_stands_under_each_key(value: dict[str, object], indent: int) -> None:
    text = json.dumps(value, indent=indent).encode()
    found = patient.members(text)
    assert found is not None
    assert {key: json.loads(member) for key, member in found.items()} == value


@given(st.lists(values), st.sampled_from((None, 2)))
def test_items_are_what_stands_between_the_commas(value: list[object], indent: int) -> None:
    found = patient.items(json.dumps(value, indent=indent).encode())
    assert found is not None
    assert [json.loads(item) for item in found] == value


@given(st.dictionaries(st.text(max_size=3), values, min_size=1), st.data())
def test_what_breaks_off_could_go_on(value: dict[str, object], data: st.DataObject) -> None:
    text = json.dumps(value).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(patient.Refused) as refused:
        patient.value_end(text[:cut])
    assert refused.value.is_cut


def test_what_breaks_the_grammar_is_said_with_its_place() -> None:
    with pytest.raises(patient.Refused) as refused:
        patient.value_end(b'{"a":[1,}')
    assert (refused.value.at, refused.value.is_cut) == (8, False)


def test_depth_has_no_limit() -> None:
    assert patient.members(b'{"a":' + DEEP + b',"b":2}') == {"a": DEEP, "b": b"2"}


def test_half_a_character_stays_as_it_was_sent() -> None:
    assert patient.members(rb'{"\ud800":"\udc00","b":"\ud83d\ude00"}') == {
        r"\ud800": rb'"\udc00"',
        "b": rb'"\ud83d\ude00"',
    }


def test_the_last_of_equal_keys_counts() -> None:
    assert patient.members(b'{"a":1,"a":[2]}') == {"a": b"[2]"}


@pytest.mark.parametrize("text", [b"[1]", b'"a"', b"", b'{"a":1} 2', b'{"a"'])
def test_what_is_no_object_has_no_members(text: bytes) -> None:
    assert patient.members(text) is None


def test_a_value_over_the_limit_is_left_to_the_decoder() -> None:
    text = rb'"\ud800' + b"x" * patient.LONGEST + b'"'
    assert not patient.may_help(ValueError(), text)
    assert patient.may_help(ValueError(), text[: patient.LONGEST])
    assert not patient.may_help(ValueError(), rb'"\u00e9\ud')
