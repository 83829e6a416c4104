"""The proof that an event, or an act, was in the lake when it was sealed; it stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb

from lineage_pipeline.engines import connect
from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence.erased import hashes_of
from lineage_pipeline.evidence.intent import kept_ranges
from lineage_pipeline.evidence.ledger import ledger_of, task_of
from lineage_pipeline.evidence.rows import kept_seal
from lineage_pipeline.lake.batches import visible_batches
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import BRONZE, COMPACTED
from lineage_pipeline.trail.batch import RANGE_ROWS, prove_row
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.proofs import entry_proof

if TYPE_CHECKING:
    import pyarrow as pa

    from lineage_pipeline.evidence.ledger import Ledger, Sealed
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.batch import RowProof
    from lineage_pipeline.trail.reader import LogReader

STREAMS: Final = {"event": "event_id", COMPACTED: "event_id", "document": "document_id"}
"""The tables whose rows are told apart by a digest, and the column that holds it."""
_HEX_DIGITS: Final = 64


class Place(NamedTuple):
    """Where a row was sealed: table, batch, task of the batch, place in the task's file."""

    stream: str
    batch_id: str
    task: int
    row: int


class Proven(NamedTuple):
    """A proof, and what it proves.

    Attributes:
        proof: its bytes: a C2SP tlog-proof.
        place: where the row was sealed.
        entry_index: the entry of the log that commits to it.
        occurrence_count: how often the event is in the lake; proven is the first of them.
    """

    proof: bytes
    place: Place
    entry_index: int
    occurrence_count: int


def prove(paths: WorkspacePaths, log: LogReader, event_id: str) -> Proven:
    """Return the proof that an event is in the lake, for the newest checkpoint of the log.

    Args:
        paths: the workspace.
        log: its log; the proof holds for its checkpoint.
        event_id: the event, as `lineage.event` and `audit.event` call it, or the act.

    Raises:
        ConfigError: there is no such event.
        ProofError: it was never sealed, or the rows around it are not what was sealed.
        TileError: a file of the log is missing, short or altered.
    """
    return Prover(paths, log).prove(event_id)


class Prover:
    """Proves many events of one log, which is read once for all of them."""

    def __init__(self, paths: WorkspacePaths, log: LogReader) -> None:
        """Read the log of a workspace; proofs hold for its checkpoint.

        Raises:
            TileError: a file of the log is missing, short or altered.
        """
        self._paths, self._log, self._disk = paths, log, Disk(paths.trail)
        self._ledger = ledger_of(log.entries())
        batches = visible_batches(LakeTable(paths.manifests).files())
        self._known = {batch.batch_id for batch in batches}

    def prove(self, event_id: str) -> Proven:
        """Return the proof of an event, as the function `prove` does.

        Raises:
            As the function.
        """
        places = [each for each in _places(self._paths, event_id) if each.batch_id in self._known]
        if not places:
            raise ConfigError(
                f"{event_id}: no event or act in the lake is called so; lineage.event and "
                f"audit.event have their identifiers in the column event_id"
            )
        sealed = _sealed(self._ledger, places[0])
        row = _row(self._paths, self._disk, self._ledger, sealed, places[0])
        proof = entry_proof(self._log, sealed.entry_index, row)
        return Proven(proof, places[0], sealed.entry_index, len(places))

    def sealed_rows(self, stream: str, batch_id: str, task: int) -> Sealed:
        """Return what seals the rows of a table that one task of a batch wrote.

        Raises:
            ProofError: no entry does.
        """
        return _sealed(self._ledger, Place(stream, batch_id, task, 0))


def _row(
    paths: WorkspacePaths, disk: Disk, ledger: Ledger, sealed: Sealed, place: Place
) -> RowProof:
    kept = kept_seal(sealed, kept_ranges(disk, place.batch_id))
    erased = hashes_of(disk, ledger.tombstones_of(sealed))
    try:
        return prove_row(_range_of(paths, place), place.row, kept, erased)
    except ProofError as error:
        raise ProofError(
            f"lake/bronze/{place.stream}, batch {place.batch_id}, sealed as {sealed.rows.file}: "
            f"{error}. Nothing of them can be proven: keep all as it is for evidence; "
            f"`lineage audit verify --deep` tells what else was altered"
        ) from error


def _places(paths: WorkspacePaths, event_id: str) -> list[Place]:
    """Return where an event stands, the occurrence first that was read first."""
    try:
        digest = bytes.fromhex(event_id) if len(event_id) == _HEX_DIGITS else b""
    except ValueError:
        digest = b""
    if not digest:
        raise ConfigError(f"{event_id!r}: not an event_id, which has {_HEX_DIGITS} digits and a-f")
    found = []
    with connect() as engine:
        for stream, column in STREAMS.items():
            if rows := _rows(engine, paths, stream):
                rows = rows.filter(_is(column, digest)).order(
                    "ingested_at, source_file, source_offset"
                )
                columns = "batch_id, task, row_number"
                found += [Place(stream, *place) for place in rows.project(columns).fetchall()]
    return found


def _rows(
    engine: duckdb.DuckDBPyConnection, paths: WorkspacePaths, stream: str
) -> duckdb.DuckDBPyRelation | None:
    """Return the rows of a table with the task and the place that each was sealed at."""
    engine.execute("set timezone = 'UTC'")
    files = LakeTable(paths.table("bronze", stream)).files()
    if not files:
        return None
    return engine.read_parquet(files)


def _is(column: str, digest: bytes) -> duckdb.Expression:
    return duckdb.ColumnExpression(column) == duckdb.ConstantExpression(digest)


def _range_of(paths: WorkspacePaths, place: Place) -> pa.Table:
    """Return the 256 rows that were sealed together with one."""
    first = place.row // RANGE_ROWS * RANGE_ROWS
    schema = BRONZE[place.stream]
    column, constant = duckdb.ColumnExpression, duckdb.ConstantExpression
    with connect() as engine:
        rows = _rows(engine, paths, place.stream)
        assert rows is not None  # noqa: S101 - the row was found in it
        beside = rows.filter(
            (column("batch_id") == constant(place.batch_id))
            & (column("task") == constant(place.task))
            & column("row_number").between(constant(first), constant(first + RANGE_ROWS - 1))
        ).order("row_number")
        return beside.select(*map(column, schema.names)).to_arrow_table().cast(schema)


def _sealed(ledger: Ledger, place: Place) -> Sealed:
    for batch in ledger.batches:
        if batch.batch.batch_id == place.batch_id:
            for sealed in batch.files:
                if (sealed.rows.stream, task_of(sealed.rows.file)) == (place.stream, place.task):
                    return sealed
    raise ProofError(
        f"batch {place.batch_id}: no entry of the log seals its rows of {place.stream}: they were "
        f"written before there was a log, or not by `lineage`"
    )
