"""What gates are asked about: a version that did everything right, and some that did not."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from lineage_pipeline.policy.rules import GATES
from tests.builders import make_event

Said = dict[str, Any]

ARTIFACT: Final = "a" * 64
OPEN: Final = "0001-01-01T00:00:00Z"
"""When an alert ends that has not."""
SAID: Final[Said] = {
    "tier": {"high": {"stages": ["technical", "business"], "mode": "enforcing"}},
    "model": {"good": "high", "poor": "high", "bare": "high"},
    "threshold": {"*": {"auc_min": 0.75}},
    "slices": {name: {"metric": "auc", "names": ["young", "old"], "gap_max": 0.1}
               for name in ("good", "poor", "bare")},
    "purpose": {"good": "lending", "poor": "lending", "bare": "lending"},
    "dataset": [
        {"node": "dataset:db:raw", "purposes": ["lending"], "basis": "consent"},
        {"node": "dataset:db:sold", "purposes": ["marketing"], "basis": "contract"},
    ],
    "stage": {"technical": ["ada", "bob"], "business": ["cid", "ada"]},
    "person": [{"id": "ada", "accounts": ["role/ada"]},
               {"id": "bob"}, {"id": "cid"}, {"id": "dee"}],
    "service": {"accounts": ["bot"]},
    # The card is the matter of another test.
    "profile": {"regulated": {"gates": [name for name in GATES if name != "documentation"]}},
}  # fmt: skip


def version(name: str, **said: Any) -> Said:
    """Return a version of a plain file, registered in the first hour of 2026."""
    return {"version": name, "registered_at": "2026-01-01T01:00:00Z", **said}


def logged(what: str, model: str, number: str, hour: int, **data: Any) -> str:
    """Return what a deployer logs of a version."""
    event = {
        "specversion": "1.0", "id": f"{what} {model} {number} {hour}", "source": "/deployer",
        "type": f"org.example.model.{what}", "subject": f"models/{model}/{number}",
        "time": f"2026-01-01T{hour:02}:00:00Z", "data": {"actor": "bot", **data},
    }  # fmt: skip
    return msgspec.json.encode(event).decode() + "\n"


def alert(model: str, number: str | None, severity: str, ends: str) -> str:
    """Return a notification of an alert about a version, or about its model."""
    labels = {"alertname": "Drift", "severity": severity, "model": model}
    labels |= {"model_version": number} if number else {}
    one = {
        "status": "firing" if ends == OPEN else "resolved", "labels": labels,
        "startsAt": "2026-01-01T05:00:00Z", "endsAt": ends,
        "fingerprint": f"{model}{number}{severity}",
    }  # fmt: skip
    return msgspec.json.encode({"version": "4", "alerts": [one]}).decode() + "\n"


METRICS: Final = {"auc": 0.8, "auc.young": 0.8, "auc.old": 0.75}
EVENTS: Final = [
    make_event(run="r1", job="clean", type="COMPLETE", at=1, inputs=["raw"], outputs=["set"]),
    make_event(run="r2", job="buy", type="COMPLETE", at=1, inputs=["sold"], outputs=["bought"]),
    make_event(run="r4", job="clean late", type="COMPLETE", at=1, inputs=["raw"], outputs=["late"]),
    make_event(run="r3", job="guess", type="COMPLETE", at=1, inputs=["nobody"], outputs=["found"]),
]
GOOD: Final[Said] = {
    "name": "good", "owner": "ada", "risk_tier": "high",
    "versions": [
        version("1", artifact_sha256=ARTIFACT, trainer="dee", metrics=METRICS,
                 training_data=["dataset:db:set"]),
    ],
}  # fmt: skip
POOR: Final[Said] = {
    "name": "poor", "owner": "bot", "risk_tier": "low",
    "versions": [
        version("1", artifact_sha256=ARTIFACT, trainer="dee",
                 metrics={"auc": 0.6, "auc.young": 0.8, "auc.old": 0.6},
                 training_data=["dataset:db:bought"]),
        version("2", artifact_sha256=ARTIFACT, trainer="dee", owner="eve",
                 metrics={"auc.young": 0.8}, training_data=["dataset:db:found"]),
        version("3", artifact_sha256=ARTIFACT, trainer="dee", training_data=["dataset:db:late"]),
    ],
}  # fmt: skip
APPROVED: Final = [
    {"act": "submitted", "of": "good:1", "by": "bob", "at": 3, "submission": "s",
     "artifact": ARTIFACT},
    {"act": "approved", "of": "good:1", "by": "role/ada", "at": 5, "stage": "technical",
     "submission": "s"},
    {"act": "approved", "of": "good:1", "by": "cid", "at": 6, "stage": "business",
     "submission": "s"},
]  # fmt: skip
REFUSED: Final = [
    {"act": "submitted", "of": "poor:1", "by": "bob", "at": 3, "submission": "s"},
    {"act": "approved", "of": "poor:1", "by": "bob", "at": 5, "stage": "technical",
     "submission": "s"},
    {"act": "rejected", "of": "poor:1", "by": "cid", "at": 6, "stage": "business",
     "submission": "s"},
    {"act": "submitted", "of": "bare:2", "by": "bob", "at": 3, "submission": "s"},
    {"act": "approved", "of": "bare:2", "by": "ada", "at": 5, "stage": "technical",
     "submission": "s"},
    {"act": "approved", "of": "bare:2", "by": "cid", "at": 6, "stage": "business",
     "submission": "s"},
    {"act": "consent_withdrawn", "of": "subj", "at": 7, "subject_ref": "p1"},
]  # fmt: skip
POLICY_TOLD: Final[Said] = {"act": "policy_changed", "at": 0, "policy": SAID}
SERVED: Final = [
    logged("monitoring_configured", "good", "1", 5, environment="production", alerts="pager"),
    logged("rollback_tested", "good", "1", 4, environment="production", outcome="failure"),
    logged("rollback_tested", "good", "1", 6, environment="production", outcome="success"),
]
TROUBLED: Final = [
    logged("monitoring_configured", "poor", "1", 5, environment="production"),
    logged("monitoring_configured", "poor", "2", 5, environment="staging", alerts="pager"),
    logged("monitoring_configured", "poor", "3", 5, environment="production", alerts="pager"),
    logged("monitoring_configured", "poor", "3", 6, environment="production", outcome="failure"),
    logged("rollback_tested", "poor", "1", 5, environment="production", outcome="success"),
    logged("rollback_tested", "poor", "1", 6, environment="production", outcome="failure"),
    logged("rollback_tested", "poor", "2", 6, environment="production"),
]
INCLUDED: Final = {
    "id": "i1", "source": "ledger", "category": "train", "action": "included",
    "resource_type": "subject", "resource": "p1", "dataset_key": "dataset:db:late", "at": 8,
}  # fmt: skip
ALERTS: Final = [
    alert("good", "1", "warning", OPEN),
    alert("poor", "1", "critical", OPEN),
    alert("poor", "2", "critical", "2026-01-01T06:00:00Z"),
    alert("bare", None, "critical", OPEN),
    alert("vague", "v1", "critical", OPEN),
]
