"""A landing file that goes leaves no byte of its own anywhere, and all of the others'."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.disposal import reclaiming
from lineage_pipeline.disposal.reclaiming import reclaim
from lineage_pipeline.evidence import noting
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import make_event
from tests.evidence.sealed import call, findings, land_calls
from tests.workspaces import (
    CLOCK,
    KNOWN_TIMES,
    deliver,
    differences,
    published_workspace,
    tables,
)

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

MARK: Final = "zebra"
"""Stands in all that the file of the first day holds alone."""
AT: Final = noting.microseconds(CLOCK + timedelta(days=30))
SQL: Final = "insert into out select a from {} -- of {}"


def event(number: int, name: str, *, shared: bool = False) -> dict[str, object]:
    """Return an event whose names, texts and schema hold a word."""
    facets = {
        "sql": {"query": SQL.format(name, name)},
        "documentation": {"description": f"about {'all' if shared else name}"},
    }
    return make_event(
        run=f"{name}{number}", job=f"job_{name}", type="COMPLETE", at=number,
        inputs=[f"in_{name}"], outputs=[f"out_{name}"], job_facets=facets,
    )  # fmt: skip


def days() -> list[dict[str, list[dict[str, object]]]]:
    """Return the files of three days: one that goes, and two that stay and share bodies with it."""
    return [
        {
            "going": [event(1, MARK), event(2, MARK, shared=True), event(3, "horse")],
            "beside": [event(4, "horse", shared=True)],
        },
        {"later": [event(3, "horse"), event(5, "mule")]},
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = published_workspace(tmp_path / "workspace")
    for number, files in enumerate(days()):
        deliver(made, files, CLOCK + timedelta(days=number))
    return made


def gone(workspace: Workspace) -> None:
    reclaim(workspace, ["landing/openlineage/going.ndjson"], "policy raw-event", AT)


def told_of(folder: Path, word: str) -> list[str]:
    """Return the files below a folder that hold a word, however they are packed."""
    return [
        file.relative_to(folder).as_posix()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and word.encode() in unpacked(file)
    ]


def unpacked(file: Path) -> bytes:
    """Return the bytes of a file, and what they hold once they are read."""
    data = file.read_bytes()
    if file.suffix == ".parquet":
        data += repr(pq.read_table(file, partitioning=None).to_pylist()).encode()
        data += repr(pq.read_metadata(file).metadata).encode()
    if data[:2] == b"\x1f\x8b":
        data += gzip.decompress(data)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as held:
            data += b"".join(held.read(name) for name in held.namelist())
    return data


def test_no_byte_is_left_of_it(workspace: Workspace) -> None:
    root = workspace.paths.root
    assert told_of(root, MARK)
    gone(workspace)
    assert told_of(root, MARK) == []
    assert findings(workspace.paths) == []


def test_what_is_left_is_as_if_it_had_never_come(workspace: Workspace, tmp_path: Path) -> None:
    gone(workspace)
    without = published_workspace(tmp_path / "without")
    for number, files in enumerate(days()):
        left = {name: events for name, events in files.items() if name != "going"}
        deliver(without, left, CLOCK + timedelta(days=number))
    leave_out = {*KNOWN_TIMES, "first_seen_at", "ingested_at"}
    apart = differences(
        tables(workspace, "lineage", leave_out), tables(without, "lineage", leave_out)
    )
    assert apart == {}


def test_the_same_again_does_nothing_more(workspace: Workspace) -> None:
    gone(workspace)
    before = workspace.paths.warehouse.stat().st_mtime_ns
    done = reclaim(workspace, ["landing/openlineage/going.ndjson"], "policy raw-event", AT)
    assert (done.row_count, done.file_count) == (0, 0)
    assert findings(workspace.paths) == []
    assert workspace.paths.warehouse.stat().st_mtime_ns >= before


@pytest.mark.parametrize("step", ["erase_rows", "expire_rows", "_deleted"])
@pytest.mark.parametrize("number", [0, 1, 3])
def test_who_died_in_between_asks_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    original, count = getattr(reclaiming, step), 0

    def dying(*given: object, **named: object) -> object:
        nonlocal count
        count += 1
        if count > number or step == "_deleted":
            raise KeyboardInterrupt
        return original(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(reclaiming, step, dying)
        with pytest.raises(KeyboardInterrupt):
            gone(workspace)
    gone(workspace)
    assert told_of(workspace.paths.root, MARK) == []
    assert findings(workspace.paths) == []


def test_what_comes_again_is_read_again(workspace: Workspace) -> None:
    gone(workspace)
    again = [event(1, MARK)]
    deliver(workspace, {"anew": again}, CLOCK + timedelta(days=40))
    assert json.dumps(MARK)[1:-1] in repr(tables(workspace, "lineage")["lineage.node"])
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert findings(workspace.paths) == []


def audited(root: Path) -> Workspace:
    """Return a workspace of three audit logs, of which two were read together, in one month."""
    workspace = published_workspace(root)
    land_calls(workspace, "going", [call(number) for number in range(300)])
    deliver(workspace, {}, CLOCK)
    land_calls(workspace, "beside", [call(number) for number in range(300, 500)])
    land_calls(workspace, "later", [call(number) for number in range(500, 900)])
    deliver(workspace, {}, CLOCK + timedelta(days=1))
    pipeline.run(workspace, pipeline.system_clock, CLOCK + timedelta(days=45))
    return workspace


@pytest.mark.parametrize("names", [("going",), ("going", "beside"), ("beside",)])
def test_audit_logs_that_were_compacted_go_as_a_whole_and_in_part(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    workspace = audited(tmp_path / "workspace")
    table = workspace.paths.table("bronze", "audit_event")
    assert [*table.glob("month-*.parquet")]
    files = [f"landing/audit/cloudtrail/{name}.ndjson" for name in names]
    count = {"going": 300, "beside": 200}
    assert reclaim(workspace, files, "policy audit-log", AT).row_count == sum(map(count.get, names))
    assert findings(workspace.paths) == []
    pipeline.run(workspace, pipeline.system_clock, CLOCK + timedelta(days=60))
    assert findings(workspace.paths) == []
    with open_warehouse(workspace.paths) as warehouse:
        rows = warehouse.query("select distinct source_file from audit.event").rows
    left = {"going", "beside", "later"} - {*names}
    assert {file for (file,) in rows} == {
        f"landing/audit/cloudtrail/{name}.ndjson" for name in left
    }
