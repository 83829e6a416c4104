"""Erased rows leave nothing but their hashes, and nothing else may be missing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence import noting, sealing
from lineage_pipeline.evidence.erasing import Erasure, Request, erase_rows
from lineage_pipeline.evidence.proving import prove
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import ERASABLE
from lineage_pipeline.trail.proofs import verifier_text
from tests.builders import make_event
from tests.evidence.sealed import LATER, call, copied, filled, findings, land_calls
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

LONG_AFTER: Final = LATER + timedelta(days=40)
MARK: Final = b"part-300.parquet"
"""What stands in one record alone, that of the row 300."""


@pytest.fixture(scope="module", params=["as scanned", "compacted"])
def once(request: pytest.FixtureRequest, memory: Path) -> Workspace:
    """Return a workspace whose audit rows lie as the scan wrote them, or in the file of a month."""
    workspace = filled(memory / f"erasing {request.param}")
    if request.param == "compacted":
        pipeline.run(workspace, pipeline.system_clock, LONG_AFTER)
    return workspace


@pytest.fixture
def workspace(once: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of it, to erase from."""
    return copied(once, tmp_path / "workspace")


def rows_of(workspace: Workspace) -> pl.DataFrame:
    """Return the audit rows that count."""
    return pl.read_parquet(LakeTable(workspace.paths.table("bronze", "audit_event")).files())


def request(workspace: Workspace, places: Collection[int], stream: str = "audit_event") -> Request:
    """Return the request to erase rows of the first batch, by their places."""
    first = rows_of(workspace).sort("ingested_at")["batch_id"][0]
    at = noting.microseconds(LONG_AFTER + timedelta(days=1))
    return Request(stream, {(first, 0): places}, "GDPR Art. 17", at)


def erase(workspace: Workspace, places: Collection[int]) -> Erasure:
    return erase_rows(workspace.paths, "test", request(workspace, places))


def proof_of(workspace: Workspace, event_id: bytes) -> bytes:
    paths = workspace.paths
    log, _ = auditing.open_trail(paths, auditing.pinned_key(paths, None))
    return prove(paths, log, event_id.hex()).proof


def test_what_is_left_is_still_as_it_was_sealed(workspace: Workspace) -> None:
    assert erase(workspace, [0, 255, 256, 300, 699]).row_count == 5
    assert findings(workspace.paths) == []
    assert erase(workspace, [300, 301]).row_count == 1
    assert rows_of(workspace).height == 695
    assert findings(workspace.paths) == []


def test_nothing_of_a_row_is_left_in_any_file(workspace: Workspace) -> None:
    row = rows_of(workspace).filter(pl.col("source_event_id") == "event-300").row(0, named=True)
    erase(workspace, [300])
    pipeline.publish_warehouse(workspace, from_nothing=True)
    folders = (workspace.paths.lake, workspace.paths.trail)
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    for file in (*files, workspace.paths.warehouse):
        held = file.read_bytes()
        if file.suffix == ".parquet":
            held = repr(pq.read_table(file, partitioning=None).to_pylist()).encode()
        assert MARK not in held, file
        assert row["row_salt"] not in held, file
    assert findings(workspace.paths) == []


def test_a_row_beside_erased_ones_is_still_proven(workspace: Workspace, tmp_path: Path) -> None:
    ids = dict(rows_of(workspace).select("source_event_id", "event_id").iter_rows())
    erase(workspace, [299, 301])
    proof = tmp_path / "proof"
    proof.write_bytes(proof_of(workspace, ids["event-300"]))
    verifier = tmp_path / "verify.py"
    verifier.write_text(verifier_text())
    key = auditing.pinned_key(workspace.paths, None).encoded
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, verifier, "row", key, proof], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert MARK in done.stdout
    with pytest.raises(ConfigError, match="no event"):
        proof_of(workspace, ids["event-301"])


def test_only_what_a_tombstone_covers_may_be_missing(workspace: Workspace) -> None:
    erase(workspace, [300])
    [file] = [
        name
        for name in LakeTable(workspace.paths.table("bronze", "audit_event")).files()
        if 301 in pq.read_table(name, partitioning=None)["row_number"].to_pylist()
    ]
    rows = pq.read_table(file, partitioning=None)
    is_left = [place != 301 for place in rows["row_number"].to_pylist()]
    pq.write_table(rows.filter(pa.array(is_left)), file)
    found = findings(workspace.paths)
    assert any("699 rows, and 700" in finding.problem for finding in found), found


@pytest.mark.parametrize("damage", [b"", bytes(32)])
def test_the_kept_hashes_are_what_the_tombstone_names(workspace: Workspace, damage: bytes) -> None:
    erase(workspace, [300])
    [kept] = (workspace.paths.trail / "erased").iterdir()
    kept.write_bytes(damage)
    assert any("erased" in finding.file for finding in findings(workspace.paths))


def test_what_was_to_be_erased_and_is_still_there_is_told_and_made_good(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(LakeTable, "replace", _die)
        with pytest.raises(KeyboardInterrupt):
            erase(workspace, [300])
    sealing.finish(workspace.paths, "test")
    assert {finding.problem for finding in findings(workspace.paths)} == {
        "rows are still there that a tombstone says were erased"
    }
    assert erase(workspace, [300]).row_count == 1
    assert findings(workspace.paths) == []


def test_an_erasure_that_dies_before_it_is_sealed_is_finished(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sealing, "seal", _die)
        with pytest.raises(KeyboardInterrupt):
            erase(workspace, [300])
    sealing.finish(workspace.paths, "test")
    assert findings(workspace.paths) == []
    assert rows_of(workspace).height == 700


def test_rows_that_were_tampered_with_are_not_erased(workspace: Workspace) -> None:
    for name in LakeTable(workspace.paths.table("bronze", "audit_event")).files():
        rows = pq.read_table(name, partitioning=None)
        place = rows.column_names.index("actor_id")
        forged = pa.array(["somebody"] * rows.num_rows)
        pq.write_table(rows.set_column(place, "actor_id", forged), name)
    with pytest.raises(ProofError, match="not those that were sealed"):
        erase(workspace, [300])
    with pytest.raises(ProofError, match="no entry seals"):
        erase_rows(
            workspace.paths, "test", request(workspace, [0])._replace(rows={("none", 0): [0]})
        )


def test_a_row_that_never_was_and_rows_in_blocks_are_refused(workspace: Workspace) -> None:
    with pytest.raises(ProofError, match="no row 700"):
        erase(workspace, [700])
    with pytest.raises(ConfigError, match="sealed by blocks"):
        erase_rows(workspace.paths, "test", request(workspace, [0], "event_holder"))
    assert findings(workspace.paths) == []


def _die(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def told_of_people(root: Path) -> Workspace:
    """Return a workspace with a row in each table whose rows may be erased."""
    workspace = make_workspace(root)
    land_calls(workspace, "a", [call(1)])
    job = {
        "ownership": {"owners": [{"name": "team:ann", "type": "MAINTAINER"}]},
        "documentation": {"description": "written by ann"},
        "tags": {"tags": [{"key": "by", "value": "ann", "source": "ann"}]},
        "sql": {"query": "select 'ann'"},
        "sourceCode": {"language": "python", "sourceCode": "print('ann')"},
    }
    run = {
        "errorMessage": {"message": "ann", "programmingLanguage": "python"},
        "environmentVariables": {"environmentVariables": [{"name": "WHO", "value": "ann"}]},
        "extractionError": {
            "totalTasks": 1, "failedTasks": 1,
            "errors": [{"errorMessage": "ann", "task": "1", "taskNumber": 1}],
        },
    }  # fmt: skip
    event = make_event(run="one", type="FAIL", inputs=["raw"], outputs=["clean"])
    for holder, facets in (("job", job), ("run", run)):
        stated = {
            key: {"_producer": "p", "_schemaURL": "s", **body} for key, body in facets.items()
        }
        event[holder].setdefault("facets", {}).update(stated)
    decided = {"prediction_id": "p", "model": "m", "model_version": "1", "at": "2026-06-01T00:00Z"}
    file = workspace.paths.landing / "monitoring" / "predictions.ndjson"
    file.write_text(json.dumps(decided | {"subject_ref": "ann"}), encoding="utf-8")
    deliver(workspace, {"a": [event, "not json"]}, LATER)
    return workspace


@pytest.fixture(scope="module")
def people(memory: Path) -> Workspace:
    return told_of_people(memory / "people")


@pytest.mark.parametrize("stream", sorted(ERASABLE))
def test_rows_of_each_table_that_says_so_can_be_erased(
    people: Workspace, tmp_path: Path, stream: str
) -> None:
    workspace = copied(people, tmp_path / "workspace")
    table = LakeTable(workspace.paths.table("bronze", stream))
    [group] = {*pl.read_parquet(table.files()).select("batch_id", "task").iter_rows()}
    asked = Request(stream, {group: [0]}, "GDPR Art. 17", noting.microseconds(LONG_AFTER))
    assert erase_rows(workspace.paths, "test", asked).row_count == 1
    assert findings(workspace.paths) == []
    assert 0 not in pl.read_parquet(table.files())["row_number"].to_list()


@pytest.mark.parametrize(
    ("stream", "reason"), [("segment", "GDPR Art. 17"), ("event", "for ann@example.org")]
)
def test_what_cannot_be_erased_or_said_leaves_no_tombstone(
    people: Workspace, tmp_path: Path, stream: str, reason: str
) -> None:
    workspace = copied(people, tmp_path / "workspace")
    before = (workspace.paths.trail / "checkpoint").read_bytes()
    with pytest.raises(ConfigError):
        erase_rows(workspace.paths, "test", Request(stream, {("b", 0): [0]}, reason, 1))
    assert (workspace.paths.trail / "checkpoint").read_bytes() == before
