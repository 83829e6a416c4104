"""Bad lines by kind, with the reason of each, and workspaces that have scanned them."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.workspaces import CLOCK, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Run, Workspace

LIMIT = 4096


def run_uuid(name: str) -> str:
    """Return the UUID that stands for the run called `name`, the same in every test."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def line(run: str, **rest: Any) -> bytes:
    """Return an event as a line without its end; all such lines are of one length."""
    event = make_event(run=run, type="COMPLETE", inputs=["raw"], outputs=["clean"], **rest)
    event["run"]["runId"] = run_uuid(run)
    return json.dumps(event).encode()


def changed(**changes: Any) -> bytes:
    """Return a good line in which keys were set, or removed by None."""
    event = json.loads(line("bad")) | changes
    return json.dumps({key: value for key, value in event.items() if value is not None}).encode()


BEFORE, AFTER = line("before"), line("after")
DEEP = b"[" * 100_000 + b"]" * 100_000
JOB = {"namespace": "db", "name": "job"}

REJECTED: dict[str, tuple[bytes, str]] = {
    "text": (b"not json at all", "malformed_json"),
    "single_quotes": (b"{'eventTime': 1}", "malformed_json"),
    "number": (b"42", "not_an_object"),
    "string": (b'"text"', "not_an_object"),
    "null": (b"null", "not_an_object"),
    "nothing_known": (b'{"hello": "world"}', "not_an_event"),
    "wrong_type": (b'{"eventTime": 5, "run": {}, "job": {}}', "not_an_event"),
    "run_is_text": (changed(run="r1"), "not_an_event"),
    "inputs_are_text": (changed(inputs="raw"), "not_an_event"),
    "nul": (b'{"a": "\x00"}', "null_byte"),
    "nul_run": (b"\x00" * 30, "null_byte"),
    "latin1": (BEFORE.replace(b"clean", b"cl\xe9an"), "invalid_utf8"),
    "latin1_in_facet": (
        changed(run={"runId": run_uuid("x"), "facets": {"f": {"a": "X"}}}).replace(
            b'"X"', b'"\xff"'
        ),
        "invalid_utf8",
    ),
    "utf16": ('{"a": 1}'.encode("utf-16-le")[:-1], "null_byte"),
    "lone_surrogate_for_a_name": (
        changed(job={**JOB, "name": "HALF"}).replace(b"HALF", b"\\udead"),
        "not_an_event",
    ),
    "deep_name": (
        changed(run={"runId": "DEEP"}).replace(b'"DEEP"', DEEP[:1200] + DEEP[-1200:]),
        "not_an_event",
    ),
    "lone_surrogate_in_no_event": (b'{"a": "\\udead"}', "not_an_event"),
    "deep_in_no_event": (b'{"a":' + DEEP[:1200] + DEEP[-1200:] + b"}", "not_an_event"),
    "deep_and_torn": (b'{"a":' + DEEP[:1200] + DEEP[-900:] + b"}", "too_deep"),
    "long": (changed(producer="p" * LIMIT), "record_too_large"),
    "no_time": (changed(eventTime=None), "missing_event_time"),
    "empty_time": (changed(eventTime=""), "missing_event_time"),
    "odd_time": (changed(eventTime="yesterday"), "invalid_event_time"),
    "impossible_time": (changed(eventTime="2026-02-30T00:00:00Z"), "invalid_event_time"),
    "far_time": (changed(eventTime="9999-01-01T00:00:00Z"), "invalid_event_time"),
    "no_run_id": (changed(run={}), "missing_run_id"),
    "empty_run_id": (changed(run={"runId": ""}), "missing_run_id"),
    "no_job": (changed(job=None), "missing_job"),
    "no_job_name": (changed(job={"namespace": "n"}), "missing_job"),
    "no_job_namespace": (changed(job={"name": "n"}), "missing_job"),
    "no_dataset_name": (changed(inputs=[{"namespace": "n"}]), "missing_dataset"),
    "no_output_namespace": (changed(outputs=[{"name": "n"}]), "missing_dataset"),
    "overflowing_number": (b'{"eventTime": 1' + b"0" * 400 + b"}", "not_an_event"),
}

KEPT: dict[str, tuple[bytes, str | None]] = {
    "run_id_no_uuid": (changed(run={"runId": "nightly"}), "run_id_not_uuid"),
    "no_event_type": (changed(eventType=None), "missing_event_type"),
    "odd_event_type": (changed(eventType="DONE"), "unknown_event_type"),
    "small_event_type": (changed(eventType="complete"), "event_type_spelling"),
    "no_schema_url": (changed(schemaURL=None), "missing_schema_url"),
    "no_producer": (changed(producer=None), "missing_producer"),
    "naive_time": (changed(eventTime="2026-01-01T12:00:00"), "naive_event_time"),
    "unknown_key": (changed(vendorKey={"a": [1]}), "unknown_keys"),
    "output_facets_of_an_input": (
        changed(inputs=[{"namespace": "n", "name": "a", "outputFacets": {}}]),
        "unknown_keys",
    ),
    "input_facets_of_an_output": (
        changed(outputs=[{"namespace": "n", "name": "a", "inputFacets": {}}]),
        "unknown_keys",
    ),
    "null_facet": (changed(job={**JOB, "facets": {"sql": None}}), "null_facet"),
    "duplicate_keys": (BEFORE.replace(b'"producer"', b'"producer": "x", "producer"'), None),
    "lone_surrogate_in_a_facet": (
        changed(job={**JOB, "facets": {"sql": {"_producer": "p", "query": "HALF"}}}).replace(
            b"HALF", b"\\udead"
        ),
        "facet_set_aside",
    ),
    "deep_custom_facet": (
        changed(job={**JOB, "facets": {"custom": {"_producer": "p", "n": "DEEP"}}}).replace(
            b'"DEEP"', DEEP[:1200] + DEEP[-1200:]
        ),
        "facet_set_aside",
    ),
    "deep_unknown_key": (
        changed(vendorKey="DEEP").replace(b'"DEEP"', DEEP[:1200] + DEEP[-1200:]),
        "unknown_keys",
    ),
    "overflow_under_an_unknown_key": (
        changed(inputs=[{"namespace": "n", "name": "a", "size": "BIG"}]).replace(
            b'"BIG"', b"1" + b"0" * 400
        ),
        "unknown_keys",
    ),
    "overflow_in_facet": (
        changed(job={**JOB, "facets": {"custom": {"_producer": "p", "n": "BIG"}}}).replace(
            b'"BIG"', b"1" + b"0" * 400
        ),
        None,
    ),
}


class Scan(NamedTuple):
    """A workspace after a run, and what the run said."""

    workspace: Workspace
    run: Run

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with open_warehouse(self.workspace.paths) as warehouse:
            return list(warehouse.query(query).rows)

    def rejections(self, name: str) -> list[tuple[Any, ...]]:
        return self.rows(
            "select source_offset, source_bytes, reason_code from quality.quarantine "
            f"where scope = 'record' and source_file = 'landing/openlineage/{name}' order by all"
        )

    def run_ids(self, name: str) -> list[str]:
        found = self.rows(
            "select run_id from lineage.event "
            f"where source_file = 'landing/openlineage/{name}' order by source_offset"
        )
        return [run_id for (run_id,) in found]

    def counts(self, name: str) -> tuple[int, ...]:
        """Return records, events, duplicates and rejections of a file."""
        found = self.rows(
            "select record_count, event_count, duplicate_count, quarantined_count "
            f"from quality.ingest where source_file = 'landing/openlineage/{name}'"
        )
        return tuple(found[0])


def scanned(root: Path, files: dict[str, bytes]) -> Scan:
    workspace = make_workspace(root, f"[scan]\nmax_record_bytes = {LIMIT}\n")
    for name, content in files.items():
        (workspace.paths.landing / "openlineage" / name).write_bytes(content)
    return Scan(workspace, pipeline.run(workspace, lambda: CLOCK))
