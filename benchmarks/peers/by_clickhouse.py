"""ClickHouse by hand, in this process through chdb: typed columns in a table in memory."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any, Final

from benchmarks.peers.clickhouse_session import open_session
from benchmarks.peers.tables import TABLES, Task, statement

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS: Final = (
    "set input_format_json_ignore_unknown_keys_in_named_tuple = 1",
    "set input_format_json_read_objects_as_strings = 1",
    "set date_time_input_format = 'best_effort'",
    "set output_format_parquet_compression_method = 'zstd'",
    "set engine_file_truncate_on_insert = 1",
)


def typed(task: Task, files: str, out: Path) -> None:
    """Write the task's tables below `out`, everything read into typed columns."""
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(folder)
        for setting in _SETTINGS:
            session.query(setting)
        if task == "openlineage":
            session.query("create database bench")
            session.query(statement("clickhouse", "openlineage_raw"), params={"files": files})
            for table in TABLES[task]:
                _write(session, statement("clickhouse", table), out / f"{table}.parquet", files)
        else:
            _write(session, statement("clickhouse", task), out / "audit_event.parquet", files)
        session.close()


def _write(session: Any, rows: str, file: Path, files: str) -> None:
    target = {"target": str(file), "files": files}
    session.query(f"insert into function file({{target:String}}, Parquet) {rows}", params=target)
