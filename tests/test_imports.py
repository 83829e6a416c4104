"""Imports cost what they must: the package nothing, the help text click, Dagster never."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.builders import make_event
from tests.workspaces import make_workspace

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"duckdb", "polars", "pyarrow", "deltalake", "rich", "pandas", "numpy", "zstandard"}
NEVER = {"dagster", "dagster_project", "great_expectations", "pandas"}

HELP = """
import sys
from lineage_pipeline.cli import main
sys.argv = ["lineage", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
"""


def imported_by(script: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after running `script`."""
    report = "\nimport sys; print('modules', *sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script + report], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_the_package_itself_imports_nothing() -> None:
    modules = imported_by("import lineage_pipeline")
    assert not modules & (HEAVY | NEVER | {"click", "msgspec"})


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], []])
def test_the_help_text_needs_click_alone(arguments: list[str]) -> None:
    script = HELP.format(arguments=arguments)
    if not arguments:
        script = script.replace("== 0", "in (0, 2)")
    modules = imported_by(script)
    assert "click" in modules
    assert not modules & (HEAVY | NEVER | {"msgspec"})


@pytest.mark.parametrize(
    "command", ["init", "run", "rebuild", "node", "upstream", "downstream", "sql"]
)
def test_the_help_of_a_command_needs_no_engine(command: str) -> None:
    modules = imported_by(HELP.format(arguments=[command, "--help"]))
    assert not modules & (HEAVY | NEVER)


SCAN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lineage_pipeline import pipeline
workspace = pipeline.open_workspace(Path(sys.argv[1]))
done = pipeline.scan_landing(workspace, datetime(2026, 1, 1, tzinfo=UTC))
assert done.segments[0].accepted_count == 1
"""


def test_a_scan_of_few_events_needs_no_engine(tmp_path: Path) -> None:
    paths = make_workspace(tmp_path).paths
    event = make_event(run="one", type="COMPLETE", inputs=["raw"], outputs=["clean"])
    (paths.landing / "openlineage" / "one.ndjson").write_text(json.dumps(event) + "\n")
    script = SCAN.replace("sys.argv[1]", repr(str(tmp_path)))
    modules = imported_by(script)
    assert "pyarrow" in modules
    assert not modules & (NEVER | {"duckdb", "polars", "fsspec", "rich", "fast_sugiyama"})


def test_no_module_of_the_library_imports_dagster() -> None:
    script = (
        "import pkgutil, importlib, lineage_pipeline\n"
        "for found in pkgutil.walk_packages(lineage_pipeline.__path__, 'lineage_pipeline.'):\n"
        "    importlib.import_module(found.name)"
    )
    assert not imported_by(script) & NEVER


BUILD = """
from datetime import UTC, datetime
from pathlib import Path
from lineage_pipeline import pipeline
workspace = pipeline.open_workspace(Path({root!r}))
pipeline.run(workspace, lambda: datetime(2026, 1, 1, tzinfo=UTC))
"""


@pytest.mark.parametrize("has_sql", [False, True])
def test_a_build_without_sql_to_read_needs_no_parser(tmp_path: Path, *, has_sql: bool) -> None:
    paths = make_workspace(tmp_path).paths
    stated = {"name": "clean", "columnLineage": {"x": ["raw.x"]}}
    written = "clean" if has_sql else stated
    sql = {"sql": "select x from raw"}
    event = make_event(
        run="one", type="COMPLETE", inputs=["raw"], outputs=[written], job_facets=sql
    )
    (paths.landing / "openlineage" / "one.ndjson").write_text(json.dumps(event) + "\n")
    assert ("sqlglot" in imported_by(BUILD.format(root=str(tmp_path)))) == has_sql
