"""A folder under another administration: what it takes, what it shows of a log that was changed."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.settings.anchors import DirectoryAnchor
from lineage_pipeline.trail.anchors.at_hand import LogAtHand
from lineage_pipeline.trail.anchors.directory import DirectoryStore
from lineage_pipeline.trail.anchors.keeping import keep
from lineage_pipeline.trail.checkpoints import checkpoint_text
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.merkle import Tree
from lineage_pipeline.trail.notes import sign_note
from lineage_pipeline.trail.rotation import rotate
from tests.trail.anchors.trails import (
    NOW,
    Told,
    anchored,
    checkpoint_of,
    compared,
    details,
    details_of_anchoring,
    grown,
    set_back,
    written_anew,
)
from tests.trail.logs import KEY, OTHER, log_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.trail.anchors.everywhere import Trail
    from lineage_pipeline.trail.checkpoints import Checkpoint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the anchor's folder."""
    made = tmp_path / "other"
    made.mkdir()
    return made


@pytest.fixture
def anchor(folder: Path) -> DirectoryAnchor:
    """Return the anchor's settings."""
    return DirectoryAnchor(str(folder))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.is_file())


def test_the_newest_checkpoint_is_kept_byte_for_byte_under_its_size(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    assert anchored(trail, anchor) == [Told(7, "anchored")]
    assert names(folder) == ["7"]
    assert (folder / "7").read_bytes() == checkpoint_of(trail)
    assert stat.S_IMODE((folder / "7").stat().st_mode) == 0o444
    assert not list((folder / ".tmp").iterdir())


def test_anchoring_twice_changes_nothing(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    anchored(trail, anchor)
    before = (folder / "7").stat().st_mtime_ns
    assert anchored(trail, anchor) == [Told(7, "held")]
    assert (folder / "7").stat().st_mtime_ns == before


def test_checkpoints_are_kept_beside_one_another_as_the_log_grows(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    assert compared(trail, anchor) == [Told(None, "empty")]
    assert "the first one here" in details_of_anchoring(trail, anchor)
    for _ in range(3):
        grown(trail)
        assert anchored(trail, anchor)[0].status == "anchored"
    assert names(folder) == ["10", "7", "8", "9"]
    assert compared(trail, anchor) == [Told(size, "consistent") for size in (7, 8, 9, 10)]


def test_a_log_that_was_set_back_is_seen_and_the_anchor_keeps_what_it_has(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    anchored(trail, anchor)
    set_back(trail, 3)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert "set back: 4 entries of 7" in details(trail, anchor)
    assert names(folder) == ["7"]


def test_a_log_that_was_set_back_and_grew_otherwise_is_seen(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    anchored(trail, anchor)
    set_back(trail, 3)
    grown(trail, 20)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert "did not grow from this" in details(trail, anchor)
    assert names(folder) == ["7"]


@pytest.mark.parametrize("size", [7, 9, 300])
def test_a_log_written_anew_under_the_same_key_is_seen(
    trail: Trail, anchor: DirectoryAnchor, folder: Path, size: int
) -> None:
    anchored(trail, anchor)
    held = (folder / "7").read_bytes()
    written_anew(trail, size)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert "written anew" in details(trail, anchor)
    assert (folder / "7").read_bytes() == held


def test_a_log_that_is_gone_or_cannot_be_read_agrees_with_nothing(
    trail: Trail, anchor: DirectoryAnchor
) -> None:
    anchored(trail, anchor)
    (trail.root / "tile/entries/000.p/7").write_bytes(b"x")
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert "tile/entries/000.p/7" in details(trail, anchor)
    (trail.root / "checkpoint").unlink()
    assert compared(trail, anchor) == [Told(7, "disagrees")]


def test_each_checkpoint_is_compared_not_only_the_newest(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    text = checkpoint_text(KEY.name, Tree(5, bytes(32)))
    (folder / "5").write_bytes(sign_note(text, [KEY]))
    assert anchored(trail, anchor) == [Told(5, "disagrees")]
    (folder / "5").rename(folder / "aside")
    anchored(trail, anchor)
    (folder / "aside").rename(folder / "5")
    assert compared(trail, anchor) == [Told(5, "disagrees"), Told(7, "consistent")]


def test_what_is_no_checkpoint_of_this_log_disagrees_and_says_why(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    stranger = SecretKey("example.com/stranger", bytes(32))
    tree = Tree(3, bytes(32))
    for data, said in (
        (b"", "is no checkpoint"),
        (b"\xff" * 100, "is no checkpoint"),
        (b"x" * 2_000_000, "is no checkpoint"),
        ((trail.root / "checkpoints/7").read_bytes(), "called 3 and is the checkpoint of 7"),
        (sign_note(checkpoint_text(stranger.name, tree), [stranger]), "another log, example.com/s"),
        (sign_note(checkpoint_text(KEY.name, tree), [OTHER]), "was not signed by the key"),
        (sign_note(checkpoint_text(KEY.name, tree), [KEY]), "written anew"),
    ):
        (folder / "3").write_bytes(data)
        assert anchored(trail, anchor) == [Told(3, "disagrees")]
        assert said in details(trail, anchor)


def test_a_folder_or_a_pipe_in_the_place_of_a_checkpoint_is_none(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    (folder / "3").mkdir()
    os.mkfifo(folder / "4")
    assert compared(trail, anchor) == [Told(3, "disagrees"), Told(4, "disagrees")]


def test_other_files_of_the_folder_are_left_alone(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    for name in ("README", "07", "-1", "7.txt", "\N{ARABIC-INDIC DIGIT SEVEN}"):
        (folder / name).write_text("kept")
    assert anchored(trail, anchor) == [Told(7, "anchored")]
    assert compared(trail, anchor) == [Told(7, "consistent")]


def test_keys_that_the_log_has_had_are_each_trusted_for_their_time(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    anchored(trail, anchor)
    rotate(trail.root, KEY, OTHER)
    assert anchored(trail, anchor) == [Told(8, "anchored")]
    Log(trail.root, OTHER).append([b"after"])
    assert anchored(trail, anchor) == [Told(9, "anchored")]
    assert [told.status for told in compared(trail, anchor)] == ["consistent"] * 3
    same_tree = LogAtHand(trail.root, trail.pinned).newest.tree
    (folder / "9").unlink()
    (folder / "9").write_bytes(sign_note(checkpoint_text(KEY.name, same_tree), [KEY]))
    assert compared(trail, anchor)[-1] == Told(9, "disagrees")
    assert "the key that this log had" in details(trail, anchor)


def test_a_log_set_back_to_before_a_rotation_is_seen_by_whoever_has_pinned_its_first_key(
    trail: Trail, anchor: DirectoryAnchor
) -> None:
    rotate(trail.root, KEY, OTHER)
    Log(trail.root, OTHER).append([b"after"])
    anchored(trail, anchor)
    set_back(trail, 3)
    assert compared(trail, anchor) == [Told(9, "disagrees")]
    assert "6 of its entries are not in the log" in details(trail, anchor)


def test_a_folder_that_is_missing_is_not_made(trail: Trail, tmp_path: Path) -> None:
    anchor = DirectoryAnchor(str(tmp_path / "unmounted"))
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert compared(trail, anchor) == [Told(None, "unreachable")]
    assert "mount" in details(trail, anchor)
    assert not (tmp_path / "unmounted").exists()


def test_a_folder_is_found_from_the_workspace(trail: Trail, folder: Path) -> None:
    assert anchored(trail, DirectoryAnchor("../other")) == [Told(7, "anchored")]
    assert names(folder) == ["7"]


def test_what_another_process_has_appended_and_anchored_meanwhile_is_no_finding(
    trail: Trail, anchor: DirectoryAnchor, folder: Path
) -> None:
    log = LogAtHand(trail.root, trail.pinned)
    grown(trail)
    anchored(trail, anchor)
    row = keep("anchor", DirectoryStore(anchor, trail.workspace), log, NOW)
    assert (row.size, row.status) == (8, "held")


def test_a_log_that_grew_by_a_rotation_meanwhile_is_no_finding(
    trail: Trail, anchor: DirectoryAnchor
) -> None:
    log = LogAtHand(trail.root, trail.pinned)
    rotate(trail.root, KEY, OTHER)
    Log(trail.root, OTHER).append([b"after"])
    anchored(trail, anchor)
    row = keep("anchor", DirectoryStore(anchor, trail.workspace), log, NOW)
    assert (row.size, row.status) == (9, "held")


class Raced(DirectoryStore):
    """A folder into which another log is anchored just before it is written to."""

    other: bytes

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:
        (self._folder / "7").write_bytes(self.other)
        return super().add(checkpoint, now)


def test_what_somebody_else_puts_there_first_is_not_replaced(
    trail: Trail, anchor: DirectoryAnchor, folder: Path, tmp_path: Path
) -> None:
    store = Raced(anchor, trail.workspace)
    store.other = sign_note(checkpoint_text(KEY.name, Tree(7, bytes(32))), [KEY])
    row = keep("anchor", store, LogAtHand(trail.root, trail.pinned), NOW)
    assert row.status == "disagrees"
    assert (folder / "7").read_bytes() == store.other
    (folder / "7").unlink()
    store.other = checkpoint_of(trail)
    assert keep("anchor", store, LogAtHand(trail.root, trail.pinned), NOW).status == "held"


def test_many_writers_lose_nothing(trail: Trail, anchor: DirectoryAnchor, folder: Path) -> None:
    trails = []
    for size in range(1, 20):
        log_of(trail.workspace / f"copy{size}", *range(1, size + 1))
        trails.append(trail._replace(root=trail.workspace / f"copy{size}"))
    with ThreadPoolExecutor(8) as pool:
        rows = [
            row for told in pool.map(lambda each: anchored(each, anchor), trails) for row in told
        ]
    kept = {row.size for row in rows if row.status == "anchored"}
    assert 19 in {int(name) for name in names(folder)}
    assert {str(size) for size in kept} == set(names(folder))
    assert {told.status for told in compared(trails[-1], anchor)} == {"consistent"}
