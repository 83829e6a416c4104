"""A ClickHouse MergeTree sorted by actor, with a bloom filter over resources, merged to the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.peers.clickhouse_session import open_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.needle.store import Answer, Column, Reader

_FOLDER: Final = Path(__file__).parent


def load(files: Sequence[str], store: Path) -> None:
    """Load the files month by month and merge the parts."""
    session = open_session(store)
    session.query("create database needle")
    session.query(_statement("table"))
    for file in files:
        session.query(_statement("load"), params={"file": file})
    session.query("optimize table needle.audit_row final")
    session.close()


def connect(files: Sequence[str], store: Path) -> Reader:  # noqa: ARG001
    """Return the table, open."""
    return _Table(open_session(store))


class _Table:
    def __init__(self, session: Any) -> None:
        self._session = session

    def ask(self, column: Column, value: str) -> Answer:
        """Return what the rows with this value in this column say."""
        result = self._session.query(_statement(column), params={"value": value})
        rows = (json.loads(line) for line in str(result).splitlines() if line)
        return [(action, outcome, int(count)) for action, outcome, count in rows]


def _statement(name: str) -> str:
    return (_FOLDER / f"clickhouse_{name}.sql").read_text(encoding="utf-8")
