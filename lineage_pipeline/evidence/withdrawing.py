"""Entries taken back: what they say was about to go is there, since their writer died.

An entry stands before what it speaks of, so that a death in between leaves the log ahead of the
lake. Whoever writes next takes such entries back: what still has to go is then noted anew, and what
is held by then stays without a contradiction.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lineage_pipeline.evidence.entries import (
    Batch,
    Expired,
    Rewritten,
    Tombstone,
    Withdrawn,
    Written,
    from_bytes,
    to_bytes,
)
from lineage_pipeline.evidence.parts import is_whole, parts_of
from lineage_pipeline.evidence.questions import FOLDER as QUESTIONS
from lineage_pipeline.evidence.trail import append, log_of, log_size, newest_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.evidence.entries import Entry
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.reader import LogReader


class Unfinished:
    """What entries say is about to go, and none behind them says went."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.said: dict[int, Tombstone | Expired | Rewritten] = {}
        """Those entries, by their places in the log."""

    def take(self, index: int, entry: Entry | None) -> None:
        """Take in the next entry of the log."""
        if _is_end(entry):
            self.said.clear()
        elif isinstance(entry, Written):
            paths = (*(file.path for file in entry.added), *entry.removed)
            streams = {path.split("/")[2] for path in paths if path.startswith("lake/bronze/")}
            for place, said in [*self.said.items()]:
                if not isinstance(said, Rewritten) and said.stream in streams:
                    del self.said[place]
        elif isinstance(entry, Withdrawn):
            self.said.pop(entry.entry, None)
        elif isinstance(entry, Tombstone | Expired | Rewritten) and not _is_of_question(entry):
            self.said[index] = entry


def withdraw(paths: WorkspacePaths, name: str) -> None:
    """Take back what a writer that died said was about to go, unless it went.

    Args:
        paths: the workspace, whose lock is held; what was visible is sealed.
        name: how it is called.

    Raises:
        SigningKeyError: the key is lost, or another one.
        StorageError: the log cannot be written.
        TileError: a file of the log is missing, short or altered.
    """
    if log_size(paths) and any(_undone(paths, log_of(paths))):
        append(
            paths,
            name,
            os.environ,
            lambda log: [to_bytes(Withdrawn(entry=index)) for index in _undone(paths, log)],
        )


def _undone(paths: WorkspacePaths, log: LogReader) -> Iterator[int]:
    """Yield the entries that are to be taken back, in their order.

    Since nothing of the tables was sealed behind them, their rows are there. Files of acts are
    replaced one after the other, and looked at.
    """
    since: list[Entry | None] = []
    for data in newest_first(log):
        entry = from_bytes(data)
        if _is_end(entry):
            break
        since.append(entry)
    unfinished = Unfinished()
    for index, entry in enumerate(reversed(since), log.tree.size - len(since)):
        unfinished.take(index, entry)
    files = {said.file for said in unfinished.said.values() if isinstance(said, Rewritten)}
    parts = parts_of(log.entries()) if files else {}
    whole = {file for file in files if is_whole(paths.root, file, parts[file])}
    for index, said in unfinished.said.items():
        if not isinstance(said, Rewritten) or said.file in whole:
            yield index


def _is_of_question(entry: Entry) -> bool:
    return isinstance(entry, Tombstone) and entry.stream == QUESTIONS


def _is_end(entry: Entry | None) -> bool:
    """Return whether an entry is sealed only when all that was said before it has gone or stays."""
    return isinstance(entry, Batch) or (isinstance(entry, Written) and entry.why == "publication")
