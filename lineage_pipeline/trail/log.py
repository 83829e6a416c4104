"""The append-only log in a folder: entries, tiles, checkpoints, in an order that no crash breaks.

1. Bundles and tiles are written aside, made durable, put in place, and their folders made durable.
2. The checkpoint is signed: never before all that it speaks of is durable.
3. It is written aside and made durable, gets the name `checkpoints/<size>`, which must be new, and
   then the name `checkpoint`; the folder is made durable after each.

A writer that dies before 3 leaves files that no checkpoint speaks of; the next one writes over
them. One that dies in 3 has signed: the next one puts the same checkpoint in place.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.errors import DurabilityError, IntegrityError, StorageError, TileError
from lineage_pipeline.trail.checkpoints import checkpoint_of, checkpoint_text, open_checkpoint
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.hashes import Growth
from lineage_pipeline.trail.keys import require
from lineage_pipeline.trail.merkle import EMPTY_ROOT, Tree, check_consistency, leaf_hash
from lineage_pipeline.trail.notes import read_note, sign_note
from lineage_pipeline.trail.reader import (
    CHECKPOINTS,
    PUBLISHED,
    LogReader,
    checkpoint_sizes,
    kept_checkpoint,
    signed_by,
)
from lineage_pipeline.trail.tiles import (
    ENTRIES,
    HEIGHT,
    WIDTH,
    Tile,
    bundle,
    bundles_of,
    edge_of,
    tiles_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.notes import Signer


_LEVELS: Final = 4
"""Levels of tiles in which there can be anything; the fourth begins at 2**24 entries."""


class Appended(NamedTuple):
    """What became of entries: the index of the first, and the checkpoint that covers them all."""

    first: int
    checkpoint: Checkpoint


class Log:
    """Writes a log; any number of writers may have it open, one at a time appends."""

    def __init__(self, root: Path, signer: Signer) -> None:
        """Write the log in the folder `root`, which need not exist, signed by `signer`."""
        self._disk = Disk(root)
        self._signer = signer

    def append(self, entries: Sequence[bytes]) -> Appended:
        """Add entries; when this returns they are durable and signed for.

        Raises:
            ConfigError: an entry is too long.
            SigningKeyError: the signer is another one than the log's.
            StorageError: something cannot be written; no entry is in the log.
            DurabilityError: what was written may not be durable; a log opened anew knows.
            TileError: a file of the log is missing, short or altered.
        """
        return self.compose(lambda _: entries)

    def compose(
        self,
        entries_after: Callable[[LogReader], Sequence[bytes]],
        successor: Signer | None = None,
    ) -> Appended:
        """Add the entries that follow from those already there, while nobody else adds any.

        Args:
            entries_after: is given the log as it is, and returns what to add to it.
            successor: signs the checkpoint first, before the signer, and the log from then on.

        Raises:
            As `append`.
        """
        with self._disk.lock():
            try:
                log = LogReader(self._disk, self._recovered())
                entries = entries_after(log)
                if not entries:
                    return Appended(log.tree.size, log.checkpoint)
                self._forget_beyond(log.tree.size)
                tree = self._write(log, entries)
                signers = [successor, self._signer] if successor else [self._signer]
                checkpoint = self._publish(self._signed(tree, signers))
            except StorageError:
                with suppress(StorageError):
                    self._disk.clear()
                raise
            self._signer = successor or self._signer
            with suppress(StorageError):
                self._prune(log.tree.size, tree.size)
            return Appended(log.tree.size, checkpoint)

    def _recovered(self) -> Checkpoint:
        """Return the newest checkpoint, after finishing what a writer that died has signed."""
        self._disk.clear()
        sizes = checkpoint_sizes(self._disk)
        published = self._disk.read(PUBLISHED)
        if not sizes:
            if published is not None or self._disk.names("tile"):
                raise TileError(CHECKPOINTS, "is missing, and the log has entries")
            return self._publish(self._signed(Tree(0, EMPTY_ROOT), [self._signer]))
        require(self._signer, signed_by(self._disk.root), "the signer of the log")
        path = f"{CHECKPOINTS}/{sizes[-1]}"
        newest = kept_checkpoint(self._disk, path, [self._signer.key])
        if published == newest.data:
            return newest
        older = self._before(sizes)
        if published != (older.data if older else None):
            raise TileError(PUBLISHED, f"is not the newest checkpoint, of {sizes[-1]} entries")
        log = LogReader(self._disk, newest)
        if older:
            check_consistency(older.tree, newest.tree, log.consistency(older.tree.size))
        # What is there may be in memory alone: it is written and made durable once more.
        for place in (path, PUBLISHED):
            self._disk.put(self._disk.write_aside("checkpoint", newest.data), place)
            self._disk.sync_folders([place])
        return newest

    def _before(self, sizes: list[int]) -> Checkpoint | None:
        """Return the checkpoint before the newest, which may be signed by the key before."""
        data = self._disk.read(f"{CHECKPOINTS}/{sizes[-2]}") if len(sizes) > 1 else None
        return checkpoint_of(data, read_note(data)) if data else None

    def _signed(self, tree: Tree, signers: Sequence[Signer]) -> Checkpoint:
        keys = [signer.key for signer in signers]
        return open_checkpoint(sign_note(checkpoint_text(keys[0].name, tree), signers), keys)

    def _write(self, log: LogReader, entries: Sequence[bytes]) -> Tree:
        """Make the bundles and tiles durable that hold `entries`; return the tree they make."""
        growth = Growth(log.hashes, [leaf_hash(entry) for entry in entries])
        paths = []
        for number, (tile, data) in enumerate(_files(log, growth, entries)):
            self._disk.put(self._disk.write_aside(str(number), data), tile.path)
            paths.append(tile.path)
        self._disk.sync_folders(paths)
        return growth.tree

    def _forget_beyond(self, size: int) -> None:
        """Remove what an append that died has left: what comes instead may be other entries."""
        found = list(_beyond(self._disk, size))
        for path in found:
            self._disk.remove(path)
        if found:
            self._disk.sync_folders(found)

    def _publish(self, checkpoint: Checkpoint) -> Checkpoint:
        """Put a checkpoint in place for good."""
        path = f"{CHECKPOINTS}/{checkpoint.tree.size}"
        aside = self._disk.write_aside("checkpoint", checkpoint.data)
        try:
            self._disk.put_new(aside, path)
        except FileExistsError as error:
            raise IntegrityError(
                f"{path}: another checkpoint of {checkpoint.tree.size} entries is there already; "
                f"nothing was published. Somebody writes to this log without its lock"
            ) from error
        try:
            self._disk.sync_folders([path])
            self._disk.put(aside, PUBLISHED)
            self._disk.sync_folders([PUBLISHED])
        except StorageError as error:
            # It is signed and has its name: whoever opens the log next will find it.
            raise DurabilityError(error.file, error.reason) from error
        return checkpoint

    def _prune(self, old_size: int, size: int) -> None:
        """Remove partial tiles whose full one is in place; whoever wants one reads that."""
        for tile in edge_of(old_size):
            levels = (0, ENTRIES) if tile.level == 0 else (tile.level,)
            if size >> HEIGHT * (tile.level + 1) > tile.number:
                for level in levels:
                    self._disk.remove_folder(f"{Tile(level, tile.number).path}.p")


def _beyond(disk: Disk, size: int) -> Iterator[str]:
    """Yield the bundles and tiles that hold more than a log of `size` entries at its end."""
    for level in (ENTRIES, *range(_LEVELS)):
        number, width = divmod(size >> HEIGHT * max(level, 0), WIDTH)
        while True:
            full = Tile(level, number).path
            is_full = (disk.root / full).exists()
            partial = [Tile(level, number, n) for n in range(1, WIDTH)]
            names = set(disk.names(f"{full}.p"))
            if is_full:
                yield full
            yield from (tile.path for tile in partial[width:] if str(tile.width) in names)
            if not is_full and not names:
                break
            number, width = number + 1, 0


def _files(
    log: LogReader, growth: Growth, entries: Sequence[bytes]
) -> Iterator[tuple[Tile, bytes]]:
    """Yield the bundles and tiles that a log needs for `entries`, with their bytes."""
    old_size, size = log.tree.size, growth.tree.size
    begun = log.hashes.entries(old_size // WIDTH) if old_size % WIDTH else []
    together = [*begun, *entries]
    start = old_size - len(begun)
    for tile in bundles_of(size, old_size):
        first = tile.number * WIDTH - start
        yield tile, bundle(together[first : first + tile.width])
    for tile in tiles_of(size, old_size):
        yield tile, growth.tile(tile)
