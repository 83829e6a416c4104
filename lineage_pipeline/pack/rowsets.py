"""The rows of a pack: which tables and questions they come from, and what each file holds.

What belongs to a version is filtered by its identifier, or its model's; all that was ever told of
it is there, also what is believed no more, with the times of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import duckdb

from lineage_pipeline.warehouse.sqlfiles import question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lineage_pipeline.governance.versions import ModelVersion
    from lineage_pipeline.warehouse.query import Warehouse


class FromTable(NamedTuple):
    """Rows of a table of the warehouse.

    Attributes:
        path: the file of the pack, without its ending.
        table: the table.
        column: the column that says what they belong to; empty: all rows.
        about: what the rows are.
        of: what that column must be: the version, its model, or its model or the organisation.
    """

    path: str
    table: str
    column: str
    about: str
    of: Literal["version", "model", "scope"] = "version"


class FromQuestion(NamedTuple):
    """Rows that answer `sql/ask/NAME.sql`.

    Attributes:
        path: the file of the pack, without its ending.
        name: the question.
        given: which of what is known it is given.
        about: what the rows are.
    """

    path: str
    name: str
    given: tuple[str, ...]
    about: str


ROW_SETS: Final[tuple[FromTable | FromQuestion, ...]] = (
    FromTable("registry/model", "registry.model", "model_node_id", "the model, as registries tell of it", "model"),
    FromTable("registry/aliases", "registry.model_alias", "model_node_id", "names that point at versions of the model", "model"),
    FromTable("registry/version", "registry.model_version", "version_node_id", "the version: artifact, run, code, parameters, stage"),
    FromTable("registry/cards", "registry.card", "version_node_id", "cards that people wrote"),
    FromTable("registry/datasets", "registry.version_dataset", "version_node_id", "what the registry says that it was trained and evaluated on"),
    FromTable("registry/evaluations", "registry.evaluation", "version_node_id", "measurements, by slice and phase"),
    FromTable("registry/monitoring-tests", "registry.monitoring_test", "version_node_id", "tests of monitors"),
    FromTable("registry/lifecycle", "registry.lifecycle", "version_node_id", "its stages"),
    FromTable("registry/operations", "registry.operation", "version_node_id", "what was done to run it"),
    FromTable("registry/deployments", "registry.deployment", "version_node_id", "where it was deployed, by whom, as each source tells"),
    FromTable("registry/serving", "registry.serving", "version_node_id", "where it served"),
    FromTable("registry/changes", "registry.change", "version_node_id", "what registries changed of it"),
    FromTable("registry/incidents", "registry.incident", "version_node_id", "what went wrong with it"),
    FromTable("registry/incidents-of-model", "registry.incident", "model_node_id", "what went wrong with its model, whichever version is meant", "model"),
    FromQuestion("registry/predictions", "pack_prediction", ("version",), "how many predictions, by day; nobody whom they are about"),
    FromTable("governance/submissions", "governance.submission", "version_node_id", "what was submitted, with its digest"),
    FromTable("governance/approvals", "governance.approval", "version_node_id", "approvals and rejections, and what ended them"),
    FromTable("governance/waivers", "governance.waiver", "version_node_id", "gates that were waived"),
    FromTable("governance/break-glass", "governance.break_glass", "version_node_id", "emergencies in which gates were passed"),
    FromTable("governance/delegations", "governance.delegation", "version_node_id", "stages that were handed to others"),
    FromTable("governance/decisions", "governance.decision", "version_node_id", "decisions of the gates"),
    FromTable("governance/gate-results", "governance.gate_result", "version_node_id", "what each gate found, and the evidence it names"),
    FromTable("governance/retirements", "governance.retirement", "version_node_id", "that it was taken out of service"),
    FromQuestion("governance/policies", "pack_policy", ("version",), "the policy that holds, and those that it was submitted and decided by"),
    FromQuestion("lineage/nodes", "subgraph_nodes", ("nodes", "known_at"), "everything that it comes from"),
    FromQuestion("lineage/edges", "subgraph", ("nodes", "as_of", "known_at"), "the flows between them, with the last run of each"),
    FromQuestion("lineage/columns", "subgraph_columns", ("nodes", "as_of", "known_at"), "the flows between their columns"),
    FromQuestion("lineage/fields", "subgraph_fields", ("nodes", "as_of", "known_at"), "their columns"),
    FromQuestion("lineage/tags", "subgraph_tags", ("nodes", "as_of", "known_at"), "how they and their columns are tagged"),
    FromQuestion("lineage/versions-read", "version_upstream", ("node", "known_at", "no_version", "max_depth"), "each run behind it, with the exact version of each dataset that it read"),
    FromQuestion("lineage/runs", "pack_run", ("runs",), "these runs"),
    FromQuestion("lineage/run-io", "pack_run_io", ("runs",), "what they read and wrote"),
    FromQuestion("lineage/code", "pack_code", ("runs",), "the code that they ran, as their events say"),
    FromQuestion("retention/resolutions", "pack_retention", ("objects", "as_of", "model", "version_name"), "what must stay, what must go, and which rule says so"),
    FromQuestion("retention/held", "pack_held", ("objects", "as_of", "model", "version_name"), "what a hold keeps"),
    FromTable("compliance/status", "compliance.control_status", "scope", "the status of controls, of the model and of the organisation", "scope"),
    FromTable("compliance/history", "compliance.control_history", "scope", "since when each stands as it does", "scope"),
    FromQuestion("compliance/exceptions", "pack_exception", ("model_node",), "what stands out of the model"),
    FromTable("compliance/controls", "compliance.control", "", "what each control asks, and what it cannot show"),
    FromTable("compliance/clauses", "compliance.control_clause", "", "which clause of which framework asks for it"),
    FromTable("audit/sources", "audit.source", "", "the audit logs there are, of all models"),
    FromTable("quality/coverage", "quality.coverage", "", "what all of this rests on, and what is missing from it"),
)  # fmt: skip
"""In the order in which a reader meets them. The audit rows are streamed by themselves."""
AUDIT: Final = FromQuestion(
    "audit/events", "pack_audit", ("version", "runs"), "the audit rows about it"
)


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
            "known_at": None,
            "max_depth": None,
        }
        return {name: known[name] for name in names if name != "no_version"} | (
            {"version": None} if "no_version" in names else {}
        )


def rows_of(
    warehouse: Warehouse, asked: Asked, of: FromTable | FromQuestion
) -> duckdb.DuckDBPyRelation:
    """Return the rows of one file, in one fixed order; bytes are texts of hexadecimal digits."""
    if isinstance(of, FromQuestion):
        text = question(of.name).statements
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
