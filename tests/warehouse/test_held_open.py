"""A warehouse that one part of a process keeps open, while another publishes anew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lineage_pipeline import pipeline
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

COUNT = "select count(*) from lineage.run"


def test_who_opens_it_later_sees_what_was_published_last(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    deliver(workspace, {"a": [make_event(run="a", type="COMPLETE", outputs=["a"])]})
    with pipeline.open_warehouse(workspace.paths) as held:
        for day, name in enumerate("bc", start=1):
            event = make_event(run=name, type="COMPLETE", outputs=[name])
            deliver(workspace, {name: [event]}, CLOCK + timedelta(days=day))
            with pipeline.open_warehouse(workspace.paths) as later:
                assert later.query(COUNT).rows == [(day + 1,)]
        assert held.query(COUNT).rows == [(1,)]
    assert pipeline.check_warehouse(workspace) == []
