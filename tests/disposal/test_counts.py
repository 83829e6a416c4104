"""What has gone is counted as gone: accepted is what is there and what went, and checks agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.reclaiming import reclaim
from lineage_pipeline.evidence import noting
from lineage_pipeline.evidence.erasing import Request, erase_rows
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.warehouse.catalogue import run_checks
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.evidence.sealed import call, filled, findings, land_calls
from tests.log_digests import FOLDER, Bucket, digest_key, land, log_key
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

EVENTS = [make_event(run=f"r{number}", type="COMPLETE", outputs=["a"]) for number in range(4)]


def counts(workspace: Workspace) -> list[tuple[Any, ...]]:
    """Return of each segment: file, records, new, known, set aside, gone; after all checks."""
    with open_warehouse(workspace.paths) as warehouse:
        assert [one.name for one in run_checks(warehouse) if one.failure_count] == []
        query = (
            "select parse_filename(source_file, true), record_count, event_count, "
            "duplicate_count, quarantined_count, gone_count from quality.ingest order by all"
        )
        return list(warehouse.query(query).rows)


def rows_of(workspace: Workspace, table: str) -> pl.DataFrame:
    """Return the rows of a table of bronze that count."""
    return pl.read_parquet(LakeTable(workspace.paths.table("bronze", table)).files())


def erase(workspace: Workspace, table: str, column: str, *values: object) -> None:
    """Erase the rows in which a column has some of these values, and publish what is left."""
    rows = rows_of(workspace, table).filter(pl.col(column).is_in(list(values)))
    places: dict[tuple[str, int], list[int]] = {}
    for batch, task, place in rows.select("batch_id", "task", "row_number").iter_rows():
        places.setdefault((batch, task), []).append(place)
    request = Request(table, places, "GDPR Art. 17", noting.microseconds(CLOCK))
    assert erase_rows(workspace.paths, "test", request).row_count == rows.height > 0
    pipeline.publish_warehouse(workspace, from_nothing=True)


def gone(workspace: Workspace, *names: str) -> None:
    """Let landing files go."""
    files = [f"landing/{name}" for name in names]
    reclaim(workspace, files, "policy raw-event", noting.microseconds(CLOCK))


def delivered(root: Path) -> Workspace:
    """Return a workspace that read some events twice, and a line that is none."""
    made = published_workspace(root)
    deliver(made, {"one": [*EVENTS[:3], EVENTS[0], "no event"]}, CLOCK)
    deliver(made, {"two": [EVENTS[0], EVENTS[3]]}, CLOCK)
    assert counts(made) == [("one", 5, 3, 1, 1, 0), ("two", 2, 1, 1, 0, 0)]
    return made


def test_an_event_that_was_erased_is_gone_and_no_duplicate(tmp_path: Path) -> None:
    workspace = delivered(tmp_path / "workspace")
    erase(workspace, "event", "run_id", "r1")
    assert counts(workspace) == [("one", 5, 2, 1, 1, 1), ("two", 2, 1, 1, 0, 0)]
    assert findings(workspace.paths) == []


def test_where_an_event_was_first_erased_it_is_new_where_it_came_again(tmp_path: Path) -> None:
    workspace = delivered(tmp_path / "workspace")
    erase(workspace, "event", "source_file", "landing/openlineage/one.ndjson")
    assert counts(workspace) == [("one", 5, 0, 0, 1, 4), ("two", 2, 2, 0, 0, 0)]


def test_all_of_a_file_that_went_is_gone_and_what_it_shared_is_new_elsewhere(
    tmp_path: Path,
) -> None:
    workspace = delivered(tmp_path / "workspace")
    gone(workspace, "openlineage/one.ndjson")
    assert counts(workspace) == [("one", 5, 0, 0, 1, 4), ("two", 2, 2, 0, 0, 0)]
    run_again(workspace, CLOCK)
    assert counts(workspace) == [("one", 5, 0, 0, 1, 4), ("two", 2, 2, 0, 0, 0)]


def run_again(workspace: Workspace, at: datetime) -> None:
    pipeline.run(workspace, pipeline.system_clock, at)


def test_what_goes_is_counted_anew_when_more_comes(tmp_path: Path) -> None:
    workspace = delivered(tmp_path / "workspace")
    erase(workspace, "event", "run_id", "r0")
    deliver(workspace, {"three": [EVENTS[0], EVENTS[1]]}, CLOCK)
    assert counts(workspace) == [
        ("one", 5, 2, 0, 1, 2), ("three", 2, 1, 1, 0, 0), ("two", 2, 1, 0, 0, 1),
    ]  # fmt: skip


def test_audit_events_that_were_erased_are_gone(tmp_path: Path) -> None:
    workspace = filled(tmp_path / "workspace")
    land_calls(workspace, "again", [call(1), call(2), call(9000)])
    pipeline.run(workspace, pipeline.system_clock, CLOCK.replace(day=CLOCK.day + 1))
    before = [one for one in counts(workspace) if one[0] != "b"]
    assert before == [("a", 2, 1, 0, 1, 0), ("a", 700, 700, 0, 0, 0), ("again", 3, 1, 2, 0, 0)]
    ids = ["event-1", "event-5", "event-9000"]
    erase(workspace, "audit_event", "source_event_id", *ids)
    after = [one for one in counts(workspace) if one[0] != "b"]
    assert after == [("a", 2, 1, 0, 1, 0), ("a", 700, 698, 0, 0, 2), ("again", 3, 0, 1, 0, 2)]
    assert findings(workspace.paths) == []


def test_documents_that_were_erased_are_gone(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    folder = workspace.paths.landing / "monitoring"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f'{{"model": "churn", "model_version": "1", "at": "2026-01-01T0{hour}:00:00Z", '
        f'"metrics": {{"auc": 0.{hour}}}}}\n'
        for hour in range(1, 4)
    ]
    (folder / "m.ndjson").write_text("".join([*lines, lines[0]]), encoding="utf-8")
    run_again(workspace, CLOCK)
    assert counts(workspace) == [("m", 4, 3, 1, 0, 0)]
    first = rows_of(workspace, "document").sort("source_offset")["document_id"][1]
    erase(workspace, "document", "document_id", first)
    assert counts(workspace) == [("m", 4, 2, 1, 0, 1)]


def test_digests_of_logs_go_with_their_file_and_the_logs_they_list(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    bucket = Bucket()
    bucket.pass_hour("a", "b")
    bucket.pass_hour("c")
    land(workspace, bucket.files)
    run_again(workspace, CLOCK)
    was = counts(workspace)
    going = [digest_key(0), log_key(0, "a"), log_key(0, "b")]
    gone(workspace, *(f"{FOLDER}/{name}" for name in going))
    names = {name.rpartition("/")[2].removesuffix(".gz") for name in going}
    for name, records, new, known, aside, missing in counts(workspace):
        is_gone = name in names
        assert (new, missing) == ((0, records) if is_gone else (records, 0)), name
        assert (known, aside) == (0, 0)
    assert len(counts(workspace)) == len(was)
    assert rows_of(workspace, "log_digest_file")["s3_object"].to_list() == [log_key(1, "c")]
    assert rows_of(workspace, "log_digest").height == 1
    assert findings(workspace.paths) == []


def test_flags_of_audit_events_go_with_their_file(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    secret = {"requestParameters": {"password": "swordfish"}}
    land_calls(workspace, "going", [call(1, **secret), call(2, **secret)])
    land_calls(workspace, "staying", [call(2, **secret), call(3, **secret)])
    run_again(workspace, CLOCK)
    flagged = set(rows_of(workspace, "flag")["event_id"])
    assert len(flagged) == 3
    gone(workspace, "audit/cloudtrail/going.ndjson")
    assert set(rows_of(workspace, "flag")["event_id"]) == {
        *rows_of(workspace, "audit_event")["event_id"]
    }
    assert counts(workspace) == [("going", 2, 0, 0, 0, 2), ("staying", 2, 2, 0, 0, 0)]
    assert findings(workspace.paths) == []
