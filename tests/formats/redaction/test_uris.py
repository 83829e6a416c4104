"""Passwords leave URIs in whatever form; addresses of people and of storage are none."""

from __future__ import annotations

import json
from typing import Final

import pytest

from lineage_pipeline.formats.redaction import redact_body, redact_identifier, redact_text

PASSWORDS: Final = {
    "postgres://u:s3cr3t@h/d": "postgres://h/d",
    "postgres://u:p@s3cr3t@h/d": "postgres://h/d",
    "postgres://u:p/s3cr3t@h/d": "postgres://h/d",
    "postgres://u:p#s3cr3t@h/d": "postgres://h/d",
    "postgres://u:p?s3cr3t@h/d": "postgres://h/d",
    "postgres://u:p s3cr3t@h/d": "postgres://h/d",
    'postgres://u:p"s3cr3t@h/d': "postgres://h/d",
    "postgres://u:s3cr3t@[::1]:5432/x": "postgres://[::1]:5432/x",
    "jdbc:mysql://u:s3cr3t@h/d": "jdbc:mysql://h/d",
    "jdbc:oracle:thin:scott/s3cr3t@//h:1521/s": "jdbc:oracle:thin:@//h:1521/s",
    "jdbc:oracle:thin:scott/s3cr3t@h:1521:sid": "jdbc:oracle:thin:@h:1521:sid",
    "https://s3cr3t@github.com/o/r": "https://github.com/o/r",
    "https://s3cr3t:x-oauth-basic@github.com/o/r": "https://github.com/o/r",
    "s3a://s3cr3t:s3cr3t@bucket/x": "s3a://bucket/x",
    "//u:s3cr3t@h/d": "//h/d",
    "postgres:u:s3cr3t@h": "postgres:h",
    "svc:s3cr3t@db.host:5432/x": "db.host:5432/x",
}
ADDRESSES: Final = [
    "mailto:a@b", "acct:alice@x", "team:alice@x", "jobs@2026", "urn:li:corpuser:alice@x.org",
    "abfss://container@account.dfs.core.windows.net/p", "kafka://broker:9092/topic@v1",
    "arn:aws:sts::1:assumed-role/x/alice@x", "wasbs://c@a.blob.core.windows.net/x",
    "http://host:8080?mail=a@b.org", "hdfs://nn:8020,nn2:8020/user/a@b", "ssh://git@github.com/x",
    "postgres://svc@db:5432", "s3://bucket/x@y:z", "AROAEXAMPLE:alice@example.org",
]  # fmt: skip


@pytest.mark.parametrize("uri", PASSWORDS)
def test_a_password_goes(uri: str) -> None:
    body = json.dumps({"uri": uri}).encode()
    assert b"s3cr3t" not in redact_body("custom", body)[0]
    clean = redact_text(f"cannot open {uri} again")
    assert "s3cr3t" not in clean or '"' in uri
    assert redact_text(clean) == clean


@pytest.mark.parametrize(("uri", "place"), PASSWORDS.items())
def test_an_identifier_is_the_place_alone(uri: str, place: str) -> None:
    assert redact_identifier(uri) == (place, 1)
    assert redact_identifier(redact_text(uri))[0] == place


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_stays(text: str) -> None:
    assert redact_text(text) == text
    assert redact_identifier(text) == (text, 0)
    body = json.dumps({"uri": text}).encode()
    assert redact_body("custom", body) == (body, 0)
