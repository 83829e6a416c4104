"""A new key follows where the old one says so; a rotation that dies is finished or begun again."""

from __future__ import annotations

import json
import shutil
import stat
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import ConfigError, NoteError, SigningKeyError
from lineage_pipeline.trail import disk as disk_module
from lineage_pipeline.trail.keys import SecretKey, key_name, make_key, read_key, signer_for
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.merkle import check_inclusion, leaf_hash
from lineage_pipeline.trail.reader import open_log, signed_by
from lineage_pipeline.trail.rotation import (
    rotate,
    rotate_kept_key,
    rotated_keys,
    rotation_entry,
)
from tests.trail.power import Stopped, Watched

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.trail.notes import VerifierKey

NAME = "example.com/log"
OLD = SecretKey(NAME, bytes(range(32)))
NEW = SecretKey(NAME, bytes(range(1, 33)))


def test_both_keys_sign_the_checkpoint_that_covers_the_rotation(tmp_path: Path) -> None:
    log = Log(tmp_path, OLD)
    log.append([b"one", b"two"])
    done = rotate(tmp_path, OLD, NEW)
    assert done.first == 2
    assert done.checkpoint.note.signers == (NEW.key, OLD.key)
    for key in (OLD.key, NEW.key):
        reader = open_log(tmp_path, [key])
        entry = reader.entry(2)
        assert entry == rotation_entry(OLD.key, NEW.key)
        assert rotated_keys(entry) == (OLD.key, NEW.key)
        check_inclusion(leaf_hash(entry), 2, reader.tree, reader.inclusion(2))
    assert signed_by(tmp_path) == key_name(NEW.key)


def test_the_old_key_writes_no_more_and_the_new_one_does(tmp_path: Path) -> None:
    old = Log(tmp_path, OLD)
    old.append([b"one"])
    rotate(tmp_path, OLD, NEW)
    with pytest.raises(SigningKeyError, match="No entry is made"):
        old.append([b"late"])
    Log(tmp_path, NEW).append([b"two"])
    reader = open_log(tmp_path, [NEW.key])
    assert list(reader.entries()) == [b"one", rotation_entry(OLD.key, NEW.key), b"two"]
    with pytest.raises(NoteError):
        open_log(tmp_path, [OLD.key])
    assert open_log(tmp_path, [OLD.key], 2).entry(1) == reader.entry(1)


def test_a_log_may_be_rotated_often(tmp_path: Path) -> None:
    keys = [SecretKey(NAME, bytes([number]) * 32) for number in range(5)]
    Log(tmp_path, keys[0]).append([b"one"])
    for old, new in pairwise(keys):
        rotate(tmp_path, old, new)
    with pytest.raises(SigningKeyError):
        rotate(tmp_path, keys[0], keys[1])
    trusted: VerifierKey = keys[0].key
    for entry in open_log(tmp_path, [keys[-1].key]).entries():
        rotated = rotated_keys(entry)
        if rotated:
            assert rotated[0] == trusted
            trusted = rotated[1]
    assert trusted == keys[-1].key


@pytest.mark.parametrize("successor", [OLD, SecretKey("example.com/other", bytes(32))])
def test_a_key_of_another_name_or_the_same_one_does_not_follow(
    tmp_path: Path, successor: SecretKey
) -> None:
    Log(tmp_path, OLD).append([b"one"])
    with pytest.raises(ConfigError, match="cannot follow"):
        rotate(tmp_path, OLD, successor)


@pytest.mark.parametrize(
    "entry", [b"", b"x", b"\xff", b"[]", b"null", b"7", b"{}", b'{"type": "batch"}']
)
def test_other_entries_are_no_rotations(entry: bytes) -> None:
    assert rotated_keys(entry) is None


@pytest.mark.parametrize("stated", [{}, {"old": "x", "new": 7}, {"old": OLD.key.encoded}])
def test_a_rotation_without_two_keys_is_malformed(stated: dict[str, object]) -> None:
    with pytest.raises(NoteError, match="without two keys"):
        rotated_keys(json.dumps({"type": "key_rotation", **stated}).encode())


def signer(root: Path, file: Path) -> SecretKey:
    return signer_for(NAME, file, {}, signed_by(root))


def test_a_kept_key_is_rotated_where_it_is_kept(tmp_path: Path) -> None:
    root, file = tmp_path / "log", tmp_path / "keys" / "trail.key"
    old = signer(root, file)
    Log(root, old).append([b"one"])
    rotate_kept_key(root, NAME, file, {})
    new = signer(root, file)
    assert new != old
    assert Log(root, new).append([b"two"]).first == 2
    names = sorted(path.name for path in file.parent.iterdir() if path.is_file())
    assert names == ["trail.key", f"trail.key.{old.key.identifier.hex()}.retired"]
    for name in names:
        assert stat.S_IMODE((file.parent / name).stat().st_mode) == 0o600
    assert read_key(file.parent / names[1]) == old


def test_a_key_that_is_kept_elsewhere_is_not_rotated_here(tmp_path: Path) -> None:
    root, file = tmp_path / "log", tmp_path / "keys" / "trail.key"
    Log(root, OLD).append([b"one"])
    for _ in range(2):
        with pytest.raises(SigningKeyError, match="rotate where it is kept"):
            rotate_kept_key(root, NAME, file, {"LINEAGE_TRAIL_KEY": OLD.encoded})
        if not file.exists():
            make_key(file, NAME)
    assert not file.with_name("trail.key.next").exists()


def test_a_rotation_that_dies_at_any_call_is_finished_or_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "template"
    root, file = template / "log", template / "keys" / "trail.key"
    old = signer(root, file)
    Log(root, old).append([b"one"])
    ends = set()
    number = 0
    while "whole" not in ends:
        place = tmp_path / str(number)
        shutil.copytree(template, place)
        root, file = place / "log", place / "keys" / "trail.key"

        def stop(count: int, name: str, path: Path, last: int = number) -> None:
            if count == last:
                raise Stopped

        monkeypatch.setattr(disk_module, "os", Watched(place, stop))
        try:
            rotate_kept_key(root, NAME, file, {})
            ends.add("whole")
        except Stopped:
            pass
        monkeypatch.undo()
        after = signer(root, file)
        ends.add("before" if after == old else "after")
        assert Log(root, after).append([b"two"]).first == (1 if after == old else 2)
        rotate_kept_key(root, NAME, file, {})
        last = signer(root, file)
        assert last not in (old, after)
        assert Log(root, last).append([b"three"]).checkpoint.note.signers == (last.key,)
        assert not file.with_name("trail.key.next").exists()
        number += 1
    assert ends == {"whole", "before", "after"}
    assert number > 30
