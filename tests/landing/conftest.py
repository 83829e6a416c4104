"""A store of objects on the loopback, and a proxy before it that breaks connections."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.landing.buckets import BUCKET, Proxy, forget_client, point_to, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, int]]:
    """Return host and port of a store of objects."""
    with served() as place:
        yield place


@pytest.fixture(scope="session")
def client(server: tuple[str, int]) -> Iterator[S3Client]:
    """Return a client of the server, for tests to arrange things with."""
    import boto3

    host, port = server
    opened = boto3.session.Session("AKIATESTER", "secret", region_name="us-east-1").client(
        "s3", endpoint_url=f"http://{host}:{port}"
    )
    yield opened
    opened.close()


@pytest.fixture
def store(
    server: tuple[str, int], client: S3Client, monkeypatch: pytest.MonkeyPatch
) -> Iterator[S3Client]:
    """Return a client of a server that holds one empty bucket."""
    point_to(monkeypatch, *server)
    client.create_bucket(Bucket=BUCKET)
    yield client
    forget_client()
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        if gone := [{"Key": found["Key"]} for found in page.get("Contents", ())]:
            client.delete_objects(Bucket=BUCKET, Delete={"Objects": gone})  # type: ignore[typeddict-item]
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def proxy(
    server: tuple[str, int], store: S3Client, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Proxy]:
    """Return a proxy that the library's client goes through; waiting takes no time."""
    between = Proxy(server)
    point_to(monkeypatch, *between.address)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    yield between
    between.close()
