"""Gates that a policy declares in SQL: asked where they can read the warehouse and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.governance.decision import GateResult
from lineage_pipeline.sandbox.messages import Refused
from lineage_pipeline.sandbox.question import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lineage_pipeline.governance.decision import Outcome
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.policy.resolve import AskedGate
    from lineage_pipeline.sandbox.messages import Answer

PASSED: Final = "passed"
"""The column of a gate's one row that says whether it passes; null stands for unknown."""
TOLD: Final = ("observed", "threshold", "reason")
"""What else the row may hold."""
OUTCOMES: Final[Mapping[Any, Outcome]] = {True: "pass", False: "fail", None: "unknown"}


def ask_custom(
    paths: WorkspacePaths,
) -> Callable[[AskedGate, Mapping[str, Any]], GateResult]:
    """Return what asks a gate of one's own of the published warehouse of a workspace.

    What cannot be asked, or does not answer as a gate does, is unknown: it blocks.
    """

    def asked(gate: AskedGate, given: Mapping[str, Any]) -> GateResult:
        lake = paths.lake if paths.lake.exists() else None
        return _read(gate, ask(paths.warehouse, lake, gate.sql or "", given))

    return asked


def _read(gate: AskedGate, reply: Answer | Refused) -> GateResult:
    digest = reply.query_sha256 if isinstance(reply, Refused) else reply.facts.query_sha256
    problem = _problem(reply)
    if isinstance(reply, Refused) or problem:
        return GateResult(
            gate=gate.name,
            result="unknown",
            reason=problem,
            remedy=gate.remedy or f"correct [gate.{gate.name!r}] sql in the policy",
            query_sha256=digest,
        )
    row = dict(zip(reply.facts.columns, reply.facts.rows[0], strict=True))
    result = OUTCOMES[row[PASSED]]
    observed, threshold, reason = (_text(row.get(name)) for name in TOLD)
    return GateResult(
        gate=gate.name,
        result=result,
        observed=observed,
        threshold=threshold,
        reason=reason or ("it holds" if row[PASSED] else "its query says so"),
        remedy="" if result == "pass" else gate.remedy,
        query_sha256=digest,
    )


def _problem(reply: Answer | Refused) -> str:
    """Return why a reply is no answer of a gate; empty if it is one."""
    if isinstance(reply, Refused):
        return f"its query was not answered: {reply.category}: {reply.reason}"
    facts = reply.facts
    if len(facts.rows) != 1 or facts.is_truncated:
        return "its query does not answer one row, as a gate does"
    kinds = dict(zip(facts.columns, facts.types, strict=True))
    if kinds.get(PASSED) != "BOOLEAN":
        return f"its query has no column {PASSED!r} of type BOOLEAN"
    return ""


def _text(value: object) -> str:
    return "" if value is None else str(value)
