"""A log after a power failure, a full disk, a broken one, a kill or a second writer: it goes on."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import (
    DurabilityError,
    IntegrityError,
    StorageError,
    TileError,
)
from lineage_pipeline.trail import disk as disk_module
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.reader import checkpoint_sizes
from lineage_pipeline.trail.tiles import bundles_of, tiles_of
from tests.trail.logs import KEY, checked, entries_of, log_of
from tests.trail.power import Stopped, Watched, no_room

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The order of the calls, a power failure, a full disk and a broken one, at each step.


def watched(monkeypatch: pytest.MonkeyPatch, root: Path) -> Watched:
    watch = Watched(root)
    monkeypatch.setattr(disk_module, "os", watch)
    return watch


class WatchingSigner:
    """Signs after a look at what a power failure would leave."""

    def __init__(self, look: Callable[[bytes], None]) -> None:
        self.key = KEY.key
        self._look = look

    def sign(self, text: bytes) -> bytes:
        self._look(text)
        return KEY.sign(text)


@pytest.mark.parametrize("sizes", [(0, 1), (0, 300), (255, 256), (256, 257), (300, 900)])
def test_nothing_is_signed_before_it_is_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, int]
) -> None:
    root = tmp_path / "a" / "log"
    old_size, size = sizes
    if old_size:
        log_of(root, old_size)
    watch = watched(monkeypatch, root)
    watch.remember()
    looked = []

    def look(text: bytes) -> None:
        signed = int(text.split(b"\n")[1])
        image = tmp_path / f"image-{signed}"
        watch.restore(image)
        for tile in tiles_of(signed) + bundles_of(signed):
            partial = image / tile.path
            assert partial.is_file() or (image / tile._replace(width=256).path).is_file()
        looked.append(signed)

    done = Log(root, WatchingSigner(look)).append(entries_of(old_size, size))
    assert looked == ([size] if old_size else [0, size])
    watch.restore(tmp_path / "after")
    assert checked(tmp_path / "after") == entries_of(0, size)
    assert (tmp_path / "after" / "checkpoint").read_bytes() == done.checkpoint.data


def test_files_are_synced_before_they_are_named_and_folders_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "log"
    log = log_of(root, 3)
    watch = watched(monkeypatch, root)
    log.append([b"more"])
    calls = [(name, str(path.relative_to(tmp_path))) for name, path in watch.calls]
    assert calls == [
        ("open", "log/.lock"),
        ("open", "log/.tmp/0"), ("write", "log/.tmp/0"), ("fsync", "log/.tmp/0"),
        ("rename", "log/tile/entries/000.p/4"),
        ("open", "log/.tmp/1"), ("write", "log/.tmp/1"), ("fsync", "log/.tmp/1"),
        ("rename", "log/tile/0/000.p/4"),
        ("open", "log/tile/entries/000.p"), ("fsync", "log/tile/entries/000.p"),
        ("open", "log/tile/0/000.p"), ("fsync", "log/tile/0/000.p"),
        ("open", "log/tile/entries"), ("fsync", "log/tile/entries"),
        ("open", "log/tile/0"), ("fsync", "log/tile/0"),
        ("open", "log/tile"), ("fsync", "log/tile"),
        ("open", "log"), ("fsync", "log"), ("open", "."), ("fsync", "."),
        ("open", "log/.tmp/checkpoint"), ("write", "log/.tmp/checkpoint"),
        ("fsync", "log/.tmp/checkpoint"),
        ("link", "log/checkpoints/4"),
        ("open", "log/checkpoints"), ("fsync", "log/checkpoints"),
        ("open", "log"), ("fsync", "log"), ("open", "."), ("fsync", "."),
        ("rename", "log/checkpoint"),
        ("open", "log"), ("fsync", "log"), ("open", "."), ("fsync", "."),
    ]  # fmt: skip


def steps_of(monkeypatch: pytest.MonkeyPatch, root: Path, old_size: int, size: int) -> Watched:
    """Return the calls that it takes to append."""
    log = log_of(root, old_size) if old_size else Log(root, KEY)
    watch = watched(monkeypatch, root)
    log.append(entries_of(old_size, size))
    monkeypatch.undo()
    return watch


@pytest.mark.parametrize(("old_size", "size"), [(0, 2), (3, 5), (250, 260), (256, 257)])
def test_a_power_failure_at_any_call_leaves_a_log_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_size: int, size: int
) -> None:
    steps = steps_of(monkeypatch, tmp_path / "whole", old_size, size).count
    decided = []
    for number in range(steps):
        root = tmp_path / str(number) / "log"
        log = log_of(root, old_size) if old_size else Log(root, KEY)
        watch = watched(monkeypatch, root)
        watch.remember()

        def stop(count: int, name: str, path: Path, last: int = number) -> None:
            if count == last:
                raise Stopped

        watch.at = stop
        with pytest.raises(Stopped):
            log.append(entries_of(old_size, size))
        monkeypatch.undo()
        image = tmp_path / f"image-{number}"
        watch.restore(image)
        for left in (root, image):
            if (left / "checkpoint").exists():
                assert checked(left) in (entries_of(0, old_size), entries_of(0, size))
            Log(left, KEY).append([b"after"])
            found = checked(left)
            assert found in ([*entries_of(0, old_size), b"after"],
                             [*entries_of(0, size), b"after"]), number  # fmt: skip
            assert (left / "checkpoint").read_bytes() == (
                left / "checkpoints" / str(len(found))
            ).read_bytes()
        decided.append(len(checked(image)) > size)
    assert decided == sorted(decided), "once it is decided it stays so"
    assert not decided[0]
    assert decided[-1]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_at_any_call_lets_nothing_advance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    whole = steps_of(monkeypatch, tmp_path / "whole", 250, 260)
    decided = [name for name, _ in whole.calls].index("link")
    failing = {"open", "write", "rename", "link", "mkdir"}
    for number, (name, _) in enumerate(whole.calls):
        if name not in failing:
            continue
        root = tmp_path / str(number)
        log = log_of(root, 250)
        before = (root / "checkpoint").read_bytes()
        watch = watched(monkeypatch, root)
        watch.at = no_room(number, name, code)
        with pytest.raises(StorageError) as failed:
            log.append(entries_of(250, 260))
        monkeypatch.undo()
        assert isinstance(failed.value, DurabilityError) == (number > decided)
        if number <= decided:
            assert "nothing of what was begun is visible" in str(failed.value)
            assert (root / "checkpoint").read_bytes() == before
            assert checkpoint_sizes(Disk(root)) == [0, 250]
            assert checked(root) == entries_of(0, 250)
            assert log.append(entries_of(250, 260)).first == 250
        else:
            assert "is found and made good" in str(failed.value)
            assert Log(root, KEY).append([]).first == 260
        assert checked(root) == entries_of(0, 260)
        assert not list((root / ".tmp").iterdir())


def test_a_failed_sync_ends_the_writer_and_is_never_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = steps_of(monkeypatch, tmp_path / "whole", 3, 5)
    syncs = [number for number, (name, _) in enumerate(whole.calls) if name == "fsync"]
    for number in syncs:
        root = tmp_path / str(number)
        log = log_of(root, 3)
        watch = watched(monkeypatch, root)
        watch.at = no_room(number, "fsync", errno.EIO)
        with pytest.raises(DurabilityError, match="may not be on disk"):
            log.append(entries_of(3, 5))
        assert [name for name, _ in watch.calls].count("fsync") == syncs.index(number)
        made = watch.count
        watch.at = None
        for _ in range(2):
            with pytest.raises(DurabilityError, match="nothing more is written"):
                log.append([b"more"])
        assert watch.count == made
        monkeypatch.undo()
        assert checked(root) in (entries_of(0, 3), entries_of(0, 5))
        Log(root, KEY).append([b"after"])
        assert checked(root)[-1] == b"after"


def test_what_a_failed_sync_left_is_written_anew_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is there may be in memory alone: no writer takes it for done."""
    whole = steps_of(monkeypatch, tmp_path / "whole", 3, 5)
    for number, (name, _) in enumerate(whole.calls):
        if name != "fsync":
            continue
        root = tmp_path / str(number) / "log"
        log = log_of(root, 3)
        watch = watched(monkeypatch, root)
        watch.remember()
        watch.at = no_room(number, "fsync", errno.EIO)
        with pytest.raises(DurabilityError):
            log.append(entries_of(3, 5))
        watch.at = None
        Log(root, KEY).append(entries_of(5, 6))
        watch.restore(tmp_path / f"image-{number}")
        monkeypatch.undo()
        found = checked(tmp_path / f"image-{number}")
        assert found in ([*entries_of(0, 3), b"entry 5"], entries_of(0, 6))


# A disk that is really full.

APPENDER = """
import resource, sys
from pathlib import Path
from lineage_pipeline.errors import StorageError
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
if limit := int(sys.argv[2]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
log = Log(Path(sys.argv[1]), SecretKey("example.com/log", bytes(range(32))))
done = 0
try:
    for done in range(1000):
        log.append([bytes([done % 256]) * 1000])
except StorageError as error:
    print(done, "cannot be written" in str(error), "Traceback" in str(error))
"""


def appended_until_full(root: Path, limit: int) -> int:
    """Append entries of 1000 bytes, one by one, until none fits; return how many did."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", APPENDER, str(root), str(limit)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    count, named, traced = done.stdout.split()
    assert (named, traced) == ("True", "False")
    return int(count)


def assert_goes_on(root: Path, count: int) -> None:
    assert checked(root) == [bytes([number % 256]) * 1000 for number in range(count)]
    assert Log(root, KEY).append([b"after"]).first == count
    assert len(checked(root)) == count + 1


def test_a_file_that_cannot_grow_lets_nothing_advance(tmp_path: Path) -> None:
    count = appended_until_full(tmp_path / "log", 20_000)
    assert count == 19
    assert_goes_on(tmp_path / "log", count)


def test_a_small_disk_that_is_full_lets_nothing_advance(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("no rights to mount a small disk")
    try:
        (place / "other").write_bytes(bytes(100_000))
        count = appended_until_full(place / "log", 0)
        assert 5 < count < 100
        shutil.copytree(place / "log", tmp_path / "copy")
        assert_goes_on(tmp_path / "copy", count)
        (place / "other").unlink()
        assert_goes_on(place / "log", count)
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607


# Several processes.

WRITER = """
import sys
from pathlib import Path
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
log = Log(Path(sys.argv[1]), SecretKey("example.com/log", bytes(range(32))))
for number in range(int(sys.argv[3])):
    log.append([f"{sys.argv[2]} {number}".encode()])
"""


def test_two_writers_do_not_fork_the_log(tmp_path: Path) -> None:
    both = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", WRITER, str(tmp_path / "log"), name, "60"]
        )
        for name in ("one", "other")
    ]
    assert [process.wait() for process in both] == [0, 0]
    entries = checked(tmp_path / "log")
    assert len(entries) == 120
    for name in (b"one", b"other"):
        assert [e for e in entries if e.startswith(name + b" ")] == [
            b"%s %d" % (name, number) for number in range(60)
        ]
    assert checkpoint_sizes(Disk(tmp_path / "log")) == list(range(121))


def test_a_writer_past_the_lock_signs_no_second_log(tmp_path: Path) -> None:
    """With a lock that does not hold, the second checkpoint of a size is refused, not signed over.

    The files that it wrote may be wrong then: that is found, and it never looks right.
    """
    log_of(tmp_path / "log", 3)

    def meanwhile(_: object) -> list[bytes]:
        (tmp_path / "log" / ".lock").unlink()
        Log(tmp_path / "log", KEY).append([b"theirs"])
        return [b"ours"]

    with pytest.raises(IntegrityError, match="another checkpoint of 4 entries is there already"):
        Log(tmp_path / "log", KEY).compose(meanwhile)
    assert checkpoint_sizes(Disk(tmp_path / "log")) == [0, 3, 4]
    with pytest.raises(TileError, match=r"tile/(0|entries)/000.p/4"):
        checked(tmp_path / "log")


KILLER = """
import json, os, signal, sys
from pathlib import Path
from lineage_pipeline.trail import disk
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from tests.trail.power import Watched

for folder in json.loads(sys.stdin.read()):
    child = os.fork()
    if child:
        print(os.waitpid(child, 0)[1], flush=True)
        continue
    last = int(Path(folder).name)
    def kill(count, name, path):
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
    disk.os = Watched(Path(folder), kill)
    log = Log(Path(folder), SecretKey("example.com/log", bytes(range(32))))
    log.append([b"entry %d" % number for number in range(250, 260)])
    os._exit(0)
"""


def test_a_writer_that_is_killed_at_any_call_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = steps_of(monkeypatch, tmp_path / "whole", 250, 260).count
    log_of(tmp_path / "template", 250)
    folders = [tmp_path / str(number) for number in range(steps + 1)]
    for folder in folders:
        shutil.copytree(tmp_path / "template", folder)
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLER],
        input=json.dumps([str(folder) for folder in folders]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["9"] * steps + ["0"]
    for folder in folders:
        assert checked(folder) in (entries_of(0, 250), entries_of(0, 260))
        first = Log(folder, KEY).append(entries_of(260, 261)).first
        assert first in (250, 260)
        assert checked(folder) == [*entries_of(0, first), b"entry 260"]
        assert not list((folder / ".tmp").iterdir())
    assert checked(folders[-1]) == entries_of(0, 261)
