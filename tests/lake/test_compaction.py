"""Compaction moves every row, changes none, and can die at any moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.lake import compaction, sorted_file
from lineage_pipeline.lake.compaction import Compaction, compact
from lineage_pipeline.lake.journal import Journal
from lineage_pipeline.lake.merge import Rules
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.paths import WorkspacePaths, workspace_paths
from lineage_pipeline.schemas import AUDIT_EVENT
from tests.audit_rows import commit_rows
from tests.workspaces import CLOCK

if TYPE_CHECKING:
    from pathlib import Path

LATER: Final = CLOCK + timedelta(days=40)
AFTER_GRACE: Final = LATER + timedelta(days=7)
STEPS: Final = (
    (Journal, "note"), (compaction, "write_sorted"), (compaction, "content_of"),
    (LakeTable, "replace"),
)  # fmt: skip


class Killed(BaseException):
    """Stands for a process that dies."""


@pytest.fixture
def paths(tmp_path: Path) -> WorkspacePaths:
    """Return a workspace with rows of three months, in two batches, and a batch nobody may see."""
    return filled(workspace_paths(tmp_path / "workspace"))


def filled(paths: WorkspacePaths) -> WorkspacePaths:
    commit_rows(paths, [
        {"id": "e1", "actor": "zoe", "resource": "r1", "model": "m1", "at": "2026-03-01T00:00:00Z"},
        {"id": "e2", "actor": "ann", "resource": "r2", "at": "2026-03-31T23:59:59.999999Z"},
        {"id": "e3", "actor": None, "at": "2026-04-01T00:00:00Z"},
        {"id": "e1", "actor": "zoe", "resource": "r1", "model": "m1", "at": "2026-03-01T00:00:00Z"},
    ], CLOCK)  # fmt: skip
    commit_rows(paths, [
        {"id": "e4", "actor": "ann", "at": "2026-03-02T00:00:00Z"},
        {"id": "e5", "actor": "ann", "at": None, "file": "b"},
        {"id": "e6", "actor": "ann", "at": "1999-12-31T00:00:00Z", "file": "b"},
    ], CLOCK + timedelta(hours=1))  # fmt: skip
    commit_rows(paths, [{"id": "ghost", "file": "c"}], CLOCK, "unseen", is_visible=False)
    return paths


def table_of(paths: WorkspacePaths) -> LakeTable:
    return LakeTable(paths.table("bronze", "audit_event"))


def active(paths: WorkspacePaths) -> list[str]:
    return [file.name for file in table_of(paths).data_files()]


def on_disk(paths: WorkspacePaths) -> list[str]:
    return sorted(file.name for file in table_of(paths).folder.glob("*.parquet"))


def spans(names: list[str]) -> list[str]:
    return [name[:-25] if name[0] in "myo" and len(name) > 25 else "scanned" for name in names]


def rows(paths: WorkspacePaths) -> Counter[tuple[Any, ...]]:
    files = table_of(paths).files()
    return Counter(row for file in files for row in pl.read_parquet(file).rows())


def commit_late(paths: WorkspacePaths, count: int, clock: datetime, name: str) -> None:
    late = [{"id": f"{name} {n}", "at": "2026-03-05T00:00:00Z", "file": name} for n in range(count)]
    commit_rows(paths, late, clock, name)


def test_rows_move_into_months_and_none_changes(paths: WorkspacePaths) -> None:
    before = rows(paths)
    done = compact(paths, LATER)
    assert (done.row_count, done.replaced_count, done.deleted_count) == (7, 2, 0)
    assert spans(list(done.written)) == ["month-2026-03", "month-2026-04", "other"]
    assert rows(paths) == before
    assert [file.row_count for file in table_of(paths).data_files()] == [1, 4, 1, 2]
    months = [file for file in table_of(paths).files() if "month-2026-03" in file]
    assert pl.read_parquet(months)["actor_id"].to_list() == ["ann", "ann", "zoe", "zoe"]


def test_with_nothing_to_do_nothing_is_done(paths: WorkspacePaths) -> None:
    assert compact(workspace_paths(paths.root / "elsewhere"), LATER) == Compaction()
    assert compact(paths, CLOCK + timedelta(days=6)) == Compaction()
    compact(paths, LATER)
    log = sorted((table_of(paths).folder / "_delta_log").iterdir())
    assert compact(paths, LATER) == Compaction()
    assert sorted((table_of(paths).folder / "_delta_log").iterdir()) == log


def test_a_batch_that_is_not_visible_is_left_alone(paths: WorkspacePaths) -> None:
    compact(paths, LATER)
    assert "scanned" in spans(active(paths))
    assert any(row[3] == "cloudtrail" and "ghost" in row for row in rows(paths))


def test_the_same_files_give_the_same_names_and_bytes(paths: WorkspacePaths) -> None:
    other = filled(workspace_paths(paths.root / "other"))
    first, second = compact(paths, LATER), compact(other, LATER + timedelta(days=1))
    assert first.written == second.written
    for name in first.written:
        here, there = table_of(paths).folder / name, table_of(other).folder / name
        assert here.read_bytes() == there.read_bytes(), name


def test_late_rows_make_a_further_file_until_merging_is_worthwhile(paths: WorkspacePaths) -> None:
    commit_late(paths, 36, CLOCK, "many")
    compact(paths, LATER)
    commit_late(paths, 5, CLOCK, "few")
    assert spans(list(compact(paths, LATER).written)) == ["month-2026-03"]
    assert spans(active(paths)).count("month-2026-03") == 2
    commit_late(paths, 5, CLOCK, "more")
    done = compact(paths, LATER)
    assert (done.row_count, done.replaced_count) == (50, 3)
    assert spans(active(paths)).count("month-2026-03") == 1


def test_a_year_that_is_over_becomes_one_file(paths: WorkspacePaths) -> None:
    before = rows(paths)
    compact(paths, LATER)
    done = compact(paths, LATER.replace(year=2027, month=1, day=8))
    assert spans(list(done.written)) == ["year-2026"]
    assert spans(active(paths)) == ["scanned", "other", "year-2026"]
    assert rows(paths) == before


def test_replaced_files_stay_for_open_readers_and_then_go(paths: WorkspacePaths) -> None:
    old = set(active(paths))
    compact(paths, LATER)
    assert compact(paths, AFTER_GRACE - timedelta(seconds=1)).deleted_count == 0
    assert old <= set(on_disk(paths))
    assert compact(paths, AFTER_GRACE).deleted_count == 2
    assert on_disk(paths) == active(paths)
    assert compact(paths, AFTER_GRACE).deleted_count == 0


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_a_compaction_that_dies_loses_and_doubles_nothing(
    paths: WorkspacePaths,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    *,
    is_done: bool,
) -> None:
    before = rows(paths)
    step = getattr(owner, name)

    def die(*given: Any, **named: Any) -> None:
        if is_done:
            step(*given, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, die)
        with pytest.raises(Killed):
            compact(paths, LATER)
    assert rows(paths) == before
    spilled = table_of(paths).folder / "_compaction" / "spill" / "block"
    spilled.parent.mkdir(parents=True, exist_ok=True)
    spilled.write_bytes(b"left by a sort")
    for orphan in set(on_disk(paths)) - set(active(paths)):
        file = table_of(paths).folder / orphan
        file.write_bytes(file.read_bytes()[:100])
    compact(paths, LATER + timedelta(hours=1))
    assert rows(paths) == before
    assert spans(active(paths)) == ["scanned", "month-2026-03", "month-2026-04", "other"]
    compact(paths, AFTER_GRACE + timedelta(hours=1))
    assert on_disk(paths) == active(paths)
    assert [*(table_of(paths).folder / "_compaction").rglob("*.json"), spilled.exists()] == [False]


def test_rows_that_differ_after_writing_are_not_committed(
    paths: WorkspacePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files = rows(paths), active(paths)
    monkeypatch.setattr(compaction, "_union", lambda rows, _: rows)
    commit_late(paths, 9, CLOCK, "first")
    compact(paths, LATER)
    commit_late(paths, 9, CLOCK, "second")
    with pytest.raises(IntegrityError, match=r"13 rows .* replace 22 rows .* nothing was replaced"):
        compact(paths, LATER)
    assert sum(rows(paths).values()) == sum(before.values()) + 18
    assert len(active(paths)) == len(files) + 3 - 1


def test_equal_content_does_not_depend_on_order_and_counts_repetition(
    paths: WorkspacePaths,
) -> None:
    with compaction._engine(table_of(paths)) as engine:
        rows = engine.read_parquet(table_of(paths).files())
        content = sorted_file.content_of(rows)
        assert content == sorted_file.content_of(rows.order("event_id desc"))
        assert content != sorted_file.content_of(rows.limit(7))
        twice = sorted_file.content_of(rows.union(rows))
        assert twice == (2 * content.row_count, 2 * content.hash_sum)
        assert sorted_file.content_of(rows.limit(0)) == (0, 0)


def test_footers_hold_bounds_bloom_filters_batches_and_order(paths: WorkspacePaths) -> None:
    compact(paths, LATER)
    [file] = [file for file in table_of(paths).files() if "month-2026-03" in file]
    footer = pq.read_metadata(file)
    group = footer.row_group(0)
    columns = {group.column(n).path_in_schema: group.column(n) for n in range(group.num_columns)}
    with_bloom = pl.DataFrame(bloom_offsets(file)).filter(pl.col("offset").is_not_null())
    assert set(with_bloom["column"]) == {"actor_id", "resource_id", "resource_name", "model_key"}
    assert (columns["actor_id"].statistics.min, columns["actor_id"].statistics.max) == (
        "ann",
        "zoe",
    )
    assert columns["occurred_at"].statistics.has_min_max
    assert columns["event_id"].statistics is None
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert [key.column_index for key in group.sorting_columns][:2] == [
        AUDIT_EVENT.get_field_index("actor_id"), AUDIT_EVENT.get_field_index("occurred_at"),
    ]  # fmt: skip
    assert footer.metadata[b"batches"].decode().split(",") == sorted(
        set(pl.read_parquet(file)["batch_id"])
    )


def bloom_offsets(file: str) -> list[dict[str, Any]]:
    with duckdb.connect() as engine:
        found = engine.execute(
            "select path_in_schema, bloom_filter_offset from parquet_metadata($file)",
            {"file": file},
        ).fetchall()
    return [{"column": column, "offset": offset} for column, offset in found]


def test_a_bloom_filter_rules_out_what_is_not_there(paths: WorkspacePaths) -> None:
    compact(paths, LATER)
    [file] = [file for file in table_of(paths).files() if "month-2026-03" in file]
    with duckdb.connect() as engine:
        probe = (
            "select bloom_filter_excludes from parquet_bloom_probe($file, 'resource_id', $value)"
        )
        excluded = [
            engine.execute(probe, {"file": file, "value": value}).fetchone()
            for value in ("r1", "r1x")
        ]
    assert excluded == [(False,), (True,)]


def test_neither_log_nor_names_hold_values(paths: WorkspacePaths) -> None:
    compact(paths, LATER)
    folder = table_of(paths).folder
    kept = [file for name in ("_delta_log", "_compaction") for file in (folder / name).rglob("*")]
    text = b"".join(file.read_bytes() for file in kept if file.is_file())
    text += " ".join(on_disk(paths)).encode()
    assert b"numRecords" in text
    for value in (b"ann", b"zoe", b"r1", b"m1", b"minValues", b"cloudtrail"):
        assert value not in text, value


def test_rules_can_be_given(paths: WorkspacePaths) -> None:
    at_once = Rules(fresh_days=0, worthwhile_rows=1)
    assert compact(paths, CLOCK + timedelta(hours=2), at_once).row_count == 7
