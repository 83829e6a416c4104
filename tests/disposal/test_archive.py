"""Landing files moved into the archive: found there, brought back the same, and never lost."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import zstandard

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.archives.archive import Archive
from lineage_pipeline.disposal.cooling import Asked, archive_files
from lineage_pipeline.disposal.reclaiming import reclaim
from lineage_pipeline.disposal.resolution import resolution_of
from lineage_pipeline.disposal.stores.landing import Landing
from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.disposal.archived import (
    ARCHIVE,
    COLD,
    archive,
    became,
    cold_workspace,
    copies,
    file_id,
    landed,
    restore,
    states,
)
from tests.disposal.kept import OVER, hold
from tests.evidence.sealed import findings
from tests.governed import when

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    cold_workspace(root)
    return root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    """Return a copy of a workspace with two cold files and one that is not, below a folder."""
    shutil.copytree(made, tmp_path / "home")
    return pipeline.open_workspace(tmp_path / "home" / "workspace")


def read_again(workspace: Workspace) -> int:
    """Return how many files a run reads."""
    return len(pipeline.run(workspace, pipeline.system_clock, OVER).ingest.segments)


def nodes(workspace: Workspace) -> list[tuple[object, ...]]:
    """Return what the lineage knows."""
    with open_warehouse(workspace.paths) as warehouse:
        return warehouse.query("select node_id, last_seen_at from lineage.node order by all").rows


def test_a_cold_file_goes_and_comes_back_the_same(workspace: Workspace) -> None:
    file = landed(workspace, "a")
    content, changed_ns = file.read_bytes(), file.stat().st_mtime_ns
    before = nodes(workspace)
    assert became(archive(workspace, before=COLD)) == {"a": "archived", "b": "archived"}
    assert not file.exists()
    assert landed(workspace, "new").exists()
    assert states(workspace) == [(file_id("a"), "archived"), (file_id("b"), "archived")]
    assert len(copies(workspace)) == 2
    assert read_again(workspace) == 0
    assert nodes(workspace) == before != []
    assert findings(workspace.paths) == []
    done = restore(workspace, file_id("a"))
    assert done.became == "restored"
    assert done.reason == (
        "1 SHA-256 of what was read back are those signed by the log's key; "
        "1 SHA-256 of segments are those sealed when it was scanned"
    )
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (content, changed_ns)
    assert states(workspace) == [(file_id("a"), "restored"), (file_id("b"), "archived")]
    assert read_again(workspace) == 0
    assert findings(workspace.paths) == []
    assert restore(workspace, file_id("a")).became == "restored before"


def test_nothing_moves_unless_that_is_asked_for(workspace: Workspace) -> None:
    done = archive(workspace, "a", execute=False)
    assert became(done) == {"a": "to be archived"}
    assert done["a"].stored_bytes == landed(workspace, "a").stat().st_size
    assert (copies(workspace), states(workspace)) == ([], [])
    archive(workspace, "a")
    assert restore(workspace, file_id("a"), execute=False).became == "to be restored"
    assert not landed(workspace, "a").exists()


def test_names_in_the_archive_tell_nothing(workspace: Workspace) -> None:
    archive(workspace, before=COLD)
    for file in copies(workspace):
        assert file.parent.name == file.name[:2]
        assert not {"openlineage", "ndjson", "landing"} & {*file.name.split(".")}
        assert b"of_a" not in file.read_bytes()


def test_what_is_archived_is_found_and_not_archived_again(workspace: Workspace) -> None:
    archive(workspace, "a")
    assert became(archive(workspace, "a")) == {"a": "archived before"}
    assert became(archive(workspace, before=COLD)) == {"b": "archived"}
    with open_warehouse(workspace.paths) as warehouse:
        rules = resolution_of(warehouse, file_id("a"), OVER).rules
    told = [dict(zip(rules.columns, row, strict=True)) for row in rules.rows]
    assert [(one["kind"], one["name"], one["part"]) for one in told] == [
        ("archive", "../archive", "archived")
    ]
    assert told[0]["why"].endswith("by role/disposal")


def test_an_archive_that_keeps_a_copy_takes_no_second_one(workspace: Workspace) -> None:
    archive(workspace, "a")
    restore(workspace, file_id("a"), OVER + timedelta(hours=1))
    later = OVER + timedelta(hours=2)
    assert became(archive(workspace, "a", at=later)) == {"a": "archived"}
    assert len(copies(workspace)) == 1
    assert restore(workspace, file_id("a"), later).became == "restored"


def test_a_held_file_is_left(workspace: Workspace) -> None:
    hold(workspace, file_id("a"))
    done = archive(workspace, before=COLD)
    assert became(done) == {"a": "left", "b": "archived"}
    assert done["a"].reason == "under a legal hold: M1: a dispute"
    assert landed(workspace, "a").exists()
    assert len(copies(workspace)) == 1


def test_a_hold_placed_while_files_move_keeps_the_next(workspace: Workspace) -> None:
    def place(outcome: object) -> None:
        if landed(workspace, "b").exists() and not landed(workspace, "a").exists():
            hold(workspace, file_id("b"))

    said = Statement("archived", {"actor": "role/disposal"})
    done = archive_files(
        workspace, Asked((), COLD), said, when(OVER), execute=True, tell=place
    )  # fmt: skip
    assert [one.became for one in done] == ["archived", "left"]
    assert landed(workspace, "b").exists()


@pytest.mark.parametrize("change", ["grown", "touched", "other bytes", "a link", "torn", "gone"])
def test_a_file_that_is_not_as_it_was_read_is_left(workspace: Workspace, change: str) -> None:
    file = landed(workspace, "a")
    seen = file.stat()
    expected = "has changed since it was read"
    if change == "grown":
        # So that the run before the move has nothing to read: a line that has not ended.
        with file.open("a") as stream:
            stream.write("{")
        expected = "ends in 1 bytes of an unended record"
    elif change == "torn":
        file.write_text(file.read_text()[:-1] + ' {"a"', encoding="utf-8")
        expected = r"unended record|more than was read"
    elif change == "touched":
        os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
        expected = ""
    elif change == "other bytes":
        file.write_bytes(file.read_bytes().replace(b"of_a", b"of_x"))
        os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        expected = "from byte 0 on it is not what was read"
    elif change == "a link":
        file.rename(file.parent.parent / "elsewhere")
        file.symlink_to(file.parent.parent / "elsewhere")
        expected = "is neither file nor folder"
    else:
        file.unlink()
        expected = "nothing of it lies in the store"
    done = archive(workspace, "a")["a"]
    if change == "touched":
        # The run before it has read the file again, and found nothing new.
        assert done.became == "archived"
        return
    assert done.became == "left"
    assert re.search(expected, done.reason), done.reason
    assert copies(workspace) == []
    assert file.exists() is (change != "gone")


@pytest.mark.parametrize(
    "spoil", ["another content", "truncated", "a bomb", "more behind it", "gone", "empty"]
)
def test_a_copy_that_is_not_what_was_put_there_restores_nothing(
    workspace: Workspace, spoil: str
) -> None:
    archive(workspace, before=COLD)
    with open_warehouse(workspace.paths) as warehouse:
        [(name, size)] = warehouse.query(
            "select pieces[1].stored_as, total_bytes from retention.archived "
            f"where object_id = '{file_id('a')}'"
        ).rows
    [copy] = [file for file in copies(workspace) if file.name == name]
    stored = copy.read_bytes()
    pack = zstandard.ZstdCompressor().compress
    spoiled = {
        "another content": pack(bytes(size)),
        "truncated": stored[:-1],
        "a bomb": pack(bytes(1 << 30)),
        "more behind it": stored + b"more",
        "empty": b"",
        "gone": None,
    }[spoil]
    if spoiled is None:
        copy.unlink()
    else:
        copy.write_bytes(spoiled)
    for execute in (False, True):
        done = restore(workspace, file_id("a"), execute=execute)
        assert done.became == "left"
        assert done.reason.startswith(name)
    assert [file.name for file in landed(workspace, "a").parent.iterdir()] == ["new.ndjson"]
    assert (file_id("a"), "archived") in states(workspace)


def test_nothing_that_lies_there_is_overwritten(workspace: Workspace) -> None:
    archive(workspace, "a")
    landed(workspace, "a").write_text("somebody else's\n")
    done = restore(workspace, file_id("a"))
    assert done.became == "left"
    assert done.reason.endswith("something else lies there; move that away first")
    assert landed(workspace, "a").read_text() == "somebody else's\n"


def test_what_is_reclaimed_leaves_no_copy(workspace: Workspace) -> None:
    archive(workspace, before=COLD)
    restore(workspace, file_id("b"))
    for name in ("a", "b"):
        [other] = {"a", "b"} - {name}
        reclaim(
            workspace, [f"landing/openlineage/{name}.ndjson"], "policy raw-event",
            microseconds(OVER),
        )  # fmt: skip
        assert len(copies(workspace)) == (1 if other == "b" else 0)
    assert findings(workspace.paths) == []
    with pytest.raises(ConfigError, match="there is no such object"):
        restore(workspace, "file:landing/openlineage/c.ndjson")


def test_what_lies_in_an_archive_that_is_not_named_any_more_is_not_forgotten(
    workspace: Workspace,
) -> None:
    archive(workspace, "a")
    text = workspace.paths.settings.read_text(encoding="utf-8")
    workspace.paths.settings.write_text(text.replace(ARCHIVE, ""), encoding="utf-8")
    forgetful = pipeline.open_workspace(workspace.paths.root)
    assert "which [archive] does not name" in restore(forgetful, file_id("a")).reason
    with pytest.raises(ConfigError, match="does not name; name it, so that they go as well"):
        reclaim(forgetful, ["landing/openlineage/a.ndjson"], "policy", microseconds(OVER))
    with pytest.raises(ConfigError, match=r"name the archive in lineage\.toml"):
        archive(forgetful, "b")


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("landing", "the workspace lies in it, or it in that"),
        ("..", "the workspace lies in it, or it in that"),
        ("../data/below", "the store of file lies in it, or it in that"),
        ("../nowhere", "there is no such folder"),
        ("s3://", "names no bucket"),
        ("s3://sets/archive", "is the bucket of a \\[\\[disposal.store\\]\\]"),
    ],
)
def test_an_archive_lies_where_nothing_else_does(
    workspace: Workspace, target: str, why: str
) -> None:
    (workspace.paths.root.parent / "data" / "below").mkdir(parents=True)
    stores = (
        '[[disposal.store]]\nkind = "local"\nnamespace = "file"\nroot = "../data"\n'
        '[[disposal.store]]\nkind = "s3"\nnamespace = "s3://sets"\n'
    )
    text = workspace.paths.settings.read_text(encoding="utf-8")
    text = text.replace("../archive", target) + stores
    workspace.paths.settings.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"target = .*{why}"):
        archive(pipeline.open_workspace(workspace.paths.root), "a")


def test_only_landing_files_are_moved_by_hand(workspace: Workspace) -> None:
    with pytest.raises(ConfigError, match="is no landing file"):
        archive_files(
            workspace, Asked(("dataset:db:of_a",)), Statement("archived", {"actor": "x"}),
            when(OVER), execute=True,
        )  # fmt: skip


def die(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("is_copied", [False, True])
def test_what_changed_while_it_was_half_moved_is_moved_as_it_is_and_nothing_is_lost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, *, is_copied: bool
) -> None:
    file = landed(workspace, "a")
    with monkeypatch.context() as patch:
        patch.setattr(LocalFolder if is_copied else Archive, "delete" if is_copied else "put", die)
        with pytest.raises(KeyboardInterrupt):
            archive(workspace, "a")
    assert len(copies(workspace)) == is_copied
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(make_event(run="more", type="COMPLETE", at=3)) + "\n")
    content = file.read_bytes()
    later = OVER + timedelta(hours=1)
    assert became(archive(workspace, "a", at=later)) == {"a": "archived"}
    # Nobody can tell whether what was copied went by us or by others: it is kept, and named.
    assert len(copies(workspace)) == 1 + is_copied
    first = "archived" if is_copied else "abandoned"
    assert [state for _, state in states(workspace)] == sorted([first, "archived"])
    assert restore(workspace, file_id("a"), later).became == "restored"
    assert file.read_bytes() == content


def test_what_came_under_the_name_of_what_was_half_moved_is_moved_as_well(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = landed(workspace, "a")
    with monkeypatch.context() as patch:
        patch.setattr(LocalFolder, "clear", die)
        patch.setattr(Landing, "clear", die)
        with pytest.raises(KeyboardInterrupt):
            archive(workspace, "a")
    assert not file.exists()
    event = make_event(run="anew", type="COMPLETE", outputs=["anew"], at=3)
    file.write_text(json.dumps(event) + "\n", encoding="utf-8")
    content = file.read_bytes()
    later = OVER + timedelta(hours=1)
    assert became(archive(workspace, "a", at=later)) == {"a": "archived"}
    assert [state for _, state in states(workspace)] == ["archived", "archived"]
    assert len(copies(workspace)) == 2
    assert restore(workspace, file_id("a"), later).became == "restored"
    assert file.read_bytes() == content


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_compressed_file_is_compared_by_what_it_holds(workspace: Workspace, suffix: str) -> None:
    line = json.dumps(make_event(run="packed", type="COMPLETE", at=3)).encode() + b"\n"
    packed = gzip.compress(line) if suffix == "gz" else zstandard.ZstdCompressor().compress(line)
    file = landed(workspace, "a").with_name(f"c.ndjson.{suffix}")
    file.write_bytes(packed)
    name = f"file:landing/openlineage/{file.name}"
    later = OVER + timedelta(hours=1)
    pipeline.run(workspace, pipeline.system_clock, later)
    said = Statement("archived", {"actor": "role/disposal"})
    [done] = archive_files(workspace, Asked((name,)), said, when(later), execute=True)
    assert done.became == "archived"
    assert restore(workspace, name, later).became == "restored"
    assert file.read_bytes() == packed
