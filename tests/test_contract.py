"""The names, columns and types that people and programs outside depend on."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Demo

FOUR_TIMES = "valid_from_at valid_to_at known_from_at known_to_at"

COLUMNS = {
    "lineage.event": (
        "event_id kind event_type event_at event_ns ingested_at run_id job_node_id producer"
        " source_file source_offset source_bytes"
    ),
    "lineage.node": (
        "node_id kind namespace name stage stage_rule stage_confidence first_seen_at last_seen_at"
    ),
    "lineage.alias": f"alias_node_id node_id basis {FOUR_TIMES}",
    "lineage.run": (
        "run_id job_node_id state started_at ended_at duration_ms parent_run_id root_run_id"
        " is_closed"
    ),
    "lineage.run_io": (
        "run_id dataset_node_id direction dataset_version row_count total_bytes file_count"
    ),
    "lineage.edge": (
        f"source_node_id target_node_id job_node_id basis run_count last_run_id {FOUR_TIMES}"
    ),
    "lineage.column_edge": (
        "source_node_id source_field target_node_id target_field transformation_type"
        f" transformation_subtype is_masking basis job_node_id {FOUR_TIMES}"
    ),
    "lineage.dataset_field": f"dataset_node_id field_path ordinal type {FOUR_TIMES}",
    "lineage.model_dataset": (
        "model_version_node_id dataset_node_id dataset_version version_basis role role_basis run_id"
        " job_node_id state started_at"
    ),
    "lineage.model_deployment": (
        f"model_node_id deployment_node_id job_node_id last_run_id {FOUR_TIMES}"
    ),
    "lineage.ownership": f"node_id owner ownership_type {FOUR_TIMES}",
    "lineage.unexplained_input": "run_id dataset_node_id job_node_id",
    "audit.event": (
        "event_id occurred_at ingested_at source source_event_id source_file source_offset tenant"
        " category action activity_id outcome status_code actor_id actor_type on_behalf_of src_ip"
        " user_agent session_id correlation_id resource_type resource_id resource_name"
        " resource_version environment model_key model_version dataset_key run_id reason"
        " ticket_ref attrs raw_ref subject_ref retention_class legal_hold"
    ),
    "quality.ingest": (
        "source_file sha256 segment_bytes record_count event_count duplicate_count"
        " quarantined_count ingested_at"
    ),
    "quality.quarantine": ("source_file source_offset source_bytes reason_code reason ingested_at"),
    "quality.flag": "event_id flag detail",
}
NODE = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"
REACHED = ["node_id", "depth", "kind", "stage", "namespace", "name", "is_cut"]


@pytest.fixture(scope="module")
def warehouse(
    demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the published file, copied elsewhere alone and opened with a plain client."""
    copy: Path = tmp_path_factory.mktemp("elsewhere") / "copied.duckdb"
    shutil.copy(demo.workspace.paths.warehouse, copy)
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_holds_the_columns_of_the_contract(
    name: str, warehouse: duckdb.DuckDBPyConnection, demo: Demo
) -> None:
    is_view_of_the_lake = name in ("lineage.event", "audit.event")
    source = str(demo.workspace.paths.warehouse) if is_view_of_the_lake else None
    connection = duckdb.connect(source, read_only=True) if source else warehouse

    described = connection.execute(f"describe {name}").fetchall()

    types = {column: kind for column, kind, *_ in described}
    assert set(COLUMNS[name].split()) <= set(types)
    for column, kind in types.items():
        if column.endswith("_at"):
            assert kind == "TIMESTAMP WITH TIME ZONE", column


@pytest.mark.parametrize("macro", ["upstream", "downstream"])
def test_a_closure_macro_takes_its_parameters_by_name(
    macro: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    answer = warehouse.execute(
        f"from lineage.{macro}($node, max_depth := 1, as_of := $at, known_at := $at)",
        {"node": NODE, "at": "2026-10-12T06:00:00Z"},
    )

    assert [column[0] for column in answer.description or ()] == REACHED
    assert answer.fetchall()[0][:2] == (NODE, 0)


@pytest.mark.parametrize("macro", ["column_upstream", "column_downstream"])
def test_a_column_macro_tells_depth_and_masking(
    macro: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    customers = "dataset:postgres://core-db.example.org:5432:core.public.customers"

    answer = warehouse.execute(f"from lineage.{macro}('{customers}', 'email')")

    assert [column[0] for column in answer.description or ()] == [
        "node_id", "field", "depth", "is_masked", "is_cut",
    ]  # fmt: skip
    assert (customers, "email", 0, False, False) in answer.fetchall()


DIFFERENCE = [
    "subject", "change", "node_id", "field", "source_node_id", "source_field", "job_node_id",
    "before", "after", "is_cut",
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "columns"),
    [
        ("diff($node, from_at := $at, to_at := $at, from_known_at := $at)", DIFFERENCE),
        ("version_diff($node, $node, max_depth := 1)", DIFFERENCE),
        (
            "impact($node, as_of := $at, known_at := $at)",
            [
                "kind", "node_id", "field", "effect", "is_masked", "depth", "stage", "deployments",
                "owners", "is_cut",
            ],
        ),
    ],
    ids=["diff", "version_diff", "impact"],
)  # fmt: skip
def test_a_macro_of_changes_takes_its_parameters_by_name(
    call: str, columns: list[str], warehouse: duckdb.DuckDBPyConnection
) -> None:
    given = {"node": NODE, "at": "2026-10-12T06:00:00Z"}
    asked = {name: value for name, value in given.items() if f"${name}" in call}

    answer = warehouse.execute(f"from lineage.{call}", asked)

    assert [column[0] for column in answer.description or ()] == columns


def test_production_model_names_its_raw_sources_in_sql_and_on_the_command_line(
    demo: Demo, warehouse: duckdb.DuckDBPyConnection
) -> None:
    reached = warehouse.execute("from lineage.upstream($node)", {"node": NODE}).fetchall()

    raw = {row[0] for row in reached if row[3] == "raw"}
    assert {
        "dataset:s3://northwind-raw:bureau/consumer_files",
        "dataset:s3://northwind-raw:applications/web",
        "dataset:s3://northwind-raw:bank/transactions",
        "dataset:postgres://core-db.example.org:5432:core.public.customers",
    } <= raw
    for row in reached:
        assert row[0] in demo.printed


def test_stages_stay_inside_their_domain(warehouse: duckdb.DuckDBPyConnection) -> None:
    stages = warehouse.execute(
        "select distinct stage from lineage.node where kind != 'job' order by stage"
    ).fetchall()

    assert stages == [
        ("cleaned",), ("deployment",), ("feature",), ("model",), ("raw",), ("training",),
        ("unknown",),
    ]  # fmt: skip
