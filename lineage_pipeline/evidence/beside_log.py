"""What stands beside the log, compared with it: key, hashes, questions, and acts as they came."""

from __future__ import annotations

import hashlib
from itertools import chain
from typing import TYPE_CHECKING

from lineage_pipeline.errors import ProofError, TileError
from lineage_pipeline.evidence.erased import FOLDER as ERASED
from lineage_pipeline.evidence.erased import hashes_of
from lineage_pipeline.evidence.finding import Finding
from lineage_pipeline.evidence.intent import RANGES, kept_ranges, noted
from lineage_pipeline.evidence.parts import Parts, altered_parts, is_whole, only_grows, range_of
from lineage_pipeline.evidence.questions import FOLDER as QUESTIONS
from lineage_pipeline.evidence.questions import kept_question
from lineage_pipeline.evidence.receiving import received_files
from lineage_pipeline.evidence.trail import VERIFIER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.evidence.ledger import Ledger
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.disk import Disk
    from lineage_pipeline.trail.notes import VerifierKey


def of_key(disk: Disk, pinned: VerifierKey) -> Iterator[Finding]:
    """Yield the file that tells readers the key, if it tells them another one."""
    if disk.read(VERIFIER) != f"{pinned.encoded}\n".encode():
        yield Finding(f"trail/{VERIFIER}", "does not name the key that the log began with")


def of_notes(paths: WorkspacePaths) -> Iterator[Finding]:
    """Yield notes of runs that cannot be read."""
    try:
        noted(paths.trail)
    except TileError as error:
        yield Finding(f"trail/{error.path}", error.problem)


def of_ranges(paths: WorkspacePaths, disk: Disk, ledger: Ledger) -> Iterator[Finding]:
    """Yield files of hashes, which tell single rows apart, that are not what was sealed."""
    known = {batch.batch.batch_id for batch in ledger.batches}
    try:
        known |= {one.key for one in noted(paths.trail)}
    except TileError:
        known |= set()
    for name in sorted({*disk.names(RANGES)} - known):
        yield Finding(f"trail/{RANGES}/{name}", "is of no batch that an entry seals")
    for batch in ledger.batches:
        batch_id = batch.batch.batch_id
        found = hashlib.sha256(kept_ranges(disk, batch_id)).hexdigest()
        if batch.files and found != batch.batch.ranges_sha256:
            told = (batch_id, "", batch.entry_index)
            yield Finding(f"trail/{RANGES}/{batch_id}", "is missing or was altered", *told)


def of_received(paths: WorkspacePaths, ledger: Ledger) -> Iterator[Finding]:
    """Yield files of acts, policies and settings that are not what was received of them."""
    for path, known in sorted(ledger.received.items()):
        file = paths.root / path
        if is_whole(paths.root, path, known):
            what = "holds records that were to be erased; ask for the same erasure again"
            yield Finding(path, what, entry=known.before[-1][-1][0])
        elif file.is_file():
            for index, part in altered_parts(paths.root, path, known):
                start, end = range_of(part)
                where = f"bytes {start} to {end - 1}"
                yield Finding(path, f"{where} were altered since they came", entry=index)
        elif not known.is_gone:
            last = known.parts[-1][0]
            what = "acts stay where they came" if only_grows(path) else "no run has seen it go"
            yield Finding(path, f"is missing, or no file any more: {what}", entry=last)


def not_received(paths: WorkspacePaths, ledger: Ledger) -> Iterator[str]:
    """Yield what acts, policies and settings hold that no entry speaks of yet."""
    for path, size in received_files(paths).items():
        known = ledger.received.get(path, Parts())
        more = size if known.is_gone else size - known.end
        if more > 0:
            yield f"{path}: {more:,} bytes are in no entry yet; the next run takes them in"


def of_queries(paths: WorkspacePaths, disk: Disk, ledger: Ledger) -> Iterator[Finding]:
    """Yield questions whose text is gone or another one, and texts that nobody has asked."""
    erased = {batch_id for batch_id, stream, _ in ledger.tombstones if stream == QUESTIONS}
    asked = {query.leaf for _, query in ledger.queries}
    for index, query in ledger.queries:
        if query.leaf not in erased and kept_question(paths, query.leaf) is None:
            path = f"trail/{QUESTIONS}/{query.leaf}"
            yield Finding(path, "is missing or was altered", entry=index)
    for name in sorted({*disk.names(QUESTIONS)} - asked):
        what = "is of no question that was asked: one that was refused, died, or is none of ours"
        yield Finding(f"trail/{QUESTIONS}/{name}", what)


def of_erased(disk: Disk, ledger: Ledger) -> Iterator[Finding]:
    """Yield files of hashes, which stand for erased rows, that are not what tombstones name."""
    tombstones = [*chain.from_iterable(ledger.tombstones.values())]
    for tombstone in tombstones:
        try:
            hashes_of(disk, [tombstone])
        except ProofError as error:
            yield Finding(f"trail/{ERASED}", str(error), tombstone.batch_id)
    named = {one.hashes_sha256 for one in (*tombstones, *ledger.withdrawn)}
    for name in sorted({*disk.names(ERASED)} - named):
        yield Finding(f"trail/{ERASED}/{name}", "is of no row that a tombstone names")
