"""Objects of S3 listed by prefix and pattern, and what S3 refuses told with what to do."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from moto.s3.models import s3_backends

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.landing import objects
from lineage_pipeline.landing.discover import list_paths
from lineage_pipeline.landing.storage import open_range, size_of
from tests.landing.buckets import BUCKET, SECRET, Proxy, forget_client, put

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from lineage_pipeline.landing.listing import Listing

TRAIL = "audit/cloudtrail"
ELSEWHERE = Path("/no/workspace")


ODD_KEYS = [
    "a b.json", "a+b.json", "100%.json", "%20.json", "a%2Fb.json", "ü/日本.json", "a&b=c;d.json",
    "quo'te\"<x>.json", "question?.json", "#hash.json", "star*.json", "[set].json", "two//a.json",
    "../up.json", "./here.json", "back\\slash.json", "user@host.json", "co:lon.json", "tail .json",
]  # fmt: skip


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_is_taken_as_it_is(key: str, store: S3Client) -> None:
    put(store, key, "decoy.json", content=key.encode())
    put(store, "decoy.json")
    [named] = listed(key).files
    assert (named.location, named.size_bytes) == (f"s3://{BUCKET}/{key}", len(key.encode()))
    assert open_range(named.location).read(1000) == key.encode()
    assert named in listed("").files


def keys(listing: Listing) -> list[str]:
    """Return the keys of what was listed."""
    assert all(file.location == file.source_file for file in listing.files)
    return [file.location.removeprefix(f"s3://{BUCKET}/") for file in listing.files]


def listed(path: str, source: str = "openlineage") -> Listing:
    return list_paths(ELSEWHERE, [f"s3://{BUCKET}/{path}"], source)


def test_a_listing_has_as_many_pages_as_it_takes(store: S3Client) -> None:
    expected = [f"many/{number:04d}.json" for number in range(1203)]
    before = time.time_ns() // 10**9 * 10**9
    backend = s3_backends["123456789012"]["aws"]
    for key in expected:
        backend.put_object(BUCKET, key, b"{}")
    listing = listed("many")
    assert keys(listing) == expected
    assert {file.size_bytes for file in listing.files} == {2}
    assert all(before <= file.modified_ns <= time.time_ns() for file in listing.files)
    assert keys(listed("many/12*.json")) == ["many/1200.json", "many/1201.json", "many/1202.json"]


def test_times_are_whole_and_in_utc() -> None:
    instant = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
    assert objects._epoch_ns(instant) == 1_767_323_045_678_901_000


DAY = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/01"
LOG = f"{DAY}/111122223333_CloudTrail_eu-west-1_20260101T0005Z_abc.json.gz"
NEXT_LOG = LOG.replace("/01/01/", "/01/02/")
DIGEST = LOG.replace("_CloudTrail_", "_CloudTrail-Digest_").replace("/CloudTrail/", "/Digest/")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("AWSLogs", [LOG, NEXT_LOG, DIGEST]),
        ("AWSLogs/", [LOG, NEXT_LOG, DIGEST]),
        ("", [LOG, NEXT_LOG, DIGEST]),
        (DAY, [LOG]),
        (LOG, [LOG]),
        (f"{DAY}/*.json.gz", [LOG]),
        ("AWSLogs/*/CloudTrail/eu-*/2026/01/*/*.gz", [LOG, NEXT_LOG]),
        ("AWSLogs/**/02/*", [NEXT_LOG]),
        ("AWSLogs/**", [LOG, NEXT_LOG, DIGEST]),
        ("AWSLogs/1111*", [LOG, NEXT_LOG, DIGEST]),
        ("AWSLogs/*/CloudTrail/*/2026/01/0[2-9]", [NEXT_LOG]),
    ],
)
def test_cloudtrail_lies_under_its_prefix(path: str, expected: list[str], store: S3Client) -> None:
    put(store, LOG, NEXT_LOG, DIGEST)
    put(store, "AWSLogs/", content=b"")
    assert keys(listed(path, TRAIL)) == expected


def test_what_is_left_out_of_a_prefix_has_a_reason(store: S3Client) -> None:
    put(store, "day/a.json", "day/.part.json", "day/notes.txt", "day/x/", "daylight/b.json")
    put(store, "day/empty/", content=b"")
    told = {skip.source_file: skip.reason.split()[0] for skip in listed("day").skipped}
    place = f"s3://{BUCKET}/day"
    assert told == {
        f"{place}/.part.json": "hidden,",
        f"{place}/notes.txt": "its",
        f"{place}/x/": "its",
    }
    assert keys(listed("day")) == ["day/a.json"]


def test_objects_and_files_are_one_listing(store: S3Client, tmp_path: Path) -> None:
    put(store, "day/a.json", "day/b.json")
    (tmp_path / "c.json").write_bytes(b"{}")
    paths = [f"s3://{BUCKET}/day", str(tmp_path), f"s3://{BUCKET}/day/*.json"]
    found = [file.source_file for file in list_paths(ELSEWHERE, paths, "openlineage").files]
    assert found == [f"{tmp_path}/c.json", f"s3://{BUCKET}/day/a.json", f"s3://{BUCKET}/day/b.json"]


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        (f"s3://{BUCKET}/gone", "nothing lies there"),
        (f"s3://{BUCKET}/da", "nothing lies there"),
        (f"s3://{BUCKET}/day/*.txt", "nothing lies there"),
        (f"s3://{BUCKET}/day/a.csv", "openlineage takes .json"),
    ],
)
def test_an_s3_path_that_stands_for_nothing_is_an_error(
    path: str, complaint: str, store: S3Client
) -> None:
    put(store, "day/a.json", "day/a.csv")
    with pytest.raises(ConfigError, match=complaint) as raised:
        list_paths(ELSEWHERE, [path], "openlineage")
    assert path in str(raised.value)


ERASED = [f"s3://key:{SECRET}@bucket/a", f"s3://key:ab/{SECRET}@bucket/a", f"s3://{SECRET}@b/a"]
"""Paths whose secrets no message repeats."""


def refusal(path: str) -> tuple[type[OSError], str]:
    """Return how listing and reading both fail: the kind of error and what it advises."""
    refusals: set[tuple[type[OSError], str]] = set()
    for attempt in (lambda: list_paths(ELSEWHERE, [path], "openlineage"), lambda: open_range(path)):
        with pytest.raises(OSError, match=r".") as raised:
            attempt()
        error = raised.value
        shown = f"{error} {error.strerror} {error.filename} {error.__cause__}"
        assert SECRET not in shown
        assert "AKIAEXAMPLE" not in shown
        assert error.filename == path or path in ERASED
        refusals.add((type(error), str(error.strerror)))
    [told] = refusals
    return told


def test_a_bucket_that_does_not_exist_is_named(store: S3Client) -> None:
    kind, advice = refusal("s3://no-such-bucket/a/b.json")
    assert kind is FileNotFoundError
    assert advice.startswith("no such bucket; correct its name")


def test_an_object_that_went_away_is_told_as_such(store: S3Client) -> None:
    with pytest.raises(FileNotFoundError, match="may have been removed since it was listed"):
        open_range(f"s3://{BUCKET}/gone.json")
    with pytest.raises(FileNotFoundError, match="no such object"):
        size_of(f"s3://{BUCKET}/gone.json")


def test_missing_credentials_are_told_as_such(
    store: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    forget_client()
    assert refusal(f"s3://{BUCKET}/a.json")[1].startswith("no AWS credentials; set AWS_PROF")


def test_a_profile_that_does_not_exist_is_told_as_such(
    store: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "elsewhere")
    forget_client()
    assert "AWS_PROFILE names no profile" in refusal(f"s3://{BUCKET}/a.json")[1]


def test_an_endpoint_that_is_no_url_is_told_as_such(
    store: S3Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"user:{SECRET}@nowhere")
    forget_client()
    assert "AWS_ENDPOINT_URL is no URL" in refusal(f"s3://{BUCKET}/a.json")[1]


def test_without_boto3_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)
    assert "pip install 'lineage-pipeline[aws]'" in refusal(f"s3://{BUCKET}/a.json")[1]


@pytest.mark.parametrize("path", [*ERASED, "s3://b!/a", "s3://"])
def test_what_names_no_bucket_is_refused_without_its_secrets(path: str) -> None:
    assert "names no bucket; write s3://BUCKET/KEY" in refusal(path)[1]


def test_a_signature_behind_a_key_is_not_shown(store: S3Client) -> None:
    with pytest.raises(ConfigError, match="nothing lies there") as raised:
        listed(f"a.json?X-Amz-Expires=1&X-Amz-Signature={SECRET}")
    assert SECRET not in str(raised.value)


def test_an_endpoint_that_is_gone_is_told_as_such(store: S3Client, proxy: Proxy) -> None:
    proxy.close()
    assert "S3 cannot be reached" in refusal(f"s3://{BUCKET}/a.json")[1]


@pytest.mark.parametrize(
    ("code", "status", "kind", "remedy"),
    [
        ("AccessDenied", 403, PermissionError, "s3:GetObject"),
        ("InvalidAccessKeyId", 403, PermissionError, "does not know the access key"),
        ("SignatureDoesNotMatch", 403, PermissionError, "refuses the secret key"),
        ("ExpiredToken", 400, PermissionError, "sign in again"),
        ("InvalidObjectState", 403, PermissionError, "restore it"),
        ("SlowDown", 503, OSError, "scan again later"),
        ("<Odd>", 400, OSError, "cannot be read (Odd)"),
    ],
)
def test_what_s3_refuses_is_told_with_what_to_do(
    code: str, status: int, kind: type[OSError], remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto refuses little, so a client that raises stands in for it."""
    from botocore.exceptions import ClientError

    class Refusing:
        def __getattr__(self, operation: str) -> Any:
            message = f"The key AKIAEXAMPLE:{SECRET} is wrong"
            answer: Any = {
                "Error": {"Code": code, "Message": message},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }
            raise ClientError(answer, operation)

    monkeypatch.setattr(objects, "_client", lambda _: Refusing())
    found, advice = refusal(f"s3://{BUCKET}/a.json")
    assert issubclass(found, kind)
    assert remedy in advice
