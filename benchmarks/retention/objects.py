"""A published warehouse of many kept objects, of each class that there are many of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from lineage_pipeline import pipeline
from lineage_pipeline.initialise import initialise
from lineage_pipeline.warehouse.sqlfiles import stage_files

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When it is planned what goes."""
POLICY: Final = {
    "obligations": {"seeds": True},
    "retention": {
        "sets": {"of": "training set", "minimum": "P3Y", "maximum": "P5Y", "anchor": "last used"},
        "tables": {"of": "data set", "maximum": "P3Y", "anchor": "last used"},
        "bucket": {"of": "data set", "namespace": "s3://bucket-1*", "minimum": "P1Y"},
        "persons": {"of": "data set", "tag": "pii", "maximum": "P2Y", "anchor": "last used"},
        "features": {"of": "feature", "name": "part/1*", "maximum": "P2Y", "anchor": "last used"},
        "events": {"of": "raw event", "maximum": "P2Y", "action": "archive"},
        "logs": {"of": "audit log", "minimum": "P1Y", "maximum": "P4Y"},
        "predictions": {"of": "prediction", "minimum": "P6M", "maximum": "P3Y"},
        "models": {"of": "model artifact", "minimum": "P3Y", "maximum": "P5Y", "anchor": "retired"},
    },
}


def make_objects(root: Path, count: int) -> None:
    """Make a workspace whose warehouse holds so many objects, as publications leave it."""
    workspace = pipeline.open_workspace(initialise(root).root)
    pipeline.run(workspace, pipeline.system_clock)
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
        connection.execute("set variable count = $count", {"count": count})
        for statement in connection.extract_statements(text):
            given = {"policy": json.dumps(POLICY)} if "$policy" in statement.query else None
            connection.execute(statement, given)
        connection.execute("attach ':memory:' as step")
        for file in stage_files("serve"):
            if file.kind == "facts":
                connection.execute(file.statements)
        connection.execute("checkpoint")
