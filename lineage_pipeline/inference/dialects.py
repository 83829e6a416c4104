"""Which SQL a statement is written in: as its facet says, else as its datasets' namespaces do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

KNOWN: Final = frozenset({
    "athena", "bigquery", "clickhouse", "databricks", "doris", "drill", "druid", "duckdb", "dune",
    "exasol", "fabric", "hive", "materialize", "mysql", "oracle", "postgres", "presto", "redshift",
    "risingwave", "singlestore", "snowflake", "spark", "spark2", "sqlite", "starrocks", "teradata",
    "trino", "tsql",
})  # fmt: skip
"""The dialects that sqlglot reads."""

OTHER_NAMES: Final = {
    "awsathena": "athena", "gcpbigquery": "bigquery", "bigquerysql": "bigquery",
    "googlesql": "bigquery", "mariadb": "mysql", "mssql": "tsql", "sqlserver": "tsql",
    "azuresynapse": "tsql", "synapse": "tsql", "transactsql": "tsql", "postgresql": "postgres",
    "cockroachdb": "postgres", "cockroach": "postgres", "greenplum": "postgres",
    "alloydb": "postgres", "sparksql": "spark", "hiveql": "hive", "memsql": "singlestore",
    "unitycatalog": "databricks", "dbx": "databricks", "prestodb": "presto", "sqlite3": "sqlite",
}  # fmt: skip
"""What producers and namespaces call some of them, without spaces, dashes and underscores."""

INTEGRATIONS: Final = {
    "SPARK": "spark", "HIVE": "hive", "TRINO": "trino", "SNOWFLAKE": "snowflake",
    "BIGQUERY": "bigquery", "DATABRICKS": "databricks", "REDSHIFT": "redshift",
}  # fmt: skip
"""The integrations of job types that write SQL of one dialect."""


def dialect_of(
    stated: str | None,
    integration: str | None,
    written: Iterable[str],
    read: Iterable[str],
) -> str:
    """Return the name that sqlglot has for the dialect, the empty one for its default.

    Args:
        stated: what the `sql` facet says.
        integration: that of the job's type.
        written: the namespaces of what the statement writes: it most often runs there.
        read: the namespaces of what it reads.
    """
    told = _named(stated or "") or INTEGRATIONS.get((integration or "").upper(), "")
    if told:
        return told
    for namespaces in (written, read):
        schemes = {_named(namespace.partition(":")[0]) for namespace in namespaces} - {""}
        if schemes:
            return schemes.pop() if len(schemes) == 1 else ""
    return ""


def _named(text: str) -> str:
    name = "".join(letter for letter in text.lower() if letter.isalnum())
    name = OTHER_NAMES.get(name, name)
    return name if name in KNOWN else ""
