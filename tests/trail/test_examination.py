"""Each change of a log's files is found and the file named; what cannot be found is stated."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.trail import disk as disk_module
from lineage_pipeline.trail.checkpoints import open_checkpoint
from lineage_pipeline.trail.examination import Finding, examine
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.rotation import rotate, rotation_entry
from tests.trail.logs import KEY, OTHER, entries_of, files_of, log_of
from tests.trail.power import Stopped, Watched

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small log that was appended to, rotated and appended to again."""
    log_of(tmp_path / "log", 2, 3)
    rotate(tmp_path / "log", KEY, OTHER)
    Log(tmp_path / "log", OTHER).append([b"last"])
    return tmp_path / "log"


def named(root: Path) -> list[str]:
    return [finding.path for finding in examine(root, KEY.key)]


@pytest.mark.parametrize("sizes", [(), (1,), (2, 255, 256, 300), (256, 700, 1030)])
def test_nothing_is_wrong_with_a_log_that_nobody_touched(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    log_of(tmp_path / "log", *sizes).append([])
    assert examine(tmp_path / "log", KEY.key) == []


def test_keys_are_followed_from_the_one_that_is_pinned(root: Path) -> None:
    assert examine(root, KEY.key) == []
    assert [path for path, _ in examine(root, OTHER.key)] == ["checkpoints/0", "checkpoints/2",
                                                              "checkpoints/3"]  # fmt: skip


def test_timestamps_are_no_part_of_the_log_and_other_files_beside_them_are_findings(
    root: Path,
) -> None:
    for name in ("3.tsr", "second/4.tsr", "3.txt", "a/b/3.tsr", "Second/3.tsr"):
        (root / "timestamps" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "timestamps" / name).write_bytes(b"")
    others = ["timestamps/3.txt", "timestamps/Second/3.tsr", "timestamps/a/b/3.tsr"]
    assert sorted(named(root)) == others


def test_every_altered_byte_of_every_file_is_found_and_its_file_named(root: Path) -> None:
    assert len(files_of(root)) == 14
    for path, data in files_of(root).items():
        file = root / path
        file.unlink()  # `checkpoint` and its other name are one file
        for place in range(len(data)):
            wrong = bytearray(data)
            wrong[place] ^= 1 << place % 8
            file.write_bytes(wrong)
            assert named(root) == [path], place
        file.write_bytes(data)
    assert named(root) == []


def test_every_file_that_is_cut_or_longer_is_named(root: Path) -> None:
    for path, data in files_of(root).items():
        file = root / path
        file.unlink()
        for wrong in (b"", data[:-1], data + b"\0"):
            file.write_bytes(wrong)
            assert named(root) == [path]
        file.write_bytes(data)


def test_every_file_that_is_missing_is_named_where_it_is_needed(root: Path) -> None:
    """Tiles and checkpoints of sizes in between may go: the fuller ones say the same."""
    for path, data in files_of(root).items():
        (root / path).unlink()
        is_needed = path in {"checkpoint", "checkpoints/4", "checkpoints/5"} or "p/5" in path
        assert named(root) == ([path] if is_needed else []), path
        (root / path).write_bytes(data)


def test_swapped_files_are_found(root: Path) -> None:
    files = files_of(root)
    for one in files:
        for other in files:
            if files[one] == files[other] or one > other:
                continue
            (root / one).unlink()
            (root / other).unlink()
            (root / one).write_bytes(files[other])
            (root / other).write_bytes(files[one])
            assert named(root), (one, other)
            (root / one).write_bytes(files[one])
            (root / other).write_bytes(files[other])
    assert named(root) == []


def test_files_that_are_none_of_the_logs_are_named(root: Path) -> None:
    strays = ["note.txt", "tile/0/000", "tile/0/001.p/3", "tile/0/000.p/6", "tile/1/000.p/1",
              "tile/entries/000.p/6", "tile/x", "checkpoints/x", "checkpoints/07"]  # fmt: skip
    for path in strays:
        file = root / path
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_bytes(bytes(32))
        assert path in named(root), path
        assert "covered by no checkpoint" in examine(root, KEY.key)[-1].problem
        file.unlink()
    assert named(root) == []


def test_an_append_that_died_is_told_until_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "log"
    log = log_of(root, 3)

    def stop(count: int, name: str, path: Path) -> None:
        if name == "link":
            raise Stopped

    monkeypatch.setattr(disk_module, "os", Watched(root, stop))
    with pytest.raises(Stopped):
        log.append(entries_of(3, 5))
    monkeypatch.undo()
    assert sorted(named(root)) == ["tile/0/000.p/5", "tile/entries/000.p/5"]
    Log(root, KEY).append(entries_of(3, 6))
    assert named(root) == []


def test_only_a_kept_checkpoint_shows_that_a_log_was_set_back(tmp_path: Path) -> None:
    root = tmp_path / "log"
    log = log_of(root, 2)
    shutil.copytree(root, tmp_path / "old")
    kept = log.append([b"approval withdrawn"]).checkpoint
    assert examine(root, KEY.key, kept) == []
    shutil.rmtree(root)
    shutil.copytree(tmp_path / "old", root)
    assert examine(root, KEY.key) == [], "nobody can tell from the log alone"
    assert examine(root, KEY.key, kept) == [
        Finding("checkpoint", "is older than the checkpoint that was kept: 1 entries less")
    ]
    log.append([b"something else"])
    log.append([b"more"])
    assert examine(root, KEY.key) == [], "nor after it went on"
    [finding] = examine(root, KEY.key, kept)
    assert finding.path == "checkpoint"
    assert "one of another log than the checkpoint that was kept, of 3" in finding.problem


def test_a_log_that_was_written_anew_with_its_key_is_shown_by_a_kept_checkpoint(
    tmp_path: Path,
) -> None:
    data = log_of(tmp_path / "log", 2, 3).append([]).checkpoint.data
    kept = open_checkpoint(data, [KEY.key])
    Log(tmp_path / "forged", KEY).append([b"forged", *entries_of(1, 9)])
    assert examine(tmp_path / "forged", KEY.key) == []
    assert len(examine(tmp_path / "forged", KEY.key, kept)) == 1


def test_nobody_appoints_a_key_alone(tmp_path: Path) -> None:
    """An entry that names a new key counts only if the old one has signed for it too."""
    root = tmp_path / "log"
    Log(root, OTHER).append([rotation_entry(KEY.key, OTHER.key)])
    [finding, *_] = examine(root, KEY.key)
    assert finding.path == "checkpoints/1"
    assert "only one of the two keys" in finding.problem
    Log(tmp_path / "other", OTHER).append([b"one"])
    assert named(tmp_path / "other") == ["checkpoints/1", "checkpoint"]


def test_a_folder_without_a_log_is_none(tmp_path: Path) -> None:
    assert named(tmp_path / "none") == ["checkpoint"]
