"""A small workspace, and the definitions on it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_project.definitions import defs as load
from lineage_pipeline import pipeline
from lineage_pipeline.initialise import initialise


def event(run: int, source: str, target: str) -> dict[str, Any]:
    return {
        "eventType": "COMPLETE",
        "eventTime": f"2026-03-0{run}T06:00:00Z",
        "producer": "https://example.com/etl",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": f"0195a000-0000-7000-8000-00000000000{run}"},
        "job": {"namespace": "etl", "name": f"make_{target}"},
        "inputs": [{"namespace": "db", "name": source}],
        "outputs": [{"namespace": "db", "name": target}],
    }


EVENTS = [
    event(1, "raw_loans", "loans"),
    event(2, "loans", "features"),
    event(3, "features", "training"),
]


@pytest.fixture(scope="session")
def definitions() -> dg.Definitions:
    return load()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, named by the environment."""
    root = tmp_path / "workspace"
    initialise(root)
    monkeypatch.setenv("LINEAGE_WORKSPACE", str(root))
    return root


@pytest.fixture
def land(root: Path) -> Callable[..., Path]:
    """What a producer does: put lines into landing/openlineage."""

    def write(name: str, *lines: object) -> Path:
        path = root / "landing" / "openlineage" / name
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def small(root: Path, land: Callable[..., Path]) -> pipeline.Workspace:
    """A workspace in which three events, one of them twice, and one bad line wait."""
    land("events.ndjson", *EVENTS, EVENTS[0], "no event")
    return pipeline.open_workspace(root)
