"""Workspaces with a log: made once, copied for each test that breaks one."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline import auditing, pipeline
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.evidence.finding import Finding
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.trail.notes import VerifierKey

LATER: Final = CLOCK + timedelta(hours=1)
AUDIT_ROWS: Final = 700


def call(number: int, **more: Any) -> dict[str, Any]:
    """Return a record as CloudTrail writes it."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/u{number % 7}"},
        "eventTime": f"2026-03-02T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "awsRegion": "eu-west-1",
        "requestParameters": {"bucketName": "train", "key": f"part-{number}.parquet"},
        "requestID": f"request-{number}",
        "eventID": f"event-{number}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        **more,
    }


def land_calls(workspace: Workspace, name: str, records: list[dict[str, Any]]) -> None:
    """Land records of CloudTrail, a line each."""
    file = workspace.paths.landing / "audit" / "cloudtrail" / f"{name}.ndjson"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")


def filled(root: Path) -> Workspace:
    """Return a workspace after two runs: events, audit rows of three ranges, a line set aside."""
    workspace = make_workspace(root)
    land_calls(workspace, "a", [call(number) for number in range(AUDIT_ROWS)])
    first = make_event(run="one", type="COMPLETE", inputs=["raw"], outputs=["clean"])
    deliver(workspace, {"a": [first, "not json"]}, CLOCK)
    land_calls(workspace, "b", [call(AUDIT_ROWS)])
    second = make_event(run="two", type="COMPLETE", inputs=["clean"], outputs=["shown"])
    deliver(workspace, {"b": [second]}, LATER)
    return workspace


def copied(workspace: Workspace, root: Path) -> Workspace:
    """Return a copy of a workspace."""
    shutil.copytree(workspace.paths.root, root)
    return pipeline.open_workspace(root)


def findings(
    paths: WorkspacePaths,
    kept: bytes | None = None,
    pinned: VerifierKey | None = None,
    *,
    is_deep: bool = True,
) -> list[Finding]:
    """Return what a verification finds, with the key that the workspace names if none is given."""
    pinned = pinned or auditing.pinned_key(paths, None)
    return auditing.verify(paths, pinned, kept, is_deep=is_deep).findings


def named(found: list[Finding]) -> set[str]:
    """Return the files that findings name."""
    return {finding.file for finding in found}


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file below a folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
