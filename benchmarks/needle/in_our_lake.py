"""The project's own lake: audit rows committed, compacted and published, asked in the warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.needle.store import Answer, Column, Reader

_FOLDER: Final = Path(__file__).parent


def load(files: Sequence[str], store: Path) -> None:
    """Lay the rows out as a workspace at `store` that scanned them and compacted its months.

    Raises:
        NotImplementedError: compaction is not part of the lake yet.
    """
    raise NotImplementedError(f"{store}: no way yet to load {len(files)} months into the lake")


def connect(files: Sequence[str], store: Path) -> Reader:  # noqa: ARG001
    """Return the published warehouse, open for reading."""
    return _Warehouse(store / "warehouse.duckdb")


class _Warehouse:
    def __init__(self, file: Path) -> None:
        self._connection = duckdb.connect(str(file), read_only=True)

    def ask(self, column: Column, value: str) -> Answer:
        """Return what the rows with this value in this column say."""
        query = (_FOLDER / f"ours_{column}.sql").read_text(encoding="utf-8")
        return self._connection.execute(query, {"value": value}).fetchall()
