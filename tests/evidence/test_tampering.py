"""Whole files and rows that somebody changed: found, named, and told by batch and range."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineage_pipeline import auditing
from lineage_pipeline.evidence.comparison import UNKNOWN
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.trail import append
from lineage_pipeline.lake.tables import DataFile, LakeTable
from tests.audit_rows import commit_rows
from tests.evidence.sealed import LATER, contents, filled, findings, land_calls, named
from tests.evidence.test_flips import NOTHING_IN_THEM
from tests.workspaces import deliver

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

WAREHOUSE: Final = "warehouse.duckdb"
TABLE: Final = "lake/bronze/audit_event"


def held(workspace: Workspace, *folders: str) -> list[str]:
    """Return the files that hold something, of the lake and of what the log needs."""
    below = folders or ("lake/", "trail/", WAREHOUSE)
    paths = contents(workspace.paths.root)
    return [path for path in paths if path.startswith(below) and path not in NOTHING_IN_THEM]


def calls_file(workspace: Workspace) -> Path:
    """Return the file with the audit rows of the first batch."""
    files = sorted((workspace.paths.root / TABLE).glob("*.parquet"), key=lambda f: f.stat().st_size)
    return files[-1]


def rewrite(file: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Write a Parquet file again with other rows."""
    pq.write_table(change(pq.read_table(file)), file, compression="zstd")


def with_value(rows: pa.Table, row: int, column: str, value: Any) -> pa.Table:
    """Return rows of which one has another value in a column."""
    values = rows[column].to_pylist()
    values[row] = value
    number = rows.column_names.index(column)
    field = rows.schema.field(column)
    return rows.set_column(number, field, pa.array(values, field.type))


def test_nothing_is_found_in_what_nobody_changed(workspace: Workspace) -> None:
    assert findings(workspace.paths) == []


def test_each_file_that_is_deleted_is_named(workspace: Workspace) -> None:
    root = workspace.paths.root
    pinned = auditing.pinned_key(workspace.paths, None)
    again = held(workspace, "trail/tile/", "trail/checkpoints/")
    size = auditing.open_trail(workspace.paths, pinned)[0].tree.size
    superseded = {path for path in again if not path.endswith(f"/{size}")}
    for path in held(workspace):
        data = (root / path).read_bytes()
        (root / path).unlink()
        found = findings(workspace.paths, pinned=pinned)
        if path in superseded:  # the newest one holds all that it held
            assert found == []
        elif path.startswith("trail/"):
            assert any(path.removeprefix("trail/") in str(one) for one in found), (path, found)
        else:
            assert ("is missing" in found[0].problem, found[0].file) == (True, path)
        (root / path).write_bytes(data)


def test_the_cache_may_be_deleted(workspace: Workspace) -> None:
    (workspace.paths.root / CACHE).unlink(missing_ok=True)
    assert findings(workspace.paths) == []


def test_two_files_that_changed_places_are_both_named(workspace: Workspace) -> None:
    root, paths = workspace.paths.root, held(workspace, "lake/")
    (root / WAREHOUSE).write_bytes(b"small, for it is read often")
    for one, other in pairwise(paths):
        first, second = (root / one).read_bytes(), (root / other).read_bytes()
        if first == second:
            continue
        (root / one).write_bytes(second)
        (root / other).write_bytes(first)
        assert named(findings(workspace.paths, is_deep=False)) == {one, other, WAREHOUSE}
        (root / one).write_bytes(first)
        (root / other).write_bytes(second)


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_file_under_another_name_is_in_no_entry(workspace: Workspace, *, is_moved: bool) -> None:
    root = workspace.paths.root
    (root / WAREHOUSE).write_bytes(b"small, for it is read often")
    for path in held(workspace, "lake/", "trail/ranges/"):
        data, other = (root / path).read_bytes(), f"{path}.copy"
        (root / other).write_bytes(data)
        if is_moved:
            (root / path).unlink()
        found = findings(workspace.paths, is_deep=False)
        assert named(found) - {WAREHOUSE} == ({path, other} if is_moved else {other})
        (root / other).unlink()
        (root / path).write_bytes(data)


def test_a_byte_more_or_less_is_found(workspace: Workspace) -> None:
    root = workspace.paths.root
    pinned = auditing.pinned_key(workspace.paths, None)
    (root / WAREHOUSE).write_bytes(b"small, for it is read often")
    for path in held(workspace, "lake/", "trail/ranges/", "trail/verifier"):
        data = (root / path).read_bytes()
        for altered in (data[:-1], data + b"\0", data[: len(data) // 2], b""):
            (root / path).write_bytes(altered)
            found = named(findings(workspace.paths, pinned=pinned, is_deep=False))
            assert found == {path, WAREHOUSE}
        (root / path).write_bytes(data)


def test_one_value_of_one_row_is_told_by_its_range(workspace: Workspace) -> None:
    file = calls_file(workspace)
    rewrite(file, lambda rows: with_value(rows, 300, "action", "DeleteObject"))
    [found] = findings(workspace.paths)
    assert found.file == file.relative_to(workspace.paths.root).as_posix()
    assert (found.rows, found.batch_id) == ("256 to 511", file.stem[:32])
    assert found.problem == "rows were altered since they were sealed"


def test_the_last_rows_are_told_by_what_there_is_of_their_range(workspace: Workspace) -> None:
    rewrite(calls_file(workspace), lambda rows: with_value(rows, 699, "action", "DeleteObject"))
    [found] = findings(workspace.paths)
    assert found.rows == "512 to 699"


def test_the_same_rows_in_another_order_are_found(workspace: Workspace) -> None:
    order = [*range(300), 301, 300, *range(302, 700)]
    rewrite(calls_file(workspace), lambda rows: rows.take(order))
    [found] = findings(workspace.paths)
    assert found.rows == "256 to 511"


def test_a_row_more_or_less_is_found_where_it_is(workspace: Workspace) -> None:
    file = calls_file(workspace)
    data = file.read_bytes()
    rewrite(file, lambda rows: rows.take([*range(301), *range(300, 700)]))
    [twice] = findings(workspace.paths)
    assert (twice.rows, twice.problem) == ("256 to 700", "holds 701 rows, and 700 were sealed")
    file.write_bytes(data)
    rewrite(file, lambda rows: rows.take([*range(300), *range(301, 700)]))
    [less] = findings(workspace.paths)
    assert (less.rows, less.problem) == ("256 to 699", "holds 699 rows, and 700 were sealed")


def test_a_file_that_was_only_packed_otherwise_says_so(workspace: Workspace) -> None:
    rewrite(calls_file(workspace), lambda rows: rows)
    [found] = findings(workspace.paths)
    assert found.problem.endswith("but its rows are those that were sealed")


def test_a_change_made_in_every_place_at_once_is_found_in_each(workspace: Workspace) -> None:
    """The row, the Delta log that tells its file's bytes, and the warehouse agree; not the log."""
    paths, file = workspace.paths, calls_file(workspace)
    before = file.stat().st_size
    rewrite(file, lambda rows: with_value(rows, 300, "actor_id", "somebody"))
    logs = sorted((file.parent / "_delta_log").glob("*.json"))
    for log in logs:
        text = log.read_text().replace(f'"size":{before}', f'"size":{file.stat().st_size}')
        log.write_text(text)
    edit_warehouse(paths.warehouse)
    assert named(findings(paths)) == {
        file.relative_to(paths.root).as_posix(),
        logs[0].relative_to(paths.root).as_posix(),
        WAREHOUSE,
    }


def edit_warehouse(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update lineage.run_history set known_from_at = '2020-01-01T00:00:00Z'")


def test_an_edit_of_the_warehouse_is_found(workspace: Workspace) -> None:
    edit_warehouse(workspace.paths.warehouse)
    assert named(findings(workspace.paths)) == {WAREHOUSE}


def test_an_edit_that_waits_beside_the_warehouse_is_found(workspace: Workspace) -> None:
    """DuckDB would read what stands there as if it stood in the warehouse."""
    warehouse = workspace.paths.warehouse
    wal = warehouse.with_name(f"{warehouse.name}.wal")
    connection = duckdb.connect(str(warehouse))
    connection.execute("set checkpoint_threshold = '1GB'")
    connection.execute("update lineage.run_history set known_from_at = '2020-01-01T00:00:00Z'")
    data, waiting = warehouse.read_bytes(), wal.read_bytes()
    connection.close()
    warehouse.write_bytes(data)
    wal.write_bytes(waiting)
    found = findings(workspace.paths)
    assert [(one.file, one.problem) for one in found] == [(wal.name, UNKNOWN)]


def test_a_batch_that_no_run_wrote_is_in_no_entry(workspace: Workspace) -> None:
    before = set(held(workspace, "lake/"))
    batch_id = commit_rows(workspace.paths, [{"id": "e1", "actor": "ann"}], LATER, "made up")
    found = findings(workspace.paths)
    assert {one.problem for one in found} == {UNKNOWN}
    assert named(found) == set(held(workspace, "lake/")) - before
    assert any(batch_id in one.file for one in found)


def test_a_batch_that_no_run_wrote_stays_one_after_the_next_run(workspace: Workspace) -> None:
    batch_id = commit_rows(workspace.paths, [{"id": "e1", "actor": "ann"}], LATER, "made up")
    land_calls(workspace, "c", [{"eventID": "more"}])
    deliver(workspace, {}, LATER)
    found = findings(workspace.paths)
    assert {one.problem for one in found} == {UNKNOWN}
    assert any(batch_id in one.file for one in found)


def test_rows_that_were_put_into_a_table_without_a_manifest_are_found(workspace: Workspace) -> None:
    table = LakeTable(workspace.paths.root / TABLE)
    file = table.folder / "made-up.parquet"
    file.write_bytes(calls_file(workspace).read_bytes())
    table.append([DataFile(file.name, 700, file.stat().st_size)], pq.read_schema(file), "made", 0)
    assert len(findings(workspace.paths)) == 2


@pytest.mark.parametrize("name", ["batch", "anything"])
def test_a_note_that_is_none_hides_nothing(workspace: Workspace, name: str) -> None:
    (workspace.paths.trail / "pending").mkdir(exist_ok=True)
    (workspace.paths.trail / "pending" / name).write_bytes(b"{")
    assert [one.file for one in findings(workspace.paths)] == [f"trail/pending/{name}"]


def test_an_entry_that_is_no_entry_hides_nothing(workspace: Workspace) -> None:
    append(workspace.paths, "", {}, lambda _: [b"no entry of ours", b'{"type":"another"}'])
    assert findings(workspace.paths) == []
    rewrite(calls_file(workspace), lambda rows: with_value(rows, 1, "action", "DeleteObject"))
    assert [one.rows for one in findings(workspace.paths)] == ["0 to 255"]


def test_a_second_workspace_is_another_log(workspace: Workspace, tmp_path: Path) -> None:
    """The same files under the same clock: salts and keys differ, so nothing fits."""
    other = filled(tmp_path / "other")
    pinned = auditing.pinned_key(workspace.paths, None)
    assert auditing.verify(other.paths, pinned).findings
