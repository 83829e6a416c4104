"""Single records gone: from landing files, from bronze, and from all that was built on them.

Rows go first and files last, so that who died in between finds what is left by the same search.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline import pipeline
from lineage_pipeline.bronze.rewritten import tell_rewritten
from lineage_pipeline.disposal.archives.deleting import delete_copies
from lineage_pipeline.disposal.rewriting import (
    Edit,
    Rewrite,
    digest_to,
    put_in_place,
    written_aside,
)
from lineage_pipeline.disposal.stores.landing import PREFIX
from lineage_pipeline.evidence.entries import Rewritten, to_bytes
from lineage_pipeline.evidence.erasing import Request, erase_rows
from lineage_pipeline.evidence.expiring import Expiry, expire_rows
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.parts import only_grows
from lineage_pipeline.evidence.questions import forget_questions
from lineage_pipeline.evidence.trail import append
from lineage_pipeline.evidence.withdrawing import withdraw
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas
from lineage_pipeline.schemas import ERASABLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace

FACET: Final = "facet_digest"


class RowPlace(NamedTuple):
    """A row of bronze whose values can be erased."""

    stream: str
    batch_id: str
    task: int
    row_number: int


class Leaving(NamedTuple):
    """A record that is to go.

    Attributes:
        source_file: the landing file that it was read from.
        offset: where it begins there, in decompressed bytes.
        size: its bytes.
        rows: what bronze has of it.
        is_there: whether the file holds it still.
        masks: where words in it give way, if it is to stay without them.
    """

    source_file: str
    offset: int
    size: int
    rows: tuple[RowPlace, ...]
    is_there: bool
    masks: tuple[tuple[int, int], ...] = ()


class Going(NamedTuple):
    """What is to go.

    Attributes:
        records: what goes of landing files.
        facets: digests of bodies.
        questions: digests of questions.
        reason: the clause or policy by which; it must not name a person.
        known_at: the known time of it.
    """

    records: Sequence[Leaving]
    facets: Collection[bytes]
    questions: Sequence[str]
    reason: str
    known_at: datetime


def forget(workspace: Workspace, going: Going) -> int:
    """Erase records, facet bodies and questions; publish what is left; return how many rows went.

    Args:
        workspace: where.
        going: what is to go.

    Raises:
        BusyError: somebody else is at work.
        LeftError: a landing file cannot be read to its end; rows of bronze are gone by then.
        ProofError: rows are not those that were sealed: nothing goes that was tampered with.
        StorageError: something cannot be written; ask for the same again.
    """
    with exclusive(workspace.paths.lock, wait=True):
        row_count = take_out_records(workspace, going)
        pipeline.publish_warehouse(workspace, from_nothing=True)
    return row_count


def take_out_records(workspace: Workspace, going: Going) -> int:
    """Erase as `forget` does, under its lock; who publishes next begins from nothing."""
    paths, name = workspace.paths, workspace.settings.workspace.name
    row_count, at = 0, microseconds(going.known_at)
    withdraw(paths, name)
    delete_copies(workspace, {f"{PREFIX}{record.source_file}" for record in going.records})
    paths.rebuilding.touch()
    for stream, rows in _places(workspace, going):
        request = Request(stream, rows, going.reason, at)
        row_count += erase_rows(paths, name, request).row_count
    for stream in _sealed_by_blocks() if going.facets else ():
        expiry = Expiry(stream, (FACET,), partial(_among, going.facets), going.reason, at)
        row_count += expire_rows(paths, name, expiry).row_count
    if going.questions:
        forget_questions(paths, name, going.questions, going.reason, at)
    _rewrite(workspace, going)
    (paths.root / CACHE).unlink(missing_ok=True)
    return row_count


def _sealed_by_blocks() -> Iterator[str]:
    for stream, schema in kernel_schemas().items():
        if FACET in schema.names and stream not in ERASABLE:
            yield stream


def _among(facets: Collection[bytes], rows: pa.Table) -> pa.BooleanArray:
    column = rows[FACET]
    known = pa.array(sorted(facets), column.type)
    return pc.is_in(column, options=pc.SetLookupOptions(known)).combine_chunks()


def _places(
    workspace: Workspace, going: Going
) -> Iterator[tuple[str, dict[tuple[str, int], list[int]]]]:
    """Yield the tables of which rows are erased one by one, with the places of the rows."""
    found: dict[str, dict[tuple[str, int], list[int]]] = {}

    def add(place: RowPlace | tuple[str, str, int, int]) -> None:
        stream, batch_id, task, row_number = place
        found.setdefault(stream, {}).setdefault((batch_id, task), []).append(row_number)

    for record in going.records:
        for place in record.rows:
            add(place)
    for stream, schema in kernel_schemas().items():
        if going.facets and FACET in schema.names and stream in ERASABLE:
            table = LakeTable(workspace.paths.table("bronze", stream))
            columns = ["batch_id", "task", "row_number", FACET]
            for file in table.files():
                rows = pq.read_table(file, columns=columns, partitioning=None)
                kept = rows.filter(_among(going.facets, rows)).select(columns[:3]).to_pylist()
                for row in kept:
                    add((stream, *row.values()))
    yield from sorted(found.items())


def _rewrite(workspace: Workspace, going: Going) -> None:
    """Put landing files without these records in the place of those with them."""
    paths, name = workspace.paths, workspace.settings.workspace.name
    ratio = workspace.settings.scan.max_decompression_ratio
    edits: dict[str, list[Edit]] = {}
    for record in going.records:
        edits.setdefault(record.source_file, []).extend(_edits(record))
    rewritten = []
    for source_file, of_file in sorted(edits.items()):
        file = paths.root / source_file
        if not of_file or not file.is_file() or paths.landing not in file.parents:
            continue
        done = written_aside(file, sorted(of_file), ratio)
        if only_grows(source_file):
            _tell(workspace, source_file, done, going)
        put_in_place(done)
        if done.aside is not None:
            rewritten.append(source_file)
    tell_rewritten(
        paths, name, rewritten, lambda file, end: digest_to(file, end, ratio), going.known_at
    )


def _tell(workspace: Workspace, source_file: str, done: Rewrite, going: Going) -> None:
    """Add to the log that a file of acts is about to be another one."""
    entry = Rewritten(
        at=microseconds(going.known_at),
        reason=going.reason,
        file=source_file,
        bytes=done.size_bytes,
        sha256=done.sha256,
    )
    name = workspace.settings.workspace.name
    append(workspace.paths, name, os.environ, lambda _: [to_bytes(entry)])


def _edits(record: Leaving) -> Iterator[Edit]:
    """Yield what of a landing file gives way for a record; nothing where that happened already."""
    if record.masks:
        yield from (Edit(start, end, is_record=False) for start, end in record.masks)
    elif record.is_there:
        yield Edit(record.offset, record.offset + record.size, is_record=True)
