"""What a writer that died said would go, and did not, is taken back: it may stay, or go later."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.evidence import noting, sealing
from lineage_pipeline.evidence.entries import Rewritten, Withdrawn, from_bytes, to_bytes
from lineage_pipeline.evidence.erasing import Request, erase_rows
from lineage_pipeline.evidence.expiring import Expiry, expire_rows
from lineage_pipeline.evidence.noting import file_sha256
from lineage_pipeline.evidence.trail import append, log_of
from lineage_pipeline.evidence.withdrawing import withdraw
from lineage_pipeline.lake.tables import LakeTable
from tests.evidence.sealed import LATER, copied, filled, findings
from tests.workspaces import deliver

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

AT: Final = noting.microseconds(LATER + timedelta(days=1))
ACTS: Final = "landing/governance/2026-03.ndjson"
STILL_THERE: Final = "rows are still there that a tombstone says were erased"


@pytest.fixture(scope="module")
def once(memory: Path) -> Workspace:
    """Return a workspace after two runs, with a file of acts."""
    workspace = filled(memory / "withdrawing")
    file = workspace.paths.root / ACTS
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"act": "none"}\n{"act": "noted"}\n', encoding="utf-8")
    deliver(workspace, {}, LATER + timedelta(hours=1))
    return workspace


@pytest.fixture
def workspace(once: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of it."""
    return copied(once, tmp_path / "workspace")


def rows_of(workspace: Workspace, stream: str = "audit_event") -> pl.DataFrame:
    """Return the rows of a table that count."""
    return pl.read_parquet(LakeTable(workspace.paths.table("bronze", stream)).files())


def erase(workspace: Workspace, places: Collection[int]) -> int:
    """Erase rows of the first batch, by their places; return how many were there."""
    first = rows_of(workspace).sort("ingested_at")["batch_id"][0]
    request = Request("audit_event", {(first, 0): places}, "GDPR Art. 17", AT)
    return erase_rows(workspace.paths, "test", request).row_count


def expire(workspace: Workspace) -> int:
    """Let the rows of a dataset go from a table that is sealed by blocks."""

    def goes(rows: pa.Table) -> pa.BooleanArray:
        return pc.is_in(rows["name"], pa.array(["raw"])).combine_chunks()

    expiry = Expiry("event_holder", ("name",), goes, "policy raw-event", AT)
    return expire_rows(workspace.paths, "test", expiry).row_count


def erase_some(workspace: Workspace) -> int:
    return erase(workspace, [300, 301])


def erase_all(workspace: Workspace) -> int:
    return erase(workspace, range(700))


def dying(workspace: Workspace, step: Callable[[Workspace], object]) -> None:
    """Let somebody die behind the entry and before the rows."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LakeTable, "replace", _die)
        with pytest.raises(KeyboardInterrupt):
            step(workspace)
    sealing.finish(workspace.paths, "test")


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def withdrawn(workspace: Workspace) -> list[int]:
    """Return the entries that were taken back."""
    entries = map(from_bytes, log_of(workspace.paths).entries())
    return [entry.entry for entry in entries if isinstance(entry, Withdrawn)]


@pytest.mark.parametrize(
    ("step", "stream"),
    [(erase_some, "audit_event"), (erase_all, "audit_event"), (expire, "event_holder")],
)
def test_what_is_there_stays_without_a_contradiction_and_goes_when_it_is_asked_again(
    workspace: Workspace, step: Callable[[Workspace], int], stream: str
) -> None:
    before = rows_of(workspace, stream)
    dying(workspace, step)
    assert findings(workspace.paths) != []
    withdraw(workspace.paths, "test")
    assert findings(workspace.paths) == []
    assert rows_of(workspace, stream).equals(before)
    assert step(workspace) > 0
    assert findings(workspace.paths) == []
    assert rows_of(workspace, stream).height < before.height


def test_the_next_run_takes_it_back_and_only_once(workspace: Workspace) -> None:
    dying(workspace, erase_some)
    assert {found.problem for found in findings(workspace.paths)} == {STILL_THERE}
    for hours in (2, 3):
        pipeline.run(workspace, pipeline.system_clock, LATER + timedelta(hours=hours))
    assert len(withdrawn(workspace)) == 1
    assert findings(workspace.paths) == []


def test_other_rows_of_the_same_task_go_after_a_death(workspace: Workspace) -> None:
    dying(workspace, erase_some)
    withdraw(workspace.paths, "test")
    assert erase(workspace, [302]) == 1
    assert findings(workspace.paths) == []
    assert rows_of(workspace).height == 700


def test_what_went_is_not_taken_back(workspace: Workspace) -> None:
    erase_some(workspace)
    expire(workspace)
    withdraw(workspace.paths, "test")
    assert withdrawn(workspace) == []


def test_what_went_before_a_death_stays_gone(workspace: Workspace) -> None:
    erase_some(workspace)
    dying(workspace, expire)
    withdraw(workspace.paths, "test")
    assert len(withdrawn(workspace)) == 1
    assert findings(workspace.paths) == []
    assert erase_some(workspace) == 0


@pytest.mark.parametrize("is_gone", [False, True], ids=["some of it", "all of it"])
def test_a_file_of_acts_that_was_not_replaced_is_what_it_was(
    workspace: Workspace, *, is_gone: bool
) -> None:
    tell_rewritten(workspace, b"" if is_gone else LEFT)
    assert [found.file for found in findings(workspace.paths)] == [ACTS]
    withdraw(workspace.paths, "test")
    assert findings(workspace.paths) == []
    with (workspace.paths.root / ACTS).open("a") as file:
        file.write('{"act": "later"}\n')
    pipeline.run(workspace, pipeline.system_clock, LATER + timedelta(hours=2))
    assert findings(workspace.paths) == []


LEFT: Final = b'{"act": "none"}\n                 \n'


def test_a_file_of_acts_that_was_replaced_stays_so(workspace: Workspace) -> None:
    tell_rewritten(workspace, LEFT)
    (workspace.paths.root / ACTS).write_bytes(LEFT)
    withdraw(workspace.paths, "test")
    assert withdrawn(workspace) == []
    assert findings(workspace.paths) == []


def tell_rewritten(workspace: Workspace, left: bytes) -> None:
    """Add to the log that of the file of acts this is to be left."""
    aside = workspace.paths.root / "aside"
    aside.write_bytes(left)
    entry = Rewritten(
        at=AT, reason="GDPR Art. 17", file=ACTS, bytes=len(left),
        sha256=file_sha256(aside) if left else "",
    )  # fmt: skip
    aside.unlink()
    append(workspace.paths, "test", os.environ, lambda _: [to_bytes(entry)])


def test_taking_back_what_went_is_found(workspace: Workspace) -> None:
    size = log_of(workspace.paths).tree.size
    erase_some(workspace)
    forged = [to_bytes(Withdrawn(entry=entry)) for entry in (size, 0, 10_000)]
    append(workspace.paths, "test", os.environ, lambda _: forged)
    problems = {found.problem for found in findings(workspace.paths)}
    for entry in (size, 0, 10_000):
        assert f"takes back entry {entry}, by which nothing is about to go" in problems
    # Whoever could sign that has made the log say that the rows are there, and they are not.
    assert any("698 rows, and 700 were sealed" in problem for problem in problems)


def test_rows_that_were_put_back_are_not_vouched_for(workspace: Workspace) -> None:
    table = LakeTable(workspace.paths.table("bronze", "audit_event"))
    held = {file.name: file.read_bytes() for file in table.folder.glob("*.parquet")}
    erase_some(workspace)
    for name, data in held.items():
        (table.folder / name).write_bytes(data)
    (workspace.paths.lake / ".rebuilding").touch()
    pipeline.run(workspace, pipeline.system_clock, LATER + timedelta(hours=2))
    assert withdrawn(workspace) == []
    assert findings(workspace.paths) != []
