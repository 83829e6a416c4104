"""The log at hand, and whether it can have grown from a checkpoint that was kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.errors import IntegrityError, NoteError, ProofError, TileError
from lineage_pipeline.trail.checkpoints import checkpoint_of, open_checkpoint
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.examination import reigns
from lineage_pipeline.trail.merkle import check_consistency
from lineage_pipeline.trail.notes import read_note
from lineage_pipeline.trail.reader import PUBLISHED, LogReader

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.examination import Reign
    from lineage_pipeline.trail.notes import VerifierKey


class LogAtHand:
    """A log as of its newest checkpoint, and the keys that have signed for it."""

    def __init__(self, root: Path, pinned: VerifierKey) -> None:
        """Read the log in the folder `root`, whose first key is `pinned`.

        Raises:
            NoteError: the newest checkpoint is not signed by the key that the log has now.
            TileError: a file is missing, short or altered.
        """
        self._disk = Disk(root)
        self._pinned = pinned
        self._read()

    def refusal(self, data: bytes, size: int) -> str | None:
        """Return why this log cannot have grown from a checkpoint; None if it has.

        Args:
            data: the bytes that were kept.
            size: the size under which they were kept.
        """
        try:
            kept = checkpoint_of(data, read_note(data))
        except NoteError as error:
            return f"is no checkpoint: {error}"
        try:
            if size > self.newest.tree.size:
                # Somebody else may have appended and anchored since the log was read.
                self._read()
            return self._disagreement(kept, size)
        except IntegrityError as error:
            return f"the log cannot show that it grew from this: {error}"

    def _disagreement(self, kept: Checkpoint, size: int) -> str | None:
        """Return why this log cannot have grown from a checkpoint that nobody has checked yet."""
        if kept.origin != self.newest.origin:
            return f"is a checkpoint of another log, {kept.origin}"
        if kept.tree.size != size:
            return f"is called {size} and is the checkpoint of {kept.tree.size} entries"
        lost = size - self.newest.tree.size
        try:
            open_checkpoint(kept.data, [self._key_at(size)])
        except NoteError as error:
            more = f", and {lost} of its entries are not in the log" if lost > 0 else ""
            return f"was not signed by the key that this log had: {error}{more}"
        if lost > 0:
            return f"the log was set back: {lost} entries of {size} are not in it any more"
        try:
            check_consistency(kept.tree, self.newest.tree, self._log.consistency(size))
        except ProofError:
            return "the log was written anew: it did not grow from this"
        return None

    def _read(self) -> None:
        data = self._disk.read(PUBLISHED)
        if data is None:
            raise TileError(PUBLISHED, "is missing")
        self._log = LogReader(self._disk, checkpoint_of(data, read_note(data)))
        self._reigns: list[Reign] = reigns(self._disk, self._log, self._pinned)
        self.newest: Checkpoint = open_checkpoint(data, [self._reigns[-1].key])

    def _key_at(self, size: int) -> VerifierKey:
        return [reign.key for reign in self._reigns if reign.size <= size][-1]
