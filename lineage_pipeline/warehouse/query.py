"""The published warehouse opened to ask: read-only, nothing outside the lake within reach."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import duckdb

from lineage_pipeline.errors import (
    ConfigError,
    UnknownFieldError,
    UnknownNodeError,
    UnknownVersionError,
)
from lineage_pipeline.warehouse.opening import read_only
from lineage_pipeline.warehouse.sqlfiles import question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    import pyarrow as pa

    from lineage_pipeline.paths import WorkspacePaths

EXPLAIN: Final = re.compile(r"\s*explain\b", re.IGNORECASE)
"""The word before a query whose plan is asked for; what follows must be a query by itself."""


MISSING: Final = (
    ("quarantined_count", "record", "records", "set aside"),
    ("facet_count", "facet", "facets", "set aside"),
    ("torn_file_count", "file", "files", "with an unfinished record"),
    ("open_run_count", "run", "runs", "without an end"),
    ("unexplained_count", "input", "inputs", "that no stated lineage uses"),
    ("large_group_count", "group", "groups", "of names too many to be one dataset"),
)
"""What `quality.coverage` counts as missing, in words."""


UNKNOWN: Final = (duckdb.CatalogException, duckdb.BinderException)
"""What DuckDB raises where a table, a macro or a column is not there."""

OUTDATED: Final = (
    "was published by another version of lineage_pipeline, or with other settings; "
    "`lineage run` publishes it anew"
)


class Answer(NamedTuple):
    """The columns and the rows of a query, in its order."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


@dataclass(slots=True)
class Warehouse:
    """An open warehouse; close it, or use it in a `with` block."""

    connection: duckdb.DuckDBPyConnection
    paths: WorkspacePaths | None = None

    def __enter__(self) -> Self:
        """Return the warehouse."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it.

        Raises:
            ConfigError: what was asked is not in it, for another version has published it.
        """
        outdated = self.outdated() if isinstance(error, UNKNOWN) else None
        self.connection.close()
        if outdated is not None and self.paths is not None:
            raise ConfigError(f"{self.paths.warehouse}: {outdated}: {error}") from error

    def ask(self, name: str, **parameters: Any) -> Answer:
        """Return the answer of `sql/ask/NAME.sql`."""
        return _answer(question(name).run(self.connection, parameters))

    def table(self, name: str, **parameters: Any) -> pa.Table:
        """Return the answer of `sql/ask/NAME.sql` as an Arrow table: for bulk."""
        statement = question(name).statements
        return self.connection.sql(statement, params=parameters).to_arrow_table()

    def query(self, text: str) -> Answer:
        """Return the answer to a query of our own; people's go through `asking.sql`, confined.

        Raises:
            ConfigError: it is no single statement that only reads, or it does not run.
        """
        try:
            # `COPY … TO` writes into allowed folders whatever the settings, and `EXPLAIN ANALYZE`
            # runs what it explains: so the statement itself must be a query, and nothing else.
            statements = self.connection.extract_statements(EXPLAIN.sub("", text, count=1))
            kinds = [statement.type for statement in statements]
            if kinds != [duckdb.StatementType.SELECT]:
                raise ConfigError(
                    f"the query holds {', '.join(kind.name for kind in kinds) or 'nothing'}; "
                    f"send one statement that reads: SELECT, WITH, FROM, DESCRIBE, SHOW or EXPLAIN"
                )
            return _answer(self.connection.execute(text))
        except duckdb.Error as error:
            moved = "file system operations are disabled" in str(error)
            hint = "; if the workspace has moved, `lineage run` sets its views right" * moved
            if isinstance(error, UNKNOWN) and (outdated := self.outdated()):
                hint = f"; the warehouse {outdated}"
            raise ConfigError(f"the query does not run: {error}{hint}") from error

    def upstream(self, node: str) -> Answer:
        """Return the closure of everything that reaches `node` now, as `lineage.upstream`."""
        return self.ask("upstream", node=node, max_depth=None, as_of=None, known_at=None)

    def count_rows(self, table: str) -> int:
        """Return the number of rows of a table or view, such as `lineage.edge`."""
        schema, _, name = table.partition(".")
        self.connection.execute("set schema = $schema", {"schema": schema})
        count = self.connection.table(name).count("*").fetchall()
        return int(count[0][0])

    def require_node(self, node: str, known_at: datetime | None = None) -> None:
        """Check that `node` is a node or an alias of one, today or as was known at `known_at`.

        Raises:
            UnknownNodeError: it is neither; the error names the nearest ones.
        """
        is_known = self.ask("known_node", node=node).rows or (
            known_at is not None and self.ask("meant_node", node=node, known_at=known_at).rows
        )
        if not is_known:
            nearest = tuple(row[0] for row in self.ask("nearest_node", node=node).rows)
            raise UnknownNodeError(node, nearest)

    def require_field(self, node: str, field: str, *, or_overlapping: bool = False) -> None:
        """Check that `node` was ever stated to have `field`.

        Args:
            node: of which node.
            field: which field.
            or_overlapping: one that lies inside it, or around it, does as well.

        Raises:
            UnknownFieldError: it was not; the error names the nearest ones.
        """
        fields = [row[0] for row in self.ask("fields", node=node).rows]
        asked = f"{field}."
        is_known = field in fields or (
            or_overlapping
            and any(asked.startswith(f"{one}.") or one.startswith(asked) for one in fields)
        )
        if not is_known:
            raise UnknownFieldError(node, field, tuple(difflib.get_close_matches(field, fields)))

    def require_version(self, node: str, version: str, known_at: datetime | None = None) -> None:
        """Check that a run was ever told to have written `version` of what `node` means.

        Raises:
            UnknownVersionError: none was; the error names the nearest ones.
        """
        known = [row[0] for row in self.ask("known_version", node=node, known_at=known_at).rows]
        if version not in known:
            nearest = tuple(difflib.get_close_matches(version, known))
            raise UnknownVersionError(node, version, nearest)

    def coverage_note(self, known_at: datetime | None = None) -> str:
        """Return a sentence on what the answers rest on and what is missing from it.

        Args:
            known_at: by what had been told then; None is all that was.
        """
        coverage = self.ask("coverage", known_at=known_at)
        of = dict(zip(coverage.columns, coverage.rows[0], strict=True))
        if known_at is not None and of["known_at"] is None:
            return f"coverage: nothing had been told by {_moment(known_at)}"
        missing = [
            f"{of[column]} {thing if of[column] == 1 else things} {trouble}"
            for column, thing, things, trouble in MISSING
            if of[column]
        ]
        known = _moment(of["known_at"]) if of["known_at"] else "never"
        return (
            f"coverage: {of['event_count']} events, known at {known}"
            f"{'; ' if missing else '; nothing set aside'}{', '.join(missing)}"
        )

    def untold_notes(self, node: str, known_at: datetime | None) -> list[str]:
        """Return the remark that nothing had been told of a node by then, if that is so."""
        if known_at is None or self.ask("node_then", node=node, known_at=known_at).rows:
            return []
        return [f"note: nothing had been told of {node} by {_moment(known_at)}"]

    def outdated(self) -> str | None:
        """Return what to say if it was not built with the SQL files and settings of today."""
        from lineage_pipeline.settings.lineage_toml import read_settings
        from lineage_pipeline.warehouse.build import built_with

        if self.paths is None:
            return None
        now = built_with(read_settings(self.paths.settings))
        try:
            found = self.connection.execute(
                "select built_with_sha256 from quality.build"
            ).fetchall()
        except duckdb.CatalogException:
            found = [(None,)]
        return None if found == [(now,)] else OUTDATED


def _answer(result: duckdb.DuckDBPyConnection) -> Answer:
    columns = tuple(column[0] for column in result.description or ())
    return Answer(columns, result.fetchall())


def require_published(paths: WorkspacePaths) -> None:
    """Return if a warehouse has been published.

    Raises:
        ConfigError: none has been.
    """
    if not paths.warehouse.exists():
        remedy = (
            "run `lineage run` first"
            if paths.settings.exists()
            else f"{paths.root} is no workspace: name one with -w, or make one with `lineage init`"
        )
        raise ConfigError(f"{paths.warehouse}: nothing is published yet; {remedy}")


def open_warehouse(paths: WorkspacePaths) -> Warehouse:
    """Return the published warehouse, read-only.

    Raises:
        ConfigError: none has been published yet, or this DuckDB cannot open it.
    """
    require_published(paths)
    try:
        connection = read_only(paths.warehouse)
    except duckdb.Error as error:
        raise ConfigError(
            f"{paths.warehouse}: DuckDB {duckdb.__version__} cannot open it: {error}; close what "
            f"holds it open for writing, or, if it is damaged, `lineage rebuild`"
        ) from error
    _confine(connection, paths)
    return Warehouse(connection, paths)


def _confine(connection: duckdb.DuckDBPyConnection, paths: WorkspacePaths) -> None:
    """Set how every connection to the warehouse reads, and lock it."""
    connection.execute("set global timezone = 'UTC'")
    # Footers of files that never change: the second question about an actor need not parse them.
    connection.execute("set parquet_metadata_cache = true")
    connection.execute("set allowed_directories = [$lake]", {"lake": f"{paths.lake}/"})
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
