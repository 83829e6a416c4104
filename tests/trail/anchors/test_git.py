"""A branch elsewhere: a commit for each checkpoint, none forced; all that it ever held counts."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import AnchorError
from lineage_pipeline.settings.anchors import GitAnchor
from lineage_pipeline.trail.anchors import git_program
from lineage_pipeline.trail.anchors.at_hand import LogAtHand
from lineage_pipeline.trail.anchors.everywhere import compare_everywhere
from lineage_pipeline.trail.anchors.git import GitStore, git_store
from lineage_pipeline.trail.anchors.git_program import Git
from lineage_pipeline.trail.anchors.keeping import keep
from lineage_pipeline.trail.checkpoints import checkpoint_text
from lineage_pipeline.trail.merkle import Tree
from lineage_pipeline.trail.notes import sign_note
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
from tests.trail.logs import KEY, log_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.trail.anchors.everywhere import Trail
    from lineage_pipeline.trail.checkpoints import Checkpoint


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """Return an empty bare repository that takes what is pushed and rewrites nothing."""
    made = tmp_path / "remote.git"
    run(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(made))
    for name in ("denyNonFastForwards", "denyDeletes"):
        run(made, "config", f"receive.{name}", "true")
    return made


@pytest.fixture
def anchor(remote: Path) -> GitAnchor:
    """Return the anchor's settings."""
    return GitAnchor(str(remote))


def run(folder: Path, *arguments: str, data: bytes = b"") -> str:
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=folder, check=True, capture_output=True, input=data,
        env=git_program.environment() | {
            f"GIT_{role}_{key}": "admin"
            for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
        },
    )  # fmt: skip
    return done.stdout.decode()


def push_commit(remote: Path, files: dict[str, bytes]) -> None:
    """Let somebody who may push put a commit on the branch that holds these files alone."""
    listed = b""
    for name, data in files.items():
        blob = run(remote, "hash-object", "-w", "--stdin", data=data).strip()
        listed += f"100644 blob {blob}\t{name}\0".encode()
    tree = run(remote, "mktree", "-z", data=listed).strip()
    commit = run(remote, "commit-tree", tree, "-p", "main", data=b"away").strip()
    run(remote, "update-ref", "refs/heads/main", commit)


def test_each_checkpoint_is_a_commit_by_the_log_at_the_time_that_is_given(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    assert compared(trail, anchor) == [Told(None, "empty")]
    assert anchored(trail, anchor) == [Told(7, "anchored")]
    first = checkpoint_of(trail)
    grown(trail)
    assert anchored(trail, anchor) == [Told(8, "anchored")]
    assert run(remote, "log", "--format=%an|%ae|%cn|%at|%s", "main").splitlines() == [
        f"example.com/log||example.com/log|{int(NOW.timestamp())}|Checkpoint of {size} entries"
        for size in (8, 7)
    ]
    assert run(remote, "ls-tree", "--name-only", "main").split() == ["7", "8"]
    assert run(remote, "show", "main:7").encode() == first
    assert compared(trail, anchor) == [Told(7, "consistent"), Told(8, "consistent")]


def test_anchoring_twice_makes_no_commit(trail: Trail, anchor: GitAnchor, remote: Path) -> None:
    anchored(trail, anchor)
    assert anchored(trail, anchor) == [Told(7, "held")]
    assert run(remote, "rev-list", "--count", "main").strip() == "1"


def test_a_log_that_was_set_back_or_written_anew_is_seen_and_nothing_is_pushed(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    anchored(trail, anchor)
    tip = run(remote, "rev-parse", "main")
    set_back(trail, 3)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    written_anew(trail, 9)
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert compared(trail, anchor) == [Told(7, "disagrees")]
    assert run(remote, "rev-parse", "main") == tip


def test_a_checkpoint_that_a_later_commit_took_away_or_replaced_still_counts(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    anchored(trail, anchor)
    push_commit(remote, {"README": b"empty again"})
    assert compared(trail, anchor) == [Told(7, "consistent")]
    written_anew(trail, 9)
    push_commit(remote, {"7": sign_note(checkpoint_text(KEY.name, Tree(7, bytes(32))), [KEY])})
    assert anchored(trail, anchor) == [Told(7, "disagrees")]
    assert compared(trail, anchor) == [Told(7, "disagrees")] * 2


def test_what_only_a_merge_has_put_there_counts(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    anchored(trail, anchor)
    tip = run(remote, "rev-parse", "main").strip()
    push_commit(remote, {"README": b"one side"})
    side = run(remote, "rev-parse", "main").strip()
    forged = sign_note(checkpoint_text(KEY.name, Tree(5, bytes(32))), [KEY])
    blob = run(remote, "hash-object", "-w", "--stdin", data=forged).strip()
    tree = run(remote, "mktree", data=f"100644 blob {blob}\t5\n".encode()).strip()
    merge = run(remote, "commit-tree", tree, "-p", tip, "-p", side, data=b"merge").strip()
    run(remote, "update-ref", "refs/heads/main", merge)
    push_commit(remote, {})
    assert compared(trail, anchor) == [Told(5, "disagrees"), Told(7, "consistent")]


def test_what_is_no_checkpoint_disagrees_however_large_it_is(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    anchored(trail, anchor)
    push_commit(remote, {"3": b"", "4": b"x\n" * 600_000, "5": b"\xff\x00\n"})
    assert compared(trail, anchor) == [
        *(Told(size, "disagrees") for size in (3, 4, 5)), Told(7, "consistent"),
    ]  # fmt: skip
    run(remote, "update-ref", "-d", "refs/heads/main")
    link = run(remote, "mktree", data=f"160000 commit {'1' * 40}\t3\n".encode()).strip()
    commit = run(remote, "commit-tree", link, data=b"a module").strip()
    run(remote, "update-ref", "refs/heads/main", commit)
    assert compared(trail, anchor) == [Told(3, "disagrees")]


def test_what_else_the_branch_holds_is_left_there(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    anchored(trail, anchor)
    push_commit(remote, {"7": checkpoint_of(trail), "README": b"what this is", "x\ny": b""})
    grown(trail)
    assert anchored(trail, anchor) == [Told(8, "anchored")]
    assert run(remote, "show", "main:README") == "what this is"
    assert len(run(remote, "ls-tree", "-z", "main").split("\0")) == 5


def test_another_branch_is_another_anchor(trail: Trail, anchor: GitAnchor, remote: Path) -> None:
    anchored(trail, anchor)
    other = GitAnchor(str(remote), "audit/checkpoints")
    assert compared(trail, other) == [Told(None, "empty")]
    assert anchored(trail, other) == [Told(7, "anchored")]
    assert run(remote, "branch", "--list", "--format=%(refname:short)").split() == [
        "audit/checkpoints",
        "main",
    ]


class Raced(GitStore):
    """A branch to which another process pushes just before each of the first pushes."""

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:
        if races:
            races.pop()()
        return super().add(checkpoint, now)


races: list[Callable[[], object]] = []


def test_a_push_that_came_too_late_is_made_again_on_top(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    copies = []
    for size in (1, 2):
        log_of(trail.workspace / f"copy{size}", *range(1, size + 1))
        copies.append(trail._replace(root=trail.workspace / f"copy{size}"))
    log_of(trail.workspace / "grown", 1, 2, 5)
    late = trail._replace(root=trail.workspace / "grown")
    races[:] = [lambda each=each: anchored(each, anchor) for each in reversed(copies)]
    with git_store(anchor, trail.workspace) as store:
        store.__class__ = Raced
        row = keep("anchor", store, LogAtHand(late.root, late.pinned), NOW)
    assert row.status == "anchored"
    assert not races
    assert run(remote, "ls-tree", "--name-only", "main").split() == ["1", "2", "5"]
    assert run(remote, "rev-list", "--count", "main").strip() == "3"


def test_many_writers_lose_nothing(trail: Trail, anchor: GitAnchor, remote: Path) -> None:
    """Two that push the very same commit at the same time have both anchored it."""
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: anchored(trail, anchor), range(4)))
    assert {row for rows in told for row in rows} <= {Told(7, "anchored"), Told(7, "held")}
    assert run(remote, "rev-list", "--count", "main").strip() == "1"
    assert compared(trail, anchor) == [Told(7, "consistent")]


def test_a_remote_that_refuses_is_no_reason_to_force(
    trail: Trail, anchor: GitAnchor, remote: Path
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not you >&2\nexit 1\n")
    hook.chmod(0o755)
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert "may push" in details_of_anchoring(trail, anchor)
    assert compared(trail, anchor) == [Told(None, "empty")]


def test_a_remote_that_is_not_there_is_told_without_what_is_secret(trail: Trail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    anchor = GitAnchor(f"http://robot:hunter2@127.0.0.1:{port}/x.git?token=hunter3")
    (row,) = compare_everywhere(trail, [anchor])
    assert row.status == "unreachable"
    assert row.anchor == f"git http://127.0.0.1:{port}/x.git main"
    assert not any(secret in str(row) for secret in ("hunter2", "hunter3", "robot"))
    assert anchored(trail, anchor) == [Told(None, "unreachable")]
    assert compared(trail, GitAnchor("nowhere.git")) == [Told(None, "unreachable")]


def test_nothing_of_the_users_git_is_taken_over(
    trail: Trail, anchor: GitAnchor, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "post-commit", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {told}\n")
        (hooks / name).chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f'[core]\nhooksPath = {hooks}\n[user]\nname = somebody\n[url "ext::x"]\ninsteadOf = /\n'
        f"[init]\ntemplateDir = {tmp_path}\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", f"'core.hookspath'='{hooks}'")
    assert anchored(trail, anchor) == [Told(7, "anchored")]
    assert run(remote, "log", "--format=%an", "main").strip() == "example.com/log"
    assert not told.exists()
    assert not (tmp_path / "elsewhere").exists()


def test_helpers_that_run_programs_are_refused_by_git_too(trail: Trail, tmp_path: Path) -> None:
    """The settings refuse them before; this is what happens to a value that got past them."""
    told = tmp_path / "told"
    for remote in (f"ext::sh -c touch% {told}", f"--upload-pack=touch {told}", "fd::17"):
        assert compared(trail, GitAnchor(remote)) == [Told(None, "unreachable")]
    assert not told.exists()


def test_a_program_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport os, time\nos.fork()\nprint(os.getpid(), flush=True)\n"
        "time.sleep(600)\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    handles: list[int] = []
    communicate = subprocess.Popen.communicate

    def wait(
        process: subprocess.Popen[bytes], data: bytes | None = None, timeout: float | None = None
    ) -> tuple[bytes, bytes]:
        if timeout is None:
            return communicate(process)
        assert process.stdout
        handles.extend(os.pidfd_open(int(process.stdout.readline())) for _ in range(2))
        raise subprocess.TimeoutExpired("git", timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", wait)
    with pytest.raises(AnchorError, match="no answer within"):
        Git(tmp_path / "x", tmp_path, ()).run("fetch")
    assert len(handles) == 2
    for handle in handles:
        # What its own end lets go of is gone a moment before the process is.
        assert select.select([handle], [], [], 30)[0], "it still runs"
        os.close(handle)


def test_without_git_the_error_says_what_to_install(
    trail: Trail, anchor: GitAnchor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install the package `git`" in details(trail, anchor)


def test_a_remote_on_the_network_is_as_good(trail: Trail, remote: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    daemon = subprocess.Popen(  # noqa: S603
        ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--verbose",  # noqa: S607
         "--export-all", "--enable=receive-pack", f"--base-path={tmp_path}"],
        stderr=subprocess.PIPE, env=git_program.environment(), start_new_session=True,
    )  # fmt: skip
    try:
        assert daemon.stderr
        assert b"Ready to rumble" in daemon.stderr.readline()
        anchor = GitAnchor(f"git://127.0.0.1:{port}/remote.git")
        assert anchored(trail, anchor) == [Told(7, "anchored")]
        assert compared(trail, anchor) == [Told(7, "consistent")]
    finally:
        os.killpg(daemon.pid, signal.SIGKILL)  # whoever ignores SIGTERM hands that down
        daemon.communicate()
