"""Signatures of digests of log files judged by RSA: each once, the verdict kept in a table.

Source: RFC 8017, RSASSA-PKCS1-v1_5 with SHA-256, by public keys in PKCS #1.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from lineage_pipeline.schemas import arrow_table

if TYPE_CHECKING:
    import duckdb
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

VERDICT: Final = pa.schema([
    ("signed_sha256", pa.string()), ("signature", pa.string()), ("key_value", pa.string()),
    ("is_valid", pa.bool_()),
])  # fmt: skip
CASES: Final = 10_000
"""How many are held at once."""


def verify_new(connection: duckdb.DuckDBPyConnection) -> int:
    """Judge every row of `step.log_case`; return how many there were.

    The verdicts go into `silver.log_verdict`. Where there is nothing new to judge, the library of
    ciphers is not imported.
    """
    count = 0
    cases = connection.cursor().execute("from step.log_case order by all")
    while some := cases.fetchmany(CASES):
        signed, signatures, keys = (list(column) for column in zip(*some, strict=True))
        verdicts = [is_valid(*case) for case in some]
        columns = dict(zip(VERDICT.names, (signed, signatures, keys, verdicts), strict=True))
        connection.from_arrow(arrow_table(VERDICT, columns)).insert_into("silver.log_verdict")
        count += len(some)
    return count


def is_valid(signed_sha256: str, signature: str, key_value: str) -> bool | None:
    """Return whether the key has made the signature; None if the key cannot be read.

    Args:
        signed_sha256: SHA-256 of what is signed, in hex digits.
        signature: the signature, in hex digits.
        key_value: the public key as AWS writes it: PKCS #1 in DER, in Base64.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _public_key(key_value)
    if key is None:
        return None
    try:
        told = bytes.fromhex(signature)
        key.verify(told, bytes.fromhex(signed_sha256), padding.PKCS1v15(), Prehashed(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _public_key(key_value: str) -> RSAPublicKey | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(base64.b64decode(key_value, validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) else None
