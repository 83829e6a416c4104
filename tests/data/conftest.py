"""The committed story, read once, and a copy of it written afresh."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from data.story.reading import LANDING, ROOT, Line, plain
from data.story.write import story, write


def _read(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@pytest.fixture(scope="session")
def openlineage_lines() -> list[Line]:
    """Every line of every OpenLineage file that is committed."""
    found = []
    for path in sorted(LANDING.glob("*/openlineage/**/*.ndjson*")):
        relative = path.relative_to(LANDING)
        delivery, name = relative.parts[0], "/".join(relative.parts[1:])
        lines = plain(path).split(b"\n")
        found += [Line(delivery, name, raw, _read(raw)) for raw in lines if raw]
    return found


@pytest.fixture(scope="session")
def events(openlineage_lines: list[Line]) -> list[dict[str, Any]]:
    """Every readable OpenLineage event, in no particular order."""
    found = [line.event for line in openlineage_lines if line.event]
    return [event for event in found if "eventTime" in event]


@pytest.fixture(scope="session")
def mistakes() -> dict[str, dict[str, Any]]:
    """The planted mistakes by id."""
    declared = tomllib.loads((ROOT / "mistakes.toml").read_text())
    return {mistake["id"]: mistake for mistake in declared["mistake"]}


@pytest.fixture(scope="session")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story, written once more."""
    out = tmp_path_factory.mktemp("landing")
    write(story(), out)
    return out


@pytest.fixture(scope="session")
def acts() -> list[dict[str, Any]]:
    """Every act in the last state of each monthly file."""
    last = {path.name: path for path in sorted(LANDING.glob("*/governance/*.ndjson"))}
    return [json.loads(line) for path in last.values() for line in path.read_text().splitlines()]
