"""Is it one query that reads the published relations alone? Read from DuckDB's own syntax tree.

What the tree holds and is not known here is refused, so what a later DuckDB adds is refused too.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.sandbox.functions import (
    CATALOG_FUNCTIONS,
    CLOCK_COLUMNS,
    FLEETING,
    NAMED_AGGREGATES,
    PHYSICAL_COLUMNS,
    REFUSED,
    Call,
    refusal,
)
from lineage_pipeline.sandbox.messages import RefusedError
from lineage_pipeline.sandbox.order import unordered
from lineage_pipeline.sandbox.rules import GATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import _duckdb as duckdb

    from lineage_pipeline.sandbox.rules import Rules

EXPRESSIONS: Final = frozenset(
    [
        "BETWEEN",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "FUNCTION",
        "LAMBDA",
        "LAMBDA_REF",
        "OPERATOR",
        "PARAMETER",
        "POSITIONAL_REFERENCE",
        "STAR",
        "SUBQUERY",
        "TYPE",
        "WINDOW",
    ]
)
QUERIES: Final = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
SOURCES: Final = frozenset(
    {"BASE_TABLE", "EMPTY", "EXPRESSION_LIST", "JOIN", "PIVOT", "SUBQUERY", "TABLE_FUNCTION"}
)
MODIFIERS: Final = frozenset(
    {
        *("DISTINCT_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER"),
        *("ORDER_DEFAULT", "ASCENDING", "DESCENDING"),
    }
)
RECURRING: Final = "recurring"
"""The schema in which a recursive query finds all that it has found before."""

RELATIONS: Final = """
    select schema_name, lower(table_name)
    from duckdb_tables()
    where database_name = current_database()
    union all
    select schema_name, lower(view_name)
    from duckdb_views()
    where database_name = current_database() and not internal
"""

CATALOG_RELATIONS: Final = frozenset(
    {
        *(("main", name) for name in CATALOG_FUNCTIONS),
        *(
            ("information_schema", name)
            for name in ("columns", "key_column_usage", "schemata", "table_constraints", "tables")
        ),
    }
)
"""Views of DuckDB's catalog that tell what there is to ask."""
SHOWN: Final = frozenset({"__show_tables_expanded", '"tables"', '"schemas"'})
"""What may be shown beside a relation: its name as the tree has it."""

_Names = frozenset[str]


class Reading:
    """What a query's tree was found to read and to call."""

    def __init__(self, catalog: str, rules: Rules = GATE) -> None:
        """Start with nothing; `catalog` is the warehouse's own name."""
        self.catalogs = {"", catalog}
        self.rules = rules
        self.tables: set[tuple[str, str]] = set()
        self.calls: set[Call] = set()

    def walk(self, found: Any, names: _Names) -> None:
        """Read a part of the tree; `names` are the common table expressions in sight."""
        if isinstance(found, list):
            for one in found:
                self.walk(one, names)
        elif isinstance(found, dict):
            _check_known(found, self.rules)
            if "cte_map" in found:
                names = self._name(found, names)
            self._note(found, names)
            for key, one in found.items():
                if key != "cte_map":
                    self.walk(one, names)

    def _name(self, query: Mapping[str, Any], names: _Names) -> _Names:
        """Read the common table expressions of a query in order; return all that it sees."""
        if query["type"] == "RECURSIVE_CTE_NODE":
            names |= {lower(query["cte_name"])}
        for entry in query["cte_map"]["map"]:
            self.walk(entry["value"], names)
            names |= {lower(entry["key"])}
        return names

    def _note(self, found: Mapping[str, Any], names: _Names) -> None:
        """Keep what this node itself reads or calls."""
        kind = found.get("type")
        if kind == "BASE_TABLE":
            self._note_table(found, names)
        elif kind == "SHOW_REF":
            self._check_shown(found)
        elif kind == "TABLE_FUNCTION":
            self._note_call(found["function"], is_table=True)
        elif kind == "COLUMN_REF":
            if not self.rules.may_change:
                _check_column(found["column_names"])
        elif found.get("class") in {"FUNCTION", "WINDOW"}:
            self._note_call(found, is_table=False)

    def _note_table(self, table: Mapping[str, Any], names: _Names) -> None:
        path = [lower(part) for part in table["qualified_name"]["path"]]
        if path[-1] in names and path[:-1] in ([], [RECURRING]):
            return
        catalog, schema = ["", "", *path][-3:-1]
        if len(path) > 3 or catalog not in self.catalogs:  # noqa: PLR2004
            raise _refused(f"{'.'.join(path)} is no relation of the warehouse")
        self.tables.add((schema or "main", path[-1]))

    def _check_shown(self, shown: Mapping[str, Any]) -> None:
        """Check what `show` names that is no query; `describe` and `summarize` hold one."""
        if shown["query"] is not None:
            return
        is_known = shown["show_type"] == "SHOW_SPECIAL" and shown["table_name"] in SHOWN
        is_of_schema = shown["show_type"] == "SHOW_FROM"
        if not (is_known or is_of_schema) or lower(shown["catalog_name"]) not in self.catalogs:
            raise _refused("it shows what is no relation of the warehouse")

    def _note_call(self, call: Mapping[str, Any], *, is_table: bool) -> None:
        path = [lower(part) for part in call["qualified_name"]["path"]]
        catalog, schema = ["", "", *path][-3:-1]
        if len(path) > 3 or catalog not in self.catalogs:  # noqa: PLR2004
            raise _refused(f"{'.'.join(path)} is no function of the warehouse")
        self.calls.add(Call(path[-1], schema, is_table))
        if path[-1] in NAMED_AGGREGATES:
            name = _named_aggregate(call["arguments"], self.rules)
            self.calls.add(Call(name, "", is_table=False))


def check(engine: duckdb.DuckDBPyConnection, query: str, rules: Rules = GATE) -> Mapping[str, Any]:
    """Return the tree of a query that reads the published relations alone.

    Args:
        engine: a connection to the warehouse.
        query: its text, of one statement.
        rules: what else it may hold.

    Raises:
        RefusedError: it does not, or it is no query.
    """
    text = engine.execute("select json_serialize_sql($query::varchar)", {"query": query}).fetchall()
    try:
        tree = msgspec.json.decode(text[0][0])
        if tree["error"]:
            raise _refused("it is no query that only reads")
        (statement,) = tree["statements"]
        catalog = engine.execute("select current_database()").fetchall()[0][0]
        reading = Reading(lower(catalog), rules)
        reading.walk(statement["node"], frozenset())
        unknown_order = None if rules.may_change else unordered(statement["node"])
    except RecursionError:
        raise _refused("it is nested too deeply") from None
    relations = set(engine.execute(RELATIONS).fetchall()) if reading.tables else set()
    if rules.may_look_around:
        relations |= CATALOG_RELATIONS
    for schema, table in sorted(reading.tables - relations):
        raise _unknown(schema, table, relations, rules)
    reason = refusal(engine, reading.calls, rules)
    if reason is not None or unknown_order is not None:
        raise _refused(reason or f"its answer hangs on where rows lie: {unknown_order}")
    node: Mapping[str, Any] = statement["node"]
    return node


def only_statement(engine: duckdb.DuckDBPyConnection, query: str) -> duckdb.Statement:
    """Return the one statement that a text holds, a query whose parameters have names.

    Raises:
        RefusedError: it holds another, or more, or none.
    """
    statements = engine.extract_statements(query)
    kinds = list(map(_kind, statements))
    if kinds != ["SELECT"]:
        raise _refused(f"it holds {', '.join(kinds) or 'nothing'}; one SELECT is asked for")
    if any(name.isdigit() for name in statements[0].named_parameters):
        raise _refused("its parameters have no names; write $name")
    return statements[0]


def is_ordered(tree: Mapping[str, Any]) -> bool:
    """Return whether a query says in which order its rows come."""
    return any(modifier["type"] == "ORDER_MODIFIER" for modifier in tree["modifiers"])


def published_whole(engine: duckdb.DuckDBPyConnection, tree: Mapping[str, Any]) -> str:
    """Return of which published relation or macro a query tells all, and nothing more; or nothing.

    Such a query is `from lineage.node`, in whatever order, or `from lineage.upstream($node)`.
    """
    source = tree.get("from_table", {})
    said = [tree.get(name) for name in ("where_clause", "having", "sample", "qualify")]
    kinds = {modifier["type"] for modifier in tree["modifiers"]}
    is_whole = (
        tree["type"] == "SELECT_NODE"
        and not any(said)
        and not tree["group_expressions"]
        and not tree["cte_map"]["map"]
        and kinds <= {"ORDER_MODIFIER"}
        and len(tree["select_list"]) == 1
        and _is_plain_star(tree["select_list"][0])
        and source["sample"] is None
    )
    if not is_whole:
        return ""
    if source["type"] == "TABLE_FUNCTION" and all(map(_is_given, source["function"]["arguments"])):
        schema, name = _last_two(source["function"], "")
        return f"{schema}.{name}" if schema else ""
    if source["type"] == "BASE_TABLE" and source["at_clause"] is None:
        schema, name = _last_two(source, "main")
        relations = set(engine.execute(RELATIONS).fetchall())
        return f"{schema}.{name}" if (schema, name) in relations else ""
    return ""


def _last_two(named: Mapping[str, Any], schema: str) -> list[str]:
    """Return the schema and the name of what a node names; it has the schema if it names none."""
    return [lower(part) for part in [schema, *named["qualified_name"]["path"]][-2:]]


def _is_plain_star(expression: Mapping[str, Any]) -> bool:
    said = ("exclude_list", "replace_list", "qualified_exclude_list", "rename_list", "expr")
    return expression["class"] == "STAR" and not any(expression.get(name) for name in said)


def _is_given(argument: Mapping[str, Any]) -> bool:
    """Return whether an argument is written out or bound, and nothing that is asked for."""
    value = argument["expression"]
    while value["class"] == "CAST":
        value = value["child"]
    return value["class"] in {"CONSTANT", "PARAMETER"}


def _kind(statement: duckdb.Statement) -> str:
    try:
        return str(statement.type.name)
    except ValueError:  # a kind that DuckDB has, and its Python module has no name for
        return "another statement"


def lower(name: str) -> str:
    """Return a name as DuckDB compares it; other letters than A to Z stay, so none are mixed up."""
    return name.encode().lower().decode()


def _check_known(found: Mapping[str, Any], rules: Rules) -> None:
    kind, group = found.get("type"), found.get("class")
    if found.get("sample") is not None and not rules.may_change:
        raise _refused("a sample does not say the same of the same facts")
    if found.get("export_state"):
        raise _refused("the inner state of an aggregate is no answer")
    if found.get("at_clause") is not None:
        raise _refused("the warehouse has no versions of tables; its macros have `as_of`")
    if group is not None:
        if group not in EXPRESSIONS:
            raise _refused(f"an expression of the kind {group}")
    elif kind == "SHOW_REF" and rules.may_look_around:
        return
    elif isinstance(kind, str) and kind not in QUERIES | SOURCES | MODIFIERS:
        raise _refused(f"it holds what is no query of relations: {kind}")


def _check_column(path: list[str]) -> None:
    if len(path) == 1 and lower(path[0]) in CLOCK_COLUMNS:
        raise _refused(f"{lower(path[0])}: reads the clock; bind the time as a parameter")
    if lower(path[-1]) in PHYSICAL_COLUMNS:
        raise _refused(f"{lower(path[-1])}: tells where a row lies, not what it says")


def _named_aggregate(arguments: list[Any], rules: Rules) -> str:
    """Return which aggregate a function such as list_aggregate calls."""
    named = [one["expression"] for one in arguments][1:2]
    literal = named[0].get("literal") if named and named[0]["class"] == "CONSTANT" else None
    if literal is None or literal.get("kind") != "STRING":
        raise _refused("the name of an aggregate must be written out as a text")
    name = lower(literal["text"])
    if name in REFUSED and not (rules.may_change and name in FLEETING):
        raise _refused(f"{name}: {REFUSED[name]}")
    return name


def _unknown(
    schema: str, table: str, relations: set[tuple[str, str]], rules: Rules
) -> RefusedError:
    """Return that a relation is not there; to people with the nearest ones that are."""
    told = f"{schema}.{table}".removeprefix("main.") + " is no relation of the warehouse"
    if not rules.may_look_around:
        return _refused(told)
    names = [".".join(one) for one in sorted(relations)]
    nearest = get_close_matches(f"{schema}.{table}", names)
    return RefusedError(
        "does_not_run", told + (f"; nearest: {', '.join(nearest)}" if nearest else "")
    )


def _refused(reason: str) -> RefusedError:
    return RefusedError("refused", reason)
