"""What a decision says in words, and how much each of its gates matters: the same in every form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.governance.decision import Circumstances, Decision, GateResult

Standing: TypeAlias = Literal["pass", "fail", "unknown", "waived"]
Level: TypeAlias = Literal["error", "warning", "note"]

SHOWN: Final[dict[Standing, str]] = {
    "pass": "pass",
    "fail": "FAIL",
    "unknown": "unknown",
    "waived": "waived",
}
"""How people read a standing."""


def standing(gate: GateResult) -> Standing:
    """Return where a gate stands: it is waived only if the verdict does not depend on it."""
    if gate.result != "pass" and gate.waiver is not None and not gate.is_blocking:
        return "waived"
    return gate.result


def level(decision: Decision, gate: GateResult) -> Level | None:
    """Return how loudly a gate is to be told; None if it passes."""
    stands = standing(gate)
    if stands == "pass":
        return None
    if decision.mode == "observing" or not gate.is_blocking:
        return "note"
    return "error" if stands == "fail" else "warning"


def label(decision: Decision) -> str:
    """Return the version as commands name it."""
    return f"{decision.model}@{decision.version}"


def sentence(decision: Decision) -> str:
    """Return the verdict in words."""
    subject, environment = label(decision), decision.environment
    counted = _counted(decision)
    if decision.mode == "observing" and decision.would_be != "deploy":
        would = {
            "deny": "would deny it",
            "unknown": "would deny it for want of evidence",
            "break_glass": "would let it pass by a break-glass act alone",
        }[decision.would_be]
        return (
            f"{subject} may be deployed to {environment}: observing; enforcing {would}: {counted}"
        )
    return {
        "deploy": f"{subject} may be deployed to {environment}: {counted}",
        "deny": f"{subject} must not be deployed to {environment}: {counted}",
        "unknown": f"{subject} must not be deployed to {environment} yet: {counted}",
        "break_glass": f"{subject} may be deployed to {environment} by a break-glass act "
        f"({decision.break_glass}), although {counted}",
    }[decision.verdict]


def reason(gate: GateResult) -> str:
    """Return why a gate stands where it stands; never nothing."""
    if standing(gate) == "waived":
        return (
            f"waived by {gate.waiver}: {gate.reason}" if gate.reason else f"waived by {gate.waiver}"
        )
    return gate.reason or "no reason was given"


def compared(gate: GateResult) -> str:
    """Return what was found and what was asked for; empty if neither is known."""
    parts = (("found", gate.observed), ("asked for", gate.threshold))
    return ", ".join(f"{word} {value}" for word, value in parts if value)


def remedy(gate: GateResult) -> str:
    """Return what to do next; empty if nothing is to be done."""
    return "" if standing(gate) == "waived" else gate.remedy


def explained(gate: GateResult) -> str:
    """Return why a gate stands where it stands, on what values, and what to do next."""
    values = f" ({compared(gate)})" if compared(gate) else ""
    following = f" Next: {remedy(gate)}" if remedy(gate) else ""
    return f"{reason(gate)}{values}{following}"


def moment(microseconds: int) -> str:
    """Return an instant, given in microseconds since 1970, as text."""
    seconds, rest = divmod(microseconds, 1_000_000)
    stamp = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    return stamp.isoformat().replace("+00:00", "Z")


def judged(circumstances: Circumstances) -> str:
    """Return at which time it was judged, on what was known when."""
    known = (
        f"known {moment(circumstances.known_at)}"
        if circumstances.known_at
        else "before the first scan"
    )
    return f"as of {moment(circumstances.as_of)}, {known}"


def _counted(decision: Decision) -> str:
    """Return how many gates stand where, the worst first; those that pass only if all do."""
    stands = [standing(gate) for gate in decision.gates]
    words = (
        ("fail", "gate fails", "gates fail"),
        ("unknown", "gate lacks evidence", "gates lack evidence"),
        ("waived", "gate is waived", "gates are waived"),
    )
    told = [_number(stands, *word) for word in words if word[0] in stands]
    if told:
        return ", ".join(told)
    return "every gate passes" if stands else "its policy asks for no gate"


def _number(stands: Sequence[Standing], which: str, one: str, many: str) -> str:
    found = sum(stand == which for stand in stands)
    return f"{found} {one if found == 1 else many}"
