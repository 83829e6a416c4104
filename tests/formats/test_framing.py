"""Records come out of a byte stream whole, in order, at their offsets, however written."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.framing import Frame, Framer
from lineage_pipeline.formats.window import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 1 << 20
SEPARATORS = b" \t\r\n,[]"

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
records = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=5), json_values, max_size=4
)
record_lists = st.lists(records, max_size=6)
chunk_sizes = st.integers(1, 40) | st.just(1 << 16)


def plain(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


def indented(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False)


RENDERINGS: dict[str, Callable[[list[dict[str, Any]]], str]] = {
    "lines": lambda many: "".join(plain(one) + "\n" for one in many),
    "lines without the last newline": lambda many: "\n".join(map(plain, many)),
    "lines that end as on Windows": lambda many: "".join(plain(one) + "\r\n" for one in many),
    "lines between blank ones": lambda many: "\n \n" + "".join(plain(o) + "\n\n\t\n" for o in many),
    "an array on one line": lambda many: "[" + ",".join(map(plain, many)) + "]",
    "an array, one element a line": lambda many: "[\n" + ",\n".join(map(plain, many)) + "\n]\n",
    "an indented array": lambda many: json.dumps(many, indent=2, ensure_ascii=False),
    "an array for each": lambda many: "".join(f"[{plain(one)}]\n" for one in many),
    "one behind the other": lambda many: "".join(map(plain, many)),
    "one behind the other, apart": lambda many: "  ".join(map(plain, many)),
    "indented": lambda many: "\n".join(map(indented, many)),
    "indented without newlines between": lambda many: "".join(map(indented, many)),
    "lines and indented in turn": lambda many: "".join(
        (plain(one) if place % 2 else indented(one)) + "\n" for place, one in enumerate(many)
    ),
}
written_anyhow = st.sampled_from(sorted(RENDERINGS))


def framer(
    data: bytes, *, chunk: int = 1 << 16, start: int = 0, limit: int = LIMIT, decode: Any = None
) -> Framer:
    stream = io.BytesIO(data[start:])
    return Framer(
        stream.read,
        decode or msgspec.json.Decoder(dict).decode,
        offset=start,
        max_record_bytes=limit,
        chunk_bytes=chunk,
    )


def frames_of(data: bytes, **how: Any) -> list[Frame]:
    return list(framer(data, **how))


def codes(frames: list[Frame]) -> list[str | None]:
    return [frame.problem.code if frame.problem else None for frame in frames]


def values(frames: list[Frame]) -> list[object]:
    return [frame.value for frame in frames if frame.problem is None]


@given(many=record_lists, how=written_anyhow, marked=st.booleans(), chunk=chunk_sizes)
@example(many=[{}], how="lines", marked=True, chunk=1)
@settings(max_examples=400, deadline=None)
def test_every_way_of_writing_gives_the_same_records(
    many: list[dict[str, Any]],
    how: str,
    marked: bool,  # noqa: FBT001
    chunk: int,
) -> None:
    data = (BYTE_ORDER_MARK if marked else b"") + RENDERINGS[how](many).encode()
    framed = framer(data, chunk=chunk)
    frames = list(framed)
    assert codes(frames) == [None] * len(many)
    assert [json.dumps(frame.value) for frame in frames] == [json.dumps(one) for one in many]
    for frame in frames:
        assert json.loads(data[frame.offset : frame.offset + frame.size]) == frame.value
    assert framed.torn_bytes == 0
    assert framed.sha256 == hashlib.sha256(data[: framed.end_offset]).digest()
    assert data[framed.end_offset :].strip() == b""


def assert_accounted_for(data: bytes, framed: Framer, frames: list[Frame]) -> None:
    """Check that each byte is in one record, a separator, or the unfinished end."""
    at = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    for frame in frames:
        assert frame.offset >= at
        assert frame.size > 0
        assert not data[at : frame.offset].strip(SEPARATORS)
        at = frame.offset + frame.size
    assert not data[at : framed.end_offset].strip(SEPARATORS)
    assert framed.end_offset + framed.torn_bytes == len(data)
    assert framed.sha256 == hashlib.sha256(data[: framed.end_offset]).digest()


FRAGMENTS = rb"""{ } [ ] , : " \ "a" 1 null {"a":1} {"a":[{}]} "\ud800" 1e999 - 1.""".split(b" ")
json_like = st.lists(
    st.sampled_from([*FRAGMENTS, b"\n", b"\r\n", b" ", b"\xff", b"\xc3", b"\0", BYTE_ORDER_MARK]),
    max_size=30,
).map(b"".join)


@given(
    data=st.binary(max_size=80) | json_like, chunk=chunk_sizes, limit=st.sampled_from([8, LIMIT])
)
@example(data=b"\n[{}", chunk=1, limit=LIMIT)
@settings(max_examples=1500, deadline=None)
def test_any_bytes_are_accounted_for(data: bytes, chunk: int, limit: int) -> None:
    framed = framer(data, chunk=chunk, limit=limit)
    assert_accounted_for(data, framed, list(framed))


RESUMABLE = sorted(set(RENDERINGS) - {"lines and indented in turn"})


@given(
    many=st.lists(records, min_size=1, max_size=4),
    how=st.sampled_from(RESUMABLE),
    cut=st.floats(0, 1),
    chunk=chunk_sizes,
)
@settings(max_examples=600, deadline=None)
def test_a_torn_end_is_read_once_the_rest_has_come(
    many: list[dict[str, Any]], how: str, cut: float, chunk: int
) -> None:
    data = RENDERINGS[how](many).encode()
    prefix = data[: int(cut * len(data))]
    before = framer(prefix, chunk=chunk)
    first = list(before)
    after = framer(data, start=before.end_offset, chunk=chunk)
    assert first + list(after) == frames_of(data)
    assert before.end_offset + before.torn_bytes == len(prefix)


def test_a_file_cut_anywhere_in_many_places_reads_as_if_whole() -> None:
    many: list[dict[str, Any]]
    many = [{"a": {"b": [1, {"c": "ü\n"}]}}, {}, {"d": '}{"'}, {"e": None}]
    for how in RESUMABLE:
        data = RENDERINGS[how](many).encode()
        found: list[Frame] = []
        end = 0
        for size in range(len(data) + 1):
            part = framer(data[:size], start=end)
            found += list(part)
            end = part.end_offset
        assert found == frames_of(data), how


BROKEN_LINES = {
    "words": (b"not json", "malformed_json"),
    "a missing brace": (b'{"a": 1', "malformed_json"),
    "an unclosed string": (b'{"a": "b}', "malformed_json"),
    "single quotes": (b"{'a': 1}", "malformed_json"),
    "a lone surrogate": (b'{"a": "\\ud800"}', "malformed_json"),
    "a raw control character": (b'{"a": "\x01"}', "malformed_json"),
    "NaN": (b'{"a": NaN}', "malformed_json"),
    "a NUL": (b'{"a": \x00}', "null_byte"),
    "NULs alone": (b"\0\0\0\0", "null_byte"),
    "Latin-1": (b'{"a": "\xe9t\xe9"}', "invalid_utf8"),
    "an overlong form": (b'{"a": "\xc0\xaf"}', "invalid_utf8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16-le"), "null_byte"),
    "a number": (b"7", "not_an_object"),
    "a string": (b'"seven"', "not_an_object"),
    "null": (b"null", "not_an_object"),
    "deep nesting": (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "too_deep"),
}


@pytest.mark.parametrize("kind", BROKEN_LINES)
@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_a_broken_line_costs_only_itself(kind: str, chunk: int) -> None:
    line, code = BROKEN_LINES[kind]
    chunk = max(chunk, len(line) // 10)
    data = b'{"before": 1}\n' + line + b'\n{"after": 2}\n{"last": 3}\n'
    framed = framer(data, chunk=chunk)
    frames = list(framed)
    assert values(frames) == [{"before": 1}, {"after": 2}, {"last": 3}]
    broken = [frame for frame in frames if frame.problem]
    assert {frame.problem.code for frame in broken if frame.problem} == {code}
    assert b"".join(data[frame.offset :][: frame.size] for frame in broken).strip() == line.strip()
    assert_accounted_for(data, framed, frames)


def test_what_stands_behind_a_record_on_its_line_costs_no_record() -> None:
    frames = frames_of(b'{"a": 1}}\n{"a": 2} ok?\n{"a": 3}\n')
    assert values(frames) == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert codes(frames) == [None, "malformed_json", None, "malformed_json", None]


def test_a_broken_element_of_an_indented_array_costs_only_itself() -> None:
    many = [{"number": number, "in": [{"list": [1]}]} for number in range(50)]
    text = RENDERINGS["an indented array"](many).replace('"number": 7,', '"number": seven,')
    for chunk in (16, 100, 1 << 20):
        frames = frames_of(text.encode(), chunk=chunk)
        assert values(frames) == [one for one in many if one["number"] != 7]
        assert codes(frames).count("malformed_json") == 1


def test_a_long_indented_record_is_one_rejection() -> None:
    long = {"list": list(range(1000))}
    many: list[dict[str, Any]] = [{"before": 1}, long, {"after": 2}]
    for how in ("indented", "an indented array"):
        frames = frames_of(RENDERINGS[how](many).encode(), chunk=64, limit=500)
        assert codes(frames) == [None, "record_too_large", None]
        assert values(frames) == [{"before": 1}, {"after": 2}]


@pytest.mark.parametrize("number", ["-1", "1.5", "1e5", "-0.0", "1E+5", "true", "null"])
def test_a_number_may_be_cut_anywhere_by_the_end_of_a_chunk(number: str) -> None:
    data = ('{\n  "a": ' + number + "\n}").encode()
    for chunk in range(1, len(data)):
        assert values(frames_of(data, chunk=chunk)) == [{"a": json.loads(number)}]


@given(
    many=st.lists(st.sampled_from(sorted(BROKEN_LINES)[1:]) | records, max_size=8),
    chunk=st.integers(20, 200),
)
@settings(max_examples=200, deadline=None)
def test_good_lines_survive_any_broken_neighbours(many: list[Any], chunk: int) -> None:
    lines = [BROKEN_LINES[one][0] if isinstance(one, str) else plain(one).encode() for one in many]
    short = [line for line in lines if len(line) < 1000]
    good = [one for one in many if isinstance(one, dict)]
    data = b"".join(line + b"\n" for line in short)
    assert values(frames_of(data, chunk=chunk)) == good


def test_a_line_over_the_limit_is_stepped_over_and_named() -> None:
    long = b'{"a": "' + b"x" * 5000 + b'"}'
    data = b'{"before": 1}\n' + long + b'\n{"after": 2}\n'
    frames = frames_of(data, chunk=64, limit=1000)
    assert values(frames) == [{"before": 1}, {"after": 2}]
    assert codes(frames) == [None, "record_too_large", None]
    assert (frames[1].offset, frames[1].size) == (14, len(long))
    assert frames[1].problem is not None
    assert "5009 bytes" in frames[1].problem.reason
    assert "1000" in frames[1].problem.reason


def test_a_line_at_the_limit_is_read() -> None:
    line = b'{"a": "' + b"x" * 100 + b'"}'
    assert codes(frames_of(line + b"\n", limit=len(line))) == [None]
    assert codes(frames_of(line + b"\n", limit=len(line) - 1)) == ["record_too_large"]


def test_a_line_over_the_limit_behind_a_resumed_offset_is_stepped_over() -> None:
    long = b'{"a": "' + b"x" * 5000 + b'"}'
    head = b'{"before": 1}\n'
    data = head + long + b'\n{"after": 2}\n'
    frames = frames_of(data, start=len(head), chunk=64, limit=1000)
    assert codes(frames) == ["record_too_large", None]
    assert values(frames) == [{"after": 2}]


def test_records_behind_one_another_may_be_longer_together_than_one_may_be() -> None:
    many = [{"number": number} for number in range(200)]
    for how in ("one behind the other", "an array on one line"):
        data = RENDERINGS[how](many).encode()
        assert values(frames_of(data, chunk=64, limit=100)) == many


class Pattern:
    """A stream of `size` bytes that is never in memory as a whole."""

    def __init__(self, head: bytes, filling: bytes, size: int, tail: bytes) -> None:
        self.parts = [head, filling, tail]
        self.left = size

    def read(self, size: int) -> bytes:
        if head := self.parts[0]:
            self.parts[0] = head[size:]
            return head[:size]
        if self.left:
            take = min(size, self.left)
            self.left -= take
            return self.parts[1] * take
        tail = self.parts[2]
        self.parts[2] = tail[size:]
        return tail[:size]


@pytest.mark.parametrize("head", [b'{"a": "', b"garbage", b"[", b'["', b'[{"a": "', b" "])
def test_a_hundred_megabytes_without_a_newline_take_little_memory(head: bytes) -> None:
    stream = Pattern(head, b"x", 100_000_000, b'\n{"after": 2}\n')
    decode = msgspec.json.Decoder(dict).decode
    tracemalloc.start()
    try:
        framed = Framer(stream.read, decode, max_record_bytes=LIMIT, chunk_bytes=1 << 18)
        frames = list(framed)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * LIMIT
    assert len(frames) <= 3
    assert values(frames) == [{"after": 2}]


class Counting:
    """A decoder that counts the bytes that it is shown."""

    def __init__(self) -> None:
        self.shown_bytes = 0
        self._decode = msgspec.json.Decoder(dict).decode

    def __call__(self, record: bytes) -> object:
        self.shown_bytes += len(record)
        return self._decode(record)


HOSTILE = {
    "one behind the other": b'{"a":1}' * 20_000,
    "an array on one line": b"[" + b'{"a":1},' * 20_000 + b"{}]",
    "open braces": b"{" * 100_000,
    "open braces, one a line": b"{\n" * 20_000,
    "open brackets": b"[" * 100_000,
    "open brackets, one a line": b"[\n" * 20_000,
    "unclosed strings": b'{"a":"\n' * 20_000,
    "unclosed objects": b'{"a":{\n' * 20_000,
    "indented, never closed": b"{\n" + b'  "a": {\n' * 20_000,
    "indented, never closed, over and over": (b"{\n" + b'  "a": 1,\n' * 20) * 500,
    "one broken record behind the other": b'{"a":1}x' * 20_000,
    "torn at the end": b'{"a":1}\n' * 20_000 + b'{"a":' + b"[" * 1000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_input_is_not_decoded_over_and_over(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work grows with the bytes, not with their square: count what the decoders are shown."""
    data = HOSTILE[kind]
    probe = Counting()
    extent = "lineage_pipeline.formats.extent"
    raw = msgspec.json.Decoder(msgspec.Raw)
    spent = {"bytes": 0}

    class CountingRaw:
        @staticmethod
        def decode(record: bytes | memoryview) -> object:
            try:
                return raw.decode(record)
            except msgspec.DecodeError as error:
                ends = [int(word) for word in str(error).replace(")", "").split() if word.isdigit()]
                spent["bytes"] += ends[0] if ends else 0
                raise
            finally:
                spent["bytes"] += 1

    monkeypatch.setattr(f"{extent}._RAW", CountingRaw)
    framed = framer(data, chunk=1 << 14, decode=probe)
    assert_accounted_for(data, framed, list(framed))
    assert probe.shown_bytes + spent["bytes"] < 30 * len(data) + LIMIT * 10
