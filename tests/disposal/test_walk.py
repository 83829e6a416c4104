"""The story's overdue set goes, the held one stays, and who is erased is found nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.story.retention import ERASED_SUBJECT
from lineage_pipeline.paths import workspace_paths
from lineage_pipeline.warehouse.query import open_warehouse
from tests.disposal.test_reclaiming import told_of
from tests.test_docs import ROOT, told_in_turn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Demo

RETENTION = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")


def test_what_must_go_goes_as_the_documentation_shows(demo: Demo, tmp_path: Path) -> None:
    assert told_in_turn(RETENTION, demo, tmp_path) == 16

    left = sorted(file.parent.name for file in (tmp_path / "bucket").rglob("*.csv"))
    assert left == ["credit_2022w40"]
    assert told_of(tmp_path / "demo", ERASED_SUBJECT) == []
    paths = workspace_paths(tmp_path / "demo")
    with open_warehouse(paths) as warehouse:
        query = (
            "select object_id, serves_at from retention.erasure "
            "where course = 'decide' and len(serves_at) > 0 and sought = 'downstream'"
        )
        assert warehouse.query(query).rows == [
            (
                "modelVersion:mlflow://mlflow.example.org:credit-risk:3",
                ["deployment:endpoint://prod-eu:credit-risk"],
            )
        ]
