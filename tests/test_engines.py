"""Engines print nothing, also where the program is no file and DuckDB would draw a bar."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

DRAWS = """
import sys
from pathlib import Path

import duckdb
from lineage_pipeline.engines import connect
from lineage_pipeline.sandbox.engine import open_engine
from lineage_pipeline.sandbox.messages import Limits, Request
from lineage_pipeline.warehouse.opening import read_only

file = sys.argv[1]
asked = Request(
    warehouse=file, lake=None, query="", query_sha256="", parameters={}, limits=Limits()
)
for engine in (duckdb.connect(), connect(), read_only(Path(file)), open_engine(asked)):
    draws = "select current_setting('enable_progress_bar')"
    print(*engine.execute(draws).fetchone())
"""


def test_an_engine_opened_by_a_program_that_is_no_file_draws_nothing(tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    duckdb.connect(str(file)).close()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", DRAWS, str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False", "False", "False"]
