"""Batches of one known time are taken in together when the warehouse is made from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.catalogue import run_checks
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_what_two_of_them_hold_is_new_where_it_comes_first(tmp_path: Path, order: str) -> None:
    event = make_event(run="r1", type="COMPLETE", outputs=["a"])
    workspace = published_workspace(tmp_path / "workspace")
    for name in order:
        deliver(workspace, {name: [event]}, CLOCK)
    pipeline.publish_warehouse(workspace, from_nothing=True)
    with open_warehouse(workspace.paths) as warehouse:
        assert [one.name for one in run_checks(warehouse) if one.failure_count] == []
        query = (
            "select parse_filename(source_file, true), event_count, duplicate_count "
            "from quality.ingest order by all"
        )
        assert [*warehouse.query(query).rows] == [("a", 1, 0), ("b", 0, 1)]
