"""Secrets that a key or a URI marks never come out of redaction; all else comes out unchanged."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.redaction import MASK, redact_body, redact_identifier

SECRET_KEYS = [
    "password", "db_passwd", "PASSWORD", "client_secret", "accessToken", "token", "api_key",
    "apiKey", "api-key", "access.key", "AWS_ACCESS_KEY_ID", "private_key", "credentials",
    "Authorization", "spark.hadoop.fs.s3a.secret.key",
]  # fmt: skip
CLEAN_KEYS = ["name", "namespace", "fields", "_producer", "value", "passage", "tokio", "keys"]

secrets = st.text(string.printable + "äöü€\u2028", min_size=1, max_size=30).map(
    lambda text: "s3cr3t" + text + "t3rc3s"
)
uri_secrets = st.text(
    string.ascii_letters + string.digits + "%!$&*+,;=._~-", min_size=1, max_size=20
)
clean_text = st.text(string.ascii_letters + string.digits + " _-./", max_size=20)
clean_values = st.recursive(
    st.none() | st.booleans() | st.integers() | clean_text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "fields", "type"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def body_of(value: object, *, escaped: bool = False) -> bytes:
    return json.dumps(value, ensure_ascii=escaped).encode()


@given(
    key=st.sampled_from(SECRET_KEYS),
    secret=secrets,
    beside=st.dictionaries(st.sampled_from(["name", "fields"]), clean_values),
    escaped=st.booleans(),
    indent=st.sampled_from([None, 2]),
)
@settings(max_examples=400, deadline=None)
def test_no_value_under_a_secret_key_survives(
    key: str,
    secret: str,
    beside: dict[str, object],
    escaped: bool,  # noqa: FBT001
    indent: int | None,
) -> None:
    value = {"properties": {**beside, key: secret, "last": 1}}
    raw = json.dumps(value, ensure_ascii=escaped, indent=indent).encode()
    body, count = redact_body("spark_properties", raw)
    assert count == 1
    assert json.loads(body) == {"properties": {**beside, key: MASK, "last": 1}}
    assert "s3cr3t" not in body.decode()


@given(user=uri_secrets, password=uri_secrets, escaped=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_password_in_a_uri_survives(user: str, password: str, escaped: bool) -> None:  # noqa: FBT001
    uri = f"postgresql+psycopg://{user}:{password}@db.internal:5432/credit"
    body, count = redact_body("dataSource", body_of({"uri": uri, "name": "db"}, escaped=escaped))
    place = f"postgresql+psycopg://{user}:{MASK}@db.internal:5432/credit"
    assert (json.loads(body), count) == ({"uri": place, "name": "db"}, 1)
    assert redact_identifier(uri) == ("postgresql+psycopg://db.internal:5432/credit", 1)


@given(variables=st.dictionaries(clean_text, secrets, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_every_environment_variable_is_masked(variables: dict[str, str]) -> None:
    listed = [{"name": name, "value": value} for name, value in variables.items()]
    body, count = redact_body("environmentVariables", body_of({"environmentVariables": listed}))
    masked = [{"name": name, "value": MASK} for name in variables]
    assert json.loads(body) == {"environmentVariables": masked}
    assert count == len(variables)


@given(
    value=st.dictionaries(st.sampled_from(CLEAN_KEYS), clean_values),
    key=st.sampled_from(CLEAN_KEYS),
)
@settings(max_examples=300, deadline=None)
def test_a_body_without_secrets_comes_back_as_it_is(value: dict[str, object], key: str) -> None:
    raw = body_of(value)
    assert redact_body(key, raw) == (raw, 0)


@given(
    key=st.sampled_from(SECRET_KEYS),
    secret=secrets,
    uri=uri_secrets,
    name=st.sampled_from(CLEAN_KEYS),
)
@settings(max_examples=200, deadline=None)
def test_redacting_twice_changes_nothing_more(key: str, secret: str, uri: str, name: str) -> None:
    raw = body_of({key: secret, "uri": f"jdbc:mysql://svc:{uri}@db/x"})
    once, _ = redact_body(name, raw)
    assert redact_body(name, once)[0] == once
    assert json.loads(once)


@pytest.mark.parametrize(
    "identifier",
    [
        None,
        "",
        "s3://bucket/path",
        "postgres://db:5432",
        "mailto:someone@example.org",
        "jobs@2026",
        "abfss://container@account.dfs.core.windows.net/path",
        "kafka://broker:9092/topic@v1",
    ],
)
def test_an_identifier_without_a_password_stays(identifier: str | None) -> None:
    assert redact_identifier(identifier) == (identifier, 0)


def test_secrets_in_lists_and_objects_are_masked_and_numbers_are_not() -> None:
    value = {
        "passwords": ["s3cr3t", "other"],
        "credentials": {"user": "s3cr3t", "more": [{"a": "s3cr3t"}]},
        "max_tokens": 4096,
        "has_secret": True,
        "name": "kept",
    }
    body, count = redact_body("custom", body_of(value))
    assert count == 4
    assert json.loads(body) == {
        "passwords": [MASK, MASK],
        "credentials": {"user": MASK, "more": [{"a": MASK}]},
        "max_tokens": 4096,
        "has_secret": True,
        "name": "kept",
    }


@pytest.mark.parametrize(
    "raw",
    [
        rb'{"pass\u0077ord": "s3cr3t"}',
        rb'{"uri": "postgres:\/\/svc:s3cr3t@db\/x"}',
        rb'{"uri": "postgres://svc\u003as3cr3t@db/x"}',
        rb'{"uri": "postgres://svc:s3cr3t\u0040db/x"}',
        b'{"uri": "postgres://svc:s3cr3t@s3cr3t@db/x"}',
        b'{"repoUrl": "https://s3cr3t@github.com/o/r"}',
        b'{"conf": "a, jdbc:mysql://svc:s3cr3t@db/x and more"}',
    ],
)
def test_escapes_and_odd_forms_do_not_hide_a_secret(raw: bytes) -> None:
    body, count = redact_body("custom", raw)
    assert count == 1
    assert "s3cr3t" not in json.dumps(json.loads(body))


def test_what_is_not_masked_keeps_its_bytes() -> None:
    raw = b'{ "n": 1.50e+3, "a":"\\u00e9\\/" ,"a" : null,\n"password" : "s3cr3t" , "z":[]}'
    assert redact_body("custom", raw) == (raw.replace(b"s3cr3t", b"***"), 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://token@github.com/o/r", "https://github.com/o/r"),
        ("postgres://svc:p@ss@db:5432", "postgres://db:5432"),
        ("postgres://:s@db", "postgres://db"),
    ],
)
def test_an_identifier_loses_user_and_password(before: str, after: str) -> None:
    assert redact_identifier(before) == (after, 1)


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "a://" * 100_000, "a://b:" + "@" * 300_000, "x://" + ":" * 300_000]
)
def test_hostile_text_is_redacted_in_one_pass(text: str) -> None:
    body, _ = redact_body("custom", body_of({"text": text, "password": "s3cr3t"}))
    assert b"s3cr3t" not in body
