"""Compressed files read as the bytes they hold; what breaks one ends it and is named."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats import compression
from lineage_pipeline.formats.compression import LandingStream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RATIO = 200


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def zst_streamed(data: bytes) -> bytes:
    """Compress without the content's size in the header, as streaming writers do."""
    compressor = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    return compressor.compress(data) + compressor.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "a.json": bytes,
    "a.json.gz": gz,
    "a.json.zst": zst,
    "b.json.zst": zst_streamed,
}
packings = pytest.mark.parametrize("name", PACKERS)
compressed = pytest.mark.parametrize("name", [name for name in PACKERS if name != "a.json"])


class Dribble:
    """Stored bytes that come a few at a time, and may fail; knows whether it was closed."""

    def __init__(self, stored: bytes, step: int, failure: OSError | None = None) -> None:
        self._stored = stored
        self._step = step
        self._failure = failure
        self.is_closed = False

    def read(self, size: int, /) -> bytes:
        step = min(size, self._step)
        chunk, self._stored = self._stored[:step], self._stored[step:]
        if not chunk and self._failure is not None:
            raise self._failure
        return chunk

    def close(self) -> None:
        self.is_closed = True


def opened(file: Path, ratio: int = RATIO) -> LandingStream:
    return LandingStream(file.open("rb", buffering=0), file.name, file.stat().st_size, ratio)


def read(file: Path, *, ratio: int = RATIO, size: int = 1 << 16) -> tuple[bytes, str | None]:
    """Return what the stream gives and the code of what broke it."""
    found = bytearray()
    with opened(file, ratio) as stream:
        while chunk := stream.read(size):
            assert len(chunk) <= size
            found += chunk
        return bytes(found), stream.broken and stream.broken[0]


@packings
@given(parts=st.lists(st.binary(max_size=200), max_size=4), size=st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_members_and_frames_behind_one_another_are_one_stream(
    name: str, parts: list[bytes], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(b"".join(PACKERS[name](part) for part in parts))
    assert read(file, size=size) == (b"".join(parts), None)


@compressed
@pytest.mark.parametrize("left", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_gives_a_prefix_and_says_so(
    name: str, left: float, tmp_path: Path
) -> None:
    data = b"".join(b'{"line": %d}\n' % number for number in range(20_000))
    packed = PACKERS[name](data)
    file = tmp_path / name
    file.write_bytes(packed[: int(len(packed) * left)])
    found, code = read(file)
    assert code == "truncated_compression"
    assert data.startswith(found)
    assert len(found) < len(data)


@compressed
def test_a_damaged_file_gives_a_prefix_and_says_so(name: str, tmp_path: Path) -> None:
    data = zlib.compress(b"noise")[2:] * 20_000
    packed = bytearray(PACKERS[name](data))
    middle = len(packed) // 2
    packed[middle : middle + 64] = bytes(byte ^ 0xFF for byte in packed[middle : middle + 64])
    file = tmp_path / name
    file.write_bytes(packed)
    found, code = read(file)
    assert code in ("corrupt_compression", "truncated_compression") or found != data
    assert code is not None or name.endswith(".zst")


@pytest.mark.parametrize("name", ["a.json.gz", "a.json.zst"])
def test_what_is_not_compressed_at_all_is_corrupt(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(b'{"eventTime": "2026-01-01T00:00:00Z"}\n')
    assert read(file) == (b"", "corrupt_compression")


@pytest.mark.parametrize("name", ["a.json.gz", "a.json.zst"])
def test_rubbish_behind_the_last_member_does_not_undo_what_was_read(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(PACKERS[name](b"good\n") + b"rubbish that is no member")
    found, code = read(file, size=5)
    assert found == b"good\n"
    assert code == "corrupt_compression"


@compressed
def test_a_bomb_is_stopped_at_the_limit(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "FREE_BYTES", 1000)
    file = tmp_path / name
    file.write_bytes(PACKERS[name](bytes(5_000_000)))
    allowed = max(1000, file.stat().st_size * 2)
    found, code = read(file, ratio=2, size=512)
    assert code == "decompression_limit"
    assert len(found) <= allowed


def test_growth_is_not_judged_below_the_free_bytes_nor_in_plain_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gz(bytes(1_000_000)))
    assert read(packed, ratio=2) == (bytes(1_000_000), None)
    monkeypatch.setattr(compression, "FREE_BYTES", 1000)
    plain = tmp_path / "a.json"
    plain.write_bytes(bytes(1_000_000))
    assert read(plain, ratio=2) == (bytes(1_000_000), None)


@packings
def test_skipping_is_reading(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(PACKERS[name](b"0123456789"))
    with opened(file) as stream:
        assert stream.skip(4) == 4
        assert stream.read(100) == b"456789"
        assert stream.skip(3) == 0


@compressed
@pytest.mark.parametrize("padding", [1, 600, 1 << 15, 1 << 19])
def test_zeros_behind_a_member_are_padding_however_many(
    name: str, padding: int, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(PACKERS[name](b"one\n") + bytes(padding) + PACKERS[name](b"two\n"))
    assert read(file) == (b"one\ntwo\n", None)
    file.write_bytes(PACKERS[name](b"one\n") + bytes(padding))
    assert read(file) == (b"one\n", None)


@pytest.mark.parametrize("name", ["a.json.gz", "a.json.zst"])
def test_nothing_but_zeros_is_corrupt(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(bytes(100))
    assert read(file) == (b"", "corrupt_compression")


@compressed
@pytest.mark.parametrize("content", [bytes(3_000_000), b"a" + bytes(70_000)])
def test_zeros_that_are_content_stay(name: str, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(PACKERS[name](content) + PACKERS[name](content))
    assert read(file, ratio=10_000) == (content * 2, None)


@packings
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_stored_bytes_may_come_in_any_portions(name: str, step: int) -> None:
    content = b"".join(b'{"line": %d}\n' % number for number in range(2000))
    stored = PACKERS[name](content)
    raw = Dribble(stored, step)
    with LandingStream(raw, f"s3://bucket/{name}", len(stored), RATIO) as stream:
        assert b"".join(iter(lambda: stream.read(1 << 16), b"")) == content
        assert stream.broken is None
    assert raw.is_closed


@packings
def test_a_failure_of_the_storage_is_raised_not_kept(name: str) -> None:
    stored = PACKERS[name](b"0123456789" * 1000)
    with LandingStream(Dribble(stored[:50], 10, OSError("gone")), name, 50, RATIO) as stream:
        with pytest.raises(OSError, match="gone"):
            stream.skip(1 << 16)
        assert stream.broken is None
