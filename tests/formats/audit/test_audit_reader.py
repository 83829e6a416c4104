"""Whatever the records are: each is a row or is rejected, and no record changes another."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.audit import MAPPINGS, AuditMapping
from lineage_pipeline.formats.audit.fields import _parts
from lineage_pipeline.formats.audit.reader import AuditReader, AuditRows, Records
from lineage_pipeline.formats.audit.rows import ROW
from lineage_pipeline.formats.audit.selection import layout_of
from lineage_pipeline.formats.redaction import redact_body
from tests.formats.audit.chunks import as_bytes, event, mapping, read, records_of, samples

READERS = {name: AuditReader(one, "Europe/Berlin") for name, one in MAPPINGS.items()}
SAMPLES = samples()

keys = st.sampled_from(
    ["time", "action", "eventTime", "eventID", "eventVersion", "userIdentity", "auditID", "stage",
     "verb", "user", "username", "sourceIPs", "objectRef", "data", "body", "id", "type", "source",
     "specversion", "accessKeyId", "password", "arn", 'a"b', "", "\x00", "é"]
)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=12)
    | st.sampled_from(
        ["2026-03-02T09:14:07Z", "postgres://u:secret@h/d", "\u2028", "\\u0041", "{}"]
    )
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)
hostile = st.sampled_from(
    [b"", b" ", b"{", b"}", b"{}", b"[]", b"[1,2]", b"7", b"-0", b"null", b'"text"', b"NaN",
     b"\xff", b"\xef\xbb\xbf{}", b'{"eventTime":NaN}', b'{"a":1,}', b'{"a":[1,]}',
     b'{"a":-Infinity}',
     b'{"a":nan}', b'{"a":1}{"b":2}', b'{"a":1} // c', b"{'a':1}", b'{"a":01}', b'{"a":+1}',
     b'{"a":"\\ud800"}', b'{"a":"\\udc00\\ud800"}', b'{"a":"\x01"}', b'{"a":"\x00"}',
     b'{"a":"\\u0000"}', b'{"a":1e999,"b":-0,"c":1.50}', b'{"\xff":1}', b'{"a":"\xed\xa0\x80"}',
     b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}", b"[" * 3000, b'{"a":' + b"9" * 5000 + b"}",
     b'{"eventID":1,"eventID":2,"eventVersion":[],"eventVersion":"1"}', b'{"a" : 1 }\r',
     b'{"password":"x"', b'{"password":"x"]}', b'"://a:b@c"', b"]}token", b'{"a":\t1}']
)  # fmt: skip


@st.composite
def bodies_of(draw: st.DrawFn, name: str) -> bytes:
    """Return a record: a sample whole, damaged or with other values, or nothing of the kind."""
    kind = draw(st.sampled_from(["sample", "changed", "cut", "flipped", "value", "hostile"]))
    if kind == "hostile":
        return draw(hostile)
    if kind == "value":
        return as_bytes(draw(values)).replace(b"\n", b" ")
    body = draw(st.sampled_from(SAMPLES[name]))
    if kind == "changed" and body.startswith(b"{"):
        content = json.loads(body)
        for key in draw(st.lists(st.sampled_from(sorted(content)), max_size=3)):
            content[key] = draw(values)
        return as_bytes(content)
    place = draw(st.integers(0, len(body) - 1))
    if kind == "cut":
        return body[:place]
    if kind == "flipped":
        other = draw(st.integers(0, 255).filter(lambda byte: byte != ord("\n")))
        return body[:place] + bytes([other]) + body[place + 1 :]
    return body


@st.composite
def chunks(draw: st.DrawFn) -> tuple[str, list[bytes]]:
    name = draw(st.sampled_from(sorted(MAPPINGS)))
    return name, draw(st.lists(bodies_of(name), max_size=8))


def as_parts(found: AuditRows, count: int) -> list[object]:
    """Return for each record its row or why it was rejected, with its flags."""
    parts: list[object] = [None] * count
    for place, row in zip(found.places.tolist(), found.rows.to_pylist(), strict=True):
        flags = sorted({flag[1:] for flag in found.flags if flag[0] == row["event_id"]})
        parts[place] = (row, flags)
    for place, problem in found.rejected:
        assert parts[place] is None
        parts[place] = problem
    return parts


@given(chunks())
@settings(max_examples=120, deadline=None)
def test_each_record_is_a_row_or_rejected_and_the_same_as_alone(
    chunk: tuple[str, list[bytes]],
) -> None:
    name, bodies = chunk
    reader = READERS[name]
    found = reader.read(records_of(bodies))
    assert found.rows.num_rows + len(found.rejected) == len(bodies)
    assert found.rows.schema == ROW
    assert found.places.tolist() == sorted(found.places.tolist())
    alone = [reader.read(records_of([body])) for body in bodies]
    assert found.redaction_count == sum(one.redaction_count for one in alone)
    together = as_parts(found, len(bodies))
    assert None not in together
    by_itself = [as_parts(one, 1)[0] for one in alone]
    if len({row[0]["event_id"] for row in together if not hasattr(row, "code")}) == len(found.rows):
        assert together == by_itself
    assert [getattr(part, "code", None) for part in together] == [
        getattr(part, "code", None) for part in by_itself
    ]


def is_json_object(body: bytes) -> bool:
    """Return whether msgspec and UTF-8 agree that it is one."""
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
        body.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return body.strip(b" \t\r\n").startswith(b"{")


ANY = mapping(columns={"occurred_at": ["$.time", "$.password"]})
ANY_READER = AuditReader(ANY, "UTC")
UNREAD = {"malformed_json", "not_an_object", "invalid_utf8", "null_byte", "too_deep",
          "truncated_record"}  # fmt: skip


@given(st.binary(max_size=30).map(lambda more: b'{"time":"2026-03-02T09:14:07Z"' + more + b"}"))
@settings(max_examples=200, deadline=None)
def test_what_is_no_json_is_never_a_row(body: bytes) -> None:
    check_against_msgspec(body.replace(b"\n", b""))


tokens = st.sampled_from(
    [b",", b":", b"{", b"}", b"[", b"]", b'"action"', b'"a"', b'"time"', b'"x"', b"1", b"-",
     b"1.5", b"1e5",
     b"true", b"null", b"nan", b"Infinity", b"-inf", b" ", b"\t", b'"\\ud800"', b'"\\u00e9"',
     b'"\xc3\xa9"', b'"\xff"', b"/", b"\x00", b"01", b"'", b"\\"]
)  # fmt: skip


@given(st.lists(tokens, max_size=9).map(b"".join))
@settings(max_examples=600, deadline=None)
def test_tokens_in_any_order_are_judged_as_msgspec_judges_them(more: bytes) -> None:
    check_against_msgspec(b'{"time":"2026-03-02T09:14:07Z","action":"act"' + more + b"}")


def check_against_msgspec(body: bytes) -> None:
    found = ANY_READER.read(records_of([body]))
    if not is_json_object(body):
        assert {problem.code for _, problem in found.rejected} <= UNREAD
        assert found.rejected
    else:
        assert not {problem.code for _, problem in found.rejected} & UNREAD


@pytest.mark.parametrize("body", [b'{"a":1,}', b'{"a":NaN}', b'{"a": -inf}', b'{"a":[nan ]}'])
def test_what_duckdb_alone_takes_for_json_is_rejected(body: bytes) -> None:
    """DuckDB reads commas behind the last item, infinity and NaN."""
    lenient = body[:-1] + b',"time":"2026-03-02T09:14:07Z","action":"x"}'
    found = read(ANY, [lenient.replace(b",,", b",")])
    assert found.rows.num_rows + len(found.rejected) == 1
    if b'a":1' not in body:
        assert [problem.code for _, problem in found.rejected] == ["malformed_json"]
    closing = b'{"time":"2026-03-02T09:14:07Z","action":"x",}'
    assert [problem.code for _, problem in read(ANY, [closing]).rejected] == ["malformed_json"]


SHARED = ["$.a", "$.b.c", "$.b.d", "$.k[0]", "$.l[-1].x", "$.m[1].y"]
paths_record = st.fixed_dictionaries(
    {},
    optional={
        "a": values,
        "b": st.dictionaries(st.sampled_from(["c", "d", "C"]), values, max_size=3) | values,
        "k": st.lists(values, max_size=2) | values,
        "l": st.lists(st.fixed_dictionaries({}, optional={"x": values}) | values) | values,
        "m": st.lists(st.fixed_dictionaries({"y": values}), max_size=3),
    },
)


def with_paths(*, is_typed: bool) -> AuditMapping:
    """Return a mapping that reads `SHARED` and attributes, by typed columns or by the text."""
    names = ["actor_id", "reason", "run_id", "tenant", "model_key", "ticket_ref"]
    attrs = {"whole": "$.whole", "n": "$.n.x"}
    if not is_typed:
        attrs["clash"] = "$.TIME"
    made = mapping(columns=dict(zip(names, SHARED, strict=True)), attrs=attrs)
    assert getattr(layout_of(made), "is_typed", None) is is_typed
    return made


TYPED = AuditReader(with_paths(is_typed=True), "UTC")
BY_TEXT = AuditReader(with_paths(is_typed=False), "UTC")


@given(st.lists(st.tuples(paths_record, values, values), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_typed_columns_and_paths_in_the_text_give_the_same_rows(
    made: list[tuple[dict[str, Any], Any, Any]],
) -> None:
    bodies = [as_bytes(event(**one, whole=whole, n={"x": x})) for one, whole, x in made]
    typed, by_text = (one.read(records_of(bodies)) for one in (TYPED, BY_TEXT))
    assert typed.rows.to_pylist() == by_text.rows.to_pylist()


@given(st.lists(paths_record, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_a_text_is_what_the_standard_decoder_finds_at_its_path(made: list[dict[str, Any]]) -> None:
    bodies = [as_bytes(event(**one)) for one in made]
    found = TYPED.read(records_of(bodies))
    for row, body in zip(found.rows.to_pylist(), bodies, strict=True):
        value = json.loads(redact_body("", body)[0]).get("a")
        if isinstance(value, dict | list):
            assert json.loads(row["actor_id"]) == value
        elif isinstance(value, str):
            assert row["actor_id"] == (value or None)
        else:
            assert row["actor_id"] == (None if value is None else json.dumps(value))


def test_of_a_key_that_stands_twice_the_first_counts() -> None:
    body = b'{"time":"2026-03-02T09:14:07Z","action":"a","action":"b","time":1}'
    assert read(mapping(), [body]).rows["action"].to_pylist() == ["a"]


def test_records_that_take_several_lines_keep_their_bytes_and_places() -> None:
    indented = json.dumps(event(), indent=1).encode()
    plain = as_bytes(event())
    found = read(mapping(), [indented, plain, indented])
    assert found.rows.num_rows == 3
    first, second, third = found.rows["content_sha256"].to_pylist()
    assert first == third != second


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_records_may_lie_anywhere_in_memory_and_count_their_line_break(kind: Any) -> None:
    body = as_bytes(event())
    data = kind(b"??" + body + b"\n\n  " + body + b"\r\n??")
    offsets = np.array([2, 5 + len(body)], np.int64)
    sizes = np.array([len(body) + 1, len(body) + 2], np.int64)
    found = AuditReader(mapping(), "UTC").read(Records(data, offsets, sizes))
    assert found.rows.num_rows == 2
    assert len(set(found.rows["content_sha256"].to_pylist())) == 1


def test_no_records_give_no_rows() -> None:
    found = read(MAPPINGS["cloudtrail"], [])
    assert (found.rows.num_rows, found.rejected, found.flags) == (0, [], [])
    assert found.rows.schema == ROW


def test_records_that_duckdb_refuses_together_are_read_by_halves() -> None:
    """A failure costs the record that it is about, and that record alone."""
    import duckdb
    import pyarrow as pa

    def read_all_but_the_bad(text: bytes) -> pa.Table:
        lines = text.split(b"\n")[:-1]
        if b"bad" in lines:
            raise duckdb.Error("no")
        return pa.table({"line": lines[:-1] if b"short" in lines and len(lines) > 1 else lines})

    names = [b"a", b"bad", b"b", b"short", b"c"]
    problems: dict[int, Any] = {}
    text = b"".join(name + b"\n" for name in names)
    parts = list(_parts(read_all_but_the_bad, text, range(5), problems))
    assert pl.Series(pa.concat_tables(parts)["line"]).to_list() == [b"a", b"b", b"short", b"c"]
    assert {at: problem.code for at, problem in problems.items()} == {1: "malformed_json"}


def test_a_reader_reads_chunk_after_chunk() -> None:
    with AuditReader(MAPPINGS["kubernetes"], "UTC", threads=2) as reader:
        first = reader.read(records_of(SAMPLES["kubernetes"] * 700))
        second = reader.read(records_of(SAMPLES["kubernetes"][:1]))
        third = reader.read(records_of(SAMPLES["kubernetes"]))
    assert first.rows["action"].to_pylist() == ["patch"] * 2100
    assert first.rows["is_interim"].to_pylist() == [True, False, False] * 700
    assert (second.rows.num_rows, third.rows.num_rows) == (1, 3)


def test_the_engine_reaches_no_file() -> None:
    import duckdb

    engine = READERS["cloudtrail"]._fields._engine._connection
    with pytest.raises(duckdb.Error, match="disabled"):
        engine.execute("select * from read_text('/etc/hostname')")
    with pytest.raises(duckdb.Error, match="locked"):
        engine.execute("set disabled_filesystems = ''")
