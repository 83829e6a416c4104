"""Objects in a bucket: every version of a key, and of all keys below it, delete markers too.

Source: Amazon S3 API, ListObjectVersions, DeleteObject with a version; Object Lock.
"""

from __future__ import annotations

import errno
from base64 import b64encode
from contextlib import contextmanager
from datetime import UTC
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Final

from lineage_pipeline.disposal.stores.store import GoneError, LeftError, Piece
from lineage_pipeline.landing.objects import S3, client_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

CHUNK: Final = 1 << 20
PART_BYTES: Final = 16 << 20
"""What is put at once: no more of an object is in memory."""
MOST_PARTS: Final = 10_000
MARKER: Final = "delete marker"
_SEPARATOR: Final = " "


class Bucket:
    """A bucket; nothing that it locks is deleted, whoever asks."""

    kind = "s3"
    method = "delete"
    not_covered: tuple[str, ...] = (
        "replicas in other buckets, and what the provider keeps for itself",
        "uploads of parts that were begun and never ended",
    )

    def __init__(self, namespace: str) -> None:
        """Keep objects in the bucket that the namespace names."""
        self._bucket = namespace.removeprefix(S3)

    def pieces(self, name: str) -> list[Piece]:
        """Return all versions of a key and of the keys below it."""
        key = name.strip("/")
        if not key:
            raise LeftError(f"{name!r}: is no key; a whole bucket is never deleted")
        found = []
        with self._client(key) as client:
            pages = client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=key
            )
            for page in pages:
                for version in page.get("Versions", ()):
                    if _is_of(version["Key"], key):
                        told = _SEPARATOR.join((version["VersionId"], version["ETag"].strip('"')))
                        found.append(Piece(version["Key"], told, version["Size"]))
                for marker in page.get("DeleteMarkers", ()):
                    if _is_of(marker["Key"], key):
                        told = _SEPARATOR.join((marker["VersionId"], MARKER))
                        found.append(Piece(marker["Key"], told, 0))
        return sorted(found)

    def content(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of a version; a delete marker has none."""
        version, _, told = piece.version.partition(_SEPARATOR)
        if told == MARKER:
            return
        with self._client(piece.place) as client:
            answer = client.get_object(
                Bucket=self._bucket, Key=piece.place, VersionId=version, IfMatch=f'"{told}"'
            )
            with answer["Body"] as body:
                while some := body.read(CHUNK):
                    yield some

    def put(self, place: str, content: Iterable[bytes], modified_ns: int | None = None) -> None:  # noqa: ARG002
        """Put an object where none lies, each part under its SHA-256; S3 dates it itself."""
        self.forget(place)
        parts = _parts(content)
        first = next(parts, b"")
        if len(first) < PART_BYTES:
            with self._new(place) as client:
                client.put_object(
                    Bucket=self._bucket, Key=place, Body=first, IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256", ChecksumSHA256=_checksum(first),
                )  # fmt: skip
            return
        with self._client(place) as client:
            upload = client.create_multipart_upload(
                Bucket=self._bucket, Key=place, ChecksumAlgorithm="SHA256"
            )["UploadId"]
        try:
            self._put_parts(place, upload, chain((first,), parts))
        except BaseException:
            self.forget(place)
            raise

    def _put_parts(self, key: str, upload: str, parts: Iterable[bytes]) -> None:
        told: list[CompletedPartTypeDef] = []
        for number, part in enumerate(parts, start=1):
            if number > MOST_PARTS:
                raise LeftError(f"{key}: is larger than {MOST_PARTS} parts of {PART_BYTES} bytes")
            with self._client(key) as client:
                put = client.upload_part(
                    Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=part,
                    ChecksumSHA256=_checksum(part),
                )  # fmt: skip
            told.append(
                {"PartNumber": number, "ETag": put["ETag"], "ChecksumSHA256": _checksum(part)}
            )
        with self._new(key) as client:
            client.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": told},
                IfNoneMatch="*",
            )  # fmt: skip

    def forget(self, place: str) -> None:
        """Drop the parts of a key whose upload was begun and never ended."""
        with self._client(place) as client:
            pages = client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=place
            )
            for page in pages:
                for upload in page.get("Uploads", ()):
                    if upload["Key"] == place:
                        client.abort_multipart_upload(
                            Bucket=self._bucket, Key=place, UploadId=upload["UploadId"]
                        )

    def require_free(self, piece: Piece, now: datetime) -> None:
        """Return if no lock and no hold is on a version."""
        version, _, told = piece.version.partition(_SEPARATOR)
        if told == MARKER:
            return
        with self._client(piece.place) as client:
            head = client.head_object(Bucket=self._bucket, Key=piece.place, VersionId=version)
        until = head.get("ObjectLockRetainUntilDate")
        if until is not None and until > now:
            raise LeftError(f"{piece.place}: is locked until {until.astimezone(UTC):%Y-%m-%d}")
        if head.get("ObjectLockLegalHoldStatus") == "ON":
            raise LeftError(f"{piece.place}: is under a legal hold in the bucket")

    def delete(self, piece: Piece) -> None:
        """Delete one version, or one delete marker, never by another way round a lock."""
        version, _, told = piece.version.partition(_SEPARATOR)
        if version == "null" and told != MARKER and not self._is_same(piece.place, told):
            return
        with self._client(piece.place) as client:
            client.delete_object(Bucket=self._bucket, Key=piece.place, VersionId=version)

    def clear(self, name: str) -> None:
        """Return: keys leave no folders."""

    def _is_same(self, key: str, told: str) -> bool:
        """Return whether the only version of a key has this content; False if there is none."""
        try:
            with self._client(key) as client:
                head = client.head_object(Bucket=self._bucket, Key=key)
        except GoneError:
            return False
        if head["ETag"].strip('"') != told:
            raise LeftError(f"{key}: is another object than the one that was planned")
        return True

    @contextmanager
    def _new(self, key: str) -> Iterator[S3Client]:
        """Give a client that is to put what must be new."""
        try:
            with client_for(f"{S3}{self._bucket}/{key}") as client:
                yield client
        except OSError as error:
            if error.errno == errno.ESTALE:
                raise LeftError(f"{key}: something lies there") from None
            raise LeftError(f"{error.filename}: {error.strerror}") from None

    @contextmanager
    def _client(self, key: str) -> Iterator[S3Client]:
        try:
            with client_for(f"{S3}{self._bucket}/{key}") as client:
                yield client
        except OSError as error:
            refusal = GoneError if isinstance(error, FileNotFoundError) else LeftError
            raise refusal(f"{error.filename}: {error.strerror}") from None


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield content in parts of one size, the last one smaller."""
    held = bytearray()
    for some in content:
        held += some
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)


def _checksum(data: bytes) -> str:
    return b64encode(sha256(data).digest()).decode()


def _is_of(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}/")
