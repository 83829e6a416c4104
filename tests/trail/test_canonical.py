"""A row has one form in bytes, whichever way it was made; what has none is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.schemas import BRONZE
from lineage_pipeline.trail import lines as lines_module
from lineage_pipeline.trail.canonical import canonical, in_order
from lineage_pipeline.trail.lines import lines_of
from tests.trail import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

EDGES = [0, 1, -1, 2**53 - 1, 2**53, 2**53 + 1, 1 - 2**53, -(2**53), 2**63 - 1, -(2**63)]

GOLDEN = [
    ({}, b"{}"),
    ({"b": 1, "a": None, "B": True}, b'{"B":true,"a":null,"b":1}'),
    ({"t": '"\\/\b\f\n\r\t'}, b'{"t":"\\"\\\\/\\b\\f\\n\\r\\t"}'),
    ({"t": "\0\x0b\x0e\x1f\x7f"}, b'{"t":"\\u0000\\u000b\\u000e\\u001f\x7f"}'),
    ({"t": "\u20ac \u2028 \U0001f600"}, b'{"t":"\xe2\x82\xac \xe2\x80\xa8 \xf0\x9f\x98\x80"}'),
    ({"t": "e\u0301"}, b'{"t":"e\xcc\x81"}'),
    ({"t": "\u00e9"}, b'{"t":"\xc3\xa9"}'),
    ({"n": [2**53 - 1, 1 - 2**53]}, b'{"n":[9007199254740991,-9007199254740991]}'),
    ({"n": [2**53, -(2**53)]}, b'{"n":["9007199254740992","-9007199254740992"]}'),
    ({"d": Decimal("1.50")}, b'{"d":"1.50"}'),
    ({"d": Decimal("1E+3")}, b'{"d":"1000"}'),
    ({"x": b"\0\xff"}, b'{"x":"00ff"}'),
    ({"f": 1.5}, b'{"f":"3ff8000000000000"}'),
    ({"f": [-0.0, float("nan")]}, b'{"f":["8000000000000000","7ff8000000000000"]}'),
    ({"at": datetime(2026, 1, 1, tzinfo=UTC)}, b'{"at":1767225600000000}'),
    ({"at": datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)}, b'{"at":-1}'),
    ({"at": datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))},
     b'{"at":1767225600000000}'),
    ({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7},
     '{"\\r":2,"1":4,"\x80":6,"\xf6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'.encode()),
    ({"deep": {"b": [{"d": 1, "c": 2}], "a": ""}}, b'{"deep":{"a":"","b":[{"c":2,"d":1}]}}'),
]  # fmt: skip

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
columns: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "a_text": (pa.string(), texts),
    "o_fixed": (pa.binary(4), st.binary(min_size=4, max_size=4)),
    "b_bytes": (pa.binary(), st.binary(max_size=5)),
    "c_long": (pa.int64(), st.integers(-(2**63), 2**63 - 1) | st.sampled_from(EDGES)),
    "d_small": (pa.int64(), st.integers(1 - 2**53, 2**53 - 1)),
    "e_large": (pa.int64(), st.integers(2**53, 2**63 - 1)),
    "f_truth": (pa.bool_(), st.booleans()),
    "g_at": (
        pa.timestamp("us", tz="UTC"),
        st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    "h_float": (pa.float64(), st.floats(allow_nan=False)),
    "i_list": (pa.list_(pa.string()), st.lists(st.none() | texts, max_size=3)),
    "j_byte": (pa.uint8(), st.integers(0, 255)),
    "k_unsigned": (pa.uint64(), st.integers(0, 2**64 - 1)),
    "l_decimal": (pa.decimal128(30, 12), st.decimals(-(10**9), 10**9, places=12)),
    "m_large": (pa.large_string(), texts),
    "n_int": (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    names = draw(st.lists(st.sampled_from([*columns]), min_size=1, max_size=5, unique=True))
    count = draw(st.integers(0, 6))
    return pa.table(
        {
            name: pa.array(
                [draw(st.none() | columns[name][1]) for _ in range(count)], columns[name][0]
            )
            for name in names
        }
    )


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def writer(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run each test with the compiled writer and without it."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "plain":
            patch.setattr(lines_module, "writing", None)
        else:
            assert lines_module.writing is not None
        yield


def split(table: pa.Table) -> list[bytes]:
    lines = lines_of(table)
    starts, ends = lines.starts().tolist(), lines.ends.tolist()
    assert len(ends) == table.num_rows
    rows = [lines.data[begin:end] for begin, end in zip(starts, ends, strict=True)]
    assert lines.data == b"".join(row + b"\n" for row in rows)
    return rows


@pytest.mark.parametrize(("value", "expected"), GOLDEN)
def test_the_bytes_are_those_that_are_written_here(value: Any, expected: bytes) -> None:
    assert canonical(value) == expected


def test_keys_stand_in_the_order_of_rfc_8785() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]
    assert in_order(keys) == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


@given(tables())
@settings(deadline=None, max_examples=100)
def test_rows_at_once_are_rows_one_by_one(table: pa.Table) -> None:
    rows = table.to_pylist()
    assert split(table) == [plain.row_bytes(row) for row in rows]
    assert split(table) == [canonical(row) for row in rows]


def test_every_character_is_written_the_same_at_once() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    strings = ["".join(every[n : n + 100]) for n in range(0, len(every), 100)]
    strings += ["\\u000B", "\\\x0b", '"', "\\", '\\"', "\x0b" * 20]
    table = pa.table({"t": strings})
    assert split(table) == [plain.row_bytes({"t": text}) for text in strings]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_what_was_written_says_what_it_was(value: Any) -> None:
    data = canonical(value)
    assert data == canonical(json.loads(data))
    assert b"\n" not in data


def test_columns_may_stand_in_any_order_and_pieces() -> None:
    one = pa.table({"b": [1, 2, 3], "a": ["x", None, "\n"]})
    other = pa.concat_tables([one.slice(0, 1), one.slice(1)]).select(["a", "b"])
    encoded = one.set_column(1, "a", one["a"].dictionary_encode())
    expected = [b'{"a":"x","b":1}', b'{"a":null,"b":2}', b'{"a":"\\n","b":3}']
    assert split(one) == split(other) == split(encoded) == expected
    assert split(one.slice(1, 1)) == expected[1:2]


def test_times_of_any_unit_are_microseconds() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for kind in (pa.timestamp("s", tz="UTC"), pa.timestamp("ms", tz="UTC"), pa.timestamp("us"),
                 pa.timestamp("us", tz="Europe/Berlin")):  # fmt: skip
        given_at = moment if kind.tz else moment.replace(tzinfo=None)
        table = pa.table({"at": pa.array([given_at, None], kind)})
        assert split(table) == [b'{"at":1767225600000000}', b'{"at":null}']


@pytest.mark.parametrize(
    "kind",
    [pa.float32(), pa.timestamp("ns"), pa.date32(), pa.time64("us"), pa.duration("us"),
     pa.struct([("a", pa.string())]), pa.list_(pa.int64()), pa.list_(pa.float64())],
)  # fmt: skip
def test_a_type_without_a_form_is_refused_by_the_name_of_its_column(kind: pa.DataType) -> None:
    with pytest.raises(ConfigError, match="column odd: there is no canonical form"):
        lines_of(pa.table({"odd": pa.array([None], kind)}))


@pytest.mark.parametrize(
    "value",
    [{1: 2}, {"a": {b"b": 1}}, {1, 2}, object(), datetime(2026, 1, 1), "\ud800"],  # noqa: DTZ001
)
def test_a_value_without_a_form_is_refused(value: Any) -> None:
    with pytest.raises(ConfigError, match=r"no canonical form"):
        canonical(value)
    with pytest.raises(ConfigError):
        canonical({"\udfff": 1})


@pytest.mark.parametrize("name", [*BRONZE])
def test_every_table_of_bronze_has_a_form(name: str) -> None:
    table = BRONZE[name].empty_table()
    assert split(table) == []


def test_a_table_without_columns_or_rows() -> None:
    assert split(pa.table({"a": pa.array([], pa.string())})) == []
    assert split(pa.table({})) == []
