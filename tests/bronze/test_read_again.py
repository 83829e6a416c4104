"""What was set aside, or taken for another kind of log, is read once it can be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.warehouse.query import open_warehouse
from tests.scans import BEFORE
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

TRAIL = {
    "eventVersion": "1.11",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/u"},
    "eventTime": "2026-03-02T10:02:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "eventID": "id1",
}
DECLARED = """
[audit.generic.{name}]
files = "app*"
recognise = [["$.{key}"]]
[audit.generic.{name}.columns]
occurred_at = "$.ts"
action = "$.what"
"""


def rows(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    pipeline.publish_warehouse(workspace)
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


def scan(workspace: Workspace, place: Path, source: str, day: int) -> pipeline.Ingest:
    clock = CLOCK + timedelta(days=day)
    return pipeline.scan_paths(workspace, [str(place)], source, lambda: clock)


def declared_again(workspace: Workspace, toml: str) -> Workspace:
    text = workspace.paths.settings.read_text()
    head = text.partition("\n[audit.generic")[0].partition("\n[scan]")[0]
    workspace.paths.settings.write_text(head + toml)
    return pipeline.open_workspace(workspace.paths.root)


def test_a_log_that_was_first_taken_for_another_is_read_as_what_it_is(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    file = tmp_path / "trail.json"
    file.write_text(json.dumps({"Records": [TRAIL]}))
    assert scan(workspace, file, "openlineage", 0).segments[0].quarantined_count == 1
    assert scan(workspace, file, "audit/cloudtrail", 1).segments[0].accepted_count == 1
    assert scan(workspace, file, "audit/cloudtrail", 2).segments == ()
    assert rows(workspace, "select action from audit.event") == [("GetObject",)]


def test_a_scan_of_the_landing_folder_leaves_other_sources_to_their_folders(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace")
    landing = workspace.paths.landing
    (landing / "audit" / "cloudtrail" / "t.json").write_text(json.dumps({"Records": [TRAIL]}))
    (landing / "openlineage" / "e.ndjson").write_bytes(BEFORE + b"\n")
    done = scan(workspace, landing, "openlineage", 0)
    assert [one.source_file for one in done.segments] == ["landing/openlineage/e.ndjson"]
    assert [one.source_file for one in done.skipped] == ["landing/audit/cloudtrail/t.json"]
    pipeline.run(workspace, lambda: CLOCK + timedelta(days=1))
    assert rows(workspace, "select count(*) from audit.event") == [(1,)]


def test_a_corrected_declaration_reads_what_it_set_aside(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", DECLARED.format(name="app", key="wrong"))
    file = workspace.paths.landing / "audit" / "generic" / "app-1.ndjson"
    file.write_text('{"ts": "2026-01-01T00:00:00Z", "what": "login"}\n')
    first = pipeline.run(workspace, lambda: CLOCK)
    assert first.ingest.segments[0].quarantined_count == 1
    workspace = declared_again(workspace, DECLARED.format(name="app", key="ts"))
    again = pipeline.run(workspace, lambda: CLOCK + timedelta(days=1))
    assert [one.accepted_count for one in again.ingest.segments] == [1]
    assert pipeline.run(workspace, lambda: CLOCK + timedelta(days=2)).ingest.segments == ()
    assert rows(workspace, "select action from audit.event") == [("login",)]


def test_a_raised_limit_reads_what_was_too_large_and_doubles_nothing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", "\n[scan]\nmax_record_bytes = 2048\n")
    large = json.loads(BEFORE) | {"producer": "https://p/" + "p" * 4000}
    file = workspace.paths.landing / "openlineage" / "e.ndjson"
    file.write_bytes(BEFORE + b"\n" + json.dumps(large).encode() + b"\n")
    first = pipeline.run(workspace, lambda: CLOCK)
    assert first.ingest.segments[0].quarantined_count == 1
    workspace = declared_again(workspace, "\n[scan]\nmax_record_bytes = 8192\n")
    pipeline.run(workspace, lambda: CLOCK + timedelta(days=1))
    counts = "select sum(event_count), sum(duplicate_count), count(*) from quality.ingest"
    assert rows(workspace, "select count(*) from lineage.event") == [(2,)]
    assert rows(workspace, counts) == [(2, 1, 2)]


def test_a_declaration_may_not_take_the_name_of_a_packaged_format(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", DECLARED.format(name="cloudtrail", key="ts"))
    with pytest.raises(ConfigError, match="comes with the package"):
        pipeline.run(workspace, lambda: CLOCK)
