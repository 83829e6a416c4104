"""A lake table takes a batch once, and its log holds no value of any row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

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
