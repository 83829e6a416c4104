"""Records in memory as DuckDB's relations: its readers, over files that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem

from lineage_pipeline.engines import connect
from lineage_pipeline.formats.audit.layout import JsonLayout
from lineage_pipeline.formats.audit.line_layout import LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyRelation, Expression

    from lineage_pipeline.formats.audit.selection import Layout

_FILE: Final = "/records.ndjson"
# DuckDB reads twice as many bytes at a time; through Python's files, few large reads are best.
_SMALLEST_LIMIT: Final = 8 << 20
_SETTINGS: Final = ("disabled_filesystems = 'LocalFileSystem'", "lock_configuration = true")


class _Held(MemoryFile):  # type: ignore[misc]
    """A file that is the bytes it was made of: to measure it or read it whole copies none."""

    def __init__(self, content: bytes) -> None:
        super().__init__(data=content)
        self._size = len(content)

    @property
    def size(self) -> int:
        return self._size


class _OwnMemory(MemoryFileSystem):  # type: ignore[misc]
    """A memory file system of its own: fsspec's are all one, shared by every thread."""

    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self.store: dict[str, Any] = {}
        self.pseudo_dirs = [""]


class Engine:
    """A DuckDB connection that can reach no file and load no extension, and reads one layout."""

    def __init__(self, threads: int, layout: Layout, wanted: Sequence[Expression]) -> None:
        """Open the connection.

        Args:
            threads: how many DuckDB may use.
            layout: how records are read.
            wanted: what to select from them.
        """
        self._layout = layout
        self._wanted = wanted
        self._prepared: tuple[dict[str, str], int] | None = None
        self._files = _OwnMemory()
        self._connection = connect(
            ":memory:",
            config={
                "threads": threads,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                # Each chunk takes the place of the one before, under the same name.
                "enable_external_file_cache": False,
            },
        )
        self._connection.register_filesystem(self._files)
        for setting in _SETTINGS:
            self._connection.execute(f"set {setting}")

    def read(self, text: bytes, longest: int, declared: dict[str, str]) -> pa.Table:
        """Return one row a line, in their order.

        Args:
            text: records, one a line.
            longest: at least the bytes of the longest line.
            declared: for JSON, the columns of its layout.

        Raises:
            duckdb.Error: DuckDB refuses the text as a whole.
        """
        if not isinstance(self._layout, JsonLayout):
            lines = pa.array(text.split(b"\n")[:-1], pa.binary()).cast(pa.string())
            relation = self._connection.from_arrow(pa.table({LINE: lines}))
            return self._selected(relation).to_arrow_table()
        self._files.store[_FILE] = _Held(text)
        try:
            self._prepare(self._layout, declared, max(_SMALLEST_LIMIT, longest))
            return self._connection.sql("execute wanted").to_arrow_table()
        finally:
            self._files.store.clear()

    def _prepare(self, layout: JsonLayout, declared: dict[str, str], limit: int) -> None:
        """Have the query at hand; as a relation it takes as long to make as a chunk to be read."""
        if self._prepared == (declared, limit):
            return
        relation = self._connection.read_json(
            "memory://" + _FILE,
            format="newline_delimited",
            columns=declared,
            records="true" if layout.is_typed else "false",
            ignore_errors=True,
            maximum_object_size=limit,
        )
        query = self._selected(relation).sql_query()
        self._connection.execute(f"prepare wanted as {query}")
        self._prepared = declared, limit

    def _selected(self, relation: DuckDBPyRelation) -> DuckDBPyRelation:
        return self._layout.prepared(relation).select(*self._wanted)

    def close(self) -> None:
        """Close the connection; nothing can be read afterwards."""
        self._connection.close()
