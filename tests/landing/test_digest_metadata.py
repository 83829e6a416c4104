"""The signature that S3 keeps beside a digest of log files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.query import open_warehouse
from tests.landing.buckets import BUCKET
from tests.log_digests import FOLDER, public_keys, three_hours
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client


def test_a_digest_in_s3_brings_its_signature(store: S3Client, tmp_path: Path) -> None:
    bucket = three_hours()
    newest = bucket.digests[-1]
    for name, content in bucket.files.items():
        signed = {"signature": newest.signature} if name == newest.key else {}
        if not name.endswith(".signature"):
            store.put_object(Bucket=BUCKET, Key=name, Body=content, Metadata=signed)
    store.put_object(Bucket=BUCKET, Key="keys.json", Body=public_keys("aws"))
    workspace = make_workspace(tmp_path / "workspace")
    pipeline.scan_paths(workspace, [f"s3://{BUCKET}"], FOLDER, lambda: CLOCK)
    pipeline.publish_warehouse(workspace)
    with open_warehouse(workspace.paths) as warehouse:
        found = warehouse.query("select signature_status from audit.log_digest").rows
        logs = warehouse.query("select status from audit.log_file_integrity").rows
    assert [*found] == [("valid",)] * 3
    assert [*logs] == [("intact",)] * 3
