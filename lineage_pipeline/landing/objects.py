"""Objects of S3: listed, looked at, and read in ranges, by `s3://bucket/key`.

Whatever fails, fails as an OSError whose text says what to do. boto3 is imported when the first
location is met; credentials, region and endpoint come from the standard AWS environment.
"""

from __future__ import annotations

import errno
import os
import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

S3: Final = "s3://"

PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""How long to wait before each attempt to go on with a stream that broke."""

PIECE_BYTES: Final = 1 << 20
"""How much of an object is asked for at once: what a break in the stream loses at most."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{1,254}")
_SIGNED: Final = re.compile(
    r"\?.*(?:X-Amz-|AWSAccessKeyId=|Signature=|token=).*", re.IGNORECASE | re.DOTALL
)
_USER: Final = re.compile(r"^([A-Za-z][\w+.\-]*://)(?:[^/@]*:.*@|[^/@]*@)", re.DOTALL)

_CREDENTIALS: Final = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role grants it"
)
_UNREACHABLE: Final = (
    errno.EHOSTUNREACH,
    "S3 cannot be reached; check the network, and AWS_ENDPOINT_URL, AWS_REGION and proxies if set",
)
_DENIED: Final = (
    errno.EACCES,
    "access denied; it takes s3:ListBucket on the bucket and s3:GetObject on its objects",
)
_GONE: Final = (errno.ENOENT, "no such object; it may have been removed since it was listed")
_REPLACED: Final = (
    errno.ESTALE,
    "the object was replaced while it was read; scan again to read the new one",
)
_BUSY: Final = (errno.EBUSY, "S3 is too busy to answer; scan again later")
_EXPIRED: Final = (errno.EACCES, "the AWS session has expired; sign in again")

REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "403": _DENIED,
    "404": _GONE,
    "412": _REPLACED,
    "500": _BUSY,
    "503": _BUSY,
    "AccessDenied": _DENIED,
    "ExpiredToken": _EXPIRED,
    "InternalError": _BUSY,
    "InvalidAccessKeyId": (errno.EACCES, f"AWS does not know the access key; {_CREDENTIALS}"),
    "InvalidObjectState": (errno.EACCES, "the object is archived; restore it, then scan again"),
    "NoSuchBucket": (errno.ENOENT, "no such bucket; correct its name, or set AWS_ENDPOINT_URL"),
    "NoSuchKey": _GONE,
    "PermanentRedirect": (errno.EREMOTE, "the bucket lies in another region; set AWS_REGION to it"),
    "PreconditionFailed": _REPLACED,
    "RequestTimeTooSkewed": (errno.EACCES, "the clock of this machine is wrong; set it"),
    "ServiceUnavailable": _BUSY,
    "SignatureDoesNotMatch": (errno.EACCES, f"AWS refuses the secret key; {_CREDENTIALS}"),
    "SlowDown": _BUSY,
    "ConnectionError": _UNREACHABLE,
    "CredentialRetrievalError": (errno.EACCES, f"AWS credentials cannot be got; {_CREDENTIALS}"),
    "HTTPClientError": _UNREACHABLE,
    "NoCredentialsError": (errno.EACCES, f"no AWS credentials; {_CREDENTIALS}"),
    "PartialCredentialsError": (errno.EACCES, f"half of the AWS credentials; {_CREDENTIALS}"),
    "ProfileNotFound": (errno.EINVAL, "AWS_PROFILE names no profile; correct it or unset it"),
    "SSOError": _EXPIRED,
    "TokenRetrievalError": _EXPIRED,
    "ValueError": (errno.EINVAL, "AWS_ENDPOINT_URL is no URL; write it like https://host:9000"),
}
"""What a code of S3 or a class of botocore means, and what its reader is told."""


class StoredObject(NamedTuple):
    """An object of a bucket: its key, its size, its time of change since the epoch."""

    key: str
    size_bytes: int
    modified_ns: int


def look_at(location: str) -> StoredObject:
    """Return the object at exactly this location.

    Raises:
        OSError: there is none, or it may not be looked at.
    """
    bucket, key = split_location(location)
    with client_for(location) as client:
        head = client.head_object(Bucket=bucket, Key=key)
    return StoredObject(key, head["ContentLength"], _epoch_ns(head["LastModified"]))


def metadata_of(location: str) -> dict[str, str]:
    """Return what was stored beside the object at exactly this location, by name.

    Raises:
        OSError: there is none, or it may not be looked at.
    """
    bucket, key = split_location(location)
    with client_for(location) as client:
        return client.head_object(Bucket=bucket, Key=key)["Metadata"]


def list_objects(location: str, prefix: str) -> Iterator[StoredObject]:
    """Yield the objects in the bucket of `location` whose keys begin with `prefix`, in order.

    Raises:
        OSError: the bucket cannot be listed.
    """
    bucket, _ = split_location(location)
    with client_for(location) as client:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Contents", ()):
                modified_ns = _epoch_ns(found["LastModified"])
                yield StoredObject(found["Key"], found["Size"], modified_ns)


def split_location(location: str) -> tuple[str, str]:
    """Return bucket and key of an `s3://` location.

    Raises:
        OSError: it names no bucket.
    """
    bucket, _, key = location.removeprefix(S3).partition("/")
    if not _BUCKET.fullmatch(bucket):
        remedy = f"names no bucket; write s3://BUCKET/KEY; for access, {_CREDENTIALS}"
        raise OSError(errno.EINVAL, remedy, shown(location))
    return bucket, key


def shown(location: str) -> str:
    """Return the location as messages name it: without user, password or signature."""
    return _USER.sub(r"\1", _SIGNED.sub("?…", location))


class ObjectRange:
    """A range of one object's bytes; a stream that breaks is taken up where it broke."""

    def __init__(self, location: str, start: int, stop: int | None) -> None:
        """Ask for the bytes from `start` to before `stop`, or to the end.

        Raises:
            OSError: there is no such object, or it may not be read.
        """
        self._location = location
        self._bucket, self._key = split_location(location)
        self._at = start
        self._stop = stop
        self._etag: str | None = None
        self._body: StreamingBody | None = None
        if stop is None or start < stop:
            self._open()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end.

        Raises:
            OSError: the object cannot be read on, or was replaced.
        """
        pieces, gathered = [], 0
        while gathered < size and self._body is not None and self._at != self._stop:
            piece = self._piece(self._body, min(size - gathered, PIECE_BYTES))
            pieces.append(piece)
            gathered += len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Give back the connection."""
        if self._body is not None:
            self._body.close()

    def _open(self) -> None:
        """Ask for what has not been read yet, of the same object as before."""
        wanted: GetObjectRequestTypeDef = {"Bucket": self._bucket, "Key": self._key}
        if self._at or self._stop is not None:
            wanted["Range"] = f"bytes={self._at}-{'' if self._stop is None else self._stop - 1}"
        if self._etag is not None:
            wanted["IfMatch"] = self._etag
        with client_for(self._location) as client:
            from botocore.exceptions import ClientError

            try:
                answer = client.get_object(**wanted)
            except ClientError as error:
                if _code(error) in ("InvalidRange", "416") and self._etag is None:
                    return
                raise
        self._etag = answer["ETag"]
        self._stop = self._at + answer["ContentLength"]
        self._body = answer["Body"]

    def _piece(self, body: StreamingBody, size: int) -> bytes:
        """Return what comes next, some of it at least."""
        for pause in (None, *PAUSES_S):
            if pause is not None:
                body.close()
                time.sleep(pause)
                self._open()
                body = self._body or body
            if piece := _received(body, size):
                self._at += len(piece)
                return piece
        remedy = (
            f"the connection broke {1 + len(PAUSES_S)} times at byte {self._at}; scan again later"
        )
        raise OSError(errno.ECONNRESET, remedy, shown(self._location))


def _received(body: StreamingBody, size: int) -> bytes:
    """Return up to `size` bytes of a response; none if it broke or ended."""
    from botocore.exceptions import HTTPClientError, IncompleteReadError
    from urllib3.exceptions import HTTPError

    try:
        return body.read(size)
    except (HTTPClientError, IncompleteReadError, HTTPError):
        return b""


@contextmanager
def client_for(location: str) -> Iterator[S3Client]:
    """Give the client; whatever boto3 raises in the block becomes an OSError that helps."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        remedy = "s3:// needs boto3; install it with `pip install 'lineage-pipeline[aws]'`"
        raise OSError(errno.ENOSYS, remedy, shown(location)) from error
    try:
        yield _client(os.getpid())
    except (BotoCoreError, ClientError, ValueError) as error:
        # Not chained: boto3's own text may hold the endpoint's password or a signed request.
        raise _refusal(error, location) from None


def _refusal(error: Exception, location: str) -> OSError:
    from botocore.exceptions import ClientError

    kinds = [kind.__name__ for kind in type(error).__mro__]
    kinds = [_code(error)] if isinstance(error, ClientError) else kinds
    for kind in kinds:
        if kind in REFUSALS:
            return OSError(*REFUSALS[kind], shown(location))
    what = re.sub(r"[^\w.\-]", "", kinds[0])
    return OSError(errno.EIO, f"S3 cannot be read ({what}); see what AWS says", shown(location))


def _code(error: Exception) -> str:
    answer: dict[str, dict[str, str]] = getattr(error, "response", {})
    return answer.get("Error", {}).get("Code", "")


@lru_cache(maxsize=1)
def _client(_process: int) -> S3Client:
    """Return this process's client: a fork must not talk through its parent's connections."""
    import boto3
    import botocore.session
    from botocore.config import Config

    core = botocore.session.Session()
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_instant)
    is_elsewhere = "AWS_ENDPOINT_URL" in os.environ or "AWS_ENDPOINT_URL_S3" in os.environ
    config = Config(
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=32,
        retries={"mode": "standard", "total_max_attempts": 6},
        response_checksum_validation="when_required",
        # Stores that are not Amazon's seldom have a host name for each bucket.
        s3={"addressing_style": "path"} if is_elsewhere else None,
    )
    return boto3.session.Session(botocore_session=core).client("s3", config=config)


def _instant(text: str) -> datetime:
    """Return a time of S3: that of a listing is ISO 8601, read 15 times as fast as by botocore."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        from botocore.utils import parse_timestamp

        return parse_timestamp(text)


def _epoch_ns(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1) * 1000
