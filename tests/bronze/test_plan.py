"""Work divided: a large file in ranges reads as if whole, small files share tasks, none is lost."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lineage_pipeline.bronze.crew import Crew
from lineage_pipeline.bronze.ingest import merged
from lineage_pipeline.bronze.plan import FILE_COST_BYTES, plan_tasks, task_bytes
from lineage_pipeline.landing.files import LandingFile, ScannedPart, SegmentTask
from lineage_pipeline.scan.tasks import Manifest, ScanTask
from lineage_pipeline.settings.lineage_toml import ScanSettings
from tests.builders import make_event
from tests.workspaces import CLOCK

MEBIBYTE: Final = 1 << 20


def event(run: str) -> dict[str, Any]:
    return make_event(run=run, type="COMPLETE", inputs=["raw"], outputs=["clean"])


def listed(file: Path, size: int | None = None) -> SegmentTask:
    size = file.stat().st_size if size is None else size
    return SegmentTask(LandingFile("openlineage", str(file), file.name, size, 0))


def scanned(folder: Path, groups: list[tuple[SegmentTask, ...]], workers: int = 1) -> Manifest:
    tasks = [
        ScanTask("batch", number, group, CLOCK, folder, ScanSettings(), salts=bytes)
        for number, group in enumerate(groups)
    ]
    with Crew(workers) as crew:
        return merged(crew.scan_all(tasks))


def rows(folder: Path, table: str) -> list[tuple[Any, ...]]:
    """Return what a table holds, without doubles: each task keeps the facets that it met.

    Where a task put a row is no part of what the row says.
    """
    files = sorted((folder / table).glob("*.parquet"))
    read = (pl.read_parquet(file).drop("task", "row_number", strict=False) for file in files)
    return sorted({row for frame in read for row in frame.iter_rows()}, key=repr)


def facts(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table.name: rows(folder, table.name) for table in sorted(folder.iterdir())}


def content(kinds: list[str]) -> bytes:
    """Return a file of records written in different ways."""
    written = {
        "line": lambda run: json.dumps(event(run)) + "\n",
        "windows": lambda run: json.dumps(event(run)) + "\r\n",
        "indented": lambda run: json.dumps(event(run), indent=1) + "\n",
        "behind": lambda run: json.dumps(event(run)),
        "array": lambda run: json.dumps([event(run), event(run + "b")], indent=1) + "\n",
        "broken": lambda run: json.dumps(event(run))[:40] + "\n",
        "open": lambda run: '{"a": [\n' + json.dumps(event(run)) + "\n",
        "blank": lambda _: "\n \n",
    }
    return "".join(written[kind](f"r{place}") for place, kind in enumerate(kinds)).encode()


@given(
    st.lists(
        st.sampled_from(
            ["line", "line", "line", "windows", "indented", "behind", "array", "broken", "open"]
        ),
        max_size=24,
    ),
    st.integers(300, 4000),
)
@example(["line"] * 12, 700)
@example(["line", "array", "line", "indented", "line"], 600)
@example(["line", "open", "line", "line"], 300)
@settings(deadline=None)
def test_a_file_in_ranges_reads_as_if_whole_or_says_that_it_does_not(
    kinds: list[str], target: int
) -> None:
    with TemporaryDirectory() as name:
        file = Path(name) / "events.ndjson"
        file.write_bytes(content(kinds))
        whole = scanned(Path(name) / "whole", [(listed(file),)])
        groups = plan_tasks([listed(file)], target)
        found = scanned(Path(name) / "ranges", groups)
        if found.unsure:
            groups = plan_tasks([listed(file)], target, whole={file.name})
            assert groups == [(listed(file),)]
            return
        assert sum(segment.record_count for segment in found.segments) == sum(
            segment.record_count for segment in whole.segments
        )
        assert found.segments[-1].end_offset == whole.segments[0].end_offset
        assert found.segments[-1].torn_bytes == whole.segments[0].torn_bytes
        if whole.files:
            assert facts(Path(name) / "ranges") == facts(Path(name) / "whole")


def test_lines_are_cut_into_ranges_that_touch(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(content(["line"] * 40))
    size = file.stat().st_size
    parts = [part for group in plan_tasks([listed(file)], size // 8 + 1) for part in group]
    assert len(parts) == 8
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]
    assert parts[-1].stop is None
    manifest = scanned(tmp_path / "bronze", [(part,) for part in parts])
    assert not manifest.unsure
    assert sum(segment.accepted_count for segment in manifest.segments) == 40
    assert max(segment.accepted_count for segment in manifest.segments) <= 6
    assert sum(segment.line_count for segment in manifest.segments) == 40


def test_an_indented_file_is_not_cut(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_bytes(content(["indented"] * 20))
    assert plan_tasks([listed(file)], 1000) == [(listed(file),)]


def test_a_record_over_a_cut_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    text = content(["line", "line", "open", "line", "line"])
    file.write_bytes(text)
    cut = text.index(b"[\n") + 2
    parts = [(listed(file)._replace(stop=cut),), (listed(file)._replace(start=cut),)]
    manifest = scanned(tmp_path / "bronze", parts)
    assert [segment.stop for segment in manifest.unsure] == [cut]


def test_compressed_and_grown_files_are_not_cut(tmp_path: Path) -> None:
    packed = tmp_path / "events.ndjson.gz"
    grown = listed(tmp_path / "events.ndjson", MEBIBYTE)._replace(scanned=(ScannedPart(9, b""),))
    segments = [listed(packed, MEBIBYTE), grown]
    assert plan_tasks(segments, 1000) == [(segment,) for segment in segments]


def test_small_files_share_tasks_and_none_is_lost(tmp_path: Path) -> None:
    segments = [listed(tmp_path / f"{number}.json", 3000) for number in range(100_000)]
    groups = plan_tasks(segments, task_bytes(segments, 2))
    assert [segment for group in groups for segment in group] == segments
    sizes = [sum(part.size_bytes + FILE_COST_BYTES for part in group) for group in groups]
    assert len(groups) == 2
    assert max(sizes) - min(sizes) < 0.01 * sum(sizes)


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=8).filter(lambda sizes: sum(sizes) > 8),
    st.integers(2, 4),
)
@settings(max_examples=60, deadline=None)
def test_workers_share_files_of_lines_evenly(counts: list[int], workers: int) -> None:
    with TemporaryDirectory() as name:
        segments = []
        for number, count in enumerate(counts):
            file = Path(name) / f"{number}.ndjson"
            file.write_bytes(content(["line"] * count))
            segments.append(listed(file)._replace(start=0))
        cost = sum(segment.size_bytes + FILE_COST_BYTES for segment in segments)
        groups = plan_tasks(segments, -(-cost // workers))
    parts = [part for group in groups for part in group]
    assert [part.file for part in parts if part.start == 0] == [one.file for one in segments]
    for before, part in itertools.pairwise(parts):
        assert part.start == (before.stop or 0)
    assert len(groups) <= workers + 1


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(content(["line"] * 30 + ["broken", "windows"]))
    groups = plan_tasks([listed(file)], file.stat().st_size // 5)
    one = scanned(tmp_path / "one", groups)
    two = scanned(tmp_path / "two", groups, workers=2)
    assert facts(tmp_path / "one") == facts(tmp_path / "two")
    assert one.files == two.files
    assert one.rejected_by == two.rejected_by == (("malformed_json", 1),)
