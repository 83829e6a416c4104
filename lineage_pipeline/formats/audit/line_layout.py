"""Where the named groups of an expression that a line matches are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from lineage_pipeline.formats.audit.path import parse_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

LINE: Final = "line"
_GROUPS: Final = "groups"


def group_names(expression: str) -> tuple[str, ...]:
    """Return the groups of a regular expression, in their order; without a name, their numbers."""
    kind = pl.Series([""]).str.extract_groups(expression).dtype
    return tuple(field.name for field in kind.fields) if isinstance(kind, pl.Struct) else ()


class LineLayout:
    """How DuckDB reads the fields of lines of text."""

    def __init__(self, expression: str) -> None:
        """Lay out lines that match the expression; a path leads to a group of that name."""
        self._expression = ConstantExpression(expression)
        self._names = group_names(expression)

    def text(self, path: str) -> Expression:
        """Return the text of the group; null for none and for the empty one."""
        steps = parse_path(path) or ()
        if len(steps) > 1 or steps[0] not in self._names:
            return ConstantExpression(None).cast("VARCHAR")
        name = ConstantExpression(str(steps[0]))
        found = FunctionExpression("struct_extract", ColumnExpression(_GROUPS), name)
        # A group that takes no part in the match is empty, as is one that matches nothing.
        return FunctionExpression("nullif", found, ConstantExpression(""))

    def document(self, path: str) -> Expression:
        """Return the text of the group as a JSON string."""
        return FunctionExpression("to_json", self.text(path)).cast("VARCHAR")

    def prepared(self, relation: DuckDBPyRelation) -> DuckDBPyRelation:
        """Return lines in the form that the expressions take."""
        line = ColumnExpression(LINE)
        groups = FunctionExpression(
            "regexp_extract", line, self._expression, ConstantExpression(list(self._names))
        )
        return relation.select(line, groups.alias(_GROUPS))

    def is_match(self) -> Expression:
        """Return whether the line is one of this log."""
        return FunctionExpression("regexp_matches", ColumnExpression(LINE), self._expression)
