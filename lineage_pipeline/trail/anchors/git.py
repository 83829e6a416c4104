"""A branch of a git repository that keeps checkpoints: a commit for each, pushed without force.

All that the branch has ever held is looked at, not what its newest commit holds: whoever may push
may take a file away in a further commit, and cannot take away the commit before, where the remote
refuses to rewrite history. A remote on the same host, under the same users, proves nothing.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import AnchorError
from lineage_pipeline.settings.anchors import secrets_in
from lineage_pipeline.trail.anchors.anchor import Kept, MovedError, size_of
from lineage_pipeline.trail.anchors.git_program import Git, GitError
from lineage_pipeline.trail.notes import MAX_NOTE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lineage_pipeline.settings.anchors import GitAnchor
    from lineage_pipeline.trail.checkpoints import Checkpoint

_HELD: Final = "refs/heads/anchor"
"""What the remote's branch is called here."""
_MOVED: Final = re.compile(r"\[rejected\]|cannot lock ref|failed to update ref|already exists")
_REMEDY: Final = "check the remote, the network, and the key or token that may push"


@contextmanager
def git_store(settings: GitAnchor, workspace: Path) -> Iterator[GitStore]:
    """Give the store of a remote branch; its copy here is made afresh and removed again."""
    with tempfile.TemporaryDirectory(prefix="lineage-anchor-") as folder:
        git = Git(Path(folder) / "git", workspace, secrets_in(settings.remote))
        git.run("init", "--bare", "--quiet", "--template=")
        yield GitStore(settings, git)


class GitStore:
    """Keeps checkpoints in a branch."""

    def __init__(self, settings: GitAnchor, git: Git) -> None:
        """Keep them in the branch of `settings`; `git` runs on an empty repository."""
        self._remote = settings.remote
        self._branch = f"refs/heads/{settings.branch}"
        self._git = git
        self._tip: str | None = None
        self._held: list[Kept] = []
        self._blobs: dict[str, bytes] = {}

    def kept(self) -> list[Kept]:
        """Return all that the branch has ever held."""
        listed = self._ask("ls-remote", "--", self._remote, self._branch).decode()
        if not listed:
            self._tip, self._held = None, []
            return self._held
        self._ask(
            "fetch", "--quiet", "--no-tags", "--", self._remote, f"+{self._branch}:{_HELD}"
        )  # fmt: skip
        self._tip = self._git.run("rev-parse", _HELD).decode().strip()
        found = self._git.run(
            "log", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=", "-z", _HELD
        )  # fmt: skip
        self._held = list(dict.fromkeys(_added(found)))
        return self._held

    def read(self, kept: Kept) -> bytes:
        """Return the bytes of one of them."""
        if kept.place not in self._blobs:
            self._blobs = self._read_all()
        return self._blobs.get(kept.place, b"")

    def add(self, checkpoint: Checkpoint, now: datetime) -> str:
        """Put a checkpoint there for good; return what is to be told of it."""
        commit = self._commit(checkpoint, now)
        try:
            self._git.run("push", "--porcelain", "--", self._remote, f"{commit}:{self._branch}")
        except GitError as error:
            if _MOVED.search(error.output):
                raise MovedError(str(error)) from error
            raise AnchorError(f"{error}; {_REMEDY}") from None
        self._tip = commit
        return f"as commit {commit}"

    def _ask(self, *arguments: str) -> bytes:
        try:
            return self._git.run(*arguments)
        except GitError as error:
            raise AnchorError(f"{error}; {_REMEDY}") from None

    def _read_all(self) -> dict[str, bytes]:
        """Return the bytes of all that is held and could be checkpoints, by their identifiers."""
        asked = "".join(f"{kept.place}\n" for kept in self._held).encode()
        listed = self._git.run("cat-file", "--batch-check", data=asked).decode().splitlines()
        found_blobs = [line.split() for line in listed if " blob " in line]
        sizes = {blob: int(size) for blob, _, size in found_blobs}
        small = [blob for blob, size in sizes.items() if size <= MAX_NOTE_BYTES]
        asked = "".join(f"{blob}\n" for blob in small).encode()
        found = self._git.run("cat-file", "--batch", data=asked)
        blobs, at = {}, 0
        for blob in small:
            begin = found.index(b"\n", at) + 1
            at = begin + sizes[blob] + 1
            blobs[blob] = found[begin : at - 1]
        return blobs

    def _commit(self, checkpoint: Checkpoint, now: datetime) -> str:
        """Return a new commit of what the branch holds and the checkpoint."""
        name = str(checkpoint.tree.size)
        blob = self._git.run("hash-object", "-w", "--stdin", data=checkpoint.data).decode().strip()
        there = self._git.run("ls-tree", "-z", self._tip) if self._tip else b""
        listed = there + f"100644 blob {blob}\t{name}\0".encode()
        tree = self._git.run("mktree", "-z", data=listed).decode().strip()
        parents = ["-p", self._tip] if self._tip else []
        message = f"Checkpoint of {name} entries\n"
        made = self._git.run(
            "commit-tree", tree, *parents, data=message.encode(),
            environ=_author(checkpoint.origin, now),
        )  # fmt: skip
        return made.decode().strip()


def _author(name: str, now: datetime) -> dict[str, str]:
    """Return who makes a commit and when."""
    said = {"NAME": name, "EMAIL": "", "DATE": f"@{int(now.timestamp())} +0000"}
    roles = ("AUTHOR", "COMMITTER")
    return {f"GIT_{role}_{key}": value for role in roles for key, value in said.items()}


def _added(log: bytes) -> Iterator[Kept]:
    """Yield what commits have put under the name of a size, from `git log --raw -z`."""
    fields = log.decode(errors="replace").split("\0")
    for change, path in zip(fields[::2], fields[1::2], strict=False):
        _, _, _, blob, letter = change.strip().split(" ")
        size = size_of(path)
        if size is not None and letter != "D":
            yield Kept(size, blob)
