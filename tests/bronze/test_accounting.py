"""Whatever lies in landing/, each record is counted once: event, duplicate, or set aside."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, NamedTuple

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scans import REJECTED, line, scanned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD_LINES = [line(f"dirty {number}") for number in range(4)]
BAD_LINES = [content for content, _ in REJECTED.values() if len(content) < 500] + [b"", b"  "]
dirty_lines = st.lists(st.sampled_from(GOOD_LINES) | st.sampled_from(BAD_LINES), max_size=8)
packers = st.sampled_from(["", ".gz", ".zst"])


class Dirty(NamedTuple):
    """A file of good, repeated and bad lines, maybe torn, maybe compressed, maybe cut."""

    lines: list[bytes]
    tail: bytes
    suffix: str
    is_cut: bool

    def packed(self) -> bytes:
        data = b"".join(one + b"\n" for one in self.lines) + self.tail
        if self.suffix == ".gz":
            data = gzip.compress(data, mtime=0)
        elif self.suffix == ".zst":
            data = zstandard.ZstdCompressor().compress(data)
        return data[:-3] if self.is_cut and self.suffix else data


dirty_files = st.builds(
    Dirty, dirty_lines, st.sampled_from([b"", GOOD_LINES[0], GOOD_LINES[1][:40]]), packers,
    st.booleans(),
)  # fmt: skip


@given(files=st.lists(dirty_files, min_size=3, max_size=8))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_record_is_an_event_a_duplicate_or_set_aside(
    files: list[Dirty], fresh: Iterator[Path]
) -> None:
    scan = scanned(
        next(fresh),
        {f"{place}.ndjson{file.suffix}": file.packed() for place, file in enumerate(files)},
    )
    segments = scan.rows(
        "select source_file, record_count, event_count, duplicate_count, quarantined_count "
        "from quality.ingest order by source_file"
    )
    assert len(segments) == len(files)
    for name, records, events, duplicates, rejections in segments:
        assert events + duplicates + rejections == records, name
        assert min(events, duplicates, rejections) >= 0, name
        assert len(scan.rejections(name.rpartition("/")[2])) == rejections
    [(distinct, occurrences)] = scan.rows(
        "select count(distinct event_id), (select sum(event_count) from quality.ingest) "
        "from lineage.event"
    )
    assert distinct == (occurrences or 0)
    whole = [file for file in files if not (file.is_cut and file.suffix)]
    landed = {one for file in whole for one in (*file.lines, file.tail) if one in GOOD_LINES}
    assert distinct >= len(landed)
    if len(whole) == len(files):
        assert distinct == len(landed)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """Folders that nobody has used."""
    return (tmp_path / f"workspace-{number}" for number in range(10_000))
