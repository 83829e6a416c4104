"""Which SQL it is: as the facet says, else as the namespaces do, else nobody knows."""

from __future__ import annotations

import pytest
from sqlglot.dialects.dialect import DIALECT_MODULE_NAMES

from lineage_pipeline.inference.dialects import KNOWN, dialect_of


@pytest.mark.parametrize(
    ("stated", "integration", "written", "read", "expected"),
    [
        ("snowflake", None, ["postgres://h"], [], "snowflake"),
        ("PostgreSQL", None, [], [], "postgres"),
        ("Spark SQL", None, [], [], "spark"),
        ("mssql", None, [], [], "tsql"),
        ("unheard of", None, ["snowflake://a"], [], "snowflake"),
        (None, "SPARK", ["s3://bucket"], [], "spark"),
        (None, "AIRFLOW", ["bigquery"], ["postgres://h"], "bigquery"),
        (None, None, ["s3://bucket"], ["postgresql://h:5432"], "postgres"),
        (None, None, ["mysql://h", "postgres://h"], ["snowflake://a"], ""),
        (None, None, ["arn:aws:glue:eu"], [], ""),
        (None, None, [], [], ""),
    ],
)
def test_dialect(
    stated: str | None, integration: str | None, written: list[str], read: list[str], expected: str
) -> None:
    assert dialect_of(stated, integration, written, read) == expected


def test_every_dialect_is_one_that_sqlglot_reads() -> None:
    assert {*DIALECT_MODULE_NAMES} >= KNOWN
