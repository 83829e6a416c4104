"""Digests of log files, signatures and public keys told from audit records; bad ones refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from lineage_pipeline.formats.log_digests import (
    LONGEST_TEXT,
    Digest,
    PublicKeys,
    instant,
    log_name,
    name_of,
    read_document,
    read_signature,
)
from lineage_pipeline.formats.rejection import Problem
from tests.log_digests import digest_key, log, log_key, make_digest, public_keys

DOCUMENTED: Final[dict[str, Any]] = {
    "awsAccountId": "111122223333",
    "digestStartTime": "2015-08-17T14:01:31Z",
    "digestEndTime": "2015-08-17T15:01:31Z",
    "digestS3Bucket": "S3-bucket-name",
    "digestS3Object": "AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/"
    "111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T150131Z.json.gz",
    "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff",
    "digestSignatureAlgorithm": "SHA256withRSA",
    "newestEventTime": "2015-08-17T14:52:27Z",
    "oldestEventTime": "2015-08-17T14:42:27Z",
    "previousDigestS3Bucket": "S3-bucket-name",
    "previousDigestS3Object": "AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/"
    "111122223333_CloudTrail-Digest_us-east-2_your-trail-name_us-east-2_20150817T140131Z.json.gz",
    "previousDigestHashValue": "97fb791cf91ffc440d274f8190dbdd9aa09c34432aba82739df18b6d3c13df2d",
    "previousDigestHashAlgorithm": "SHA-256",
    "previousDigestSignature": "50887ccffad4c002b97caa37cc9dc626",
    "logFiles": [
        {
            "s3Bucket": "S3-bucket-name",
            "s3Object": "AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/"
            "111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json.gz",
            "hashValue": "9bb6196fc6b84d6f075a56548feca262bd99ba3c2de41b618e5b6e22c1fc71f6",
            "hashAlgorithm": "SHA-256",
            "newestEventTime": "2015-08-17T14:52:27Z",
            "oldestEventTime": "2015-08-17T14:42:27Z",
        }
    ],
}
"""The example of AWS's documentation; its signature is cut there too."""


def changed(**changes: Any) -> bytes:
    return json.dumps(DOCUMENTED | changes).encode()


def listed(**changes: Any) -> bytes:
    return changed(logFiles=[DOCUMENTED["logFiles"][0] | changes])


@pytest.mark.parametrize("indent", [None, 4])
def test_the_documented_digest_is_one(indent: int | None) -> None:
    document = read_document(json.dumps(DOCUMENTED, indent=indent).encode())
    assert isinstance(document, Digest)
    assert document.digest_end_time == "2015-08-17T15:01:31Z"
    assert len(document.log_files) == 1
    name = name_of(document.digest_s3_object)
    assert name == ("your-trail-name", "us-east-2", "us-east-2", False)


def test_public_keys_of_either_tool() -> None:
    document = read_document(public_keys("aws"))
    assert isinstance(document, PublicKeys)
    (key,) = document.public_key_list
    assert instant(key.validity_start_time) == datetime(2026, 1, 1, tzinfo=UTC)
    assert instant(key.validity_end_time) == datetime(2027, 1, 15, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "record",
    [
        b"{}",
        b"[]",
        b"not json",
        log(0),
        b'{"eventName": "PutObject", "requestParameters": {"digestS3Object": 1, "logFiles": []}}',
        changed(eventName="PutObject"),
        json.dumps({"PublicKeyList": [], "eventName": "ListPublicKeys"}).encode(),
        b'{"digestS3Object": ' + b"[" * 100_000 + b"]" * 100_000 + b', "logFiles": []}',
        b'{"digestS3Object": "\xff", "logFiles": [], "\xff": 1}',
    ],
)
def test_what_is_another_record_is_left_to_others(record: bytes) -> None:
    assert read_document(record) is None


@pytest.mark.parametrize(
    "record",
    [
        changed(digestS3Object=None),
        changed(digestS3Object=7),
        changed(digestS3Object="a\nb"),
        changed(digestS3Bucket="b" * (LONGEST_TEXT + 1)),
        changed(digestEndTime="soon"),
        changed(digestEndTime="2015-08-17T15:01:31"),
        changed(digestStartTime="0001-01-01T00:00:00+23:00"),
        changed(logFiles={}),
        changed(logFiles=["a"]),
        changed(logFiles=None),
        changed(previousDigestSignature="\x00"),
        listed(hashValue="abc"),
        listed(hashValue=None),
        listed(s3Object="a\x00b"),
        json.dumps({"digestS3Object": "a", "logFiles": []}).encode(),
        json.dumps({"PublicKeyList": []}).encode(),
        json.dumps({"PublicKeyList": [{"Value": "AAAA"}]}).encode(),
        json.dumps({"PublicKeyList": [{"Value": "A\n", "Fingerprint": "f"}]}).encode(),
        json.dumps({"PublicKeyList": "keys"}).encode(),
    ],
)
def test_a_bad_one_is_refused_with_a_reason(record: bytes) -> None:
    found = read_document(record)
    assert isinstance(found, Problem)
    assert found.code in {"malformed_log_digest", "malformed_public_keys"}
    assert found.reason


@pytest.mark.parametrize("text", [b"ab" * 256, b"AB" * 256 + b"\r\n", b'"' + b"ab" * 128 + b'"\n'])
def test_a_signature_is_hex_digits(text: bytes) -> None:
    assert isinstance(read_signature(text), str)


@pytest.mark.parametrize("text", [b"", b"ab", b"xy" * 256, b"\xff" * 512, b"ab" * 256 + b" ab"])
def test_what_is_no_signature(text: bytes) -> None:
    assert isinstance(read_signature(text), Problem)


def test_names() -> None:
    place = digest_key(0, "a_b_eu-west-1").replace(".json", "_backfill.json")
    assert name_of(place) == ("a_b_eu-west-1", "eu-west-1", "eu-west-1", True)
    assert name_of("renamed.json.gz") == (None, None, None, False)
    assert log_name(log_key(0)) == log_key(0).rpartition("/")[2][:-3]
    assert log_name("x.json") == "x.json"


def test_digests_of_the_tests_are_digests() -> None:
    assert isinstance(read_document(make_digest(0, {log_key(0): log(0)}).content), Digest)
