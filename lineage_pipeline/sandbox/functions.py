"""Which functions a query may call: those that say the same of the same, and touch nothing else.

DuckDB's catalog says of each scalar and aggregate function whether it is consistent. What it does
not say, or says otherwise, stands here as data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.sandbox.rules import GATE

if TYPE_CHECKING:
    import _duckdb as duckdb

    from lineage_pipeline.sandbox.rules import Rules

_RAW = "takes the inner bytes of DuckDB for what they say they are"

CHANGING: Final = {
    "age": "reads the clock if it is given one time; subtract the two instead",
    "current_localtime": "reads the clock",
    "current_localtimestamp": "reads the clock",
    "reservoir_quantile": "draws a sample; use quantile_disc or quantile_cont",
    "version": "tells of the engine, not of facts",
}
"""Functions that the catalog calls consistent, and what they hang on beside facts."""

REFUSED: Final = {
    **CHANGING,
    "json_deserialize_sql": "speaks of SQL, not of facts",
    "json_serialize_plan": "plans SQL that was not looked at",
    "json_serialize_sql": "speaks of SQL, not of facts",
    # Bytes that nobody has checked, some of them addresses of memory.
    "combine": _RAW,
    "combine_aggr": _RAW,
    "create_sort_key": _RAW,
    "finalize": _RAW,
    "index_key": _RAW,
    "to_aggregate_state": _RAW,
    "variant_bytes_to_variant": _RAW,
    "variant_to_parquet_variant": _RAW,
}
"""Functions that the catalog calls consistent, and why they are refused."""

TABLE_FUNCTIONS: Final = frozenset(
    {"generate_series", "json_each", "json_tree", "range", "repeat", "unnest"}
)
"""The table functions of DuckDB that read their arguments alone."""

MACROS: Final = frozenset(
    [
        "array_append",
        "array_pop_back",
        "array_pop_front",
        "array_prepend",
        "array_push_back",
        "array_push_front",
        "array_reverse",
        "array_to_string",
        "array_to_string_comma_default",
        "date_add",
        "days_in_month",
        "fdiv",
        "fmod",
        "generate_subscripts",
        "geomean",
        "geometric_mean",
        "if",
        "json",
        "list_any_value",
        "list_append",
        "list_approx_count_distinct",
        "list_avg",
        "list_bit_and",
        "list_bit_or",
        "list_bit_xor",
        "list_bool_and",
        "list_bool_or",
        "list_count",
        "list_entropy",
        "list_first",
        "list_histogram",
        "list_kurtosis",
        "list_kurtosis_pop",
        "list_last",
        "list_mad",
        "list_max",
        "list_median",
        "list_min",
        "list_mode",
        "list_prepend",
        "list_product",
        "list_reverse",
        "list_sem",
        "list_skewness",
        "list_stddev_pop",
        "list_stddev_samp",
        "list_string_agg",
        "list_sum",
        "list_var_pop",
        "list_var_samp",
        "map_contains_entry",
        "map_contains_value",
        "md5_number_lower",
        "md5_number_upper",
        "nullif",
        "regexp_split_to_table",
        "split_part",
        "wavg",
        "weighted_avg",
    ]
)
"""DuckDB's own macros that call, at any depth, such functions alone."""

NAMED_AGGREGATES: Final = frozenset(
    {"aggregate", "array_aggr", "array_aggregate", "list_aggr", "list_aggregate"}
)
"""Functions that call the aggregate which their second argument names."""

CHANGING_MACROS: Final = frozenset(
    {"ago", "json_group_array", "json_group_object", "json_group_structure"}
)
"""DuckDB's own macros that call what changes from one time to another, and nothing worse."""

FLEETING: Final = frozenset(
    [
        *CHANGING,
        *CHANGING_MACROS,
        "current_database",
        "current_date",
        "current_schema",
        "current_schemas",
        "error",
        "gen_random_uuid",
        "get_current_time",
        "get_current_timestamp",
        "now",
        "random",
        "today",
        "transaction_timestamp",
        "uuid",
        "uuidv4",
        "uuidv7",
    ]
)
"""What people may call and gates may not: it changes with the clock, by chance, or with the query's
own state, and touches nothing."""

CATALOG_FUNCTIONS: Final = frozenset(
    {
        *("duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_schemas"),
        *("duckdb_tables", "duckdb_types", "duckdb_views"),
    }
)
"""Table functions that tell what there is to ask, and nothing of files, settings or secrets."""

KINDS: Final = frozenset({"aggregate", "scalar", "window"})
"""The kinds of functions that the catalog vouches for."""

CLOCK_COLUMNS: Final = frozenset(
    {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
)
"""Names that mean the clock where no column is called so."""

PHYSICAL_COLUMNS: Final = frozenset({"rowid"})
"""Columns that every table has and that tell where a row lies, which a rebuild may change."""

CATALOG: Final = """
    select
        schema_name, lower(function_name), function_type, database_name = 'system',
        coalesce(stability, 'CONSISTENT') = 'CONSISTENT' and not coalesce(has_side_effects, false)
    from duckdb_functions()
    where database_name in ('system', current_database())
    and (lower(function_name) in (select unnest($names)) or database_name <> 'system')
    and (database_name = 'system' or not contains(coalesce(macro_definition, ''), 'query_table('))
"""
"""Functions of DuckDB, and macros of the warehouse that choose by themselves what they read."""


class Call(NamedTuple):
    """One function that a query calls: by which name, where it is looked for, in which place."""

    name: str
    schema: str
    is_table: bool


def refusal(engine: duckdb.DuckDBPyConnection, calls: set[Call], rules: Rules = GATE) -> str | None:
    """Return why one of the calls is refused, the first by name; None if all are allowed.

    Macros of the warehouse are allowed: they are published, and read nothing but its relations;
    not those that read what their caller names.
    """
    if not calls:
        return None
    names = sorted({call.name for call in calls})
    rows = engine.execute(CATALOG, {"names": names}).fetchall()
    published = {(schema, name) for schema, name, _, is_own, _ in rows if not is_own}
    own: dict[str, list[tuple[str, bool]]] = {}
    for _, name, kind, is_own, is_consistent in rows:
        if is_own:
            own.setdefault(name, []).append((kind, is_consistent))
    for call in sorted(calls):
        if (call.schema or "main", call.name) in published:
            continue
        reason = _own_refusal(call, own.get(call.name, []), rules)
        if reason is not None:
            return f"{call.name}: {reason}"
    return None


def _own_refusal(call: Call, overloads: list[tuple[str, bool]], rules: Rules) -> str | None:
    """Return why a function of DuckDB itself is refused; None if it is allowed."""
    if overloads and not call.schema and _is_granted(call, rules):
        return None
    # One name may stand for a table function and for another one, such as histogram.
    of_place = [one for one in overloads if (one[0] in {"table", "table_macro"}) == call.is_table]
    overloads = of_place or overloads
    kinds = {kind for kind, _ in overloads}
    is_consistent = all(is_consistent for _, is_consistent in overloads)
    known = kinds <= KINDS or call.name in MACROS or call.name in TABLE_FUNCTIONS
    for is_so, reason in (
        (call.schema or not overloads, "no function or macro of the warehouse is called so"),
        (call.name in REFUSED, REFUSED.get(call.name, "")),
        (call.name.startswith("__"), "an internal function of DuckDB"),
        (call.is_table and call.name not in TABLE_FUNCTIONS, "may read beside the warehouse"),
        (not known, "may read beside the warehouse"),
        (not is_consistent, "does not say the same of the same facts, or has effects"),
    ):
        if is_so:
            return reason
    return None


def _is_granted(call: Call, rules: Rules) -> bool:
    """Return whether it is what people may call beside what gates may."""
    is_catalog = call.name in CATALOG_FUNCTIONS  # a call of a table function is noted as any call
    is_fleeting = call.name in FLEETING and not call.is_table
    return (rules.may_look_around and is_catalog) or (rules.may_change and is_fleeting)
