"""What cannot be read is set aside with its place and its reason; the lines beside it are kept."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
import tempfile
import tracemalloc
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest
import zstandard

from lineage_pipeline import pipeline
from lineage_pipeline.landing.files import LandingFile, SegmentTask
from lineage_pipeline.scan import kernel
from lineage_pipeline.scan.tasks import ScanTask
from lineage_pipeline.settings.lineage_toml import ScanSettings
from tests.scans import AFTER, BEFORE, KEPT, REJECTED, Scan, line, run_uuid, scanned
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.scan.tasks import Manifest


def good_line(name: str, place: str) -> bytes:
    return line(f"{name} {place}")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """One workspace with a file for each kind of bad line, a good line before and behind it."""
    files = {
        f"{name}.ndjson": b"\n".join(
            [good_line(name, "before"), content, good_line(name, "after"), b""]
        )
        for name, (content, _) in (REJECTED | KEPT).items()
    }
    return scanned(tmp_path_factory.mktemp("bad") / "workspace", files)


@pytest.mark.parametrize("name", REJECTED)
def test_a_bad_line_is_set_aside_and_its_neighbours_are_kept(bad: Scan, name: str) -> None:
    content, code = REJECTED[name]
    file = f"{name}.ndjson"
    offset = len(good_line(name, "before")) + 1
    assert bad.rejections(file) == [(offset, len(content), code)]
    assert bad.run_ids(file) == [run_uuid(f"{name} before"), run_uuid(f"{name} after")]
    assert bad.counts(file) == (3, 2, 0, 1)


@pytest.mark.parametrize("name", KEPT)
def test_an_odd_event_is_kept_and_flagged(bad: Scan, name: str) -> None:
    _, flag = KEPT[name]
    file = f"{name}.ndjson"
    assert bad.rejections(file) == []
    assert len(bad.run_ids(file)) == 3
    assert bad.counts(file)[0] == 3
    flags = bad.rows(
        "select distinct flag.flag from quality.flag as flag "
        "inner join lineage.event as event on flag.event_id = event.event_id "
        f"where event.source_file = 'landing/openlineage/{file}'"
    )
    assert {found for (found,) in flags} == ({flag} if flag else set())


def test_no_reason_repeats_the_content(bad: Scan) -> None:
    """A reason is read by people who may not see the data."""
    reasons = bad.rows("select reason from quality.quarantine")
    text = " ".join(reason for (reason,) in reasons)
    for content in ("world", "yesterday", "nightly", "not json at all", "9999", "r1"):
        assert content not in text


def test_of_two_equal_keys_the_last_counts(bad: Scan) -> None:
    producers = bad.rows(
        "select distinct producer from lineage.event "
        "where source_file = 'landing/openlineage/duplicate_keys.ndjson'"
    )
    assert producers == [("https://example.com/producer/1.0",)]


class Files(NamedTuple):
    """Whole files that are bad, what is set aside of each, and what its counts are."""

    content: bytes
    codes: list[str]
    counts: tuple[int, int, int, int]


MANY = b"".join(line(f"many {number}") + b"\n" for number in range(400))
PACKED = gzip.compress(MANY, mtime=0)
PACKED_ZSTD = zstandard.ZstdCompressor().compress(MANY)
WHOLE_FILES = {
    "empty.json": Files(b"", [], (0, 0, 0, 0)),
    "blank.ndjson": Files(b"\n \n\t\r\n", [], (0, 0, 0, 0)),
    "mark.ndjson": Files(b"\xef\xbb\xbf" + line("mark") + b"\n", [], (1, 1, 0, 0)),
    "empty_array.json": Files(b"[]", [], (0, 0, 0, 0)),
    "array.json": Files(b"[" + line("a1") + b"," + line("a2") + b"]", [], (2, 2, 0, 0)),
    "nested.json": Files(b"[[" + line("n") + b"]]", ["not_an_object"], (1, 0, 0, 1)),
    "torn.ndjson": Files(line("torn") + b'\n{"eventTime": "20', [], (1, 1, 0, 0)),
    "rubbish.json.gz": Files(b"no gzip", ["corrupt_compression"], (1, 0, 0, 1)),
    "rubbish.json.zst": Files(b"no zstd at all", ["corrupt_compression"], (1, 0, 0, 1)),
    "empty.json.gz": Files(gzip.compress(b"", mtime=0), [], (0, 0, 0, 0)),
    "twice.ndjson.gz": Files(
        gzip.compress(line("g1") + b"\n", mtime=0) + gzip.compress(line("g2"), mtime=0),
        [],
        (2, 2, 0, 0),
    ),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    files = {name: file.content for name, file in WHOLE_FILES.items()}
    files |= {
        "cut.ndjson.gz": PACKED[: len(PACKED) * 3 // 4],
        "cut.ndjson.zst": PACKED_ZSTD[:-1],
    }
    return scanned(tmp_path_factory.mktemp("whole") / "workspace", files)


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_is_accounted_for(whole: Scan, name: str) -> None:
    file = WHOLE_FILES[name]
    assert [code for _, _, code in whole.rejections(name)] == file.codes
    assert whole.counts(name) == file.counts


@pytest.mark.parametrize("name", ["cut.ndjson.gz", "cut.ndjson.zst"])
def test_a_cut_archive_keeps_the_records_before_the_cut(whole: Scan, name: str) -> None:
    records, events, duplicates, rejections = whole.counts(name)
    assert rejections == 1
    assert 0 < events + duplicates < 400
    assert records == events + duplicates + rejections
    [(offset, _, code)] = whole.rejections(name)
    assert code == "truncated_compression"
    assert offset == (events + duplicates) * len(line("many 0") + b"\n")


def test_a_torn_record_is_named_and_left(whole: Scan) -> None:
    [segment] = [part for part in whole.run.ingest.segments if part.torn_bytes]
    assert segment.source_file == "landing/openlineage/torn.ndjson"
    assert segment.end_offset == len(line("torn")) + 1
    assert segment.torn_bytes == len(b'{"eventTime": "20')


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "workspace")


def skipped(workspace: Workspace) -> dict[str, str]:
    found = pipeline.run(workspace, lambda: CLOCK).ingest
    assert [part.source_file for part in found.segments] == ["landing/openlineage/good.ndjson"]
    return {skip.source_file.rpartition("/")[2]: skip.reason for skip in found.skipped}


def test_what_is_no_landing_file_is_left_out_by_name(workspace: Workspace) -> None:
    folder = workspace.paths.landing / "openlineage"
    (folder / "good.ndjson").write_bytes(line("good"))
    (folder / ".half.ndjson").write_bytes(line("hidden"))
    (folder / "notes.txt").write_bytes(line("text"))
    (folder / "events.json.bz2").write_bytes(b"BZ")
    (folder / "EVENTS.JSON").write_bytes(line("capitals"))
    (folder / "link.ndjson").symlink_to(folder / "good.ndjson")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    reasons = skipped(workspace)
    assert sorted(reasons) == [
        ".half.ndjson", "EVENTS.JSON", "events.json.bz2", "folder.json", "link.ndjson", "loop",
        "notes.txt", "pipe.json",
    ]  # fmt: skip
    assert "hidden" in reasons[".half.ndjson"]
    assert "symbolic link" in reasons["link.ndjson"]
    assert "symbolic link" in reasons["loop"]
    assert "regular file" in reasons["pipe.json"]
    assert ".ndjson.zst" in reasons["notes.txt"]


def test_a_folder_with_a_files_name_is_a_folder(workspace: Workspace) -> None:
    folder = workspace.paths.landing / "openlineage" / "x.json"
    folder.mkdir()
    (folder / "y.json").write_bytes(line("inside"))
    found = pipeline.run(workspace, lambda: CLOCK).ingest
    assert [part.source_file for part in found.segments] == ["landing/openlineage/x.json/y.json"]


UNREADABLE = """
import os, sys
from pathlib import Path
root, warm, uid = Path(sys.argv[1]), sys.argv[2], 65534
from lineage_pipeline.cli import main

def run(folder):
    sys.argv = ["lineage", "run", "-w", str(folder)]
    try:
        main()
    except SystemExit as end:
        return end.code

sys.stdout = sys.stderr = open(os.devnull, "w")
run(warm)  # imports everything while that is still allowed
sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
if os.geteuid() == 0:
    for path in [root, *root.rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
sys.exit(run(root))
"""


def test_an_unreadable_file_is_named_the_others_are_read_and_it_is_tried_again(
    tmp_path: Path,
) -> None:
    root, warm = tmp_path / "workspace", tmp_path / "warm"
    workspace = make_workspace(root)
    make_workspace(warm)
    locked = workspace.paths.landing / "openlineage" / "locked.ndjson"
    locked.write_bytes(line("locked"))
    locked.chmod(0)
    (locked.parent / "open.ndjson").write_bytes(line("open"))
    for parent in [root, *root.parents]:
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to(tempfile.gettempdir()):
            parent.chmod(stat.S_IMODE(parent.stat().st_mode) | 0o755)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", UNREADABLE, str(root), str(warm)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "landing/openlineage/locked.ndjson: cannot be read: Permission denied" in done.stderr
    assert "1 of 2 files" in done.stdout
    locked.chmod(0o644)
    again = pipeline.run(workspace, pipeline.system_clock)
    assert [part.source_file for part in again.ingest.segments] == [
        "landing/openlineage/locked.ndjson"
    ]


def traced_peak(task: ScanTask) -> tuple[Manifest, int]:
    """Return what a scan found, and the most bytes that it held at once."""
    tracemalloc.start()
    try:
        return kernel.scan(task), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_line_of_a_hundred_megabytes_is_streamed_past(tmp_path: Path) -> None:
    def scan(megabytes: int) -> tuple[Manifest, int]:
        file = tmp_path / f"{megabytes}.ndjson"
        with file.open("wb") as out:
            out.write(BEFORE + b'\n{"eventTime": "')
            for _ in range(megabytes):
                out.write(b"x" * 1_000_000)
            out.write(b'"}\n' + AFTER + b"\n")
        listed = LandingFile("openlineage", str(file), file.name, file.stat().st_size, 0)
        limits = ScanSettings(max_record_bytes=1 << 20)
        clock = datetime(2026, 1, 1, tzinfo=UTC)
        folder = tmp_path / f"bronze-{megabytes}"
        return traced_peak(ScanTask("batch", 0, (SegmentTask(listed),), clock, folder, limits))

    # What a scan holds whatever it reads, such as room for the texts it will number, is not meant.
    _, usual_peak = scan(2)
    manifest, peak = scan(100)
    [segment] = manifest.segments
    assert (segment.record_count, segment.accepted_count, segment.quarantined_count) == (3, 2, 1)
    assert segment.end_offset == segment.file_bytes
    assert peak < usual_peak + 40_000_000
