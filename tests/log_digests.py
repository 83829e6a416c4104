"""A CloudTrail bucket for tests: hourly log files, the chain of their digests, keys of our own."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lineage_pipeline import pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

Files = dict[str, bytes]

ACCOUNT: Final = "111122223333"
BUCKET: Final = "audit-bucket"
REGION: Final = "eu-west-1"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
FOLDER: Final = "audit/cloudtrail"


@cache
def key_pair(name: str) -> rsa.RSAPrivateKey:
    """Return the key called so, the same for all tests of a process."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def fingerprint(name: str) -> str:
    """Return what digests call a key by."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def public_keys(*names: str, called: str | None = None) -> bytes:
    """Return the answer of `aws cloudtrail list-public-keys` for keys, as the tool indents it."""
    listed = [
        {
            "Value": base64.b64encode(
                key_pair(name).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
            ).decode(),
            "ValidityStartTime": "2026-01-01T00:00:00+00:00",
            "ValidityEndTime": 1_800_000_000.0,
            "Fingerprint": fingerprint(called or name),
        }
        for name in names
    ]
    return json.dumps({"PublicKeyList": listed}, indent=4).encode()


def sign(text: bytes, key: str) -> str:
    """Return the signature of a text, as S3 keeps it."""
    return key_pair(key).sign(text, padding.PKCS1v15(), SHA256()).hex()


def log_key(hour: int, name: str = "a") -> str:
    """Return the key of a log file."""
    at = START + timedelta(hours=hour, minutes=5)
    return (
        f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{at:%Y/%m/%d}/"
        f"{ACCOUNT}_CloudTrail_{REGION}_{at:%Y%m%dT%H%MZ}_{name}.json.gz"
    )


def log(hour: int, name: str = "a", actor: str = "ann") -> bytes:
    """Return a log file of one event, as it is before it is packed."""
    at = START + timedelta(hours=hour, minutes=3)
    event = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{actor}"},
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": REGION,
        "eventID": f"event-{hour}-{name}",
        "recipientAccountId": ACCOUNT,
    }
    return json.dumps({"Records": [event]}).encode()


def digest_key(hour: int, trail: str = "main") -> str:
    """Return the key of the digest of the hour that begins then."""
    at = START + timedelta(hours=hour + 1)
    return (
        f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/{at:%Y/%m/%d}/"
        f"{ACCOUNT}_CloudTrail-Digest_{REGION}_{trail}_{REGION}_{at:%Y%m%dT%H%M%SZ}.json.gz"
    )


@dataclass
class Signed:
    """A digest as CloudTrail makes it: its key, its content, its signature."""

    key: str
    content: bytes
    signature: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


def make_digest(
    hour: int,
    logs: dict[str, bytes],
    before: Signed | None = None,
    key: str = "aws",
    **changes: Any,
) -> Signed:
    """Return the digest of an hour, with keys of it set as `changes` say.

    Args:
        hour: the hour, counted from the first of 2026.
        logs: content by key.
        before: the digest before it.
        key: the key that signs it.
        changes: what it says otherwise than it should.
    """
    place = changes.pop("place", digest_key(hour))
    says: dict[str, Any] = {
        "awsAccountId": ACCOUNT,
        "digestStartTime": _time(hour),
        "digestEndTime": _time(hour + 1),
        "digestS3Bucket": BUCKET,
        "digestS3Object": place,
        "digestPublicKeyFingerprint": fingerprint(key),
        "digestSignatureAlgorithm": "SHA256withRSA",
        "newestEventTime": _time(hour) if logs else None,
        "oldestEventTime": _time(hour) if logs else None,
        "previousDigestS3Bucket": before and BUCKET,
        "previousDigestS3Object": before and before.key,
        "previousDigestHashValue": before and before.sha256,
        "previousDigestHashAlgorithm": before and "SHA-256",
        "previousDigestSignature": before and before.signature,
        "logFiles": [
            {
                "s3Bucket": BUCKET,
                "s3Object": name,
                "hashValue": hashlib.sha256(content).hexdigest(),
                "hashAlgorithm": "SHA-256",
                "newestEventTime": _time(hour),
                "oldestEventTime": _time(hour),
            }
            for name, content in logs.items()
        ],
    }
    says |= changes
    content = json.dumps(says).encode()
    signed = "\n".join(
        (
            says["digestEndTime"],
            f"{says['digestS3Bucket']}/{says['digestS3Object']}",
            hashlib.sha256(content).hexdigest(),
            says["previousDigestSignature"] or "null",
        )
    )
    return Signed(place, content, sign(signed.encode(), key))


def _time(hour: int) -> str:
    return f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class Bucket:
    """Hours of a trail: log files and the chain of digests, all as it should be."""

    logs: Files = field(default_factory=dict)
    digests: list[Signed] = field(default_factory=list)

    @property
    def files(self) -> Files:
        """All files by their keys, packed; the newest digest has its signature beside it."""
        found = {name: packed(content) for name, content in self.logs.items()}
        found |= {digest.key: packed(digest.content) for digest in self.digests}
        if self.digests:
            newest = self.digests[-1]
            found[f"{newest.key}.signature"] = f"{newest.signature}\n".encode()
        return found | {"keys.json": public_keys("aws")}

    def pass_hour(self, *names: str, **changes: Any) -> Signed:
        """Let an hour go by with these log files, and return its digest."""
        hour = len(self.digests)
        logs = {log_key(hour, name): log(hour, name) for name in names}
        self.logs |= logs
        before = self.digests[-1] if self.digests else None
        self.digests.append(make_digest(hour, logs, before, **changes))
        return self.digests[-1]


def files_of(short: dict[str, Any]) -> Files:
    """Return the files of one delivery from the few words that a test is about.

    Keys: `hours` (the names of the log files of each), `altered` and `lost`: names of log files,
    `digest 0` for that of the first hour, `keys`, `signature` for that of the newest digest.
    """
    bucket = Bucket()
    for names in short["hours"]:
        bucket.pass_hour(*names)
    places = {"keys": "keys.json", "signature": f"{bucket.digests[-1].key}.signature"}
    for hour, names in enumerate(short["hours"]):
        places |= {f"digest {hour}": digest_key(hour)}
        places |= {name: log_key(hour, name) for name in names}
    files = bucket.files
    for name in short.get("altered", ()):
        content = gzip.decompress(files[places[name]])
        files[places[name]] = packed(content.replace(b"{", b"{ ", 1))
    for name in short.get("lost", ()):
        del files[places[name]]
    return files


def packed(content: bytes) -> bytes:
    """Return the content packed, the same each time."""
    return gzip.compress(content, mtime=0)


def three_hours() -> Bucket:
    """Return two log files in an hour, one in the next, none in the third."""
    bucket = Bucket()
    bucket.pass_hour("a", "b")
    bucket.pass_hour("c")
    bucket.pass_hour()
    return bucket


def land(workspace: Workspace, files: Files, folder: str = "") -> None:
    """Put files below the landing folder of CloudTrail."""
    for key, content in files.items():
        place: Path = workspace.paths.landing / FOLDER / folder / key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def run_with(workspace: Workspace, deliveries: Iterable[Files], clock: datetime) -> None:
    """Land each delivery and run, a day apart."""
    for number, files in enumerate(deliveries):
        land(workspace, files)
        pipeline.run(workspace, pipeline.system_clock, clock + timedelta(days=number))
