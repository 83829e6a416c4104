"""Identifiers are found however they are written, and nobody else's are."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import quote

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.erasure import landed
from lineage_pipeline.erasure.landed import spans_in
from lineage_pipeline.erasure.pattern import Pattern

IDENTIFIERS = st.sampled_from(["subj-1", "jane@example.org", "zoë.o'neil@example.org", "a/b c"])
WORDS = st.lists(
    st.sampled_from(
        ["subj-1", "subj-12", "SUBJ-1", "eu-subj-1", "jane@example.org", "mary.jane@example.org",
         "jane@example.org.uk", "zoë.o'neil@example.org", "a/b c", "x", '"', "\\", ".", "-", "_"]
    ),
    max_size=8,
)  # fmt: skip


@pytest.mark.parametrize(
    "spelled",
    [
        "jane@example.org", "JANE@Example.ORG", "<jane@example.org>", "to jane@example.org.",
        "mailto:jane@example.org?x", '{"who":"jane@example.org"}', "\\njane@example.org",
        "\\u0009jane@example.org", quote("jane@example.org", safe=""), "q=%20jane%40example.org",
        "jane@example.org,bob",
    ],
)  # fmt: skip
def test_an_address_is_found_as_a_whole_word(spelled: str) -> None:
    pattern = Pattern(["jane@example.org"])
    assert pattern.is_in(spelled)
    assert "jane" not in pattern.masked(spelled).lower()


@pytest.mark.parametrize(
    "spelled",
    ["mary.jane@example.org", "jane@example.org.uk", "x-jane@example.org", "jane@example.org_2"],
)
def test_what_may_be_another_is_only_near(spelled: str) -> None:
    pattern = Pattern(["jane@example.org"])
    assert pattern.is_near(spelled)
    assert not pattern.is_in(spelled)


@pytest.mark.parametrize("spelled", ["subj-12", "xsubj-1", "subj-1a", "subj1", "subj-"])
def test_another_word_is_not_found(spelled: str) -> None:
    assert not Pattern(["subj-1"]).is_near(spelled)


@given(identifier=IDENTIFIERS, ascii_only=st.booleans())
def test_it_is_found_in_json_as_it_is_written_there(identifier: str, *, ascii_only: bool) -> None:
    text = json.dumps({"who": f"<{identifier}>"}, ensure_ascii=ascii_only)
    assert Pattern([identifier]).is_in(text)


@given(identifier=IDENTIFIERS, words=WORDS, joint=st.sampled_from([" ", ",", "\n", '","']),
       chunk=st.integers(1, 7))  # fmt: skip
def test_a_stream_is_searched_as_the_whole_is(
    identifier: str, words: list[str], joint: str, chunk: int
) -> None:
    data = joint.join(words).encode()
    pattern = Pattern([identifier])
    whole = [(span, pattern.is_alone(data, span[0])) for span in pattern.spans(data)]
    stream = io.BytesIO(data)
    assert [*spans_in(lambda _: stream.read(chunk), pattern)] == whole


@given(identifier=IDENTIFIERS, words=WORDS)
def test_it_is_found_as_a_plain_search_finds_it(identifier: str, words: list[str]) -> None:
    spoken = [word for word in words if word.lower() == identifier.lower()]
    assert Pattern([identifier]).is_in("\n".join(words)) == bool(spoken)


def test_rows_are_told_by_their_numbers() -> None:
    table = pa.table(
        {"a": ["subj-1", None, "eu-subj-1"], "n": [1, 2, 3], "b": ["", "x subj-1", ""]}
    )
    assert Pattern(["subj-1"]).rows(table) == {0: True, 1: True, 2: False}


def test_a_large_stream_is_searched_to_its_end() -> None:
    data = (bytes(range(256)) * (3 * landed.CHUNK // 256)).replace(b"s", b"t") + b' "subj-1"'
    stream = io.BytesIO(data)
    found = [span for span, _ in spans_in(stream.read, Pattern(["subj-1"]))]
    assert found == [match.span() for match in re.finditer(b"subj-1", data)]


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("marta", "martaß"), ("marta", "émarta"), ("日本太郎さん", "日本太郎さん子"),
        ("marta", "%C3%A9marta"), ("marta", "\\u0041marta"), ("marta", "marta\\u00df"),
        ("jane@example.org", "jane@example.orgä"), ("jane@example.org", "ä.jane@example.org"),
    ],
)  # fmt: skip
def test_letters_beyond_ascii_join_a_longer_word(identifier: str, text: str) -> None:
    pattern = Pattern([identifier])
    assert (pattern.is_near(text), pattern.is_in(text)) == (True, False)


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("cust-žofie", "CUST-ŽOFIE"), ("jane+x@example.org", "jane\\u002Bx\\u0040example.org"),
        ("o'brien@example.org", "O\\u0027BRIEN%40example.org"), ("straße", "STRASSE"),
        ("jane@example.org", "\\u003cjane@example.org\\u003e"), ("marta", "mar\\u0074%61"),
    ],
)  # fmt: skip
def test_each_letter_may_be_written_in_any_way(identifier: str, text: str) -> None:
    assert Pattern([identifier]).is_in(text)
    assert Pattern([identifier]).rows(pa.table({"text": ["x", text]})) == {1: True}
