"""Headers of SQL files as comments in the catalog, for every client to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from lineage_pipeline.warehouse.sqlfiles import SqlFile


def comment(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    """Put the header of a table, view or macro into the catalog, for every client to show."""
    noun = {"facts": "table", "history": "table", "view": "view", "macro": "macro table"}.get(
        file.kind
    )
    if noun is None:
        return
    text = "; ".join((file.grain, *file.clauses, *(f"does not show: {one}" for one in file.limits)))
    connection.execute(f"comment on {noun} {file.object} is {_literal(text)}")
    for column, meaning in file.columns.items():
        connection.execute(f"comment on column {file.object}.{column} is {_literal(meaning)}")


def _literal(text: str) -> str:
    """Quote a header's text: `comment on` takes no parameters, and headers are our own files."""
    return "'" + text.replace("'", "''") + "'"
