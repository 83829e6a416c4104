"""Files of rows that lack some put in the place of those that have them: noted first, then seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.evidence import noting
from lineage_pipeline.scan.kernel import kernel_schemas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lineage_pipeline.evidence.intent import Intent
    from lineage_pipeline.lake.tables import DataFile, LakeTable
    from lineage_pipeline.paths import WorkspacePaths


class Replacement(NamedTuple):
    """Files of a table of bronze, and those that take their places.

    Attributes:
        table: the table.
        transaction: tells this replacement from every other.
        at: the known time of it, in microseconds since 1970.
        old: active files that count no more.
        new: files that do; they lie in the table's folder.
        gone: files that are deleted, active or not.
    """

    table: LakeTable
    transaction: str
    at: int
    old: Sequence[DataFile]
    new: Sequence[DataFile]
    gone: Sequence[Path]


def put_in_place(paths: WorkspacePaths, name: str, done: Replacement) -> Intent:
    """Make a replacement visible, and return what is to be sealed: by that the old files go.

    Args:
        paths: the workspace.
        name: how it is called.
        done: what is replaced.

    Raises:
        StorageError: it cannot be committed.
    """
    stream = done.table.folder.name
    added = [done.table.folder / file.name for file in done.new]
    noted = noting.note_erasure(
        paths, name, stream, done.transaction, at=done.at, added=added, gone=done.gone
    )
    schema = kernel_schemas()[stream]
    done.table.replace(done.old, done.new, schema, done.transaction, done.at // 1000)
    return noted
