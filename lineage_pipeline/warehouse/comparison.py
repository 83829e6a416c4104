"""Two warehouses compared, row by row: what a rebuild would say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb

from lineage_pipeline.engines import connect

if TYPE_CHECKING:
    from pathlib import Path

_TABLES: Final = """
select schema_name || '.' || table_name as table_name
from duckdb_tables()
where database_name = $database and schema_name != 'lake' and not temporary
order by all
"""


class Difference(NamedTuple):
    """A table of which two warehouses do not hold the same rows.

    Attributes:
        table: its name.
        only_published: rows that only the published one holds, each as often as it is too much.
        only_rebuilt: rows that only the rebuilt one holds.
    """

    table: str
    only_published: int
    only_rebuilt: int


def differences(published: Path, rebuilt: Path) -> list[Difference]:
    """Return the tables whose rows differ in any column or in number, in the order of their names.

    Views have no rows of their own: they read what the lake holds.
    """
    with connect() as connection:
        for name, file in (("published", published), ("rebuilt", rebuilt)):
            connection.execute(f"attach $file as {name} (read_only)", {"file": str(file)})
        known = _tables(connection, "published"), _tables(connection, "rebuilt")
        found = (
            Difference(
                table,
                _surplus(connection, table, "published", "rebuilt" if table in known[1] else None),
                _surplus(connection, table, "rebuilt", "published" if table in known[0] else None),
            )
            for table in sorted(known[0] | known[1])
        )
        return [one for one in found if one.only_published or one.only_rebuilt]


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    rows = connection.execute(_TABLES, {"database": database}).fetchall()
    return {name for (name,) in rows}


def _surplus(
    connection: duckdb.DuckDBPyConnection, table: str, here: str, there: str | None
) -> int:
    """Return how many rows of a table are not in the other, each as often as it is too much."""
    try:
        rows = connection.table(f"{here}.{table}")
    except duckdb.CatalogException:
        return 0
    if there is not None:
        rows = rows.except_(connection.table(f"{there}.{table}"))
    ((count,),) = rows.count("*").fetchall()
    return int(count)
