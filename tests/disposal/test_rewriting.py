"""What gives way gives way byte for byte; all else of a file is as it was, where it was."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_pipeline.disposal.rewriting import Edit, digest_to, put_in_place, written_aside
from lineage_pipeline.disposal.stores.store import LeftError

if TYPE_CHECKING:
    from pathlib import Path

PACKED = {
    "plain.ndjson": (bytes, bytes),
    "one.ndjson.gz": (gzip.compress, gzip.decompress),
    "one.ndjson.zst": (
        zstandard.ZstdCompressor().compress,
        lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    ),
}
SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def lines_of(count: int) -> list[bytes]:
    return [json.dumps({"n": number, "who": f"s{number}"}).encode() for number in range(count)]


@SETTINGS
@given(
    name=st.sampled_from(sorted(PACKED)),
    count=st.integers(1, 12),
    gone=st.sets(st.integers(0, 11)),
    ends=st.booleans(),
)
def test_records_that_stay_stand_where_they_stood(
    tmp_path: Path, name: str, count: int, gone: set[int], *, ends: bool
) -> None:
    pack, unpack = PACKED[name]
    lines = lines_of(count)
    data = b"\n".join(lines) + b"\n" * ends
    file = tmp_path / name
    file.write_bytes(pack(data))
    starts = [data.index(line) for line in lines]
    edits = [Edit(starts[n], starts[n] + len(lines[n]), is_record=True) for n in sorted(gone)
             if n < count]  # fmt: skip
    done = written_aside(file, edits, 200)
    put_in_place(done)
    left = [n for n in range(count) if n not in gone]
    assert file.exists() == bool(left)
    assert not [*tmp_path.glob(".*")]
    if left:
        now = unpack(file.read_bytes())
        assert len(now) == len(data)
        assert [now[starts[n] : starts[n] + len(lines[n])] for n in left] == [
            lines[n] for n in left
        ]
        assert [json.loads(line)["n"] for line in now.split(b"\n") if line.strip()] == left
        assert (done.size_bytes, done.sha256) == (file.stat().st_size, _sha256(file.read_bytes()))
        assert digest_to(file, len(now), 200).hex() == _sha256(now)
    file.unlink(missing_ok=True)


def _sha256(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def test_a_record_of_an_array_leaves_an_array(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    data = b'{"Records": [{"who":"a"},{"who":"bb"}, {"who":"c"}]}'
    file.write_bytes(data)
    start = data.index(b'{"who":"bb"}')
    put_in_place(written_aside(file, [Edit(start, start + 12, is_record=True)], 200))
    assert json.loads(file.read_bytes()) == {"Records": [{"who": "a"}, {}, {"who": "c"}]}


def test_an_identifier_gives_way_alone(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(b'{"owner":"jane","of":"x"}\n')
    put_in_place(written_aside(file, [Edit(10, 14, is_record=False)], 200))
    assert file.read_bytes() == b'{"owner":"xxxx","of":"x"}\n'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.ndjson.gz", gzip.compress(b'{"a": 1}\n' * 999)[:-9]),
        ("bomb.ndjson.gz", gzip.compress(b" " * (300 << 20))),
    ],
    ids=["cut off", "grows too much"],
)
def test_what_cannot_be_read_to_its_end_is_left(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(LeftError, match=name):
        written_aside(file, [Edit(0, 8, is_record=True)], 200)
    assert file.read_bytes() == data


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target.ndjson").write_bytes(b"{}\n")
    link = tmp_path / "link.ndjson"
    link.symlink_to("target.ndjson")
    with pytest.raises(LeftError, match=r"link.ndjson: is no regular file"):
        written_aside(link, [Edit(0, 2, is_record=True)], 200)
    assert (tmp_path / "target.ndjson").read_bytes() == b"{}\n"


def test_a_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(b'{"a":1}\n{"b":2}\n')
    file.chmod(0o640)
    put_in_place(written_aside(file, [Edit(0, 7, is_record=True)], 200))
    assert file.stat().st_mode & 0o777 == 0o640
