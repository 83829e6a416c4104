"""A small published warehouse, a lake that a view of it reads from, and a secret beside both."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import _duckdb
import duckdb
import pytest

from lineage_pipeline.sandbox.question import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.sandbox.messages import Answer, Limits, Refused
    from lineage_pipeline.sandbox.requests import Parameter

SECRET = "the-launch-code-is-0000"  # noqa: S105
DATUM = "marie.example"
"""A value of the data that no message may repeat."""

PUBLISHED = """
create schema lineage;
create table lineage.node as
    select 'n' || lpad(i::varchar, 3, '0') as node_id, i as depth, i % 3 = 0 as is_cut,
        timestamptz '2026-01-01 00:00:00+00' + to_days(i::int) as seen_at
    from range(100) t(i);
create table lineage.owner as select 'n001' as node_id, 'marie.example' as owner;
create view lineage.note as from read_parquet('{lake}/note.parquet');
create macro lineage.double(x) as x * 2;
create macro lineage.below(most) as table
    select node.node_id from lineage.node as node where node.depth < most;
"""


class Published(NamedTuple):
    """The folder of all, the warehouse and the lake below it, and a file outside of both."""

    root: Path
    warehouse: Path
    lake: Path
    secret: Path

    def ask(
        self, query: str, limits: Limits | None = None, **parameters: Parameter
    ) -> Answer | Refused:
        """Return the reply to a query."""
        return ask(self.warehouse, self.lake, query, parameters, limits)

    def state(self) -> dict[str, str]:
        """Return every path below the root with the digest of what it holds."""
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            if path.is_file()
            else ""
            for path in sorted(self.root.rglob("*"))
        }


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Return the small warehouse; no test changes it."""
    root = tmp_path_factory.mktemp("sandbox")
    lake = root / "lake"
    lake.mkdir()
    secret = root / "secret.csv"
    secret.write_text(f"code\n{SECRET}\n", encoding="utf-8")
    with duckdb.connect(str(root / "warehouse.duckdb")) as connection:
        connection.execute(f"copy (select 'said' as words) to '{lake}/note.parquet'")
        for statement in connection.extract_statements(PUBLISHED.format(lake=lake)):
            connection.execute(statement)
    return Published(root, root / "warehouse.duckdb", lake, secret)


@pytest.fixture(scope="session")
def engine(published: Published) -> Iterator[_duckdb.DuckDBPyConnection]:
    """Return a connection to the small warehouse that confines nothing: for what reads SQL."""
    connection = _duckdb.connect(str(published.warehouse), read_only=True)
    yield connection
    connection.close()
