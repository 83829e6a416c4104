"""Objects in a bucket: every version of a name goes, no other name does, and locks are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.disposal.stores.s3 import Bucket
from lineage_pipeline.disposal.stores.store import LeftError, content_digest, pieces_digest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def put(client: S3Client, bucket: str, key: str, body: bytes = b"rows") -> str:
    return client.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]


def delete_all(store: Bucket, name: str) -> None:
    for piece in store.pieces(name):
        store.require_free(piece, NOW)
        store.delete(piece)
    store.clear(name)


def versions(client: S3Client, bucket: str) -> list[str]:
    """Return the keys of all versions and delete markers."""
    listed = client.list_object_versions(Bucket=bucket)
    found = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
    return sorted(str(one["Key"]) for one in found)


def test_every_version_and_delete_marker_goes_and_nothing_beside_them(
    client: S3Client, bucket: str
) -> None:
    for key in ("set", "set", "set/part-0", "settled", "other/set", "se"):
        put(client, bucket, key)
    client.delete_object(Bucket=bucket, Key="set")
    store = Bucket(f"s3://{bucket}")
    assert [piece.place for piece in store.pieces("set")] == ["set", "set", "set", "set/part-0"]
    delete_all(store, "set")
    assert store.pieces("set") == []
    assert versions(client, bucket) == ["other/set", "se", "settled"]


def test_a_version_is_told_by_its_content(client: S3Client, bucket: str) -> None:
    put(client, bucket, "a", b"one")
    store = Bucket(f"s3://{bucket}")
    before = pieces_digest(store.pieces("a"))
    put(client, bucket, "a", b"two")
    pieces = store.pieces("a")
    assert pieces_digest(pieces) != before
    assert {content_digest(store, piece) for piece in pieces} == {
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
        "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
    }


@pytest.mark.parametrize("lock", ["retention", "legal hold"])
def test_what_the_bucket_locks_is_left(client: S3Client, bucket: str, lock: str) -> None:
    version = put(client, bucket, "a")
    if lock == "retention":
        client.put_object_retention(
            Bucket=bucket, Key="a", VersionId=version,
            Retention={"Mode": "GOVERNANCE", "RetainUntilDate": NOW + timedelta(days=900)},
        )  # fmt: skip
    else:
        client.put_object_legal_hold(
            Bucket=bucket, Key="a", VersionId=version, LegalHold={"Status": "ON"}
        )
    store = Bucket(f"s3://{bucket}")
    [piece] = store.pieces("a")
    with pytest.raises(LeftError, match=r"locked until 2029|legal hold"):
        store.require_free(piece, NOW)
    with pytest.raises(LeftError, match="a: access denied"):
        store.delete(piece)
    assert store.pieces("a") == [piece]


def test_without_versions_another_object_of_the_name_is_left(client: S3Client) -> None:
    client.create_bucket(Bucket="plain")
    client.put_object(Bucket="plain", Key="a", Body=b"one")
    store = Bucket("s3://plain")
    [piece] = store.pieces("a")
    client.put_object(Bucket="plain", Key="a", Body=b"two")
    with pytest.raises(LeftError, match="a: is another object than the one that was planned"):
        store.delete(piece)
    [piece] = store.pieces("a")
    store.delete(piece)
    store.delete(piece)
    assert store.pieces("a") == []


@pytest.mark.parametrize("name", ["", "/"])
def test_a_whole_bucket_is_no_object(bucket: str, name: str) -> None:
    with pytest.raises(LeftError, match="a whole bucket is never deleted"):
        Bucket(f"s3://{bucket}").pieces(name)


def test_a_bucket_that_is_not_there_is_told(client: S3Client) -> None:
    with pytest.raises(LeftError, match="no such bucket"):
        Bucket("s3://nowhere").pieces("a")
