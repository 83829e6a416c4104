"""A bucket with Object Lock that keeps checkpoints, each as one object that nobody replaces.

Object Lock protects versions, not names: a locked bucket still takes a new version over a name, and
a delete marker before it. So all versions are looked at, and each is read by its own identifier.

What the tests cannot show, since the store that they talk to is moto: that the service refuses to
shorten a retention in COMPLIANCE mode (moto allows it), that it refuses the removal of a locked
version to everybody, its owner's root user included (moto refuses it to the caller of the test, and
has no users), that GOVERNANCE is lifted for those only who have the permission, and that two writes
at the same time are answered with 409.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import AnchorError
from lineage_pipeline.trail.anchors.anchor import Kept, MovedError, size_of
from lineage_pipeline.trail.notes import MAX_NOTE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

    from lineage_pipeline.settings.anchors import S3Anchor
    from lineage_pipeline.trail.checkpoints import Checkpoint

ATTEMPTS: Final = 4
"""How often a request is made that is not answered."""

_TAKEN: Final = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409")
"""The name is taken, or another write of it is on its way."""

_REMEDIES: Final = {
    "AccessDenied": "it takes s3:ListBucketVersions, s3:GetBucketObjectLockConfiguration, "
    "s3:GetObjectVersion, s3:GetObjectRetention, s3:PutObject and s3:PutObjectRetention",
    "NoSuchBucket": "correct its name, or set AWS_ENDPOINT_URL",
    "NoCredentialsError": "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "PermanentRedirect": "the bucket lies in another region; set AWS_REGION to it",
    "RequestTimeTooSkewed": "the clock of this machine is wrong; set it",
}


@contextmanager
def s3_store(settings: S3Anchor) -> Iterator[S3Store]:
    """Give the store of a bucket."""
    try:
        from botocore.exceptions import BotoCoreError

        client = _client()
    except ImportError as error:
        raise AnchorError(
            "s3 needs boto3; install it with `pip install 'lineage-pipeline[aws]'`"
        ) from error
    except (BotoCoreError, ValueError) as error:
        raise _refusal(error, settings.bucket) from None
    try:
        yield S3Store(settings, client)
    finally:
        client.close()


class S3Store:
    """Keeps checkpoints in a bucket."""

    def __init__(self, settings: S3Anchor, client: S3Client) -> None:
        """Keep them in the bucket of `settings`, which a client talks to."""
        self._settings = settings
        self._client = client
        prefix = settings.prefix
        self._prefix = f"{prefix.rstrip('/')}/" if prefix else ""

    def kept(self) -> list[Kept]:
        """Return all that is held: every version, also below a delete marker."""
        found = []
        with self._explained():
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._settings.bucket, Prefix=self._prefix
            )
            for page in pages:
                for version in page.get("Versions", ()):
                    size = size_of(version["Key"].removeprefix(self._prefix))
                    if size is not None:
                        found.append(Kept(size, f"version {version['VersionId']}"))
        return found

    def read(self, kept: Kept) -> bytes:
        """Return the bytes of one version."""
        with self._explained():
            answer = self._client.get_object(
                Bucket=self._settings.bucket,
                Key=f"{self._prefix}{kept.size}",
                VersionId=kept.place.removeprefix("version "),
                ChecksumMode="ENABLED",
            )
            with answer["Body"] as body:
                return body.read(MAX_NOTE_BYTES + 1)

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:
        """Put a checkpoint there, locked; return what is to be told of it."""
        self._require_lock()
        key = f"{self._prefix}{checkpoint.tree.size}"
        until = (now + timedelta(days=self._settings.retain_days)).astimezone(UTC)
        wanted: PutObjectRequestTypeDef = {
            "Bucket": self._settings.bucket,
            "Key": key,
            "Body": checkpoint.data,
            "ContentType": "text/plain; charset=utf-8",
            "ChecksumAlgorithm": "SHA256",
            "IfNoneMatch": "*",
        }
        if self._settings.mode != "NONE":
            wanted["ObjectLockMode"] = self._settings.mode
            wanted["ObjectLockRetainUntilDate"] = until
        with self._explained():
            put = self._client.put_object(**wanted)
        version = put.get("VersionId", "null")
        locked = self._read_back(key, version, checkpoint.data, until.replace(microsecond=0))
        return f"as s3://{self._settings.bucket}/{key} version {version}{locked}"

    def _require_lock(self) -> None:
        """Return if the bucket has Object Lock, or none is wanted.

        Raises:
            AnchorError: it has none.
        """
        if self._settings.mode == "NONE":
            return
        with self._explained():
            from botocore.exceptions import ClientError

            try:
                found = self._client.get_object_lock_configuration(Bucket=self._settings.bucket)
                state = found["ObjectLockConfiguration"].get("ObjectLockEnabled")
            except ClientError as error:
                if _code(error) != "ObjectLockConfigurationNotFoundError":
                    raise
                state = None
        if state != "Enabled":
            raise AnchorError(
                f"the bucket {self._settings.bucket} has no Object Lock, so whoever writes there "
                f'can remove; use one that has, or say mode = "NONE"'
            )

    def _read_back(self, key: str, version: str, data: bytes, until: datetime) -> str:
        """Return how a version is locked, having read it back.

        Raises:
            AnchorError: it holds something else, or is not locked as was asked.
        """
        with self._explained():
            answer = self._client.get_object(
                Bucket=self._settings.bucket, Key=key, VersionId=version
            )
            with answer["Body"] as body:
                found = body.read(MAX_NOTE_BYTES + 1)
        if found != data:
            raise AnchorError(f"{key}, version {version}: does not hold what was put there")
        if self._settings.mode == "NONE":
            return ", not locked"
        mode, locked = answer.get("ObjectLockMode"), answer.get("ObjectLockRetainUntilDate")
        if mode != self._settings.mode or locked is None or locked < until:
            raise AnchorError(
                f"{key}, version {version}: is there and not locked as was asked: mode {mode}, "
                f"until {locked}"
            )
        return f", {mode} until {locked.astimezone(UTC).isoformat().replace('+00:00', 'Z')}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Let what boto3 raises in the block be an error that helps."""
        from botocore.exceptions import BotoCoreError, ClientError
        from urllib3.exceptions import HTTPError

        try:
            yield
        except (BotoCoreError, ClientError, HTTPError, ValueError) as error:
            # Not chained: boto3's own text may hold the endpoint's password or a signed request.
            if _code(error) in _TAKEN:
                raise MovedError(_code(error)) from None
            raise _refusal(error, self._settings.bucket) from None


def _client() -> S3Client:
    import boto3
    from botocore.config import Config

    is_elsewhere = "AWS_ENDPOINT_URL" in os.environ or "AWS_ENDPOINT_URL_S3" in os.environ
    config = Config(
        connect_timeout=10,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        # Stores that are not Amazon's seldom have a host name for each bucket.
        s3={"addressing_style": "path"} if is_elsewhere else None,
    )
    return boto3.session.Session().client("s3", config=config)


def _code(error: Exception) -> str:
    answer: dict[str, dict[str, str]] = getattr(error, "response", {})
    return answer.get("Error", {}).get("Code", type(error).__name__)


def _refusal(error: Exception, bucket: str) -> AnchorError:
    code = _code(error)
    remedy = _REMEDIES.get(code, "check the bucket, the network, AWS_ENDPOINT_URL and AWS_REGION")
    return AnchorError(
        f"the bucket {bucket} does not take or give what was asked: {code}; {remedy}"
    )
