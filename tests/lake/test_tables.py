"""A lake table takes a batch once, and its log holds no value of any row."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.lake.tables import DataFile, LakeTable

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = pa.schema([("batch_id", pa.string()), ("subject", pa.string())])


def written(table: LakeTable, name: str, *subjects: str) -> DataFile:
    table.folder.mkdir(parents=True, exist_ok=True)
    file = table.folder / name
    rows = pa.table({"batch_id": [name] * len(subjects), "subject": list(subjects)}, SCHEMA)
    pq.write_table(rows, file)
    return DataFile(name, len(subjects), file.stat().st_size)


def test_a_table_that_was_never_written_is_empty(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    assert not table.exists
    assert table.files() == []
    assert table.size() == (0, 0)
    assert not table.has("t1")
    table.clear()


def test_a_transaction_commits_once(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    one = written(table, "one.parquet", "a", "b")
    assert table.append([one], SCHEMA, "t1", 0)
    assert not table.append([written(table, "other.parquet", "c")], SCHEMA, "t1", 0)
    assert table.has("t1")
    assert not table.has("t2")
    assert table.files() == [str(tmp_path / "events" / "one.parquet")]
    assert table.size() == (2, one.file_bytes)


def test_transactions_add_up_in_the_order_of_file_names(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    for name in ("b", "a"):
        table.append([written(table, f"{name}.parquet", name)], SCHEMA, name, 0)
    assert [file.rpartition("/")[2] for file in table.files()] == ["a.parquet", "b.parquet"]
    assert table.size()[0] == 2


def test_a_file_that_no_commit_names_is_not_active(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    table.append([written(table, "one.parquet", "a")], SCHEMA, "t1", 0)
    written(table, "orphan.parquet", "ghost")
    assert [file.rpartition("/")[2] for file in table.files()] == ["one.parquet"]


def test_the_log_holds_no_value(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    table.append([written(table, "one.parquet", "Erika Mustermann")], SCHEMA, "t1", 0)
    logs = [file for file in (table.folder / "_delta_log").rglob("*") if file.is_file()]
    assert logs
    text = b"".join(file.read_bytes() for file in logs)
    assert b"numRecords" in text
    assert b"Mustermann" not in text
    assert b"minValues" not in text


def test_a_cleared_table_takes_the_transaction_again(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    table.append([written(table, "one.parquet", "a")], SCHEMA, "t1", 0)
    table.clear()
    assert not table.exists
    assert table.append([written(table, "one.parquet", "a")], SCHEMA, "t1", 0)


def names(table: LakeTable) -> list[str]:
    return [file.name for file in table.data_files()]


def test_data_files_tell_rows_and_bytes(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    assert table.data_files() == []
    two, one = written(table, "two.parquet", "a", "b"), written(table, "one.parquet", "c")
    table.append([two, one], SCHEMA, "t1", 0)
    assert table.data_files() == [one, two]


def test_files_are_replaced_in_one_commit_and_stay_on_disk(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    old = [written(table, f"{name}.parquet", name) for name in ("a", "b")]
    table.append(old, SCHEMA, "t1", 0)
    versions = len(list((table.folder / "_delta_log").glob("*.json")))
    new = written(table, "both.parquet", "a", "b")
    table.replace(old, [new], SCHEMA, "t2", 0)
    assert table.data_files() == [new]
    assert table.has("t2")
    assert len(list((table.folder / "_delta_log").glob("*.json"))) == versions + 1
    assert all((table.folder / file.name).exists() for file in old)


def test_a_file_that_is_not_active_cannot_be_replaced(tmp_path: Path) -> None:
    table = LakeTable(tmp_path / "events")
    old, other = written(table, "old.parquet", "a"), written(table, "other.parquet", "b")
    table.append([old], SCHEMA, "t1", 0)
    with pytest.raises(IntegrityError, match=r"other\.parquet .* run it again"):
        table.replace([old, other], [written(table, "new.parquet", "a")], SCHEMA, "t2", 0)
    assert names(table) == ["old.parquet"]
    assert not table.has("t2")


def test_commits_stay_however_old_they_become(tmp_path: Path) -> None:
    """Delta removes old ones at its checkpoint of the hundredth: they are sealed, and evidence."""
    table = LakeTable(tmp_path / "events")
    file = written(table, "one.parquet", "a")
    for number in range(102):
        table.append([file], SCHEMA, f"t{number}", 0)
        for commit in (table.folder / "_delta_log").iterdir():
            os.utime(commit, (0, 0))
    log = table.folder / "_delta_log"
    assert (log / "_last_checkpoint").exists()
    assert len([*log.glob("*.json")]) == 102
