"""The headers of sql/ tell the truth: about sources, columns, order, and what readers see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from lineage_pipeline.formats.facets import TABLES
from lineage_pipeline.schemas import BRONZE
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.warehouse.sqlfiles import STAGES, SqlFile, stage_files
from tests.builders import make_event
from tests.workspaces import deliver, made_by, make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.warehouse.query import Warehouse

FILES: Final = [file for stage in STAGES for file in stage_files(stage)]
SCHEMAS: Final = (
    "lineage.", "audit.", "quality.", "registry.", "governance.", "compliance.",
)  # fmt: skip
PUBLIC: Final = [
    file
    for file in FILES
    if (file.kind in ("facts", "history", "view") and file.object.startswith(SCHEMAS))
    or file.object in ("quality.publication", "quality.build", "compliance.framework")
]
GIVEN: Final = {
    *(f"bronze.{name}" for name in (*BRONZE, *TABLES)),
    *("lake.event", "lake.facet", "lake.audit_event", "bronze.audit_earlier"),
    *("step.new_batch", "step.stage_override", "step.tag_rule", "step.registry_name"),
    *("step.development_actor", "step.going_file", "step.wanted_object"),
    *("step.answered", "step.control_source", "step.control_query"),
}
"""The tables that Python hands to sql/."""
TABLE_NAME: Final = re.compile(r"(step|silver|lineage|registry|governance)\.[a-z_]+")
MACRO: Final = re.compile(r"create or replace macro [\w.]+\([^)]*\)\s+as table\s", re.DOTALL)


def parsed(file: SqlFile) -> list[exp.Expr]:
    """Return the statements; of a macro the query, because sqlglot knows no default arguments."""
    texts = [statement.query for statement in duckdb.extract_statements(file.statements)]
    return [
        sqlglot.parse_one(MACRO.sub("", text.lstrip(), count=1), dialect="duckdb") for text in texts
    ]


def named(table: exp.Table) -> str:
    """Return schema and name, also of a call such as `lineage.upstream(…)`."""
    return f"{table.db}.{table.name or table.this.name}"


def made_in(file: SqlFile) -> set[str]:
    creations = [
        creation for statement in parsed(file) for creation in statement.find_all(exp.Create)
    ]
    targets = {
        named(table)
        for creation in creations
        if creation.kind in ("TABLE", "VIEW") and (table := creation.find(exp.Table))
    }
    return {*targets, file.object}


def read_in(file: SqlFile) -> set[str]:
    """Return the tables that the file reads and does not make; CTEs have no schema.

    A macro may be handed the names of tables as texts.
    """
    tables = [table for statement in parsed(file) for table in statement.find_all(exp.Table)]
    schemas = ("", "recurring")
    read = {named(table) for table in tables if table.this and table.db not in schemas}
    handed = {
        text.this
        for table in tables
        for text in table.find_all(exp.Literal)
        if TABLE_NAME.fullmatch(str(text.this))
    }
    return (read | handed) - made_in(file)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    workspace = make_workspace(tmp_path_factory.mktemp("headers") / "workspace")
    deliver(workspace, {})
    deliver(workspace, {"more": [make_event(run="r1", type="COMPLETE", inputs=["a"])]})
    with open_warehouse(workspace.paths) as opened:
        yield opened


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_sources_are_the_tables_that_are_read(file: SqlFile) -> None:
    assert set(file.sources) == read_in(file)
    assert len(file.sources) == len(set(file.sources))


def test_sources_are_made_by_an_earlier_file() -> None:
    made = set(GIVEN)
    for file in FILES:
        assert set(file.sources) <= made, file.name
        made |= made_in(file)


def test_every_object_is_made_once() -> None:
    objects = [file.object for file in FILES]
    objects += [
        name for file in FILES for name in made_in(file) - {file.object} if name.startswith("step.")
    ]
    assert sorted(objects) == sorted(set(objects))


@pytest.mark.parametrize("file", stage_files("auditors"), ids=lambda file: file.object)
def test_what_auditors_ask_says_what_it_cannot_show(file: SqlFile) -> None:
    assert file.limits


@pytest.mark.parametrize("file", PUBLIC, ids=lambda file: file.object)
def test_documented_columns_are_those_of_the_warehouse(file: SqlFile, warehouse: Warehouse) -> None:
    assert list(file.columns) == warehouse.connection.table(file.object).columns


def test_every_public_table_and_view_carries_its_header(warehouse: Warehouse) -> None:
    kept = warehouse.query(
        "select schema_name || '.' || table_name, comment from duckdb_tables() "
        "where schema_name in ('lineage', 'audit', 'quality', 'registry', 'governance', "
        "'compliance') union all "
        "select schema_name || '.' || view_name, comment from duckdb_views() "
        "where schema_name in ('lineage', 'audit', 'quality', 'registry', 'governance', "
        "'compliance')"
    )
    assert dict(kept.rows) == {
        file.object: "; ".join(
            (file.grain, *file.clauses, *(f"does not show: {limit}" for limit in file.limits))
        )
        for file in PUBLIC
    }


def test_every_public_column_carries_its_header(warehouse: Warehouse) -> None:
    kept = warehouse.query(
        "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() "
        "where schema_name in ('lineage', 'audit', 'quality', 'registry', 'governance', "
        "'compliance')"
    )
    meanings = {(file.object, *column) for file in PUBLIC for column in file.columns.items()}
    assert set(kept.rows) == meanings


def test_every_macro_carries_its_header(warehouse: Warehouse) -> None:
    kept = warehouse.query(
        "select schema_name || '.' || function_name, comment from duckdb_functions() "
        "where schema_name in "
        "('silver', 'lineage', 'graph', 'quality', 'governance', 'retention') "
        "and function_type = 'table_macro' and comment is not null"
    )
    macros = {file.object: "; ".join((file.grain, *file.clauses)) for file in made_by("macro")}
    assert dict(kept.rows) == macros
