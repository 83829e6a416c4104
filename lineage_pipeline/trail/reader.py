"""What a log's folder holds, read without writing: its newest checkpoint, entries and proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ProofError, TileError
from lineage_pipeline.trail.checkpoints import open_checkpoint
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.hashes import Hashes
from lineage_pipeline.trail.merkle import Tree, consistency_proof, inclusion_proof, range_hash
from lineage_pipeline.trail.notes import read_note
from lineage_pipeline.trail.tiles import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.notes import VerifierKey

PUBLISHED: Final = "checkpoint"
"""The newest checkpoint."""
CHECKPOINTS: Final = "checkpoints"
"""The folder of all of them, each called by its size and never replaced."""
TIMESTAMPS: Final = "timestamps"
"""The folder of what authorities have said of checkpoints; no part of the log."""


class LogReader:
    """Answers from a log's files as of one checkpoint; nothing in them is believed unchecked."""

    def __init__(self, disk: Disk, checkpoint: Checkpoint) -> None:
        """Read the log as of `checkpoint`, whose signature the caller has checked.

        Raises:
            TileError: a file is missing, or the files give another root.
        """
        self.checkpoint = checkpoint
        self.tree = checkpoint.tree
        self.hashes = Hashes(self.tree, disk.read)

    def entry(self, index: int) -> bytes:
        """Return the entry at `index`.

        Raises:
            ProofError: the log has no such entry.
            TileError: a file that it follows from is missing, short or altered.
        """
        if not 0 <= index < self.tree.size:
            raise ProofError(f"entry {index}: a log of {self.tree.size} entries has none")
        return self.hashes.entries(index // WIDTH)[index % WIDTH]

    def entries(self, begin: int = 0) -> Iterator[bytes]:
        """Yield the entries from `begin` on.

        Raises:
            TileError: a file is missing, short or altered.
        """
        for number in range(begin // WIDTH, -(-self.tree.size // WIDTH)):
            yield from self.hashes.entries(number)[max(0, begin - number * WIDTH) :]

    def inclusion(self, index: int) -> list[bytes]:
        """Return the proof that the entry at `index` is in the log."""
        return inclusion_proof(index, self.tree.size, self.hashes.hash)

    def consistency(self, old_size: int) -> list[bytes]:
        """Return the proof that the log began with its first `old_size` entries as they are now."""
        return consistency_proof(old_size, self.tree.size, self.hashes.hash)

    def tree_at(self, size: int) -> Tree:
        """Return the tree that the first `size` entries make.

        Raises:
            ProofError: the log has not so many.
        """
        if not 0 <= size <= self.tree.size:
            raise ProofError(f"a log of {self.tree.size} entries did not grow from one of {size}")
        return Tree(size, range_hash(0, size, self.hashes.hash))


def open_log(root: Path, keys: Sequence[VerifierKey], size: int | None = None) -> LogReader:
    """Return a reader of the log in a folder.

    Args:
        root: the log's folder.
        keys: those that are trusted.
        size: reads it as of the checkpoint of this size; else as of the newest.

    Raises:
        NoteError: no trusted key has signed the checkpoint.
        TileError: a file is missing, short or altered.
    """
    disk = Disk(root)
    path = PUBLISHED if size is None else f"{CHECKPOINTS}/{size}"
    return LogReader(disk, kept_checkpoint(disk, path, keys))


def kept_checkpoint(disk: Disk, path: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Return the checkpoint in a file below the log's folder.

    Raises:
        NoteError: no trusted key has signed it.
        TileError: it is missing, or is the checkpoint of another size.
    """
    data = disk.read(path)
    if data is None:
        raise TileError(path, "is missing")
    checkpoint = open_checkpoint(data, keys)
    if path not in (PUBLISHED, f"{CHECKPOINTS}/{checkpoint.tree.size}"):
        raise TileError(path, f"holds the checkpoint of {checkpoint.tree.size} entries")
    return checkpoint


def checkpoint_sizes(disk: Disk) -> list[int]:
    """Return the sizes of which there are checkpoints, the smallest first."""
    names = disk.names(CHECKPOINTS)
    return sorted(int(name) for name in names if name.isdecimal() and name == str(int(name)))


def signed_by(root: Path) -> str | None:
    """Return the key, as `name+identifier`, that the newest checkpoint says is the log's own.

    It is the first that signed: after a rotation the new one, before the old. None of a log that
    has no checkpoint.
    """
    disk = Disk(root)
    sizes = checkpoint_sizes(disk)
    data = disk.read(f"{CHECKPOINTS}/{sizes[-1]}") if sizes else disk.read(PUBLISHED)
    if data is None:
        return None
    first = read_note(data).signatures[0]
    return f"{first.name}+{first.identifier.hex()}"
