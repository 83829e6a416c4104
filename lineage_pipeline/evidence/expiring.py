"""Rows that go from tables whose rows are sealed by blocks: what is left of a file is sealed anew.

First it is found to be what was sealed; then an entry says how many rows go, by which clause, and
what the rest amounts to; then the file is replaced. Who died in between asks for the same again.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence import sealing
from lineage_pipeline.evidence.entries import Expired, to_bytes
from lineage_pipeline.evidence.erasing import Erasure
from lineage_pipeline.evidence.ledger import ledger_of, task_of
from lineage_pipeline.evidence.replacing import Replacement, put_in_place
from lineage_pipeline.evidence.trail import append, log_of
from lineage_pipeline.lake.batches import batch_of
from lineage_pipeline.lake.tables import DataFile, LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas
from lineage_pipeline.schemas import ERASABLE
from lineage_pipeline.trail.batch import seal
from lineage_pipeline.trail.canonical import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from lineage_pipeline.evidence.ledger import Ledger, Sealed
    from lineage_pipeline.paths import WorkspacePaths


class Expiry(NamedTuple):
    """What is to go.

    Attributes:
        stream: a table of bronze whose rows are sealed by blocks.
        columns: those that tell which rows go.
        goes: tells of each row, by these columns, whether it goes.
        reason: the clause or policy by which; it must not name a person.
        at: the known time of it, in microseconds since 1970.
    """

    stream: str
    columns: tuple[str, ...]
    goes: Callable[[pa.Table], pa.BooleanArray]
    reason: str
    at: int


class _Touched(NamedTuple):
    """A file that counts and holds rows that go: what is left of it, and the entry that says so."""

    file: Path
    rest: pa.Table
    entry: Expired


def expire_rows(paths: WorkspacePaths, name: str, expiry: Expiry) -> Erasure:
    """Let rows of a table go for good, and return what was done.

    Whoever calls it holds the workspace's lock, and publishes the warehouse from nothing after it.

    Args:
        paths: the workspace.
        name: how it is called.
        expiry: what is to go, and why.

    Raises:
        ConfigError: the rows of the table are sealed one by one, or the reason names a person.
        ProofError: a file does not hold what was sealed: nothing goes that was tampered with.
        StorageError: something cannot be written; ask for the same again.
    """
    if "@" in expiry.reason:
        raise ConfigError(
            "the reason of an expiry names a person: it stays in the log for good; name the clause "
            "or the policy"
        )
    if expiry.stream in ERASABLE:
        raise ConfigError(f"{expiry.stream}: its rows are sealed one by one; erase them so")
    table = LakeTable(paths.table("bronze", expiry.stream))
    active = {file.name: file for file in table.data_files()}
    ledger = ledger_of(log_of(paths).entries())
    # What was replaced lies there for a while: of it, too, nothing may be left.
    gone = [file for file in sorted(table.folder.glob("*.parquet")) if _goes(file, expiry)]
    if not gone:
        return Erasure(0, ())
    touched = [_touched(file, expiry, ledger) for file in gone if file.name in active]
    told = [one.entry for one in touched if not _is_told(ledger, one.entry)]
    if told:
        append(paths, name, os.environ, lambda _: [to_bytes(entry) for entry in told])
    named = repr([(one.entry.batch_id, one.entry.task, one.entry.row_root) for one in touched])
    transaction = sha256(f"{expiry.stream} {named} {[file.name for file in gone]}".encode())
    done = Replacement(
        table,
        transaction.hexdigest()[:32],
        expiry.at,
        [active[one.file.name] for one in touched],
        [_written(one, transaction.hexdigest()) for one in touched],
        gone,
    )
    sealing.seal(paths, name, put_in_place(paths, name, done))
    return Erasure(sum(one.entry.n_gone for one in touched), tuple(file.name for file in gone))


def _goes(file: Path, expiry: Expiry) -> bool:
    """Return whether a file holds rows that go."""
    columns = [*dict.fromkeys(("batch_id", *expiry.columns))]
    return bool(expiry.goes(pq.read_table(file, columns=columns, partitioning=None)).true_count)


def _touched(file: Path, expiry: Expiry, ledger: Ledger) -> _Touched:
    held = pq.read_table(file, partitioning=None)
    sealed = _sealed(ledger, expiry.stream, file)
    profile = sealed.rows.leaf_profile
    # Who died behind the entry has left the file as it was before.
    known = {sealed.rows.row_root, *(one.row_root for one in ledger.expired_of(sealed))}
    if seal(held, profile).root.hex() not in known:
        raise ProofError(
            f"{expiry.stream}, batch {sealed.rows.batch_id}: its rows are not those that were "
            f"sealed, and none goes; `lineage audit verify --deep` says which differ"
        )
    goes = expiry.goes(held)
    rest = held.filter(pc.invert(goes))
    made = seal(rest, profile)
    entry = Expired(
        at=expiry.at,
        reason=expiry.reason,
        batch_id=sealed.rows.batch_id,
        stream=expiry.stream,
        task=task_of(sealed.rows.file),
        n_gone=goes.true_count,
        n_rows=made.row_count,
        row_root=made.root.hex(),
        canon_v=VERSION,
    )
    return _Touched(file, rest, entry)


def _is_told(ledger: Ledger, entry: Expired) -> bool:
    """Return whether the log says of a file what an entry would say."""
    told = ledger.expired.get((entry.batch_id, entry.stream, entry.task), [])
    return any((one.n_rows, one.row_root) == (entry.n_rows, entry.row_root) for one in told[-1:])


def _sealed(ledger: Ledger, stream: str, file: Path) -> Sealed:
    group = (stream, batch_of(file.name), task_of(file.name))
    for batch in ledger.batches:
        for sealed in batch.files:
            rows = sealed.rows
            if (rows.stream, rows.batch_id, task_of(rows.file)) == group:
                return sealed
    raise ProofError(f"{stream}: no entry seals the rows of {file.name}")


def _written(one: _Touched, transaction: str) -> DataFile:
    """Write what is left of a file under a new name."""
    schema = kernel_schemas()[one.entry.stream]
    batch, task, *_ = one.file.stem.split("-")
    target = one.file.with_name(f"{batch}-{task}-{transaction[:8]}.parquet")
    pq.write_table(one.rest.select(schema.names).cast(schema), target, compression="zstd")
    return DataFile(target.name, one.rest.num_rows, target.stat().st_size)
