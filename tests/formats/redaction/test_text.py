"""Free text loses what is marked as a secret in it; names, types and programs stay usable."""

from __future__ import annotations

import json
import time
from typing import Final

import pytest

from lineage_pipeline.formats.redaction import (
    redact_body,
    redact_identifier,
    redact_text,
    suspected,
)

MARKED: Final = [
    "password=s3cr3t", "password = s3cr3t", "password: s3cr3t", "'password': 's3 cr3t'",
    '{"pwd": "s3cr3t', "db:\n  password: s3cr3t is long", "user:bob password:s3cr3t",
    "--password=s3cr3t", "tool --token s3cr3t", "tool --password 's3 cr3t'",
    "Authorization: Bearer s3cr3t", "Authorization: Basic s3cr3t==", "sent Bearer s3cr3tabc",
    "x-api-key: s3cr3t", "Cookie: a=s3cr3t; b=s3cr3t", "https://h/?key=s3cr3t",
    "https://h/x?auth=s3cr3t#y", "https://h/x?a=1&sig=s3cr3t%3D&b=2", "https://h/#access_token=s3cr3t",
    "mysql://h/d?pwd=s3cr3t", "(host=h,password=s3cr3t)", "host=h user=u password=s3cr3t dbname=x",
    "Server=h;Uid=a;Pwd=s3cr3t;", "AccountName=a;AccountKey=s3cr3t;EndpointSuffix=x",
    "aws_secret_access_key=s3cr3t/abc+def", "identified by 's3cr3t'", "password 's3cr3t'",
    "os.environ['DB_PASSWORD'] = 's3cr3t'", '.option("password", "s3cr3t")',
    r'{\"password\": \"s3cr3t\"}', r'"{\\\"password\\\": \\\"s3cr3t\\\"}"',
    "password='it''s3cr3t'", 'password="""s3cr3t"""',
    "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\ns3cr3t",
    "ghp_s3cr3t000000000000000000000000", "glpat-s3cr3t00000000000000", "xoxb-s3cr3t-000000000",
    "eyJhbGciOiJI.s3cr3tWIiOiIx.c2ln", "https://hooks.slack.com/services/T0/B0/s3cr3t",
    "AIzas3cr3t00000000000000000000000000000", "sk-s3cr3t00000000000000",
    "AKIAIOSFODNN7EXAMPLE/s3cr3t",
]  # fmt: skip
QUOTED: Final = [
    "password = 's3cr3t'", 'password = "s3cr3t"', "where token = 's3cr3t'",
    "create user a identified by 's3cr3t'", "create user a password 's3cr3t'",
    "credentials 'aws_access_key_id=a;aws_secret_access_key=s3cr3t'", "{'password': 's3cr3t'}",
    "create_engine('postgresql://u:s3cr3t@h/x')", "options (password 's3cr3t', url 'x')",
    "token => 's3cr3t'", "curl -H 'Authorization: token s3cr3t'", "mysql --password=s3cr3t",
]  # fmt: skip
ORDINARY: Final = [
    "max_tokens: 512", "tokens=4096", "struct<password:string,token:array<string>>",
    "password varchar(20)", "Unexpected token: ) at 3", "password=${DB_PASSWORD}", "auth=noSasl",
    "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db",
    "def f(password: str, token: bytes = None)",
    "password::text", "tokenizer=bert", "s3://b/key=5/x", "a.token = b.token", "the secret is out",
    "password=***", "risk-assessment-with-a-long-name", "password: null", "pin the version: 2",
    "passage: the rest", "author=jane", "primary_key: id",
]  # fmt: skip
PROGRAMS: Final = [
    "select * from a join b on a.token = b.token",
    'select * from a join b on a."token" = b."token"',
    "select password, secret from t where password is not null",
    "select 'x' as token, pin from t", "create table t (password varchar(20), token string)",
    "update t set x = 1 where secret_id in (select secret_id from s)",
    "with token as (select 1) select * from token", "on token=other_token and pin=pin2",
    "password: str = get_password()", "token = os.environ['TOKEN']",
]  # fmt: skip


@pytest.mark.parametrize("text", MARKED)
def test_what_is_marked_goes(text: str) -> None:
    clean = redact_text(text)
    assert "s3cr3t" not in clean
    assert "***" in clean
    assert redact_text(clean) == clean
    body = json.dumps({"text": text}).encode()
    assert suspected([body]) == [True]
    assert b"s3cr3t" not in redact_body("custom", body)[0]


@pytest.mark.parametrize("text", QUOTED)
def test_a_program_loses_literals(text: str) -> None:
    assert "s3cr3t" not in redact_text(text, is_code=True)
    assert b"s3cr3t" not in redact_body("sql", json.dumps({"query": text}).encode())[0]


@pytest.mark.parametrize("text", [*ORDINARY, *PROGRAMS])
def test_names_types_and_programs_stay(text: str) -> None:
    assert redact_text(text, is_code=text in PROGRAMS) == text
    body = json.dumps({"query": text, "_producer": "p"}).encode()
    assert redact_body("sql" if text in PROGRAMS else "custom", body) == (body, 0)


def test_a_query_is_known_for_one_by_how_it_begins() -> None:
    query = "-- daily\nselect * from a, b where token = other_token"
    assert redact_text(query) == query


def test_json_in_text_is_judged_by_its_keys_however_often_it_is_escaped() -> None:
    inner: object = {"name": "db_password", "value": "s3cr3t", "more": {"pin": 1234}}
    for _ in range(4):
        inner = json.dumps(inner)
        body, count = redact_body("custom", json.dumps({"conf": inner}).encode())
        assert b"s3cr3t" not in body
        assert b"1234" not in body
        assert count == 1
        assert json.loads(body)


N: Final = 200_000
HOSTILE: Final = [
    "a" * N, "password=" * (N // 9), "password:" * (N // 9), "password='" * (N // 10),
    'password="' * (N // 10), 'password=\\"' * (N // 11), "--password " * (N // 11), "-" * N,
    "token" * (N // 5), "a:b@" * (N // 4), "postgres:a:b" * (N // 12), "a://b:c " * (N // 8),
    "bearer " + "a" * N, "-----BEGIN PRIVATE KEY-----" * (N // 27), "eyJ" * (N // 3),
    "sk-" + "a" * N, "AKIA" * (N // 4), "option('password'," * (N // 18),
    "identified by " * (N // 14),
    "a://b:" + "c " * (N // 2), "//a:" * (N // 4), "jdbc:oracle:x:a/" * (N // 16),
    "password" + " " * N, '["token",' * (N // 9), "env " * (N // 4), "\n- " * (N // 3) + "pin: x",
    "password=string<" * (N // 16), "password={{" * (N // 11), "/*" * (N // 2), "\\" * N + 'pin="',
    "--a\n" * (N // 4) + "pin=", "a:" + "b" * N + "@h:80",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_takes_a_time_in_proportion(text: str) -> None:
    """Twenty times what ordinary text takes is allowed; a quadratic rule takes thousands."""
    started = time.process_time()
    redact_text(text)
    redact_text(text, is_code=True)
    redact_identifier(text + "@=")
    body = json.dumps({"text": text, "password": "s3cr3t"}).encode()
    assert b"s3cr3t" not in redact_body("custom", body)[0]
    assert time.process_time() - started < 5
