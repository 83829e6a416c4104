"""Gates: each a question in SQL with one row for an answer, so that an auditor can ask it again."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from lineage_pipeline.errors import SqlFileError
from lineage_pipeline.governance.decision import GateResult
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.governance.decision import Outcome
    from lineage_pipeline.policy.resolve import AskedGate, Rules
    from lineage_pipeline.warehouse.query import Warehouse
    from lineage_pipeline.warehouse.sqlfiles import SqlFile

OUTCOMES: Final = ("pass", "fail", "unknown")
COLUMNS: Final = ("result", "observed", "threshold", "reason", "remedy", "evidence")
"""What a gate's row holds."""


class Subject(NamedTuple):
    """What is asked about: a version, where it is to go, and as of when.

    Attributes:
        version: its identifier.
        environment: where it is to be deployed.
        as_of: the instant that validity is judged at.
        known_at: by what had been told by then; None is all that was.
    """

    version: str
    environment: str
    as_of: datetime
    known_at: datetime | None = None


def gate_file(name: str) -> SqlFile | None:
    """Return the file of a gate that is built in; None if it is none."""
    wanted = f"gate.{name.replace(' ', '_')}"
    return next((file for file in stage_files("gates") if file.object == wanted), None)


def parameters(rules: Rules, subject: Subject, evidence_days: int | None) -> dict[str, Any]:
    """Return what a gate's query may use, by name."""
    oldest = subject.as_of - timedelta(days=evidence_days) if evidence_days else None
    return {
        "rules": rules.json,
        "version": subject.version,
        "environment": subject.environment,
        "as_of": subject.as_of,
        "known_at": subject.known_at,
        "oldest": oldest,
    }


def ask_gate(warehouse: Warehouse, gate: AskedGate, rules: Rules, subject: Subject) -> GateResult:
    """Return what a gate that is built in says.

    Raises:
        SqlFileError: it does not answer with one row of the columns that a gate has.
    """
    file = gate_file(gate.name)
    if file is None:
        raise SqlFileError(f"gate {gate.name!r}", "there is no such file", "add it to sql/gates")
    given = parameters(rules, subject, gate.evidence_days)
    used = {name: value for name, value in given.items() if f"${name}" in file.statements}
    result = file.run(warehouse.connection, used)
    columns = tuple(column[0] for column in result.description or ())
    rows = result.fetchall()
    if columns != COLUMNS or len(rows) != 1 or rows[0][0] not in OUTCOMES:
        raise SqlFileError(
            file.name, f"answers {len(rows)} rows of {', '.join(columns)}", "answer one row"
        )
    told = dict(zip(columns, rows[0], strict=True))
    return GateResult(
        gate=gate.name,
        result=cast("Outcome", told["result"]),
        observed=told["observed"] or "",
        threshold=told["threshold"] or "",
        reason=told["reason"] or "",
        remedy="" if told["result"] == "pass" else gate.remedy or told["remedy"] or "",
        evidence=tuple(told["evidence"] or ()),
        query_sha256=sha256(file.statements.encode()).hexdigest(),
    )
