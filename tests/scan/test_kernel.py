"""The scan kernel: same bytes give same files, secrets reach no disk, facets stand apart."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from lineage_pipeline.landing.files import LandingFile, SegmentTask
from lineage_pipeline.scan import kernel
from lineage_pipeline.scan.tasks import Manifest, ScanTask
from lineage_pipeline.settings.lineage_toml import ScanSettings
from tests.builders import make_event
from tests.workspaces import CLOCK

if TYPE_CHECKING:
    from pathlib import Path

SECRET: Final = "hunter2"  # noqa: S105 - what must not be found


def event_line(run: str, **rest: Any) -> bytes:
    event = make_event(run=run, type="COMPLETE", inputs=["raw"], outputs=["clean"], **rest)
    return json.dumps(event).encode() + b"\n"


def scan(folder: Path, *contents: bytes, suffix: str = ".ndjson") -> Manifest:
    """Scan files of these contents into `folder`."""
    folder.mkdir(parents=True)
    segments = []
    for number, content in enumerate(contents):
        file = folder / f"{number}{suffix}"
        file.write_bytes(content)
        listed = LandingFile("openlineage", str(file), file.name, len(content), 0)
        segments.append(SegmentTask(listed))
    task = ScanTask(
        "batch", 0, tuple(segments), CLOCK, folder / "bronze", ScanSettings(), salts=bytes
    )
    return kernel.scan(task)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    [file] = (folder / "bronze" / table).glob("*.parquet")
    found: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return found


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted((folder / "bronze").rglob("*.parquet"))
    }


def test_the_same_bytes_give_the_same_files(tmp_path: Path) -> None:
    facets = {"sql": {"query": "select 1"}, "custom": {"a": 1}}
    content = event_line("one", job_facets=facets) + b"not json\n" + event_line("two")
    one = scan(tmp_path / "one", content)
    other = scan(tmp_path / "other", content)
    assert digests(tmp_path / "one") == digests(tmp_path / "other")
    assert one.files == other.files
    assert {file.table for file in one.files} >= {"event", "event_holder", "facet", "quarantine"}
    for file in one.files:
        assert len(rows(tmp_path / "one", file.table)) == file.row_count


def test_compression_changes_no_offset_and_no_identity(tmp_path: Path) -> None:
    content = event_line("one") + event_line("two")
    plain = scan(tmp_path / "plain", content)
    packed = scan(tmp_path / "packed", gzip.compress(content), suffix=".ndjson.gz")
    place = ("source_offset", "source_bytes", "event_id")
    assert [[row[name] for name in place] for row in rows(tmp_path / "plain", "event")] == [
        [row[name] for name in place] for row in rows(tmp_path / "packed", "event")
    ]
    assert plain.segments[0].sha256 == packed.segments[0].sha256


def test_no_secret_reaches_a_file(tmp_path: Path) -> None:
    uri = f"postgres://svc:{SECRET}@db:5432/credit"
    content = event_line(
        "one",
        run_facets={
            "environmentVariables": {"environmentVariables": [{"name": "A", "value": SECRET}]},
            "spark_properties": {"properties": {"spark.password": SECRET}},
        },
        job_facets={"sql": {"query": f"-- {uri}\nselect 1"}},
        vendorKey={"token": SECRET},
    ).replace(b'"namespace": "db"', f'"namespace": "{uri}"'.encode())
    manifest = scan(tmp_path / "scan", content)
    assert manifest.segments[0].redaction_count > 5
    read = [str(rows(tmp_path / "scan", file.table)) for file in manifest.files]
    assert SECRET not in "".join(read)
    assert "***" in "".join(read)
    [event] = rows(tmp_path / "scan", "event")
    assert event["job_namespace"] == "postgres://db:5432/credit"
    assert ("redacted",) in {(flag["flag"],) for flag in rows(tmp_path / "scan", "flag")}


def test_no_name_gives_a_secret_away(tmp_path: Path) -> None:
    event = json.loads(event_line("one"))
    uri = f"https://svc:{SECRET}@h"
    event["run"] = {"runId": uri, "facets": {uri: {"a": 1}, "password": {"v": SECRET}}}
    event["eventType"] = event["producer"] = event["schemaURL"] = uri
    manifest = scan(tmp_path / "scan", json.dumps(event).encode() + b"\n")
    read = [str(rows(tmp_path / "scan", file.table)) for file in manifest.files]
    assert SECRET not in "".join(read)
    [kept] = rows(tmp_path / "scan", "event")
    assert (kept["run_id"], kept["event_type"], kept["producer"]) == ("https://h",) * 3
    assert {facet["key"] for facet in rows(tmp_path / "scan", "facet")} == {"https://h", "password"}
    assert manifest.segments[0].redaction_count == 6


def test_a_dataset_has_one_name_whether_an_event_or_a_facet_names_it(tmp_path: Path) -> None:
    event = json.loads(event_line("one"))
    place = {"namespace": f"postgres://svc:{SECRET}@h", "name": "t"}
    event["inputs"] = [place]
    event["outputs"][0]["facets"] = {
        "columnLineage": {
            "_producer": "p",
            "fields": {"token": {"inputFields": [{**place, "field": "pin"}]}},
        },
        "symlinks": {"_producer": "p", "identifiers": [{**place, "type": "TABLE"}]},
    }
    scan(tmp_path / "scan", json.dumps(event).encode() + b"\n")
    [column] = rows(tmp_path / "scan", "column_lineage")
    [link] = rows(tmp_path / "scan", "symlink")
    [read] = [row for row in rows(tmp_path / "scan", "event_holder") if row["role"] == "input"]
    assert (column["input_namespace"], link["namespace"]) == ("postgres://h",) * 2
    assert read["namespace"] == "postgres://h"
    assert (column["output_field"], column["input_field"]) == ("token", "pin")


def test_a_secret_that_changes_does_not_change_the_event(tmp_path: Path) -> None:
    """Identity is taken after redaction, so a rotated password repeats no event."""
    for name, secret in (("one", "first"), ("other", "second")):
        scan(tmp_path / name, event_line("a", run_facets={"custom": {"password": secret}}))
    [one], [other] = (rows(tmp_path / name, "event") for name in ("one", "other"))
    assert one["event_id"] == other["event_id"]


def test_an_unreadable_facet_is_set_aside_and_its_event_kept(tmp_path: Path) -> None:
    content = event_line("one", job_facets={"sql": {"query": 5}, "custom": {"query": 5}})
    manifest = scan(tmp_path / "scan", content, event_line("two"))
    assert [segment.accepted_count for segment in manifest.segments] == [1, 1]
    assert [segment.quarantined_count for segment in manifest.segments] == [0, 0]
    [aside] = rows(tmp_path / "scan", "quarantine")
    assert (aside["scope"], aside["facet_key"]) == ("facet", "sql")
    assert (aside["source_file"], aside["source_offset"]) == ("0.ndjson", 0)
    assert aside["reason_code"] == "facet_breaks_its_schema"
    assert aside["reason"].startswith("job.sql: ")
    flags = {flag["flag"] for flag in rows(tmp_path / "scan", "flag")}
    assert "facet_set_aside" in flags


def test_a_body_is_kept_once_however_often_it_is_sent(tmp_path: Path) -> None:
    facets = {"sql": {"query": "select 1"}}
    contents = [event_line(f"run {number}", job_facets=facets) for number in range(5)]
    scan(tmp_path / "scan", b"".join(contents[:3]), *contents[3:])
    [facet] = rows(tmp_path / "scan", "facet")
    [use] = rows(tmp_path / "scan", "holder_facet")
    assert use["facet_digest"] == facet["facet_digest"]
    held = rows(tmp_path / "scan", "event_holder")
    jobs = [holder["holder_digest"] for holder in held if holder["role"] == "job"]
    assert jobs == [use["holder_digest"]] * 5
    assert hashlib.sha256(facet["body"].encode()).digest() == facet["facet_digest"]


def test_a_file_that_is_gone_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    good = tmp_path / "good.ndjson"
    good.write_bytes(event_line("one"))
    segments = tuple(
        SegmentTask(LandingFile("openlineage", str(tmp_path / name), name, 1, 0))
        for name in ("gone.ndjson", "good.ndjson")
    )
    task = ScanTask("batch", 0, segments, CLOCK, tmp_path / "bronze", ScanSettings())
    told: list[int] = []
    manifest = kernel.scan(task, told.append)
    assert manifest.unreadable == (("gone.ndjson", "No such file or directory"),)
    assert [segment.source_file for segment in manifest.segments] == ["good.ndjson"]
    assert sum(told) == good.stat().st_size
