"""A store of objects on the loopback."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.landing.buckets import forget_client, point_to, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, int]]:
    """Return host and port of a store of objects."""
    with served() as place:
        yield place


@pytest.fixture
def client(server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """Return a client of a store to which the environment points."""
    import boto3

    point_to(monkeypatch, *server)
    opened = boto3.session.Session().client("s3")
    yield opened
    opened.close()
    forget_client()


@pytest.fixture
def bucket(client: S3Client) -> str:
    """Return a bucket that keeps versions and locks what it is told to."""
    name = f"disposal{next(numbers)}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name
