"""Copies in a bucket: put in parts under their digests, read back, and gone in every version."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.archives.archive import Archive, Copy, copy_name
from lineage_pipeline.disposal.reclaiming import reclaim
from lineage_pipeline.disposal.stores import s3
from lineage_pipeline.disposal.stores.s3 import Bucket
from lineage_pipeline.disposal.stores.store import LeftError, content_digest
from lineage_pipeline.evidence.noting import microseconds
from tests.builders import make_event
from tests.disposal.archived import (
    ARCHIVE,
    COLD,
    archive,
    became,
    cold_workspace,
    file_id,
    landed,
    restore,
)
from tests.disposal.kept import OVER, POLICY, applied, approved_plan
from tests.disposal.test_s3_store import versions
from tests.evidence.sealed import findings
from tests.governed import say_policy
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

TOKEN = "0" * 16


def copy_of(content: bytes) -> Copy:
    from hashlib import sha256

    digest = sha256(content).hexdigest()
    return Copy(
        place="a", version="", size_bytes=len(content), sha256=digest,
        stored_as=copy_name(digest, TOKEN),
    )  # fmt: skip


@pytest.mark.parametrize("size", [0, 1, 11 << 20])
def test_what_is_put_is_read_back(
    client: S3Client, bucket: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART_BYTES", 5 << 20)
    content = random.Random(size).randbytes(size)  # noqa: S311
    store = Archive(f"s3://{bucket}/cold", Bucket(f"s3://{bucket}"), "cold/")
    copy = copy_of(content)
    store.put(copy.stored_as, [content[at : at + 999_999] for at in range(0, size, 999_999)])
    assert b"".join(store.content(copy)) == content
    stored = store.measured(copy)
    [key] = versions(client, bucket)
    assert key == f"cold/{copy.stored_as[:2]}/{copy.stored_as}"
    head = client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    assert head["ContentLength"] == stored.size_bytes
    assert head["ChecksumSHA256"]
    with pytest.raises(LeftError, match="something lies there"):
        store.put(copy.stored_as, [content])
    store.delete(copy.stored_as)
    assert versions(client, bucket) == []


def test_parts_that_were_never_ended_are_not_left(
    client: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART_BYTES", 5 << 20)
    content = random.Random(1).randbytes(11 << 20)  # noqa: S311
    copy = copy_of(content)
    store = Archive(f"s3://{bucket}", Bucket(f"s3://{bucket}"))
    key = f"{copy.stored_as[:2]}/{copy.stored_as}"
    client.create_multipart_upload(Bucket=bucket, Key=key)

    def broken() -> object:
        yield content
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put(copy.stored_as, broken())
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)
    assert versions(client, bucket) == []


def test_an_older_version_that_is_whole_makes_good_a_spoiled_one(
    client: S3Client, bucket: str
) -> None:
    copy = copy_of(b"rows")
    store = Archive(f"s3://{bucket}", Bucket(f"s3://{bucket}"))
    store.put(copy.stored_as, [b"rows"])
    key = f"{copy.stored_as[:2]}/{copy.stored_as}"
    client.put_object(Bucket=bucket, Key=key, Body=b"spoiled")
    client.delete_object(Bucket=bucket, Key=key)
    assert b"".join(store.content(copy)) == b"rows"
    store.delete(copy.stored_as)
    assert versions(client, bucket) == []


def test_a_restored_object_has_the_bytes_that_it_had(client: S3Client, bucket: str) -> None:
    store = Bucket(f"s3://{bucket}")
    store.put("sets/a", [b"ro", b"ws"])
    [piece] = store.pieces("sets/a")
    assert (piece.size_bytes, content_digest(store, piece)) == (4, copy_of(b"rows").sha256)


def test_landing_files_are_archived_in_a_bucket_and_gone_from_it(
    client: S3Client, bucket: str, tmp_path: Path
) -> None:
    target = f"s3://{bucket}/lineage"
    workspace = cold_workspace(tmp_path, ARCHIVE.replace("../archive", target))
    content = landed(workspace, "a").read_bytes()
    assert became(archive(workspace, before=COLD)) == {"a": "archived", "b": "archived"}
    assert len(versions(client, bucket)) == 2
    assert {key.split("/")[0] for key in versions(client, bucket)} == {"lineage"}
    assert restore(workspace, file_id("a")).became == "restored"
    assert landed(workspace, "a").read_bytes() == content
    files = [f"landing/openlineage/{name}.ndjson" for name in ("a", "b")]
    reclaim(pipeline.open_workspace(workspace.paths.root), files, "policy", microseconds(OVER))
    assert versions(client, bucket) == []
    assert findings(workspace.paths) == []


def test_a_dataset_in_a_bucket_is_archived_and_brought_back(
    client: S3Client, bucket: str, tmp_path: Path
) -> None:
    sets = f"{bucket}-sets"
    client.create_bucket(Bucket=sets, ObjectLockEnabledForBucket=True)
    client.put_object(Bucket=sets, Key="old/part-0", Body=b"rows")
    client.put_object(Bucket=sets, Key="old/part-1", Body=b"rows")
    client.put_object(Bucket=sets, Key="older", Body=b"others")
    stores = f"""
[[stages.override]]
node = "dataset:*"
stage = "raw"

[[disposal.store]]
kind = "s3"
namespace = "s3://{sets}"
"""
    target = ARCHIVE.replace("../archive", f"s3://{bucket}")
    workspace = published_workspace(tmp_path / "workspace", stores + target)
    say_policy(workspace, POLICY.replace('clause = "house rule 7"', 'action = "archive"'))
    event = make_event(run="r", type="COMPLETE", outputs=["old"], at=1)
    event["outputs"][0]["namespace"] = f"s3://{sets}"
    deliver(workspace, {"events": [event]})
    plan = approved_plan(workspace)
    [item] = plan.plan.due
    assert [one.became for one in applied(workspace, plan.digest).outcomes] == ["archived"]
    assert versions(client, sets) == ["older"]
    # Both parts hold the same, of which one copy will do.
    assert len(versions(client, bucket)) == 1
    assert restore(workspace, item.object_id).became == "restored"
    for part in ("old/part-0", "old/part-1"):
        assert client.get_object(Bucket=sets, Key=part)["Body"].read() == b"rows"
