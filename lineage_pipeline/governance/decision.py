"""A decision: may this version be deployed there, and which gate says what.

The record is made of facts alone, so that the same facts under the same policy give the same bytes;
who asked, when and in which pipeline stands beside it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, Literal, TypeAlias

import msgspec

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.policy.rules import UNWAIVABLE

Outcome: TypeAlias = Literal["pass", "fail", "unknown"]
Verdict: TypeAlias = Literal["deploy", "deny", "unknown", "break_glass"]
Mode: TypeAlias = Literal["observing", "enforcing"]

RECORD: Final = "lineage.governance.decision.v1"
"""What the record is called, and which form of it this is."""
EXIT_CODES: Final[dict[Verdict, int]] = {"deploy": 0, "break_glass": 0, "deny": 1, "unknown": 3}


class GateResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """What one gate says.

    Attributes:
        gate: its name in words, such as `performance` or `independent approvals`.
        result: `unknown` where evidence is missing; it blocks like `fail`.
        observed: what was found, as text; empty if nothing was.
        threshold: what was asked for, as text; empty if it is no comparison.
        reason: a sentence that says why.
        remedy: a sentence that says what to do next; empty if it passed.
        evidence: what it rests on: identifiers of nodes, runs, documents (their SHA-256) and acts.
        query_sha256: the SQL that was run, of whom an auditor can ask the same.
        waiver: the act that waives it; None if it is not waived.
        is_blocking: whether the verdict depends on it: it did not pass, and nothing waives it.
    """

    gate: str
    result: Outcome
    observed: str = ""
    threshold: str = ""
    reason: str = ""
    remedy: str = ""
    evidence: tuple[str, ...] = ()
    query_sha256: str = ""
    waiver: str | None = None
    is_blocking: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, and on what.

    Attributes:
        record: the form.
        version_node_id: of which version, such as `modelVersion:mlflow://…:credit-risk:3`.
        model: its model's name.
        version: how it is called.
        environment: where it was to be deployed.
        tier: the risk tier that its policy names; empty if it names none.
        mode: while a tier is `observing`, nothing is denied; `would_be` says what would have been.
        artifact_sha256: of the model, as hex; empty if nobody has registered it.
        submission: the digest of what was approved; None if nothing was submitted.
        policy_sha256: the policy that was applied.
        gates: what each gate says, in the order of the policy.
        approvals: the acts of approval that count.
        break_glass: the act that lets it pass in spite of its gates; None if there is none.
        verdict: what may be done.
        would_be: what the verdict would be if the tier were enforced.
    """

    record: str = RECORD
    version_node_id: str
    model: str
    version: str
    environment: str
    tier: str
    mode: Mode
    artifact_sha256: str
    submission: str | None
    policy_sha256: str
    gates: tuple[GateResult, ...]
    approvals: tuple[str, ...] = ()
    break_glass: str | None = None
    verdict: Verdict
    would_be: Verdict

    @property
    def decision_id(self) -> str:
        """The SHA-256 of its bytes."""
        return sha256(decision_bytes(self)).hexdigest()

    @property
    def exit_code(self) -> int:
        """What a command that decided so ends with."""
        return EXIT_CODES[self.verdict]

    @property
    def blocking(self) -> tuple[GateResult, ...]:
        """The gates that it fails on, failed ones first."""
        found = [gate for gate in self.gates if gate.is_blocking]
        return tuple(sorted(found, key=lambda gate: gate.result != "fail"))


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked, when, and in which pipeline: it changes nothing of the decision.

    Attributes:
        decided_at: in microseconds since 1970.
        as_of: the instant that validity and expiry were judged at, in microseconds since 1970.
        known_at: the last scan that counted, in microseconds since 1970; 0 before the first.
        requested_by: who asked.
        ci_run: the address or name of the pipeline's run; empty if it was none.
    """

    decided_at: int
    as_of: int
    known_at: int
    requested_by: str
    ci_run: str = ""


def verdict_of(gates: tuple[GateResult, ...], *, has_break_glass: bool) -> Verdict:
    """Return the verdict: deploy if and only if nothing blocks.

    A break-glass act lets nothing pass that nothing waives.
    """
    blocking = {gate.result for gate in gates if gate.is_blocking}
    if not blocking:
        return "deploy"
    if has_break_glass and not any(gate.is_blocking and gate.gate in UNWAIVABLE for gate in gates):
        return "break_glass"
    return "deny" if "fail" in blocking else "unknown"


def decision_bytes(decision: Decision) -> bytes:
    """Return a decision in its one form: JSON, keys and gates in the order of their definition."""
    return msgspec.json.encode(decision)


def read_decision(data: bytes) -> Decision:
    """Return the decision that bytes hold.

    Raises:
        IntegrityError: they are no decision in its one form.
    """
    try:
        decision = msgspec.json.decode(data, type=Decision)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise IntegrityError(f"this is no decision: {error}") from error
    if decision_bytes(decision) != data:
        raise IntegrityError("this is a decision in another form than the one it was made in")
    return decision
