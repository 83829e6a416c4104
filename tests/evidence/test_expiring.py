"""Rows of tables that are sealed by blocks go; what is left of their files is sealed anew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.evidence import expiring, noting
from lineage_pipeline.evidence.erasing import Erasure
from lineage_pipeline.evidence.expiring import Expiry, expire_rows
from lineage_pipeline.lake.tables import LakeTable
from tests.builders import make_event
from tests.evidence.sealed import LATER, copied, findings
from tests.workspaces import deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

AT: Final = noting.microseconds(LATER + timedelta(days=1))
COUNT: Final = 200
"""Events, of which each has two rows in the table: three blocks and more."""


@pytest.fixture(scope="module")
def once(memory: Path) -> Workspace:
    """Return a workspace with some events, each of which writes a dataset of its own."""
    workspace = published_workspace(memory / "expiring")
    events = [make_event(run=f"r{n}", job=f"j{n}", outputs=[f"d{n}"]) for n in range(COUNT)]
    deliver(workspace, {"events": events})
    return workspace


@pytest.fixture
def workspace(once: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of it."""
    return copied(once, tmp_path / "workspace")


def rows_of(workspace: Workspace) -> pl.DataFrame:
    """Return the rows that count."""
    return pl.read_parquet(LakeTable(workspace.paths.table("bronze", "event_holder")).files())


def expire(workspace: Workspace, *names: str) -> Erasure:
    """Let the rows of these datasets go."""
    wanted = pa.array(names, pa.string())

    def goes(rows: pa.Table) -> pa.BooleanArray:
        return pc.is_in(rows["name"], wanted).combine_chunks()

    expiry = Expiry("event_holder", ("name",), goes, "policy raw-event", AT)
    return expire_rows(workspace.paths, "test", expiry)


def test_what_is_left_is_as_it_was_sealed_anew(workspace: Workspace) -> None:
    before = rows_of(workspace)
    assert expire(workspace, "d0", "d63", "d199").row_count == 3
    after = rows_of(workspace)
    left = [name not in ("d0", "d63", "d199") for name in before["name"]]
    assert after.equals(before.filter(left))
    assert findings(workspace.paths) == []
    assert expire(workspace, "d0", "d1").row_count == 1
    assert findings(workspace.paths) == []
    assert expire(workspace, "d0", "d1") == Erasure(0, ())
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert findings(workspace.paths) == []


def test_all_rows_of_a_file_may_go(workspace: Workspace) -> None:
    names = rows_of(workspace)["name"].unique().drop_nulls().to_list()
    expire(workspace, *names)
    assert findings(workspace.paths) == []


def test_nothing_of_them_is_left_in_any_file(workspace: Workspace) -> None:
    expire(workspace, "d63")
    for file in workspace.paths.table("bronze", "event_holder").rglob("*"):
        if file.suffix == ".parquet":
            names = pq.read_table(file, partitioning=None)["name"].to_pylist()
            assert "d63" not in names, file
        elif file.is_file():
            assert b'"d63"' not in file.read_bytes(), file


def test_what_is_left_cannot_be_changed_either(workspace: Workspace) -> None:
    expire(workspace, "d63")
    [file] = LakeTable(workspace.paths.table("bronze", "event_holder")).files()
    rows = pq.read_table(file, partitioning=None)
    pq.write_table(rows.slice(1), file)
    assert any("rows, and" in found.problem for found in findings(workspace.paths))


def test_nothing_goes_that_was_tampered_with(workspace: Workspace) -> None:
    [file] = LakeTable(workspace.paths.table("bronze", "event_holder")).files()
    rows = pq.read_table(file, partitioning=None)
    pq.write_table(rows.slice(1), file)
    with pytest.raises(ProofError, match="are not those that were sealed, and none goes"):
        expire(workspace, "d63")


def test_who_died_behind_the_entry_asks_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(expiring, "put_in_place", die)
        with pytest.raises(KeyboardInterrupt):
            expire(workspace, "d63")
    assert any("rows, and" in found.problem for found in findings(workspace.paths))
    assert expire(workspace, "d63").row_count == 1
    assert findings(workspace.paths) == []


def test_a_reason_that_names_a_person_and_a_table_of_single_rows_are_refused(
    workspace: Workspace,
) -> None:
    expiry = Expiry("event_holder", ("name",), lambda rows: rows["name"], "for ann@example.org", AT)
    with pytest.raises(ConfigError, match="names a person"):
        expire_rows(workspace.paths, "test", expiry)
    with pytest.raises(ConfigError, match="its rows are sealed one by one"):
        expire_rows(workspace.paths, "test", expiry._replace(stream="event", reason="policy"))
