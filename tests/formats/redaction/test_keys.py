"""A key names a secret in any spelling; a word that only contains one does not."""

from __future__ import annotations

from typing import Final

import pytest

from lineage_pipeline.formats.facets import FACETS
from lineage_pipeline.formats.redaction import is_always_redacted
from lineage_pipeline.formats.redaction.keys import naming

SECRETS: Final = [
    "password", "db_passwd", "PGPASSWORD", "passphrase", "pass_phrase", "client_secret",
    "clientSecret", "token", "accessToken", "refresh-token", "api_key", "apiKey", "api-key",
    "api.key", "APIKEY", "x-api-key", "account_key", "AccountKey",
    "spark.hadoop.fs.azure.account.key.x.dfs.core.windows.net", "SharedAccessKey", "encryption_key",
    "signing.key", "sshKey", "licenseKey", "master_key", "fernetKey", "storage-key", "credentials",
    "Authorization", "connectionString", "connection_string", "sasl.jaas.config", "webhook_url",
    "Set-Cookie", "bearer", "private_key_file_pwd", "pass", "DB_PASS", "dbPass", "pwd", "MYSQL_PWD",
    "auth", "auth_header", "X-Auth", "sas", "sasToken", "sig", "jwt", "otp", "pin", "dbPin", "dsn",
    "sessionid", "JSESSIONID", "session_token", "AWS_ACCESS_KEY_ID",
]  # fmt: skip
OTHERS: Final = [
    "tokenizer", "tokenization", "passage", "author", "authority", "authorName", "key", "keys",
    "primary_key", "foreign_key", "sort_key", "kms_key_id", "certificate", "signature",
    "session_name", "sessionName", "design", "mapping", "pinned", "assign", "compass", "bypass",
    "authType", "auth_method", "keyword", "pass_rate", "first_pass", "eos_token", "pad_token",
    "secretary", "webhook_id", "query", "customer_key", "partition_key", "tokio", "pineapple",
]  # fmt: skip


@pytest.mark.parametrize("key", SECRETS)
def test_it_names_a_secret(key: str) -> None:
    assert naming(key).is_secret


@pytest.mark.parametrize("key", OTHERS)
def test_it_names_none(key: str) -> None:
    assert not naming(key).is_secret


def test_a_number_may_be_a_password_and_no_token() -> None:
    assert all(naming(key).is_number for key in ("password", "db_pwd", "secret", "pin", "otp"))
    assert not any(naming(key).is_number for key in ("max_tokens", "token", "password_length"))


def test_no_facet_of_the_specification_is_a_secret_but_the_environment() -> None:
    assert {key for _, key in FACETS if is_always_redacted(key)} == {"environmentVariables"}
