"""Files and objects read in ranges, whatever breaks or is replaced meanwhile."""

from __future__ import annotations

import errno
import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.compression import LandingStream
from lineage_pipeline.landing import objects
from lineage_pipeline.landing.storage import open_range, size_of
from tests.landing.buckets import BUCKET, Proxy, put

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client


CONTENT = bytes(range(256)) * 40


def read_all(location: str, *given: int | None, size: int = 1000) -> bytes:
    """Return a range read in portions."""
    reader = open_range(location, *given)  # type: ignore[arg-type]
    try:
        portions = list(iter(lambda: reader.read(size), b""))
    finally:
        reader.close()
    assert all(len(portion) <= size for portion in portions)
    return b"".join(portions)


RANGES = [(0, None), (0, 10), (5, 10), (5, None), (10_239, None), (10_239, 99_999), (7, 7), (8, 3)]
BEYOND = [(10_240, None), (10_241, None), (20_000, 30_000)]


@pytest.mark.parametrize(("start", "stop"), [*RANGES, *BEYOND])
def test_a_range_is_what_a_slice_is_wherever_the_bytes_lie(
    start: int, stop: int | None, store: S3Client, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_bytes(CONTENT)
    put(store, "a.json", content=CONTENT)
    for location in (str(tmp_path / "a.json"), f"s3://{BUCKET}/a.json"):
        assert read_all(location, start, stop) == CONTENT[start:stop]
        assert size_of(location) == len(CONTENT)


@given(start=st.integers(0, 50), stop=st.none() | st.integers(0, 60), size=st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_ranges_of_a_local_file(
    start: int, stop: int | None, size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "range.json"
    file.write_bytes(CONTENT[:40])
    assert read_all(str(file), start, stop, size=size) == CONTENT[:40][start:stop]


def test_an_empty_object_is_empty(store: S3Client) -> None:
    put(store, "empty.json", content=b"")
    assert read_all(f"s3://{BUCKET}/empty.json") == b""
    assert read_all(f"s3://{BUCKET}/empty.json", 0, 100) == b""
    assert size_of(f"s3://{BUCKET}/empty.json") == 0


def test_large_reads_come_in_one(store: S3Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "PIECE_BYTES", 100)
    put(store, "a.json", content=CONTENT)
    reader = open_range(f"s3://{BUCKET}/a.json")
    assert reader.read(5000) == CONTENT[:5000]
    assert reader.read(100_000) == CONTENT[5000:]
    assert reader.read(1) == b""
    reader.close()


def test_a_packed_object_gives_its_lines(store: S3Client) -> None:
    lines = b"".join(b'{"line": %d}\n' % number for number in range(10_000))
    packed = gzip.compress(lines)
    store.put_object(Bucket=BUCKET, Key="a.json.gz", Body=packed, ContentEncoding="gzip")
    location = f"s3://{BUCKET}/a.json.gz"
    with LandingStream(open_range(location), location, size_of(location), 200) as stream:
        assert b"".join(iter(lambda: stream.read(1 << 16), b"")) == lines
        assert stream.broken is None


def ranges(proxy: Proxy) -> list[bytes | None]:
    """Return the range that each request asked for."""
    lines = [request.lower().split(b"\r\n") for request in proxy.requests]
    return [
        next((line[7:] for line in head if line.startswith(b"range: ")), None) for head in lines
    ]


def test_a_stream_that_breaks_goes_on_where_it_broke(store: S3Client, proxy: Proxy) -> None:
    put(store, "a.json", content=CONTENT)
    proxy.breaks = [3000, 0, 500]
    assert read_all(f"s3://{BUCKET}/a.json", size=1000) == CONTENT
    assert ranges(proxy) == [None, b"bytes=3000-10239", b"bytes=3000-10239", b"bytes=3500-10239"]
    assert all(b"if-match: " in request.lower() for request in proxy.requests[1:])


def test_a_range_that_breaks_ends_where_it_should(store: S3Client, proxy: Proxy) -> None:
    put(store, "a.json", content=CONTENT)
    proxy.breaks = [700]
    assert read_all(f"s3://{BUCKET}/a.json", 100, 2100, size=350) == CONTENT[100:2100]
    assert ranges(proxy) == [b"bytes=100-2099", b"bytes=800-2099"]


def test_a_stream_that_breaks_again_and_again_is_given_up(store: S3Client, proxy: Proxy) -> None:
    put(store, "a.json", content=CONTENT)
    proxy.breaks = [3000, *[0] * 100]
    with pytest.raises(OSError, match="the connection broke 6 times at byte 3000") as raised:
        read_all(f"s3://{BUCKET}/a.json")
    assert raised.value.errno == errno.ECONNRESET
    assert len(proxy.requests) == 1 + len(objects.PAUSES_S)


def test_an_object_that_is_replaced_meanwhile_is_noticed(store: S3Client, proxy: Proxy) -> None:
    put(store, "a.json", content=CONTENT)
    proxy.breaks = [3000]
    reader = open_range(f"s3://{BUCKET}/a.json")
    assert reader.read(1000) == CONTENT[:1000]
    put(store, "a.json", content=CONTENT[::-1])
    with pytest.raises(OSError, match="was replaced while it was read; scan again") as raised:
        reader.read(100_000)
    assert raised.value.errno == errno.ESTALE
    reader.close()
