"""The rows of a pack: which tables and questions they come from, and what each file holds.

What belongs to a version is filtered by its identifier, or its model's; all that was ever told of
it is there, also what is believed no more, with the times of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import duckdb
import msgspec

from lineage_pipeline.warehouse.sqlfiles import question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lineage_pipeline.governance.versions import ModelVersion
    from lineage_pipeline.warehouse.query import Warehouse

AUDIT: Final = "audit/events"
"""The rows whose batches are proven."""
NAMED: Final = {"any_version": "version"}
"""Parameters of questions that another question gives another meaning."""


class RowSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows that are a file of the pack.

    Attributes:
        path: the file, without its ending.
        about: what the rows are.
        table: the table of the warehouse that they stand in; empty if a question is asked.
        column: its column that says what they belong to; empty: all rows.
        of: what that column must be: the version, its model, or its model or the organisation.
        question: `sql/ask/NAME.sql`, if they are its answer.
        given: which of what is known that is given.
    """

    path: str
    about: str
    table: str = ""
    column: str = ""
    of: Literal["version", "model", "scope"] = "version"
    question: str = ""
    given: tuple[str, ...] = ()


class _Declared(msgspec.Struct, forbid_unknown_fields=True):
    rows: tuple[RowSet, ...]


ROW_SETS: Final = msgspec.toml.decode(
    (Path(__file__).parent / "row_sets.toml").read_bytes(), type=_Declared
).rows
"""In the order in which a reader meets them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rows of a pack are asked by.

    Attributes:
        version: of which version.
        nodes: all that it comes from, itself first.
        runs: the runs behind it.
        as_of: the instant that everything is judged at.
    """

    version: ModelVersion
    nodes: tuple[str, ...]
    runs: tuple[str, ...]
    as_of: datetime

    def given(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return the parameters of a question by name."""
        known: dict[str, Any] = {
            "version": self.version.node_id,
            "node": self.version.node_id,
            "model_node": self.version.model_node_id,
            "model": self.version.model,
            "version_name": self.version.version,
            "nodes": list(self.nodes),
            "objects": list(self.nodes),
            "runs": list(self.runs),
            "as_of": self.as_of,
            "any_version": None,
            "known_at": None,
            "max_depth": None,
        }
        return {NAMED.get(name, name): known[name] for name in names}


def rows_of(warehouse: Warehouse, asked: Asked, of: RowSet) -> duckdb.DuckDBPyRelation:
    """Return the rows of one file, in one fixed order; bytes are texts of hexadecimal digits."""
    if of.question:
        text = question(of.question).statements
        return _readable(warehouse.connection.sql(text, params=asked.given(of.given)))
    found = warehouse.connection.table(of.table)
    if of.column:
        wanted = {
            "version": [asked.version.node_id],
            "model": [asked.version.model_node_id],
            "scope": [asked.version.model_node_id, "organisation"],
        }[of.of]
        column = duckdb.ColumnExpression(of.column)
        found = found.filter(column.isin(*map(duckdb.ConstantExpression, wanted)))
    return _readable(found).order("all")


def runs_behind(warehouse: Warehouse, version: ModelVersion) -> tuple[str, ...]:
    """Return the runs that stand behind a version, by identifier; none that nothing tells of."""
    given = {"node": version.node_id, "version": None, "max_depth": None, "known_at": None}
    answer = warehouse.ask("version_upstream", **given)
    place = answer.columns.index("run_id")
    return tuple(sorted({row[place] for row in answer.rows}))


def _readable(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    if duckdb.sqltypes.BLOB not in rows.types:
        return rows
    return rows.select(*_columns(rows))


def _columns(rows: duckdb.DuckDBPyRelation) -> Iterator[duckdb.Expression]:
    for name, kind in zip(rows.columns, rows.types, strict=True):
        column: duckdb.Expression = duckdb.ColumnExpression(name)
        if kind == duckdb.sqltypes.BLOB:
            digits = duckdb.FunctionExpression("hex", column)
            column = duckdb.FunctionExpression("lower", digits).alias(name)
        yield column
