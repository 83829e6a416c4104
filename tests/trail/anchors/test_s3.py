"""A bucket with Object Lock: what is put there, and that every version of it counts.

What moto does not enforce stands here too: it shortens a retention that the service would not.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lineage_pipeline.settings.anchors import S3Anchor
from lineage_pipeline.trail.anchors import s3
from lineage_pipeline.trail.anchors.at_hand import LogAtHand
from lineage_pipeline.trail.anchors.everywhere import anchor_everywhere, compare_everywhere
from lineage_pipeline.trail.anchors.keeping import keep
from lineage_pipeline.trail.anchors.s3 import S3Store
from lineage_pipeline.trail.checkpoints import checkpoint_text
from lineage_pipeline.trail.merkle import Tree
from lineage_pipeline.trail.notes import sign_note
from tests.landing.buckets import SECRET
from tests.trail.anchors.trails import (
    NOW,
    Told,
    anchored,
    checkpoint_of,
    compared,
    details,
    details_of_anchoring,
    grown,
    set_back,
    written_anew,
)
from tests.trail.logs import KEY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from lineage_pipeline.trail.anchors.everywhere import Trail
    from lineage_pipeline.trail.checkpoints import Checkpoint

numbers = count()
FORGED = sign_note(checkpoint_text(KEY.name, Tree(7, bytes(32))), [KEY])


@pytest.fixture
def bucket(store: S3Client) -> str:
    """Return a bucket with Object Lock; what is locked in it stays, so that each test has one."""
    name = f"anchor{next(numbers)}"
    store.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


@pytest.fixture
def anchor(bucket: str) -> S3Anchor:
    """Return the anchor's settings."""
    return S3Anchor(bucket, "audit/log", retain_days=30)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_checkpoint_is_one_object_locked_for_as_long_as_is_said(
    trail: Trail, anchor: S3Anchor, store: S3Client
) -> None:
    assert compared(trail, anchor) == [Told(None, "empty")]
    (row,) = anchor_everywhere(trail, [anchor], NOW)
    assert (row.size, row.status) == (7, "anchored")
    found = store.get_object(Bucket=anchor.bucket, Key="audit/log/7", ChecksumMode="ENABLED")
    assert found["Body"].read() == checkpoint_of(trail)
    assert found["ObjectLockMode"] == "COMPLIANCE"
    assert found["ObjectLockRetainUntilDate"] == NOW + timedelta(days=30)
    assert found["ChecksumSHA256"]
    assert found["VersionId"] in row.detail
    assert "COMPLIANCE until 2026-07-01T12:00:00Z" in row.detail


def test_anchoring_twice_makes_no_version(trail: Trail, anchor: S3Anchor, store: S3Client) -> None:
    anchored(trail, anchor)
    assert anchored(trail, anchor) == [Told(7, "held")]
    listed = store.list_object_versions(Bucket=anchor.bucket)
    assert [version["Key"] for version in listed["Versions"]] == ["audit/log/7"]
    grown(trail)
    assert anchored(trail, anchor) == [Told(8, "anchored")]
    assert compared(trail, anchor) == [Told(7, "consistent"), Told(8, "consistent")]
    assert compared(trail, S3Anchor(anchor.bucket, "audit/lo")) == [Told(None, "empty")]


def test_a_log_that_was_set_back_or_written_anew_is_seen_and_nothing_is_put(
    trail: Trail, anchor: S3Anchor, store: S3Client
) -> None:
    anchored(trail, anchor)
    set_back(trail, 3)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    written_anew(trail, 9)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert len(store.list_object_versions(Bucket=anchor.bucket)["Versions"]) == 1


def test_a_version_below_a_delete_marker_or_another_version_still_counts(
    trail: Trail, anchor: S3Anchor, store: S3Client
) -> None:
    anchored(trail, anchor)
    store.delete_object(Bucket=anchor.bucket, Key="audit/log/7")
    assert anchored(trail, anchor) == [Told(7, "held")]
    written_anew(trail, 7)
    store.put_object(Bucket=anchor.bucket, Key="audit/log/7", Body=checkpoint_of(trail))
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert sorted(compared(trail, anchor)) == [Told(7, "consistent"), Told(7, "disagrees")]


def test_a_locked_version_is_not_removed(trail: Trail, anchor: S3Anchor, store: S3Client) -> None:
    anchor_everywhere(trail, [anchor], now())
    (version,) = store.list_object_versions(Bucket=anchor.bucket)["Versions"]
    for bypass in (False, True):
        with pytest.raises(ClientError, match="AccessDenied"):
            store.delete_object(
                Bucket=anchor.bucket, Key=version["Key"], VersionId=version["VersionId"],
                BypassGovernanceRetention=bypass,
            )  # fmt: skip
    assert compared(trail, anchor) == [Told(7, "consistent")]


def test_in_governance_mode_whoever_may_bypass_it_removes(
    trail: Trail, anchor: S3Anchor, store: S3Client
) -> None:
    governed = S3Anchor(anchor.bucket, mode="GOVERNANCE")
    anchor_everywhere(trail, [governed], now())
    (version,) = store.list_object_versions(Bucket=anchor.bucket)["Versions"]
    wanted = {"Key": version["Key"], "VersionId": version["VersionId"]}
    with pytest.raises(ClientError, match="AccessDenied"):
        store.delete_object(Bucket=anchor.bucket, **wanted)
    store.delete_object(Bucket=anchor.bucket, **wanted, BypassGovernanceRetention=True)
    assert compared(trail, governed) == [Told(None, "empty")]


def test_moto_shortens_a_retention_that_the_service_would_not(
    trail: Trail, anchor: S3Anchor, store: S3Client
) -> None:
    """Once this fails, moto enforces it, and a test of ours can ask that it is refused."""
    anchor_everywhere(trail, [anchor], now())
    (version,) = store.list_object_versions(Bucket=anchor.bucket)["Versions"]
    wanted: Any = {"Bucket": anchor.bucket, "Key": version["Key"]}
    wanted["VersionId"] = version["VersionId"]
    past = now() - timedelta(days=1)
    store.put_object_retention(
        **wanted, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": past}
    )  # fmt: skip
    store.delete_object(**wanted)
    assert compared(trail, anchor) == [Told(None, "empty")]


def test_a_bucket_without_object_lock_is_refused_unless_that_is_said(
    trail: Trail, store: S3Client
) -> None:
    name = f"plain{next(numbers)}"
    store.create_bucket(Bucket=name)
    anchor = S3Anchor(name)
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert "has no Object Lock" in details_of_anchoring(trail, anchor)
    assert "Contents" not in store.list_objects_v2(Bucket=name)
    unlocked = S3Anchor(name, mode="NONE")
    assert "not locked" in details_of_anchoring(trail, unlocked)
    assert anchored(trail, unlocked) == [Told(7, "held")]
    assert compared(trail, unlocked) == [Told(7, "consistent")]


class Raced(S3Store):
    """A bucket into which something is put just before it is written to."""

    other: bytes

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:
        self._client.put_object(
            Bucket=self._settings.bucket, Key=f"{self._prefix}7", Body=self.other
        )  # fmt: skip
        return super().add(checkpoint, now)


def test_what_somebody_else_puts_there_first_is_not_replaced(
    trail: Trail, anchor: S3Anchor, store: S3Client
) -> None:
    log = LogAtHand(trail.root, trail.pinned)
    raced = Raced(anchor, store)
    raced.other = log.newest.data
    assert keep("anchor", raced, log, NOW).status == "held"
    raced = Raced(S3Anchor(anchor.bucket, "second"), store)
    raced.other = FORGED
    assert keep("anchor", raced, log, NOW).status == "disagrees"
    assert store.get_object(Bucket=anchor.bucket, Key="second/7")["Body"].read() == FORGED


@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "PreconditionFailed"])
def test_an_answer_that_another_write_is_on_its_way_is_no_failure(
    trail: Trail, anchor: S3Anchor, store: S3Client, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    put, calls = store.put_object, []

    def conflicting(**wanted: Any) -> Any:
        calls.append(wanted)
        if len(calls) == 1:
            raise ClientError({"Error": {"Code": code}}, "PutObject")
        return put(**wanted)

    monkeypatch.setattr(store, "put_object", conflicting)
    row = keep("anchor", S3Store(anchor, store), LogAtHand(trail.root, trail.pinned), NOW)
    assert row.status == "anchored"
    assert [call["IfNoneMatch"] for call in calls] == ["*", "*"]


@pytest.mark.parametrize(
    "change", [{"Body": b"else"}, {"ObjectLockMode": "GOVERNANCE"}, {"days": 9}]
)
def test_what_is_not_there_as_it_was_put_is_told(
    trail: Trail,
    anchor: S3Anchor,
    store: S3Client,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any],
) -> None:
    put = store.put_object
    days = change.pop("days", None)
    if days:
        change["ObjectLockRetainUntilDate"] = NOW + timedelta(days=days)
    monkeypatch.setattr(store, "put_object", lambda **wanted: put(**(wanted | change)))
    monkeypatch.setattr(store, "close", lambda: None)
    monkeypatch.setattr(s3, "_client", lambda: store)
    assert anchored(trail, anchor) == [Told(None, "unreachable")]


def test_a_bucket_that_is_missing_or_out_of_reach_is_told_without_what_is_secret(
    trail: Trail, store: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert anchored(trail, S3Anchor("nowhere")) == [Told(None, "unreachable")]
    assert "correct its name" in details(trail, S3Anchor("nowhere"))
    monkeypatch.setattr(s3, "ATTEMPTS", 1)
    for endpoint in (f"http://user:{SECRET}@127.0.0.1:9", f"{SECRET}://x", SECRET):
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        (row,) = compare_everywhere(trail, [S3Anchor("nowhere")])
        assert row.status == "unreachable"
        assert SECRET not in str(row)


def test_without_the_extra_the_error_says_how_to_install_it(
    trail: Trail, anchor: S3Anchor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("boto3", "botocore", "botocore.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "pip install 'lineage-pipeline[aws]'" in details(trail, anchor)
