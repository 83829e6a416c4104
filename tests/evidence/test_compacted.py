"""Rows that moved into other files are the rows that were sealed, proven as before."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.errors import ProofError
from lineage_pipeline.evidence.proving import prove
from lineage_pipeline.trail.proofs import verifier_text
from tests.evidence.sealed import LATER, copied, filled, findings, named

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

LONG_AFTER: Final = LATER + timedelta(days=40)
AFTER_GRACE: Final = LONG_AFTER + timedelta(days=8)
TABLE: Final = "lake/bronze/audit_event"


@pytest.fixture(scope="module")
def once(memory: Path) -> Workspace:
    """Return a workspace whose audit rows are in one file of their month."""
    workspace = filled(memory / "compacted")
    pipeline.run(workspace, pipeline.system_clock, LONG_AFTER)
    return workspace


@pytest.fixture
def workspace(once: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of it, to be broken."""
    return copied(once, tmp_path / "workspace")


def month_of(workspace: Workspace) -> Path:
    [file] = (workspace.paths.root / TABLE).glob("month-*.parquet")
    return file


def change(file: Path, number: int) -> str:
    """Change one value of the row that stood at `number` in its batch; return the batch."""
    rows = pq.read_table(file)
    places = rows["row_number"].to_pylist()
    at = max(n for n, place in enumerate(places) if place == number)
    actions = rows["action"].to_pylist()
    actions[at] = "DeleteObject"
    column = rows.column_names.index("action")
    field = rows.schema.field("action")
    pq.write_table(rows.set_column(column, field, pa.array(actions, field.type)), file)
    return str(rows["batch_id"][at])


def proof_of(workspace: Workspace, row: int) -> bytes:
    """Return the proof of the row at a place of the month's file."""
    paths = workspace.paths
    event_id = pq.read_table(month_of(workspace))["event_id"][row].as_py().hex()
    log, _ = auditing.open_trail(paths, auditing.pinned_key(paths, None))
    return prove(paths, log, event_id).proof


def test_a_compaction_leaves_all_as_it_was_sealed(workspace: Workspace) -> None:
    assert findings(workspace.paths) == []
    assert len([*(workspace.paths.root / TABLE).glob("*.parquet")]) == 3
    pipeline.run(workspace, pipeline.system_clock, AFTER_GRACE)
    assert len([*(workspace.paths.root / TABLE).glob("*.parquet")]) == 1
    assert findings(workspace.paths) == []


def test_a_value_of_a_compacted_row_is_told_by_batch_and_range(workspace: Workspace) -> None:
    """By the file whose bytes differ, and by the place where the row was sealed."""
    file = month_of(workspace)
    batch = change(file, 300)
    found = findings(workspace.paths)
    assert named(found) == {TABLE, file.relative_to(workspace.paths.root).as_posix()}
    [row] = [one for one in found if one.file == TABLE]
    assert (row.batch_id, row.rows) == (batch, "256 to 511")


def test_a_compacted_file_that_is_no_longer_one_is_found(workspace: Workspace) -> None:
    file = month_of(workspace)
    for data in (b"", b"PAR1", file.read_bytes()[:-100]):
        file.write_bytes(data)
        assert file.name in "".join(named(findings(workspace.paths)))


def test_a_delta_log_that_is_no_longer_one_is_found(workspace: Workspace) -> None:
    log = max((workspace.paths.root / TABLE / "_delta_log").glob("*.json"))
    for data in (b"", b"{", b'{"add":{}}'):
        log.write_bytes(data)
        found = named(findings(workspace.paths))
        assert log.relative_to(workspace.paths.root).as_posix() in found


def test_a_compacted_row_is_proven_to_whoever_has_only_the_verifier(
    workspace: Workspace, tmp_path: Path
) -> None:
    key = auditing.pinned_key(workspace.paths, None).encoded
    program, file = tmp_path / "verify.py", tmp_path / "proof"
    program.write_text(verifier_text())

    def verified(proof: bytes) -> subprocess.CompletedProcess[str]:
        file.write_bytes(proof)
        command = [sys.executable, "-I", str(program), "row", key, str(file)]
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603

    for row in (0, 650):
        proof = proof_of(workspace, row)
        done = verified(proof)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["action"] == "GetObject"
        assert verified(proof[:200] + bytes([proof[200] ^ 1]) + proof[201:]).returncode == 1
    pipeline.run(workspace, pipeline.system_clock, AFTER_GRACE)
    assert verified(proof_of(workspace, 650)).returncode == 0


def test_a_changed_row_is_not_proven(workspace: Workspace) -> None:
    change(month_of(workspace), 300)
    numbers = pq.read_table(month_of(workspace))["row_number"].to_pylist()
    with pytest.raises(ProofError, match="rows 256 to 511"):
        proof_of(workspace, numbers.index(301))


def test_a_rebuild_is_sealed_as_well(workspace: Workspace) -> None:
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert findings(workspace.paths) == []
    shutil.rmtree(workspace.paths.lake / "silver")
    assert findings(workspace.paths)
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert findings(workspace.paths) == []
