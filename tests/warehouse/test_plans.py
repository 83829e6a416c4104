"""The fold joins by equal values: comparing each row with each takes minutes on real input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import duckdb

from lineage_pipeline.warehouse.build import AUDITED, Builder
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.builders import make_event
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

BY_PATTERNS: Final = {"sql/graph/110_node.sql"}
"""Joins nodes with patterns, of which the settings hold a few."""
BY_ONE_ROW: Final = {
    "sql/assessed/060_assessment.sql",
    "sql/audit/132_development_access.sql",
    "sql/registry/180_development_read.sql",
    "sql/registry/190_shadow_model.sql",
}
"""Joins with the one row that holds all patterns, all sources that there are, or the last state."""
PLANNED: Final = ("insert into", "create or replace table", "delete from")


def test_no_stage_compares_all_rows_with_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[str] = []
    slow: set[str] = set()

    def run_stage(builder: Any, stage: Any) -> None:
        for file in stage_files(stage):
            for statement in duckdb.extract_statements(file.statements):
                if any(word in statement.query for word in PLANNED):
                    planned.append(file.name)
                    if "Blockwise" in _plan(builder.connection, statement.query):
                        slow.add(file.name)
                builder.connection.execute(statement.query)

    monkeypatch.setattr(Builder, "run_stage", run_stage)
    deliver(make_workspace(tmp_path / "workspace"), {"events": [make_event(at=1)]})

    assert len(planned) > 100
    assert slow == BY_PATTERNS | BY_ONE_ROW


def test_audit_logs_are_folded_whenever_a_table_that_they_fill_has_come() -> None:
    read = {
        source.removeprefix("bronze.")
        for stage in ("recall", "audit")
        for file in stage_files(stage)
        for source in file.sources
        if source.startswith("bronze.")
    }
    # Flags and earlier rows belong to them; of segments those count whose rows have gone, which a
    # publication from nothing alone looks at.
    assert read == {*AUDITED, "flag", "audit_earlier", "segment"}


def _plan(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    ((*_, plan),) = connection.execute(f"explain {query}").fetchall()
    return str(plan)
