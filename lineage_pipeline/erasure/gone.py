"""Whether the published warehouse holds an identifier in any text of any table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.engines import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from lineage_pipeline.erasure.pattern import Pattern
    from lineage_pipeline.paths import WorkspacePaths

BATCH_ROWS: Final = 100_000


def places_left(paths: WorkspacePaths, pattern: Pattern) -> Iterator[str]:
    """Yield the tables of the warehouse of which some row holds an identifier.

    Views are left out: what they show lies in tables, and in the lake, which is searched by itself.
    """
    with connect(str(paths.warehouse), read_only=True) as engine:
        for schema, name in _tables(engine):
            rows = engine.table(f'"{schema}"."{name}"').set_alias("held")
            texts = rows.project("to_json(held)::varchar as text")
            if any(
                any(pattern.rows(batch).values()) for batch in texts.to_arrow_reader(BATCH_ROWS)
            ):
                yield f"warehouse {schema}.{name}"


def _tables(engine: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return engine.execute(
        "select schema_name, table_name from duckdb_tables() order by all"
    ).fetchall()
