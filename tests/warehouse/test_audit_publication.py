"""The warehouse follows its audit rows wherever compaction puts them."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import duckdb
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.lake.compaction import compact
from lineage_pipeline.lake.merge import Rules
from lineage_pipeline.warehouse.query import open_warehouse
from tests.audit_rows import commit_rows
from tests.workspaces import CLOCK, make_workspace, tables

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

AT_ONCE: Final = Rules(fresh_days=0, worthwhile_rows=1)
LATER: Final = CLOCK + timedelta(days=2)
ACTORS: Final = "select actor_id from audit.event order by actor_id, occurred_at"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a published workspace with rows of two batches; the second holds a duplicate."""
    made = make_workspace(tmp_path / "workspace")
    commit_rows(made.paths, [{"id": "e1", "actor": "ann"}, {"id": "e2", "actor": "bob"}], CLOCK)
    pipeline.publish_warehouse(made)
    second = [{"id": "e1", "actor": "ann", "file": "b"}, {"id": "e3", "actor": "ann", "file": "b"}]
    commit_rows(made.paths, second, CLOCK + timedelta(days=1))
    pipeline.publish_warehouse(made)
    return made


def state(of: Workspace) -> object:
    return tables(of, "audit") | tables(of, "quality")


def test_a_publication_after_a_compaction_reads_the_new_files(workspace: Workspace) -> None:
    before = state(workspace)
    assert compact(workspace.paths, LATER, AT_ONCE).written
    published = pipeline.publish_warehouse(workspace)
    assert published is not None
    assert published.batch_count == 0
    assert compact(workspace.paths, LATER + timedelta(days=7), AT_ONCE).deleted_count == 2
    assert state(workspace) == before
    assert pipeline.publish_warehouse(workspace) is None


def test_a_reader_keeps_what_it_opened_until_the_grace_is_over(workspace: Workspace) -> None:
    with open_warehouse(workspace.paths) as reader:
        before = reader.query(ACTORS).rows
        compact(workspace.paths, LATER, AT_ONCE)
        pipeline.publish_warehouse(workspace)
        assert reader.query(ACTORS).rows == before == [("ann",), ("ann",), ("bob",)]


def test_a_warehouse_takes_batches_in_from_compacted_files(workspace: Workspace) -> None:
    third = [{"id": "e2", "actor": "bob", "file": "c"}, {"id": "e4", "actor": "eve", "file": "c"}]
    commit_rows(workspace.paths, third, LATER)
    assert compact(workspace.paths, LATER, AT_ONCE).written
    published = pipeline.publish_warehouse(workspace)
    assert published is not None
    assert (published.batch_count, published.is_rebuild) == (1, False)
    taken_in = state(workspace)
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert state(workspace) == taken_in


def test_a_warehouse_that_was_put_back_is_built_anew(workspace: Workspace, tmp_path: Path) -> None:
    shutil.copyfile(workspace.paths.warehouse, tmp_path / "before")
    commit_rows(workspace.paths, [{"id": "e4", "actor": "eve", "file": "c"}], LATER)
    pipeline.publish_warehouse(workspace)
    expected = state(workspace)
    shutil.copyfile(tmp_path / "before", workspace.paths.warehouse)
    published = pipeline.publish_warehouse(workspace)
    assert published is not None
    assert published.is_rebuild
    assert state(workspace) == expected


def test_everything_but_the_rows_is_answered_by_a_copy_elsewhere(
    workspace: Workspace, tmp_path: Path
) -> None:
    copy = tmp_path / "copied.duckdb"
    shutil.copyfile(workspace.paths.warehouse, copy)
    shutil.rmtree(workspace.paths.lake)
    with duckdb.connect(str(copy), read_only=True) as connection:
        assert connection.execute("select event_count from audit.source").fetchall() == [(3,)]
        assert connection.execute("select count(*) from audit.duplicate").fetchall() == [(1,)]


def test_a_filter_on_the_view_reaches_the_files(workspace: Workspace) -> None:
    compact(workspace.paths, LATER, AT_ONCE)
    pipeline.publish_warehouse(workspace)
    question = "select action from audit.event where actor_id = 'ann'"
    with open_warehouse(workspace.paths) as reader:
        plan = reader.connection.execute(f"explain (format json) {question}").fetchall()
    [join] = json.loads(plan[0][1])
    scan = join["children"][0]
    assert scan["name"].strip() == "PARQUET_SCAN"
    assert "actor_id = 'ann'" in scan["extra_info"]["Filters"]
