"""Logs to be tried out, and every check of one that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.merkle import Tree, check_consistency, leaf_hash, root_of
from lineage_pipeline.trail.reader import checkpoint_sizes, open_log
from lineage_pipeline.trail.tiles import tiles_of

if TYPE_CHECKING:
    from pathlib import Path

KEY = SecretKey("example.com/log", bytes(range(32)))
OTHER = SecretKey("example.com/log", bytes(32))


def entries_of(begin: int, end: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(begin, end)]


def log_of(root: Path, *sizes: int) -> Log:
    log = Log(root, KEY)
    begin = 0
    for size in sizes:
        log.append(entries_of(begin, size))
        begin = size
    return log


def checked(root: Path) -> list[bytes]:
    """Return the entries of a log, after every check there is, of each of its checkpoints."""
    reader = open_log(root, [KEY.key])
    entries = list(reader.entries())
    assert reader.tree == Tree(len(entries), root_of([leaf_hash(entry) for entry in entries]))
    for tile in tiles_of(reader.tree.size):
        reader.hashes.of_tile(tile)
    sizes = checkpoint_sizes(Disk(root))
    assert sizes[-1] >= reader.tree.size
    for size in sizes:
        old = open_log(root, [KEY.key], size)
        if size <= reader.tree.size:
            check_consistency(old.tree, reader.tree, reader.consistency(size))
            assert list(old.entries()) == entries[:size]
    return entries


def files_of(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
