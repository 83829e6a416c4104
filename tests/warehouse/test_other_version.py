"""A warehouse that another version has published: what is asked says so, and a run mends it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.pipeline import publish_warehouse
from lineage_pipeline.settings.lineage_toml import Settings
from lineage_pipeline.warehouse import sqlfiles
from lineage_pipeline.warehouse.build import built_with
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.workspace import Workspace
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, land, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DIGEST = "update quality.build set built_with_sha256 = 'of another version'"
WITHOUT_MACRO = "drop macro table graph.run_place"
WITHOUT_COLUMN = "alter table lineage.run_history drop column root_job_node_id"


@pytest.fixture
def told(tmp_path: Path) -> pipeline.Workspace:
    workspace = make_workspace(tmp_path / "workspace")
    deliver(workspace, {"events": [make_event(run="r", type="COMPLETE", outputs=["a"])]})
    return workspace


def alter(workspace: pipeline.Workspace, *statements: str) -> None:
    with duckdb.connect(str(workspace.paths.warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)


def hierarchy(workspace: pipeline.Workspace) -> subprocess.CompletedProcess[str]:
    words = ["hierarchy", "run:r", "-w", str(workspace.paths.root)]
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "lineage_pipeline", *words],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("lacking", [WITHOUT_MACRO, WITHOUT_COLUMN])
def test_a_question_that_it_cannot_answer_says_who_published(
    told: pipeline.Workspace, lacking: str
) -> None:
    alter(told, lacking, DIGEST)
    done = hierarchy(told)
    assert (done.returncode, done.stdout) == (2, "")
    assert "published by another version" in done.stderr
    assert "`lineage run` publishes it anew" in done.stderr
    assert "damaged" not in done.stderr
    with pytest.raises(ConfigError, match="published by another version"):
        Workspace(told.paths.root).run_hierarchy("r")
    publish_warehouse(told)
    assert hierarchy(told).returncode == 0


def test_a_query_that_a_person_wrote_says_so_too(told: pipeline.Workspace) -> None:
    text = "from graph.run_place()"
    alter(told, WITHOUT_MACRO)
    with open_warehouse(told.paths) as warehouse:
        with pytest.raises(ConfigError, match="run_place") as raised:
            warehouse.query(text)
        assert "another version" not in str(raised.value)
    alter(told, DIGEST)
    with (
        open_warehouse(told.paths) as warehouse,
        pytest.raises(ConfigError, match="another version"),
    ):
        warehouse.query(text)


def test_what_this_version_published_and_lacks_something_is_damaged(
    told: pipeline.Workspace,
) -> None:
    alter(told, WITHOUT_MACRO)
    done = hierarchy(told)
    assert done.returncode == 3
    assert "damaged" in done.stderr


def test_one_without_a_batch_is_published_anew(tmp_path: Path) -> None:
    empty = make_workspace(tmp_path / "workspace")
    publish_warehouse(empty)
    alter(empty, WITHOUT_MACRO, DIGEST)
    with (
        open_warehouse(empty.paths) as warehouse,
        pytest.raises(ConfigError, match="`lineage run` publishes it anew"),
    ):
        warehouse.query("from graph.run_place()")
    deliver(empty, {"events": [make_event(run="r", type="COMPLETE", outputs=["a"])]})
    assert hierarchy(empty).returncode == 0


def test_what_comes_into_one_without_a_batch_is_folded_into_it(tmp_path: Path) -> None:
    empty = make_workspace(tmp_path / "workspace")
    publish_warehouse(empty)
    assert publish_warehouse(empty) is None
    land(empty, {"events": [make_event(run="r", type="COMPLETE", outputs=["a"])]})
    done = pipeline.run(empty, pipeline.system_clock, CLOCK)
    assert done.publication is not None
    assert not done.publication.is_rebuild
    assert pipeline.check_warehouse(empty) == []


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Give what tells the digest of a build once a line stands behind the first of a file."""
    folder = tmp_path / "sql"
    shutil.copytree(sqlfiles.sql_folder(), folder)
    monkeypatch.setattr(sqlfiles, "sql_folder", lambda: folder)

    def digest_with(name: str) -> str:
        file = folder / name
        first, rest = file.read_text(encoding="utf-8").split("\n", 1)
        file.write_text(f"{first}\n-- clause: told anew\n{rest}", encoding="utf-8")
        sqlfiles.stage_files.cache_clear()
        return built_with(Settings())

    yield digest_with
    sqlfiles.stage_files.cache_clear()


def test_a_header_is_published_anew_and_a_question_makes_nothing(
    edited: Callable[[str], str],
) -> None:
    before = built_with(Settings())
    assert edited("ask/summary.sql") == before
    assert edited("gates/090_monitoring_and_alerts.sql") == before
    assert edited("graph/050_edge.sql") != before
