"""What is appended is durable before it is signed, signed before it is told, and never forks."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import (
    ConfigError,
    IntegrityError,
    NoteError,
    ProofError,
    SigningKeyError,
    TileError,
)
from lineage_pipeline.trail.examination import examine
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.merkle import (
    EMPTY_ROOT,
    Tree,
    check_consistency,
    check_inclusion,
    leaf_hash,
)
from lineage_pipeline.trail.reader import open_log, signed_by
from tests.trail.logs import KEY, OTHER, checked, entries_of, files_of, log_of
from tests.trail.power import Stopped

if TYPE_CHECKING:
    from pathlib import Path


def test_a_log_begins_with_a_checkpoint_of_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    assert log.append([]).checkpoint.tree == Tree(0, EMPTY_ROOT)
    assert [*files_of(tmp_path / "log")] == ["checkpoint", "checkpoints/0"]
    assert checked(tmp_path / "log") == []


def test_entries_are_read_and_proven_by_their_index(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 3, 600)
    appended = log.append([b"last"])
    assert appended.first == 600
    assert appended.checkpoint.tree.size == 601
    reader = open_log(tmp_path / "log", [KEY.key])
    assert reader.checkpoint.data == appended.checkpoint.data
    for index in (0, 2, 3, 255, 256, 599, 600):
        check_inclusion(leaf_hash(reader.entry(index)), index, reader.tree, reader.inclusion(index))
    assert reader.entry(600) == b"last"
    assert list(reader.entries(598)) == [b"entry 598", b"entry 599", b"last"]
    old = reader.tree_at(3)
    assert old == open_log(tmp_path / "log", [KEY.key], 3).tree
    check_consistency(old, reader.tree, reader.consistency(3))
    for wrong in (-1, 601):
        with pytest.raises(ProofError):
            reader.entry(wrong)
    with pytest.raises(ProofError):
        reader.tree_at(602)


@given(st.lists(st.integers(0, 300), max_size=6))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
def test_a_log_is_the_same_however_it_was_appended(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int]
) -> None:
    root = tmp_path_factory.mktemp("log")
    sizes = [sum(counts[: n + 1]) for n in range(len(counts))]
    log_of(root / "steps", *sizes).append([])
    log_of(root / "whole", sum(counts)).append([])
    assert checked(root / "steps") == entries_of(0, sum(counts))
    at_once, stepped = files_of(root / "whole"), files_of(root / "steps")
    assert {path: stepped[path] for path in at_once} == at_once


def test_partial_tiles_give_way_to_full_ones_and_to_nothing_else(tmp_path: Path) -> None:
    log_of(tmp_path / "log", 10, 200, 256, 300)
    partial = [path for path in files_of(tmp_path / "log") if ".p/" in path]
    assert partial == ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"]
    assert checked(tmp_path / "log") == entries_of(0, 300)


def test_an_entry_too_long_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 3)
    with pytest.raises(ConfigError, match="65536 bytes"):
        log.append([b"short", bytes(65_536)])
    assert checked(tmp_path / "log") == entries_of(0, 3)
    log.append([b"", bytes(65_535)])
    assert checked(tmp_path / "log")[3:] == [b"", bytes(65_535)]


def test_what_to_add_can_follow_from_what_is_there(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 3)
    added = log.compose(lambda reader: [reader.entry(2) + b" again"])
    assert added.first == 3
    assert log.compose(lambda _: []).checkpoint == added.checkpoint
    assert checked(tmp_path / "log")[3:] == [b"entry 2 again"]


def test_another_key_does_not_write(tmp_path: Path) -> None:
    log_of(tmp_path / "log", 3)
    before = files_of(tmp_path / "log")
    with pytest.raises(SigningKeyError, match="No entry is made under another identity"):
        Log(tmp_path / "log", OTHER).append([b"forged"])
    assert files_of(tmp_path / "log") == before
    assert signed_by(tmp_path / "log") == f"example.com/log+{KEY.key.identifier.hex()}"
    assert signed_by(tmp_path / "none") is None
    with pytest.raises(NoteError):
        open_log(tmp_path / "log", [OTHER.key])


# What a writer does not write on: it stops, and says which file.


@pytest.mark.parametrize(
    "path",
    ["checkpoint", "checkpoints/300", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"],
)
def test_a_log_with_a_file_missing_is_not_written_on(tmp_path: Path, path: str) -> None:
    log = log_of(tmp_path / "log", 200, 300)
    (tmp_path / "log" / path).unlink()
    with pytest.raises(TileError) as caught:
        log.append([b"more"])
    named = "checkpoint" if path == "checkpoints/300" else path
    assert caught.value.path == named


def test_every_altered_byte_of_what_a_writer_needs_stops_it(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 2, 5)
    for path in ("checkpoint", "checkpoints/5", "tile/0/000.p/5", "tile/entries/000.p/5"):
        file = tmp_path / "log" / path
        good = file.read_bytes()
        for place in range(len(good)):
            wrong = bytearray(good)
            wrong[place] ^= 1 << place % 8
            file.write_bytes(wrong)
            with pytest.raises((IntegrityError, SigningKeyError)):
                log.append([b"more"])
        file.write_bytes(good)
    assert log.append([b"more"]).first == 5


def test_a_checkpoint_that_was_set_back_is_noticed(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 2, 5, 9)
    root = tmp_path / "log"
    (root / "checkpoint").unlink()
    shutil.copy(root / "checkpoints" / "2", root / "checkpoint")
    with pytest.raises(TileError, match=r"checkpoint: is not the newest checkpoint, of 9 entries"):
        log.append([b"more"])


def test_checkpoints_that_are_gone_do_not_begin_a_log_anew(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", 5)
    shutil.rmtree(tmp_path / "log" / "checkpoints")
    with pytest.raises(TileError, match="checkpoints: is missing"):
        log.append([b"more"])
    (tmp_path / "log" / "checkpoint").unlink()
    with pytest.raises(TileError, match="checkpoints: is missing"):
        log.append([b"more"])


@pytest.mark.parametrize("count", [2, 300])
def test_what_an_append_that_died_has_left_is_forgotten_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    log = log_of(tmp_path / "log", 5)

    def died(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(Log, "_signed", died)
        with pytest.raises(Stopped):
            log.append([b"never signed %d" % number for number in range(count)])
    assert examine(tmp_path / "log", KEY.key) != []
    Log(tmp_path / "log", KEY).append([b"another"])
    assert examine(tmp_path / "log", KEY.key) == []
    Log(tmp_path / "log", KEY).append([b"another %d" % number for number in range(count)])
    assert examine(tmp_path / "log", KEY.key) == []
