"""What somebody without the key does so that the next run vouches for it: no run ever does."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import msgspec
import pyarrow.parquet as pq
import pytest

from lineage_pipeline import auditing, pipeline
from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.evidence import intent
from lineage_pipeline.evidence.entries import Altered, Batch, Rows, Written, from_bytes, to_bytes
from lineage_pipeline.evidence.intent import Intent
from lineage_pipeline.evidence.noting import file_sha256
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.trail import append, log_of
from lineage_pipeline.trail.keys import make_key, read_key
from tests.builders import make_event
from tests.evidence.sealed import LATER, call, findings, land_calls, named
from tests.evidence.test_tampering import TABLE, calls_file, rewrite, with_value
from tests.workspaces import deliver

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.evidence.finding import Finding
    from lineage_pipeline.pipeline import Run, Workspace
    from lineage_pipeline.trail.keys import SecretKey

NEXT: Final = LATER + timedelta(hours=1)
LONG_AFTER: Final = LATER + timedelta(days=40)
ACTS: Final = "landing/governance/2026-03.ndjson"
ATTESTED: Final = "landing/compliance/2026-03.ndjson"


def run_next(workspace: Workspace, clock: Any = NEXT) -> Run:
    """Run once more, with something new to take in."""
    land_calls(workspace, "z", [call(number) for number in range(5000, 5003)])
    return pipeline.run(workspace, pipeline.system_clock, clock)


def edited(workspace: Workspace) -> None:
    """Take an edge out of the warehouse."""
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("delete from lineage.edge")


def altered_in(workspace: Workspace) -> list[Altered]:
    """Return what the log says that runs have found."""
    entries = map(from_bytes, log_of(workspace.paths).entries())
    return [entry for entry in entries if isinstance(entry, Altered)]


def test_an_edited_warehouse_is_no_ground_to_build_on(workspace: Workspace) -> None:
    edited(workspace)
    assert named(findings(workspace.paths)) == {"warehouse.duckdb"}
    done = run_next(workspace)
    assert [(one.file, one.treatment) for one in done.altered] == [
        ("warehouse.duckdb", "built anew")
    ]
    assert findings(workspace.paths) == []
    assert pipeline.check_warehouse(workspace) == []
    with duckdb.connect(str(workspace.paths.warehouse), read_only=True) as connection:
        assert connection.execute("select count(*) from lineage.edge").fetchone() != (0,)
    done = auditing.verify(workspace.paths, auditing.pinned_key(workspace.paths, None))
    assert any("warehouse.duckdb: found altered" in remark for remark in done.remarks)


def put_note(workspace: Workspace, noted: Intent, key: SecretKey) -> None:
    intent.note(workspace.paths.trail, noted, key)


def test_a_note_that_no_run_has_signed_is_never_finished(
    workspace: Workspace, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("stays")
    file = next((workspace.paths.lake / "graph").rglob("*.parquet"))
    file.write_bytes(file.read_bytes() + b"more")
    path = file.relative_to(workspace.paths.root).as_posix()
    stranger = make_key(tmp_path / "other.key", auditing.pinned_key(workspace.paths, None).name)
    notes = [
        Intent(kind="cache", key=file_sha256(file), at=1, paths=(path,)),
        Intent(kind="erasure", key="nope", at=1, paths=("../victim",)),
    ]
    for noted in notes:
        put_note(workspace, noted, stranger)
        with pytest.raises(IntegrityError, match="no run of this log has signed it"):
            run_next(workspace)
        assert victim.read_text() == "stays"
        (workspace.paths.trail / "pending" / noted.kind).unlink()
    run_next(workspace)
    assert named(findings(workspace.paths)) == {path}


def test_a_note_of_a_former_run_cannot_be_put_back(workspace: Workspace) -> None:
    """Whoever has seen a run can have kept its note, which the key has signed."""
    key = read_key(workspace.paths.trail_key)
    entries = [*map(from_bytes, log_of(workspace.paths).entries())]
    place, batch = next((n, one) for n, one in enumerate(entries) if isinstance(one, Batch))
    rows = tuple(
        msgspec.structs.replace(one, row_root="00" * 32)
        for one in entries[:place]
        if isinstance(one, Rows)
    )
    old = Intent(kind="batch", key=batch.batch_id, at=batch.at, rows=rows, n_records=1,
                 entry_count=place - len(rows))  # fmt: skip
    put_note(workspace, old, key)
    with pytest.raises(IntegrityError, match="was sealed otherwise since"):
        run_next(workspace)


def with_key(workspace: Workspace, *entries: Batch | Rows | Written) -> list[Finding]:
    """Return what is found after somebody with the key has added entries."""
    append(workspace.paths, "", {}, lambda _: [to_bytes(entry) for entry in entries])
    return findings(workspace.paths, is_deep=False)


def first_batch(workspace: Workspace) -> tuple[Rows, Batch]:
    entries = [*map(from_bytes, log_of(workspace.paths).entries())]
    rows = next(one for one in entries if isinstance(one, Rows))
    return rows, next(one for one in entries if isinstance(one, Batch))


def test_a_batch_is_sealed_once_even_by_whoever_has_the_key(workspace: Workspace) -> None:
    rows, batch = first_batch(workspace)
    found = with_key(workspace, msgspec.structs.replace(rows, row_root="00" * 32), batch)
    assert {one.problem for one in found} == {
        "is sealed a second time",
        "its batch is sealed a second time",
        "is batch 0 by its entry, and follows on batch 1",
    }


def test_rows_come_and_go_only_where_something_says_why(workspace: Workspace) -> None:
    rows, _ = first_batch(workspace)
    gone = Written(at=1, why="erasure", part=0, n_parts=1, added=(), removed=(rows.file,))
    [found] = [one for one in with_key(workspace, gone) if one.entry is not None]
    assert (found.file, found.problem) == (
        rows.file, "a erasure takes away sealed rows, and nothing says why",
    )  # fmt: skip


@pytest.mark.parametrize("acts", [ACTS, ATTESTED])
@pytest.mark.parametrize("how", ["deleted", "renamed", "rewritten", "a folder"])
def test_acts_stay_as_they_came(workspace: Workspace, acts: str, how: str) -> None:
    file = workspace.paths.root / acts
    file.parent.mkdir(parents=True, exist_ok=True)
    said = b'{"decision": "approved"}\n'
    file.write_bytes(said)
    run_next(workspace)
    assert findings(workspace.paths) == []
    if how == "rewritten":
        file.write_bytes(said.replace(b"approved", b"rejected"))
    else:
        file.rename(file.with_suffix(".moved")) if how == "renamed" else file.unlink()
        file.with_suffix(".moved").rename(file.with_name("other.ndjson")) if how == "renamed" else 0
        file.mkdir() if how == "a folder" else None
    for clock in (NEXT, NEXT + timedelta(hours=1)):
        assert named(findings(workspace.paths)) == {acts}
        done = run_next(workspace, clock)
        assert [(one.file, one.treatment) for one in done.altered] == [(acts, "left out")]
    file.rmdir() if how == "a folder" else None
    file.write_bytes(said + b'{"decision": "approved", "more": true}\n')
    assert run_next(workspace, NEXT + timedelta(hours=2)).altered == []
    assert findings(workspace.paths) == []


def test_a_policy_that_goes_is_an_act_too(workspace: Workspace) -> None:
    file = workspace.paths.policy / "tiers.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("[purpose]\n")
    run_next(workspace)
    file.unlink()
    assert named(findings(workspace.paths)) == {"policy/tiers.toml"}
    assert run_next(workspace).altered == []
    assert findings(workspace.paths) == []
    file.write_text("[threshold]\n")
    remarks = auditing.verify(workspace.paths, auditing.pinned_key(workspace.paths, None)).remarks
    assert any("policy/tiers.toml: 12 bytes are in no entry yet" in one for one in remarks)
    run_next(workspace)
    assert findings(workspace.paths) == []


def test_altered_rows_are_not_compacted(workspace: Workspace) -> None:
    altered = calls_file(workspace)
    rewrite(altered, lambda rows: with_value(rows, 3, "actor_id", "nobody"))
    path = altered.relative_to(workspace.paths.root).as_posix()
    done = run_next(workspace, LONG_AFTER)
    assert [(one.file, one.treatment) for one in done.altered] == [(path, "left out")]
    assert list((workspace.paths.root / TABLE).glob("*-*-*.parquet"))
    for days in (50, 60):
        run_next(workspace, LATER + timedelta(days=days))
        assert named(findings(workspace.paths, is_deep=False)) == {path}


def test_an_altered_list_of_known_facets_is_not_believed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that it falsely names would be kept nowhere."""
    from lineage_pipeline.bronze import ledger

    monkeypatch.setattr(ledger, "MANY_FILES", 1)
    for number, name in enumerate(("c", "d")):
        told = {"name": name, "schema": {"id": "int"}}
        event = make_event(run=name, type="COMPLETE", inputs=["raw"], outputs=[told])
        deliver(workspace, {name: [event]}, NEXT + timedelta(minutes=number))
    cache = workspace.paths.lake / "bronze" / ledger.KEPT
    cache.write_bytes(cache.read_bytes() + b"more")
    done = run_next(workspace, NEXT + timedelta(hours=1))
    assert [(one.file, one.treatment) for one in done.altered] == [(CACHE, "built anew")]
    assert findings(workspace.paths) == []


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_no_reason_to_stop(workspace: Workspace, kind: str) -> None:
    file = next((workspace.paths.lake / "graph").rglob("*.parquet"))
    file.unlink()
    os.mkfifo(file) if kind == "pipe" else file.mkdir()
    assert named(findings(workspace.paths)) == {file.relative_to(workspace.paths.root).as_posix()}


@pytest.mark.parametrize("folder", ["queries", "erased"])
def test_what_nobody_has_put_beside_the_log_is_found(workspace: Workspace, folder: str) -> None:
    stray = workspace.paths.trail / folder / "abc"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"anything")
    assert named(findings(workspace.paths)) == {f"trail/{folder}/abc"}


def test_the_batch_that_is_being_written_is_no_pattern(workspace: Workspace) -> None:
    (workspace.paths.lake / "bronze" / ".writing").write_text("*")
    run_next(workspace)
    assert findings(workspace.paths) == []


def test_rows_that_were_read_once_are_counted(workspace: Workspace) -> None:
    pinned = auditing.pinned_key(workspace.paths, None)
    done = auditing.verify(workspace.paths, pinned, is_deep=True)
    tables = (workspace.paths.lake / "bronze").glob("*/*.parquet")
    rows = sum(pq.read_metadata(file).num_rows for file in tables if file.parent.name != "segment")
    assert done.row_count == rows
    assert json.dumps(done.remarks) == "[]"
