"""Where in DuckDB's typed JSON columns the paths of a declaration are found.

Typed columns are read twice as fast as paths are taken out of JSON text, but names in DuckDB ignore
case and a place holds one type. A declaration that needs more, such as `$.time` beside `$.Time`,
is read from the text: slower, with the same values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import duckdb
import msgspec
from duckdb import ColumnExpression, ConstantExpression, Expression, FunctionExpression

from lineage_pipeline.formats.audit.path import Steps, duckdb_path, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from duckdb import DuckDBPyRelation
    from duckdb.sqltypes import DuckDBPyType

TEXT: Final = "VARCHAR"
JSON: Final = "JSON"
_EACH: Final = ""
_RECORD: Final = "json"
_MAX_UNUSED: Final = 128
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")
_TOP_LEVEL: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Node:
    """A key of an object, or all items of a list, with what is looked for inside."""

    def __init__(self) -> None:
        self.leaf: str | None = None
        self.inside: dict[str, _Node] = {}

    def is_clear(self) -> bool:
        """Whether one DuckDB type can stand for it: a value, an object or a list, and no two."""
        names = {name.casefold() for name in self.inside}
        is_one = len(names) == len(self.inside) and not (_EACH in names and len(names) > 1)
        is_leaf_or_inner = (self.leaf is None) is bool(self.inside)
        return is_one and is_leaf_or_inner and all(node.is_clear() for node in self.inside.values())

    def type(self) -> DuckDBPyType:
        """Return the DuckDB type in which all that is looked for is found."""
        if self.leaf is not None:
            return duckdb.sqltype(self.leaf)
        if _EACH in self.inside:
            return duckdb.list_type(self.inside[_EACH].type())
        return duckdb.struct_type({name: node.type() for name, node in self.inside.items()})


class JsonLayout:
    """How DuckDB reads the paths of JSON records."""

    def __init__(self, texts: Iterable[str], documents: Iterable[str]) -> None:
        """Lay out paths, which have been checked.

        Args:
            texts: those that are wanted as text, `a` for `"a"` and `1` for `1`.
            documents: those that are wanted as JSON, `"a"` for `"a"`.
        """
        self._texts = tuple(dict.fromkeys(texts))
        self._documents = tuple(
            dict.fromkeys(path for path in documents if path not in self._texts)
        )
        root = _Node()
        for path in self._texts:
            _plant(root, _steps(path), TEXT)
        for path in self._documents:
            _plant(root, _steps(path), JSON)
        self._is_typed = bool(root.inside) and root.is_clear()
        self._columns = (
            {name: str(node.type()) for name, node in root.inside.items()} if self._is_typed else {}
        )

    @property
    def is_typed(self) -> bool:
        """Whether the paths are read as typed columns; else they are taken out of the text."""
        return self._is_typed

    def text(self, path: str) -> Expression:
        """Return the text at the path, null for none; objects and lists are their JSON text."""
        if not self._is_typed:
            place = ConstantExpression(self._texts.index(path) + 1)
            return FunctionExpression("list_extract", ColumnExpression(TEXT), place)
        return _typed(_steps(path))

    def document(self, path: str) -> Expression:
        """Return what is at the path as JSON text, null for none and for `null`.

        A path that is wanted as text too is read once, as text, and is a JSON string.
        """
        if path in self._texts:
            return FunctionExpression("to_json", self.text(path)).cast(TEXT)
        if self._is_typed:
            return _typed(_steps(path)).cast(TEXT)
        place = ConstantExpression(self._documents.index(path) + 1)
        found = FunctionExpression("list_extract", ColumnExpression(JSON), place)
        return FunctionExpression("nullif", found.cast(TEXT), ConstantExpression("null"))

    def prepared(self, relation: DuckDBPyRelation) -> DuckDBPyRelation:
        """Return records, read as `declared` has it, in the form that the expressions take."""
        if self._is_typed:
            return relation
        wanted = (
            ("json_extract_string", TEXT, self._texts),
            ("json_extract", JSON, self._documents),
        )
        return relation.select(
            *(
                FunctionExpression(
                    function,
                    ColumnExpression(_RECORD),
                    ConstantExpression([duckdb_path(_steps(path)) for path in paths]),
                ).alias(name)
                for function, name, paths in wanted
                if paths
            )
        )

    def declared(self, samples: Iterable[bytes], known_keys: Sequence[str]) -> dict[str, str]:
        """Return the columns to declare for records such as the samples.

        The keys that nobody asked for are declared too: DuckDB steps over undeclared ones slowly.
        """
        if not self._is_typed:
            return {_RECORD: JSON}
        declared = dict(self._columns)
        taken = {name.casefold() for name in declared}
        for key in (*known_keys, *_keys_of(samples)):
            if len(declared) - len(self._columns) >= _MAX_UNUSED:
                break
            if key.casefold() not in taken and _PLAIN_KEY.fullmatch(key):
                taken.add(key.casefold())
                declared[key] = JSON
        return declared


def _steps(path: str) -> Steps:
    return parse_path(path) or ()


def _plant(root: _Node, steps: Steps, kind: str) -> None:
    """Add a path to the tree."""
    node = root
    for step in steps:
        node = node.inside.setdefault(step if isinstance(step, str) else _EACH, _Node())
    node.leaf = kind


def _typed(steps: Steps) -> Expression:
    first, *rest = steps
    found: Expression = ColumnExpression(str(first))
    for step in rest:
        if isinstance(step, str):
            found = FunctionExpression("struct_extract", found, ConstantExpression(step))
        else:
            place = ConstantExpression(step + 1 if step >= 0 else step)
            found = FunctionExpression("list_extract", found, place)
    return found


def _keys_of(samples: Iterable[bytes]) -> Iterable[str]:
    for sample in samples:
        try:
            yield from _TOP_LEVEL.decode(sample)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
