"""Timestamps of checkpoints, kept in the log's own folder as `timestamps/<size>.tsr`.

A timestamp bounds when a checkpoint existed: whoever takes the log's key later cannot date a forged
one back. It lies beside the log, so it goes with the log: that the log was set back is seen from a
checkpoint that is kept elsewhere, and not from here.
"""

from __future__ import annotations

import secrets
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import AnchorError, ProofError
from lineage_pipeline.trail.anchors.anchor import AnchorRow, size_of
from lineage_pipeline.trail.anchors.post import post
from lineage_pipeline.trail.anchors.tokens import ask, roots_in, stamped_at
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.reader import CHECKPOINTS, TIMESTAMPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate

    from lineage_pipeline.settings.anchors import TimestampAnchor
    from lineage_pipeline.trail.anchors.keeping import Refusal
    from lineage_pipeline.trail.checkpoints import Checkpoint

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
SUFFIX: Final = ".tsr"
_MODE: Final = 0o444


class Stamps:
    """The timestamps that one authority has made of a log's checkpoints."""

    def __init__(self, name: str, settings: TimestampAnchor, trail: Path, workspace: Path) -> None:
        """Keep them below the log's folder `trail`; the roots are found from the workspace's.

        Raises:
            AnchorError: the roots cannot be read.
        """
        self._name = name
        self._url = settings.url
        self._disk = Disk(trail)
        self._folder = "/".join(part for part in (TIMESTAMPS, settings.folder) if part)
        self._roots: Sequence[Certificate] = roots_in(workspace / Path(settings.roots).expanduser())

    def keep(self, checkpoint: Checkpoint) -> AnchorRow:
        """Return what became of a checkpoint that the authority is to stamp.

        Raises:
            AnchorError: it does not answer, or with what does not hold; nothing is kept then.
            StorageError: what it answers cannot be kept.
        """
        size = checkpoint.tree.size
        path = f"{self._folder}/{size}{SUFFIX}"
        kept = self._disk.read(path)
        if kept is not None:
            row = self._row(size, kept, checkpoint.data)
            return row if row.status == "disagrees" else row._replace(status="held")
        asked = ask(checkpoint.data)
        answer = post(self._url, asked.data, QUERY, REPLY)
        try:
            at = stamped_at(answer, checkpoint.data, self._roots, asked.nonce)
        except ProofError as error:
            raise AnchorError(f"answered, and not as it should: {error}") from error
        self._put(path, answer)
        return AnchorRow(self._name, size, "anchored", _said(at))

    def compare(self, refusal: Refusal) -> list[AnchorRow]:
        """Return for each timestamp whether it holds, and of which checkpoint the log has grown.

        Raises:
            AnchorError: the extra is not installed.
        """
        names = self._disk.names(self._folder)
        sizes = [size_of(name.removesuffix(SUFFIX)) for name in names if name.endswith(SUFFIX)]
        rows = [self._compared(size, refusal) for size in sorted(n for n in sizes if n is not None)]
        nothing = "no checkpoint was stamped yet, and nothing is shown"
        return rows or [AnchorRow(self._name, None, "empty", nothing)]

    def _compared(self, size: int, refusal: Refusal) -> AnchorRow:
        checkpoint = self._disk.read(f"{CHECKPOINTS}/{size}")
        if checkpoint is None:
            lost = "the log has no checkpoint of this size any more: it was set back, or lost files"
            return AnchorRow(self._name, size, "disagrees", lost)
        answer = self._disk.read(f"{self._folder}/{size}{SUFFIX}") or b""
        row = self._row(size, answer, checkpoint)
        refused = refusal(checkpoint, size)
        if refused is None or row.status == "disagrees":
            return row
        return AnchorRow(self._name, size, "disagrees", f"{refused}; {row.detail}")

    def _row(self, size: int, answer: bytes, checkpoint: bytes) -> AnchorRow:
        try:
            at = stamped_at(answer, checkpoint, self._roots)
        except ProofError as error:
            what = f"{self._folder}/{size}{SUFFIX}: {error}"
            return AnchorRow(self._name, size, "disagrees", what)
        return AnchorRow(self._name, size, "consistent", _said(at))

    def _put(self, path: str, answer: bytes) -> None:
        """Keep an answer, unless another process has kept one."""
        # A writer of the log clears what lies aside; it waits for the lock.
        with self._disk.lock():
            aside = self._disk.write_aside(secrets.token_hex(8), answer, _MODE)
            try:
                self._disk.put_new(aside, path)
            except FileExistsError:
                return
            finally:
                self._disk.remove(aside)
            self._disk.sync_folders([path])


def _said(at: datetime) -> str:
    return f"stamped at {at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}"
