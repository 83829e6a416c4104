"""The quick look passes by nothing that the long one would change."""

from __future__ import annotations

import json
from typing import Final

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.redaction import body as walk
from lineage_pipeline.formats.redaction import redact_body, suspected, suspicion
from lineage_pipeline.formats.redaction.marks import MARKS
from lineage_pipeline.formats.split.hints import Hints

WORDS: Final = st.sampled_from(
    ["a", "pass", "word", "apiKey", "access", "_", "-", "token", "TOKEN", "secret", "key", "=", "?",
     "&", "x", "://", "//", "@", ":", "/", "u", "h:80", "host", "s3", " ", "\\", '"', "'", "\u00e9",
     "Authorization", "https", "http", "postgres", "credential", "bearer ", "env", "iron", "Vars",
     "pin", "Pin", "sig", "auth", "--", "value", "name", "ghp_" + "a" * 30, "AKIA" + "A" * 16,
     "identified by ", "jdbc:oracle:thin:a/b@h", "select ", "{", "}", "[", "]", ",", "5", "1234567",
     "\n", "PRIVATE KEY-----", "-----BEGIN ", "sk-" + "a1" * 12, "hf_" + "b2" * 16]
)  # fmt: skip
TEXTS: Final = st.lists(WORDS, max_size=9).map("".join)
KEYS: Final = TEXTS | st.sampled_from(
    ["name", "value", "Value", "key", "env", "environment", "headers", "fields", "password", "dsn",
     "executorEnv.A", "namespace", "sql", "max_tokens", "webhook", "envVars"]
)  # fmt: skip
NAMES: Final = st.sampled_from(["db_password", "Authorization", "x-api-key", "token", "--pin"])
BODIES: Final = st.recursive(
    TEXTS | NAMES | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.tuples(NAMES, inner).map(list)
        | inner.map(json.dumps)
    ),
    max_leaves=12,
)


@given(value=BODIES, is_ascii=st.booleans(), indent=st.sampled_from([None, 1]))
@example(value={"name": "db_password", "value": "x"}, is_ascii=True, indent=None)
@settings(deadline=None, max_examples=1500)
def test_the_quick_look_misses_nothing_that_the_slow_one_masks(
    value: object,
    is_ascii: bool,  # noqa: FBT001 - hypothesis passes it
    indent: int | None,
) -> None:
    body = json.dumps({"v": value}, ensure_ascii=is_ascii, indent=indent).encode()
    quick = redact_body("", body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "is_suspect", lambda _: True)
        assert redact_body("", body) == quick
    assert redact_body("", quick[0])[0] == quick[0]
    assert not suspected([body])[0] or suspicion.holds_mark(body)


@given(st.lists(st.binary(max_size=12) | TEXTS.map(str.encode)), st.binary(max_size=3))
@settings(deadline=None)
def test_a_text_is_judged_the_same_wherever_it_stands(texts: list[bytes], space: bytes) -> None:
    hints = Hints([(word, int(kind)) for word, kind in MARKS])
    data = space + space.join(texts)
    sizes = np.array([len(text) for text in texts], np.int64)
    ends = len(space) + np.cumsum(sizes) + len(space) * np.arange(len(texts))
    found = hints.stand_among(np.frombuffer(data or b" ", np.uint8), ends - sizes, ends)
    assert found.tolist() == hints.stand_in(texts) == [hints.stands_in(text) for text in texts]


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"tokenizer","dataType":"string","qualifier":["design","mapping"]}',
        b'{"AuthenticationMethod":"AuthHeader","arn":"arn:aws:sts::1:assumed-role/x/alice@x.org"}',
        b'{"uri":"abfss://container@account.dfs.core.windows.net/p","mail":"alice@example.org"}',
        b'{"fields":[{"name":"access_token","type":"string"}]}',
        b'{"environment":"production","accessKey":{}}'.replace(b"accessKey", b"sortKey"),
        b'{"id":"AKIAIOSFODNN7EXAMPLE","session":{"issuer":"x"}}',
        b'{"description":"the secret of a token"}',
    ],
)
def test_ordinary_bodies_are_passed_by(body: bytes) -> None:
    assert suspected([body]) == [False]


def test_a_key_that_is_public_is_passed_by_and_its_neighbours_are_not() -> None:
    hints = suspicion.compiled(("accessKeyId",))
    assert hints is not None
    assert not hints.stands_in(b'{"accessKeyId" : "ASIA1"}')
    assert hints.stands_in(b'{"accessKeyIds":"ASIA1"}')
    assert hints.stands_in(b'{"accessKeyId":"ASIA1","token":"x"}')


def test_words_that_only_look_like_the_beginning_of_a_token_cost_no_closer_look() -> None:
    hints = suspicion.compiled(())
    assert hints is not None
    words = [b'{"name": "credit-risk-4207"}', b'{"name": "disk-0001"}', b'{"name": "shelf_7"}']
    tokens = [b'{"name": "sk-4207"}', b'{"name": "\\nsk-4207"}', b'{"name": "x\\/y"}']
    assert hints.stand_in(words) == [False] * 3
    assert hints.stand_in(tokens) == [True] * 3
