"""The bytes of a log's entries, checkpoint and proofs, which others keep: they do not change.

`LINEAGE_TEST_GOLDEN=write` writes them anew; whoever does that must say what becomes of logs and
proofs that are in other hands.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import pytest

from lineage_pipeline.evidence.entries import (
    Answer,
    Batch,
    Entry,
    File,
    Query,
    Received,
    Rows,
    Tombstone,
    Written,
    from_bytes,
    to_bytes,
)
from lineage_pipeline.trail.batch import prove_row, seal
from lineage_pipeline.trail.canonical import VERSION
from lineage_pipeline.trail.log import Log
from lineage_pipeline.trail.proofs import entry_proof, growth_proof
from lineage_pipeline.trail.reader import open_log
from lineage_pipeline.trail.verifier import verify
from tests.trail.logs import KEY
from tests.trail.test_batch import rows_of, table_of

FOLDER: Final = Path(__file__).parent / "golden"
AT: Final = 1_790_000_000_000_000
TABLE: Final = table_of(rows_of(300), "row")
SEAL: Final = seal(TABLE, "row")
ROW: Final = 257
DIGESTS: Final = ["ab" * 32, "cd" * 32, "ef" * 32]
ENTRIES: Final[list[Entry]] = [
    Received(at=AT, file="policy/tiers.toml", start=0, end=12, sha256=DIGESTS[0]),
    Rows(
        at=AT, batch_id="b-1", stream="audit_event", file="lake/bronze/audit_event/b-1-0.parquet",
        bytes=4096, file_sha256=DIGESTS[1], n_rows=300, leaf_profile="row",
        row_root=SEAL.root.hex(), schema_fp=DIGESTS[2], canon_v=VERSION,
    ),
    Batch(
        at=AT, batch_id="b-1", seq=0, prev_manifest_sha256="", n_files=1, n_records=300,
        ranges_sha256=DIGESTS[0], added=(File("lake/bronze/segment/b-1.parquet", 9, DIGESTS[1]),),
    ),
    Written(
        at=AT, why="publication", part=0, n_parts=1,
        added=(File("warehouse.duckdb", 1 << 20, DIGESTS[2]),), removed=("lake/graph/",),
    ),
    Query(at=AT, leaf=DIGESTS[0], warehouse_sha256=DIGESTS[2]),
    Answer(at=AT, leaf=DIGESTS[0], outcome="answered", n_rows=7),
    Tombstone(
        at=AT, reason="GDPR Art. 17", batch_id="b-1", stream="audit_event", task=0,
        rows=((3, 2), (250, 1)), hashes_sha256=DIGESTS[1],
    ),
]  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> dict[str, bytes]:
    """Return what is written today, by the names of the golden files."""
    entries = [to_bytes(entry) for entry in ENTRIES]
    log = Log(tmp_path, KEY)
    log.append(entries[:3])
    log.append(entries[3:])
    reader = open_log(tmp_path, [KEY.key])
    return {
        "entries.ndjson": b"".join(entry + b"\n" for entry in entries),
        "checkpoint.txt": reader.checkpoint.data,
        "row.proof": entry_proof(reader, 1, prove_row(TABLE.slice(256), ROW, SEAL)),
        "growth.proof": growth_proof(reader, 3),
    }


@pytest.mark.parametrize("name", ["entries.ndjson", "checkpoint.txt", "row.proof", "growth.proof"])
def test_the_bytes_are_those_that_others_hold(made: dict[str, bytes], name: str) -> None:
    if os.environ.get("LINEAGE_TEST_GOLDEN") == "write":
        (FOLDER / name).write_bytes(made[name])
    assert made[name] == (FOLDER / name).read_bytes()


def test_what_others_hold_is_read_and_verified() -> None:
    entries = (FOLDER / "entries.ndjson").read_bytes().splitlines()
    assert [from_bytes(entry) for entry in entries] == ENTRIES
    row, where = verify.open_row((FOLDER / "row.proof").read_bytes(), KEY.key.encoded)
    assert json.loads(row)["count"] == ROW
    assert where.startswith(f"row {ROW} of the batch in entry 1")
    assert verify.open_checkpoint((FOLDER / "checkpoint.txt").read_bytes(), KEY.key.encoded)[0] == 7
