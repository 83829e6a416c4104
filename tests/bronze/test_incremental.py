"""A run reads what is new and nothing else: grown, rewritten, completed and repeated files."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import lineage_pipeline
from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.workspaces import CLOCK, KNOWN_TIMES, OCCURRENCE, make_workspace, tables

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Run, Workspace
    from lineage_pipeline.scan.tasks import Segment

NAME = "landing/openlineage/events.ndjson"


def line(run: str, **rest: Any) -> bytes:
    event = make_event(run=run, type="COMPLETE", inputs=["raw"], outputs=["clean"], **rest)
    return json.dumps(event).encode() + b"\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "workspace")


def landing_file(workspace: Workspace, name: str = "events.ndjson") -> Path:
    return workspace.paths.landing / "openlineage" / name


def land(workspace: Workspace, content: bytes, name: str = "events.ndjson", at: int = 1) -> Path:
    """Write a landing file; `at` stands for the time of its change, so that no test waits."""
    file = landing_file(workspace, name)
    file.write_bytes(content)
    os.utime(file, ns=(at * 10**9, at * 10**9))
    return file


def run(workspace: Workspace) -> Run:
    return pipeline.run(workspace, lambda: CLOCK)


def only_segment(done: Run) -> Segment:
    [segment] = done.ingest.segments
    return segment


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


def ingests(workspace: Workspace) -> list[tuple[Any, ...]]:
    return rows(
        workspace,
        "select start_offset, segment_bytes, record_count, event_count, duplicate_count, "
        "quarantined_count, torn_bytes, is_rewrite from quality.ingest "
        "order by ingested_at, source_file, start_offset",
    )


def run_count(workspace: Workspace) -> int:
    [(count,)] = rows(workspace, "select count(*) from lineage.run")
    return int(count)


def tree(root: Path) -> dict[str, tuple[str, int]]:
    """Return digest and time of change of every file below `root`."""
    return {
        str(file.relative_to(root)): (
            hashlib.sha256(file.read_bytes()).hexdigest(),
            file.stat().st_mtime_ns,
        )
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


CODE = Path(lineage_pipeline.__file__).parent
WATCH = """
import sys
opened = []
sys.addaudithook(
    lambda event, given: opened.append(str(given[0])) if event == "open" and given else None
)
from lineage_pipeline.cli import main
code, sys.argv = sys.argv[2], ["lineage", "run", "-w", sys.argv[1]]
try:
    main()
finally:
    landed = {name for name in opened if "/landing/" in name and not name.startswith(code)}
    print(*sorted(landed), sep="\\n", file=sys.stderr)
"""


def watched(workspace: Workspace) -> tuple[str, list[str]]:
    """Run in a process of its own; return what it printed and the landing files it opened."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WATCH, str(workspace.paths.root), str(CODE)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr.split()


def test_a_second_run_opens_no_landing_file_and_changes_no_byte(workspace: Workspace) -> None:
    file = land(workspace, line("one") + b"not json\n" + line("two") + b'{"torn')
    land(workspace, gzip.compress(line("three"), mtime=0), "packed.ndjson.gz")
    _, opened = watched(workspace)
    assert str(file) in opened
    before = tree(workspace.paths.root)
    printed, opened = watched(workspace)
    assert opened == []
    assert "nothing new in 2 files" in printed
    assert "is current" in printed
    assert tree(workspace.paths.root) == before


def test_a_file_that_grew_is_read_from_where_it_ended(workspace: Workspace) -> None:
    first, second = line("one"), line("two") + line("three")
    land(workspace, first)
    run(workspace)
    land(workspace, first + second, at=2)
    segment = only_segment(run(workspace))
    assert (segment.start_offset, segment.end_offset) == (len(first), len(first + second))
    assert segment.sha256 == hashlib.sha256(second).digest()
    assert not segment.is_rewrite
    assert ingests(workspace) == [
        (0, len(first), 1, 1, 0, 0, 0, False),
        (len(first), len(second), 2, 2, 0, 0, 0, False),
    ]
    offsets = rows(workspace, "select source_offset from lineage.event order by all")
    assert offsets == [(0,), (len(first),), (len(first + line("two")),)]


@pytest.mark.parametrize("name", ["events.ndjson.gz", "events.json"])
def test_growth_is_noticed_however_the_file_is_written(workspace: Workspace, name: str) -> None:
    """A gzip member is appended; an array is closed again."""
    one, two = line("one"), line("two")
    if name.endswith(".gz"):
        versions = [gzip.compress(one, mtime=0), gzip.compress(one) + gzip.compress(two)]
    else:
        versions = [b"[" + one + b",\n", b"[" + one + b",\n" + two + b"]"]
    for at, content in enumerate(versions):
        land(workspace, content, name, at=at + 1)
        run(workspace)
    assert [(records, events) for _, _, records, events, *_ in ingests(workspace)] == [(1, 1)] * 2
    assert run_count(workspace) == 2


def test_many_small_growths_are_read_once_each(workspace: Workspace) -> None:
    content = b""
    for at in range(5):
        content += line(f"run {at}")
        land(workspace, content, at=at + 1)
        assert only_segment(run(workspace)).record_count == 1
    assert run_count(workspace) == 5


@pytest.mark.parametrize("longer", [True, False])
def test_a_rewritten_file_is_noticed_and_read_anew(workspace: Workspace, *, longer: bool) -> None:
    land(workspace, line("one") + line("two"))
    run(workspace)
    rewritten = line("other") + (line("two") + line("three") if longer else b"")
    land(workspace, rewritten, at=2)
    segment = only_segment(run(workspace))
    assert segment.is_rewrite
    assert (segment.start_offset, segment.end_offset) == (0, len(rewritten))
    fates = [row[2:6] for row in ingests(workspace)]
    assert fates == [(2, 2, 0, 0), (3, 2, 1, 0) if longer else (1, 1, 0, 0)]
    assert run_count(workspace) == (4 if longer else 3)


def test_a_file_cut_short_is_read_anew_and_counts_only_duplicates(workspace: Workspace) -> None:
    land(workspace, line("one") + line("two"))
    run(workspace)
    land(workspace, line("one"), at=2)
    segment = only_segment(run(workspace))
    assert segment.is_rewrite
    assert ingests(workspace)[-1][2:6] == (1, 0, 1, 0)
    land(workspace, line("one") + line("three"), at=3)
    assert only_segment(run(workspace)).start_offset == len(line("one"))
    assert run_count(workspace) == 3


def test_a_torn_last_line_completes_later(workspace: Workspace) -> None:
    whole = line("one") + line("two")
    torn = whole[: len(line("one")) + 30]
    land(workspace, torn)
    assert only_segment(run(workspace)).torn_bytes == 30
    assert ingests(workspace) == [(0, len(line("one")), 1, 1, 0, 0, 30, False)]
    land(workspace, whole, at=2)
    segment = only_segment(run(workspace))
    assert (segment.start_offset, segment.torn_bytes) == (len(line("one")), 0)
    assert not segment.is_rewrite
    assert rows(workspace, "select * from quality.quarantine") == []
    assert run_count(workspace) == 2


@pytest.mark.parametrize("torn_bytes", [1, 10, 200])
def test_a_file_that_was_torn_from_its_start_completes_later(
    workspace: Workspace, torn_bytes: int
) -> None:
    land(workspace, line("one")[:torn_bytes])
    assert only_segment(run(workspace)).torn_bytes == torn_bytes
    land(workspace, line("one"), at=2)
    segment = only_segment(run(workspace))
    assert (segment.start_offset, segment.is_rewrite, segment.accepted_count) == (0, False, 1)
    assert run_count(workspace) == 1


def test_an_archive_that_was_cut_completes_later(workspace: Workspace) -> None:
    """The rejection stays as it was; the records behind the cut are read once."""
    lines = [line(f"run {number}") for number in range(300)]
    packed = gzip.compress(b"".join(lines), mtime=0)
    land(workspace, packed[: len(packed) // 2], "events.ndjson.gz")
    first = only_segment(run(workspace))
    assert first.quarantined_count == 1
    assert 0 < first.accepted_count < len(lines)
    land(workspace, packed, "events.ndjson.gz", at=2)
    second = only_segment(run(workspace))
    assert (second.start_offset, second.is_rewrite) == (first.end_offset, False)
    assert first.accepted_count + second.accepted_count == len(lines)
    assert run_count(workspace) == len(lines)


def test_the_same_lines_under_another_name_are_duplicates(workspace: Workspace) -> None:
    content = line("one") + line("two")
    land(workspace, content)
    run(workspace)
    no_times = KNOWN_TIMES | OCCURRENCE
    before = tables(workspace, "lineage", no_times)
    land(workspace, content, "again.ndjson")
    land(workspace, gzip.compress(content, mtime=0), "packed.ndjson.gz")
    run(workspace)
    assert ingests(workspace)[1:] == [(0, len(content), 2, 0, 2, 0, 0, False)] * 2
    assert tables(workspace, "lineage", no_times) == before


def test_within_one_run_the_first_name_counts(workspace: Workspace) -> None:
    land(workspace, line("one"), "b.ndjson")
    land(workspace, line("one") + line("one"), "a.ndjson")
    run(workspace)
    assert [row[2:6] for row in ingests(workspace)] == [(2, 1, 1, 0), (1, 0, 1, 0)]
    assert rows(workspace, "select source_file, source_offset from lineage.event") == [
        ("landing/openlineage/a.ndjson", 0)
    ]


def test_a_touch_changes_no_table(workspace: Workspace) -> None:
    content = line("one")
    land(workspace, content)
    run(workspace)
    before = tables(workspace, "lineage")
    land(workspace, content, at=2)
    segment = only_segment(run(workspace))
    assert (segment.start_offset, segment.end_offset) == (len(content), len(content))
    assert (segment.record_count, segment.is_rewrite) == (0, False)
    assert tables(workspace, "lineage") == before
    assert run(workspace).ingest.segments == ()
    land(workspace, content + line("two"), at=3)
    assert only_segment(run(workspace)).start_offset == len(content)
    assert run_count(workspace) == 2


def test_a_file_that_went_away_takes_nothing_with_it(workspace: Workspace) -> None:
    land(workspace, line("one"))
    run(workspace)
    landing_file(workspace).unlink()
    assert run(workspace).publication is None
    assert run_count(workspace) == 1


def test_a_rebuild_gives_the_same_tables(workspace: Workspace) -> None:
    land(workspace, line("one"))
    run(workspace)
    land(workspace, line("one") + line("two") + b"broken\n", at=2)
    run(workspace)
    before = {schema: tables(workspace, schema) for schema in ("lineage", "quality")}
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert {schema: tables(workspace, schema) for schema in ("lineage", "quality")} == before
