"""A decision as SARIF 2.1.0: one rule a gate, one result for each that does not pass.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0, Errata 01. GitHub refuses a result
without a physical location, and a version of a model has none: unless the caller names a file of
the repository, the version itself stands there, as `MODEL@VERSION`.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from lineage_pipeline import __version__
from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.wording import (
    explained,
    label,
    level,
    moment,
    sentence,
    standing,
)

if TYPE_CHECKING:
    from lineage_pipeline.governance.decision import Circumstances, Decision, GateResult

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT: Final = "lineageGate/v1"
"""Of which version, environment and gate: the same whatever the reason is this time."""
_LINK: Final = re.compile(r"\](?=\()")
_PLACE: Final = re.compile(r"\{(?=\d+\})")


def as_sarif(decision: Decision, circumstances: Circumstances, file: str | None = None) -> str:
    """Return a SARIF log with one run.

    Args:
        decision: what was decided.
        circumstances: who asked, and when.
        file: the file of the repository that results are shown at; None if there is none.
    """
    rules = list(dict.fromkeys(_rule_id(gate) for gate in decision.gates))
    told = [gate for gate in decision.gates if level(decision, gate) is not None]
    run = {
        "tool": {
            "driver": {
                "name": "lineage gate",
                "semanticVersion": __version__,
                "rules": [_rule(name) for name in rules],
            }
        },
        "automationDetails": {"id": _category(decision)},
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": decision.exit_code,
                "exitCodeDescription": _message(sentence(decision)),
                "endTimeUtc": moment(circumstances.decided_at),
            }
        ],
        "results": [_result(decision, gate, rules, file) for gate in told],
        "properties": {
            "decision_id": decision.decision_id,
            "policy_sha256": decision.policy_sha256,
            "mode": decision.mode,
            "verdict": decision.verdict,
            "would_be": decision.would_be,
            "ci_run": one_line(circumstances.ci_run),
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return f"{msgspec.json.format(msgspec.json.encode(log), indent=2).decode()}\n"


def fingerprint(decision: Decision, gate: GateResult) -> str:
    """Return what a gate's results are known by from one check to the next."""
    parts = (decision.version_node_id, decision.environment, gate.gate)
    return sha256(msgspec.json.encode(parts)).hexdigest()


def _rule_id(gate: GateResult) -> str:
    return one_line(gate.gate) or "unnamed"


def _rule(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": _message(f"The gate {name} passes")},
        "fullDescription": {"text": "A version is deployed only if it passes or is waived."},
        "help": {"text": "What to do next stands in each result's message."},
        "defaultConfiguration": {"level": "error"},
    }


def _result(
    decision: Decision, gate: GateResult, rules: list[str], file: str | None
) -> dict[str, Any]:
    return {
        "ruleId": _rule_id(gate),
        "ruleIndex": rules.index(_rule_id(gate)),
        "level": level(decision, gate),
        "message": {"text": _message(explained(gate))},
        "locations": [_location(decision, file)],
        "partialFingerprints": {FINGERPRINT: fingerprint(decision, gate)},
        "properties": {
            "standing": standing(gate),
            "evidence": [one_line(one) for one in gate.evidence],
            "query_sha256": one_line(gate.query_sha256),
        },
        **_suppressed(gate),
    }


def _suppressed(gate: GateResult) -> dict[str, Any]:
    if standing(gate) != "waived":
        return {}
    justified = _message(f"waived by {gate.waiver}")
    return {"suppressions": [{"kind": "external", "justification": justified}]}


def _location(decision: Decision, file: str | None) -> dict[str, Any]:
    # A name may hold slashes, and two of them at its beginning would be an address elsewhere.
    named = quote(label(decision), safe="@")
    artifact = {"uri": named if file is None else quote(file.lstrip("/"))}
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": 1}},
        "logicalLocations": [
            {
                "name": one_line(label(decision)),
                "fullyQualifiedName": one_line(decision.version_node_id),
                "kind": "resource",
            }
        ],
    }


def _category(decision: Decision) -> str:
    """Return what results are compared within: those of a model's next version replace its own."""
    parts = (decision.model, decision.environment)
    within = "/".join(quote(part, safe="") for part in parts)
    return f"lineage-gate/{within}/{decision.decision_id}"


def _message(text: str) -> str:
    """Return a message in which a viewer finds neither a link nor a place for an argument."""
    return _PLACE.sub("{ ", _LINK.sub("] ", one_line(text)))
