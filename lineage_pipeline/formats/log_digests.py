"""What vouches for CloudTrail's log files: its digest files, their signatures, AWS's public keys.

Source: AWS CloudTrail User Guide, "CloudTrail digest file structure" and "Custom implementations of
CloudTrail log file integrity validation"; for public keys the answer of `ListPublicKeys`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from lineage_pipeline.formats.rejection import Problem

SIGNATURE_SUFFIX: Final = ".signature"
"""What the name of a file adds to that of the digest file whose signature it holds."""
MOST_SIGNATURE_BYTES: Final = 8192
"""A longer file holds no signature: one of a key of 16,384 bits has 4096 hex digits."""

LONGEST_TEXT: Final = 4096
"""No text of a digest is longer: keys of S3 end at 1024 bytes."""

_MARKS: Final = (b'"digestS3Object"', b'"PublicKeyList"')
_TOP_LEVEL: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}){16,2048}")
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PACKING: Final = re.compile(r"\.(?:gz|zst)$")
_NAME: Final = re.compile(
    r"(?P<account>[^_/]+)_CloudTrail-Digest_(?P<region>[a-z0-9-]+)_(?P<trail>.+)"
    r"_(?P<home>[a-z0-9-]+)_\d{8}T\d{6}Z(?P<backfill>_backfill)?\.json(?:\.gz)?"
)


class ListedLog(msgspec.Struct, rename="camel", frozen=True):
    """A log file as a digest lists it."""

    s3_bucket: str
    s3_object: str
    hash_value: str
    hash_algorithm: str


class Digest(msgspec.Struct, rename="camel", frozen=True):
    """A digest file: what was delivered in an hour, and the digest before it."""

    aws_account_id: str
    digest_start_time: str
    digest_end_time: str
    digest_s3_bucket: str
    digest_s3_object: str
    digest_public_key_fingerprint: str
    digest_signature_algorithm: str
    log_files: tuple[ListedLog, ...]
    previous_digest_s3_bucket: str | None = None
    previous_digest_s3_object: str | None = None
    previous_digest_hash_value: str | None = None
    previous_digest_hash_algorithm: str | None = None
    previous_digest_signature: str | None = None


class PublicKey(msgspec.Struct, rename="pascal", frozen=True):
    """A public key of AWS; times are text from the second AWS CLI, numbers from the first."""

    value: str
    fingerprint: str
    validity_start_time: str | float | None = None
    validity_end_time: str | float | None = None


class PublicKeys(msgspec.Struct, rename="pascal", frozen=True):
    """The answer of `aws cloudtrail list-public-keys`."""

    public_key_list: tuple[PublicKey, ...]


class DigestName(NamedTuple):
    """What the name of a digest file says; None where it is named otherwise."""

    trail: str | None
    region: str | None
    home_region: str | None
    is_backfill: bool


Document = Digest | PublicKeys


def may_vouch(record: bytes) -> bool:
    """Return whether a record may be a digest or a list of keys; one that may not is neither."""
    return any(mark in record for mark in _MARKS)


def read_document(record: bytes) -> Document | Problem | None:
    """Return the digest or the keys that a record is, why it is a bad one, None if it is another.

    Args:
        record: a JSON object.
    """
    try:
        keys = _TOP_LEVEL.decode(record).keys()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    kind: type[Document]
    if {"digestS3Object", "logFiles"} <= keys and "eventName" not in keys:
        kind, code = Digest, "malformed_log_digest"
    elif "PublicKeyList" in keys and "eventName" not in keys:
        kind, code = PublicKeys, "malformed_public_keys"
    else:
        return None
    try:
        document = msgspec.json.decode(record, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Problem(code, str(error))
    reason = _wrong_digest(document) if isinstance(document, Digest) else _wrong_keys(document)
    return document if reason is None else Problem(code, reason)


def read_signature(content: bytes) -> str | Problem:
    """Return the signature that a file holds, as hex digits, or why it holds none."""
    text = content.decode(errors="replace").strip().strip('"')
    if _HEX.fullmatch(text):
        return text
    return Problem("malformed_signature", "the file holds no signature in hex digits")


def name_of(key: str) -> DigestName:
    """Return what the key of a digest file says of it."""
    found = _NAME.fullmatch(key.rpartition("/")[2])
    if found is None:
        return DigestName(None, None, None, is_backfill=False)
    return DigestName(
        found["trail"], found["region"], found["home"], is_backfill=found["backfill"] is not None
    )


def log_name(key: str) -> str:
    """Return by what a log file is known wherever it lies: its own name, packed or not."""
    return _PACKING.sub("", key.rpartition("/")[2])


def instant(text: str | float | None) -> datetime | None:
    """Return a time with its offset, or in seconds since the epoch; None for what is neither."""
    try:
        if isinstance(text, int | float):
            return datetime.fromtimestamp(text, UTC)
        found = None if text is None else datetime.fromisoformat(text)
        return None if found is None or found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _wrong_digest(digest: Digest) -> str | None:
    """Return what no digest of CloudTrail has."""
    listed = digest.log_files
    texts = [getattr(digest, field) for field in digest.__struct_fields__ if field != "log_files"]
    texts += [text for log in listed for text in (log.s3_bucket, log.s3_object, log.hash_algorithm)]
    times = (digest.digest_start_time, digest.digest_end_time)
    if any(instant(time) is None for time in times):
        return "the digest's start or end is no time with an offset"
    if any(text is not None and _is_odd(text) for text in texts):
        return "a text of the digest is very long, or holds a control character"
    if any(not _SHA256.fullmatch(log.hash_value) for log in listed):
        return "the hash of a listed log file is no SHA-256 in hex digits"
    return None


def _wrong_keys(keys: PublicKeys) -> str | None:
    texts = [text for key in keys.public_key_list for text in (key.value, key.fingerprint)]
    if not texts:
        return "the list holds no public key"
    if any(map(_is_odd, texts)):
        return "a public key or its fingerprint is very long, or holds a control character"
    return None


def _is_odd(text: str) -> bool:
    return len(text) > LONGEST_TEXT or _CONTROL.search(text) is not None
