"""Single rows proven in a log that seals many."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.parquet as pq

from lineage_pipeline.evidence.entries import Rows, to_bytes
from lineage_pipeline.trail.batch import RANGE_ROWS, prove_row, seal_file
from lineage_pipeline.trail.canonical import VERSION
from lineage_pipeline.trail.keys import SecretKey
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.proofs import entry_proof
from lineage_pipeline.trail.reader import open_log
from lineage_pipeline.trail.verifier import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.trail.batch import Seal


class Made(NamedTuple):
    """One proof: milliseconds to make and to verify it, and its bytes."""

    prove_ms: float
    verify_ms: float
    proof_bytes: int


def proof_of(folder: Path, files: list[str], count: int) -> Iterator[Made]:
    """Yield the proof of so many rows of Parquet files, all of which one log seals row by row."""
    key = SecretKey("benchmark", bytes(32))
    seals = [seal_file(Path(file), "row") for file in files]
    entries = [to_bytes(_entry(file, kept)) for file, kept in zip(files, seals, strict=True)]
    Log(folder, key).append(entries)
    draw = random.Random(1)
    for _ in range(count):
        index = draw.randrange(len(files))
        row = draw.randrange(seals[index].row_count)
        started = time.perf_counter()
        first = row // RANGE_ROWS * RANGE_ROWS
        table = pq.read_table(files[index]).slice(first, RANGE_ROWS)
        log = open_log(folder, [key.key])
        proof = entry_proof(log, index, prove_row(table, row, seals[index]))
        made = time.perf_counter()
        verify.open_row(proof, key.key.encoded)
        ended = time.perf_counter()
        yield Made((made - started) * 1000, (ended - made) * 1000, len(proof))


def _entry(file: str, kept: Seal) -> Rows:
    return Rows(
        at=0, batch_id="b", stream="audit_event", file=file.rpartition("/")[2], bytes=0,
        file_sha256="", n_rows=kept.row_count, leaf_profile=kept.profile,
        row_root=kept.root.hex(), schema_fp="", canon_v=VERSION,
    )  # fmt: skip
