"""A secret that a key or a URI marks reaches no cell, and is counted."""

from __future__ import annotations

import hashlib
import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.audit import MAPPINGS, redaction
from lineage_pipeline.formats.audit.reader import AuditReader
from lineage_pipeline.formats.audit.records import Chunk
from lineage_pipeline.formats.audit.redaction import Redaction
from lineage_pipeline.formats.redaction import redact_body
from tests.formats.audit.chunks import as_bytes, event, mapping, read, records_of, samples

DECLARED = mapping(
    columns={"reason": ["$.note", "$.deep.password"], "resource_id": "$.uri"},
    attrs={"note": "$.note", "deep": "$.deep", "env": "$.env"},
    public_keys=["accessKeyId", "token.kind"],
)
READER = AuditReader(DECLARED, "UTC")
marked = st.text(string.ascii_letters + string.digits + "äß€", max_size=8).map("s3cr3t{}".format)


@given(
    secret=marked,
    key=st.sampled_from(["password", "api_key", "Authorization", "client_secret", "sessionToken"]),
    escaped=st.booleans(),
    before=st.integers(0, 3),
)
@settings(max_examples=100, deadline=None)
def test_a_secret_reaches_no_cell(secret: str, key: str, before: int, *, escaped: bool) -> None:
    record = event(
        note=f"see postgres://svc:{secret}@db:5432/x",
        uri=f"https://host/p?{key}={secret}",
        deep={key: secret, "list": [{key: [secret]}]},
    )
    text = json.dumps(record, ensure_ascii=escaped).encode()
    found = READER.read(records_of([as_bytes(event())] * before + [text]))
    (row,) = found.rows.to_pylist()[before:]
    assert not [name for name, cell in row.items() if "s3cr3t" in str(cell)]
    assert found.redaction_count == 4
    assert found.flags == [(row["event_id"], "redacted", "4 secret values were masked")]
    assert row["resource_id"] == f"https://host/p?{key}=***"
    clean, _ = redact_body("", text)
    assert row["content_sha256"] == hashlib.sha256(clean).digest()


def test_a_secret_that_a_column_would_take_is_masked() -> None:
    found = read(DECLARED, [as_bytes(event(deep={"password": "hunter2"}))])
    assert found.rows["reason"].to_pylist() == ["***"]
    assert [flag[1:] for flag in found.flags] == [("redacted", "1 secret value was masked")]


def test_a_public_key_is_no_secret_unless_it_holds_one() -> None:
    plain = as_bytes(event(accessKeyId="ASIA1", **{"token.kind": "x"}))
    found = read(DECLARED, [plain, as_bytes(event(accessKeyId="postgres://u:pw@h"))])
    assert found.redaction_count == 1
    first = found.rows["content_sha256"].to_pylist()[0]
    assert first == hashlib.sha256(plain).digest()


def test_beside_another_secret_a_public_key_keeps_its_value() -> None:
    body = as_bytes(event(accessKeyId="ASIA1", api_key="p", like="accessKeyId"))
    found = read(DECLARED, [body])
    clean = body.replace(b'"p"', b'"***"')
    assert found.rows["content_sha256"].to_pylist() == [hashlib.sha256(clean).digest()]


@pytest.mark.parametrize("name", MAPPINGS)
def test_the_samples_hold_no_secret(name: str) -> None:
    found = read(MAPPINGS[name], samples()[name])
    assert found.redaction_count == 0


def test_the_token_of_an_assumed_role_is_masked() -> None:
    record = json.loads(samples()["cloudtrail"][0])
    record["responseElements"] = {"credentials": {"accessKeyId": "ASIA", "sessionToken": "s3cr3t"}}
    found = read(MAPPINGS["cloudtrail"], [as_bytes(record)])
    assert found.redaction_count == 1 + 1  # the token, and `credentials` covers the key's id too


def test_what_is_rejected_is_not_counted() -> None:
    found = read(DECLARED, [as_bytes({"password": "p"}), b'{"password":"p"', as_bytes(event())])
    assert (found.redaction_count, found.flags) == (0, [])
    assert 'p"' not in str(found.rejected)


def test_a_line_of_text_loses_its_secrets() -> None:
    line = b'2026/11/21 02:04:01 INFO:     127.0.0.1:59378 - "GET /x?token=s3cr3t HTTP/1.1" 200 OK'
    found = read(MAPPINGS["mlflow_access"], [line])
    assert (found.rows.num_rows, found.redaction_count) == (1, 1)
    clean = line.replace(b"s3cr3t", b"***")
    assert found.rows["content_sha256"].to_pylist() == [hashlib.sha256(clean).digest()]


words = st.sampled_from(
    ["passw", "PassW", "secret", "tok", "en", "token", "api", "_", "-", ".", "key", "KEY", "access",
     "private", "credential", "authorization", "://", "@", "user", ":", "/", "\\/", "\\u0061",
     "\\u00",
     '"', " ", "=", "?", "pin", "value", "name", "accessKeyId", '"accessKeyId"', "é", "\n"]
)  # fmt: skip


def numbers_to_clean(texts: list[str], public: tuple[str, ...] = ()) -> list[int]:
    chunk = Chunk(records_of([text.encode() for text in texts]))
    return Redaction(public, is_text=False).to_clean(chunk)


records = st.lists(
    st.dictionaries(
        st.lists(words, max_size=5).map("".join),
        st.lists(words, max_size=8).map("".join),
        max_size=3,
    ).map(json.dumps),
    min_size=1,
    max_size=6,
)


@given(records)
@settings(max_examples=500, deadline=None)
def test_whatever_redaction_would_change_is_cleaned(texts: list[str]) -> None:
    chosen = numbers_to_clean(texts)
    beside = numbers_to_clean(texts, ("accessKeyId",))
    for number, text in enumerate(texts):
        changed = redact_body("", text.encode())[1]
        assert not changed or number in chosen
        _, count = Redaction(("accessKeyId",), is_text=False).clean(text.encode())
        assert not count or number in beside


@given(records)
@settings(max_examples=100, deadline=None)
def test_without_the_compiled_look_the_same_is_changed(texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redaction, "compiled", lambda _: None)
        alone = numbers_to_clean(texts)
    assert set(numbers_to_clean(texts)) <= set(alone)


def test_a_value_that_only_names_secrets_is_left_alone() -> None:
    bodies = ['{"resource":"secrets"}', '{"secrets":"x"}', '{"uri":"/a?token=b"}']
    assert numbers_to_clean(bodies) == [1, 2]


def test_a_line_of_text_loses_what_free_text_does() -> None:
    found = Redaction((), is_text=True).clean(b"GET /x Authorization: Bearer s3cr3t")
    assert found == (b"GET /x Authorization: Bearer ***", 1)
