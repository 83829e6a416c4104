"""What an output holds, as row counts and digests that do not depend on the order of rows.

`python -m benchmarks.content LAYOUT TASK FOLDER` prints it as JSON. It is a process of its own
because the memory of whoever starts a measured command counts towards that command's peak.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

import duckdb

from benchmarks.peers.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.peers.tables import Task

_FOLDER: Final = Path(__file__).parent / "contents"


Layout = Literal["ours", "peer", "bodies"]


class Content(NamedTuple):
    """The rows of a table and the sum of their hashes."""

    row_count: int
    digest: str


Contents = dict[str, Content]
"""The content of each table that an output has."""


def contents_of(whose: Layout, task: Task, folder: Path) -> Contents:
    """Return what an output holds, in terms that every layout can be brought to.

    Args:
        whose: how it is laid out: tables as they are compared, facets by their bodies, our lake.
        task: which tables it holds; those without a file are left out.
        folder: where it lies.
    """
    connection = duckdb.connect()
    for name, files in _files(whose, folder):
        connection.read_parquet(files).create_view(f"out_{name}")
    if whose == "ours":
        _stand_in(connection)
    return {table: _content(connection, whose, table) for table in _present(connection, task)}


def disagreements(contents: Mapping[str, Contents]) -> list[str]:
    """Return a sentence for each table whose content differs between two outputs."""
    found = []
    names = list(contents)
    for first, name in enumerate(names):
        for other in names[first + 1 :]:
            for table in contents[name].keys() & contents[other].keys():
                ours, theirs = contents[name][table], contents[other][table]
                if ours != theirs:
                    found.append(
                        f"{table}: {name} has {ours.row_count:,} rows ({ours.digest}), "
                        f"{other} {theirs.row_count:,} ({theirs.digest})"
                    )
    return sorted(found)


def _files(whose: Layout, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the files of each table that was written."""
    if whose == "ours":
        for table in sorted((folder / "lake" / "bronze").iterdir()):
            if any(table.glob("*.parquet")):
                yield table.name, str(table / "*.parquet")
    else:
        for file in sorted(folder.glob("*.parquet")):
            yield file.stem, str(file)


def _present(connection: duckdb.DuckDBPyConnection, task: Task) -> list[str]:
    views = {name for (name,) in connection.sql("select view_name from duckdb_views()").fetchall()}
    return [table for table in TABLES[task] if f"out_{table}" in views or "out_segment" in views]


def _content(connection: duckdb.DuckDBPyConnection, whose: Layout, table: str) -> Content:
    connection.execute((_FOLDER / whose / f"{table}.sql").read_text(encoding="utf-8"))
    query = (_FOLDER / f"{table}.sql").read_text(encoding="utf-8")
    row_count, digest = connection.sql(query).fetchall()[0]
    return Content(row_count, f"{int(digest or 0) % 2**64:016x}")


def _stand_in(connection: duckdb.DuckDBPyConnection) -> None:
    """Give tables that got no rows, and so no file, their columns."""
    for name in ("input_statistics", "output_statistics", "column_lineage", "schema_field"):
        query = f"""create view if not exists out_{name} as
            select null::blob as facet_digest, null::bigint as row_count,
            null::bigint as total_bytes, null as field_path, null as type, null as output_field,
            null as input_namespace, null as input_name, null as input_field,
            null as transformation_type, null as transformation_subtype where false"""
        connection.execute(query)


def main(arguments: Sequence[str]) -> int:
    """Return the exit code; stdout is one JSON object, a table's rows and digest by its name."""
    whose, task, folder = arguments
    contents = contents_of(cast("Layout", whose), cast("Task", task), Path(folder))
    sys.stdout.write(json.dumps({table: list(content) for table, content in contents.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
