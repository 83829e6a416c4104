"""Every check of a whole log: each file is what the newest checkpoint says, and nothing is beside.

What cannot be found here: a log that was set back to an older state of itself, or written anew with
its key, looks right to whoever has nothing to compare it with. A checkpoint that was kept elsewhere
shows both.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import IntegrityError, NoteError, ProofError, TileError
from lineage_pipeline.trail.checkpoints import checkpoint_of, open_checkpoint
from lineage_pipeline.trail.disk import ASIDE, Disk
from lineage_pipeline.trail.merkle import check_consistency
from lineage_pipeline.trail.notes import read_note
from lineage_pipeline.trail.reader import (
    CHECKPOINTS,
    PUBLISHED,
    TIMESTAMPS,
    LogReader,
    checkpoint_sizes,
    kept_checkpoint,
)
from lineage_pipeline.trail.rotation import rotated_keys
from lineage_pipeline.trail.tiles import ENTRIES, WIDTH, Tile, bundles_of, tile_at, tiles_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.notes import VerifierKey

_OURS: Final = (".lock", ASIDE, "verifier", "pending", "ranges", "queries", "erased")
"""What stands beside the log and is verified elsewhere, or says who is at work."""
_TIMESTAMP: Final = re.compile(TIMESTAMPS + r"/([a-z0-9-]+/)?[0-9]+\.tsr")
"""What is compared with the anchors, and no part of the log."""


class Finding(NamedTuple):
    """What is wrong with a log: a file below its folder, and what is the matter with it."""

    path: str
    problem: str


class Reign(NamedTuple):
    """From which size on a key signs."""

    size: int
    key: VerifierKey


def examine(root: Path, pinned: VerifierKey, kept: Checkpoint | None = None) -> list[Finding]:
    """Return what is wrong with the log in a folder; nothing if all of it is right.

    Args:
        root: the log's folder.
        pinned: the log's first key; those after it are appointed in the log itself.
        kept: a checkpoint of this log that was kept elsewhere, its signature checked.
    """
    return list(_findings(Disk(root), pinned, kept))


def reigns(disk: Disk, log: LogReader, pinned: VerifierKey) -> list[Reign]:
    """Return the keys that a log has had, the oldest first, each appointed by the one before.

    Args:
        disk: the log's folder.
        log: the log as of its newest checkpoint, which need not be known to be signed yet.
        pinned: the first of them.

    Raises:
        TileError: a file is missing, short or altered, or a rotation is not signed by both keys.
    """
    found = [Reign(0, pinned)]
    for index, entry in enumerate(log.entries()):
        keys = rotated_keys(entry)
        if keys is None or keys[0] != found[-1].key:
            continue
        path = f"{CHECKPOINTS}/{index + 1}"
        try:
            signers = kept_checkpoint(disk, path, [*keys]).note.signers
        except NoteError as error:
            raise TileError(path, str(error)) from error
        if {*signers} != {*keys}:
            raise TileError(path, "covers a rotation that only one of the two keys has signed")
        found.append(Reign(index + 1, keys[1]))
    return found


def _findings(disk: Disk, pinned: VerifierKey, kept: Checkpoint | None) -> Iterator[Finding]:
    sizes = checkpoint_sizes(disk)
    newest = [f"{CHECKPOINTS}/{size}" for size in sizes[-1:]]
    wrong: dict[Finding, None] = {}
    for path, checkpoint in _newest_first(disk, [*newest, PUBLISHED]):
        try:
            log = LogReader(disk, checkpoint)
            order = reigns(disk, log, pinned)
            open_checkpoint(checkpoint.data, [order[-1].key])
            break
        except TileError as error:
            if _is_broken(checkpoint, pinned):
                # A root that nobody signed says nothing of the tiles that do not give it.
                wrong[Finding(path, f"the signature of {pinned.name} is not one of it")] = None
            wrong[Finding(error.path, error.problem)] = None
        except IntegrityError as error:
            wrong[Finding(path, str(error))] = None
    else:
        yield from wrong or [Finding(PUBLISHED, "is missing, or none")]
        return
    if disk.read(PUBLISHED) != checkpoint.data:
        yield Finding(PUBLISHED, f"is not the newest checkpoint, of {log.tree.size} entries")
    yield from _of_checkpoints(disk, log, order, sorted({*sizes, log.tree.size}))
    yield from _of_tiles(disk, log)
    yield from _beside(disk, log)
    if kept is not None:
        yield from _since(log, kept)


def _newest_first(disk: Disk, paths: list[str]) -> list[tuple[str, Checkpoint]]:
    """Return those of the files that hold a checkpoint, signed or not, the largest first."""
    found = []
    for path in paths:
        data = disk.read(path) or b""
        with suppress(NoteError):
            found.append((path, checkpoint_of(data, read_note(data))))
    return sorted(found, key=lambda each: -each[1].tree.size)


def _is_broken(checkpoint: Checkpoint, key: VerifierKey) -> bool:
    """Whether a checkpoint has a signature of a key that is wrong."""
    told = [(one.name, one.identifier) for one in read_note(checkpoint.data).signatures]
    if (key.name, key.identifier) not in told:
        return False
    try:
        open_checkpoint(checkpoint.data, [key])
    except NoteError:
        return True
    return False


def _of_checkpoints(
    disk: Disk, log: LogReader, order: list[Reign], sizes: list[int]
) -> Iterator[Finding]:
    """Yield what is wrong with checkpoints: who signed, and that each is of one log."""
    for size in sizes:
        path = f"{CHECKPOINTS}/{size}"
        key = [reign.key for reign in order if reign.size <= size][-1]
        try:
            if kept_checkpoint(disk, path, [key]).tree != log.tree_at(size):
                raise ProofError("is not the checkpoint of what the log held at this size")
        except TileError as error:
            yield Finding(error.path, error.problem)
        except IntegrityError as error:
            yield Finding(path, str(error))


def _of_tiles(disk: Disk, log: LogReader) -> Iterator[Finding]:
    """Yield what is wrong with bundles and tiles, also with those that fuller ones stand for."""
    size = log.tree.size
    for tile in [*tiles_of(size), *bundles_of(size)]:
        try:
            if tile.level == ENTRIES:
                log.hashes.entries(tile.number)
            else:
                log.hashes.of_tile(tile)
        except TileError as error:
            yield Finding(error.path, error.problem)
            continue
        whole = disk.read(tile.path) or disk.read(tile._replace(width=WIDTH).path) or b""
        folder = f"{tile._replace(width=WIDTH).path}.p"
        for name in disk.names(folder):
            partial = tile_at(f"{folder}/{name}")
            data = disk.read(f"{folder}/{name}")
            if partial is None or partial.width >= tile.width or data is None:
                continue
            if data != _first(partial, whole):
                yield Finding(partial.path, "was altered: the fuller one begins otherwise")


def _first(tile: Tile, whole: bytes) -> bytes:
    """Return what a partial tile or bundle holds of a fuller one."""
    if tile.level != ENTRIES:
        return whole[: tile.size]
    end = 0
    for _ in range(tile.width):
        end += 2 + int.from_bytes(whole[end : end + 2], "big")
    return whole[:end]


def _beside(disk: Disk, log: LogReader) -> Iterator[Finding]:
    """Yield files that no checkpoint speaks of."""
    size = log.tree.size
    known = {tile._replace(width=0): tile.width for tile in [*tiles_of(size), *bundles_of(size)]}
    sizes = {f"{CHECKPOINTS}/{number}" for number in checkpoint_sizes(disk)}
    for file in sorted(disk.root.rglob("*")):
        path = file.relative_to(disk.root).as_posix()
        if file.is_dir() or path in sizes | {PUBLISHED} or path.split("/")[0] in _OURS:
            continue
        if _TIMESTAMP.fullmatch(path):
            continue
        tile = tile_at(path)
        if tile is None or tile.width > known.get(tile._replace(width=0), 0):
            yield Finding(path, "is covered by no checkpoint: an append that died, or none of ours")


def _since(log: LogReader, kept: Checkpoint) -> Iterator[Finding]:
    """Yield how a log is no continuation of what somebody has kept of it."""
    if kept.tree.size > log.tree.size:
        lost = kept.tree.size - log.tree.size
        yield Finding(PUBLISHED, f"is older than the checkpoint that was kept: {lost} entries less")
        return
    try:
        check_consistency(kept.tree, log.tree, log.consistency(kept.tree.size))
    except ProofError:
        yield Finding(
            PUBLISHED,
            f"is one of another log than the checkpoint that was kept, of {kept.tree.size} entries",
        )
