"""A store of objects and a timestamp authority, both on the loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.landing.buckets import point_to, served
from tests.trail.anchors.authority import Authority
from tests.trail.anchors.trails import trail_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from lineage_pipeline.trail.anchors.everywhere import Trail


@pytest.fixture
def trail(tmp_path: Path) -> Trail:
    """Return a log of seven entries."""
    return trail_at(tmp_path / "workspace", 3, 7)


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, int]]:
    """Return host and port of a store of objects."""
    with served() as place:
        yield place


@pytest.fixture
def store(server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """Return a client of a store to which the environment points."""
    import boto3

    point_to(monkeypatch, *server)
    opened = boto3.session.Session().client("s3")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return an authority with keys of its own, which does not answer yet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(certified: Authority) -> Iterator[Authority]:
    """Return an authority that answers."""
    with certified.serving():
        yield certified
