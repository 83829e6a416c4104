"""One version, its facts and its card, to be changed by a test in one place."""

from __future__ import annotations

import copy
from typing import Any, Final

import msgspec

from lineage_pipeline.cards.checking import CheckedCard, check_card
from lineage_pipeline.cards.facts import (
    AncestorFacts,
    ApprovalFacts,
    CardFacts,
    DatasetFacts,
    DeploymentFacts,
    IncidentFacts,
    Known,
    MetricFacts,
    Moment,
)

DAY: Final = 86_400_000_000
AS_OF: Final = 1_790_000_000_000_000  # 2026-09-21T14:13:20Z
VERSION: Final = "modelVersion:mlflow://m:loans:7"
TRAINING: Final = "dataset:s3://lake:training/loans"
HOLDOUT: Final = "dataset:s3://lake:holdout/loans"
ARTIFACT: Final = "0a" * 32
SOURCE: Final = "cards/loans-7.yaml"


def make_facts(**changes: Any) -> CardFacts:
    """Return facts that bear out the card, changed by field."""
    facts = CardFacts(
        version_node_id=VERSION,
        name="loans",
        version="7",
        registration="registry of m",
        registered_at=AS_OF - 20 * DAY,
        trained_at=AS_OF - 21 * DAY,
        owner=Known(value="ada@example.org", evidence="registry of m, tag owner"),
        tier=Known(value="high", evidence="registry of m, tag risk_tier"),
        artifact_sha256=Known(value=ARTIFACT, evidence="registry of m, artifact"),
        code=Known(value="git 0123abc", evidence="run r1"),
        training_run=Known(value="r1", evidence="run r1"),
        parameters={"seed": "17", "depth": "5"},
        training=(
            DatasetFacts(
                node_id=TRAINING,
                name="training/loans",
                digest="b" * 8,
                personal_data=("personal-data",),
                purposes=("scoring",),
                evidence="run r1, its inputs",
            ),
        ),
        evaluation=(
            DatasetFacts(
                node_id=HOLDOUT, name="holdout/loans", digest="c" * 8, evidence="run r1, its inputs"
            ),
        ),
        metrics=tuple(
            MetricFacts(
                metric=metric,
                slice=part,
                value=value,
                dataset_name="holdout/loans",
                dataset_digest="c" * 8,
                run_id="r1",
                measured_at=AS_OF - 21 * DAY,
                document_id="d1",
            )
            for metric, part, value in (
                ("auc", "all", 0.81),
                ("auc", "young", 0.79),
                ("parity", "all", 0.031),
            )
        ),
        approvals=(
            ApprovalFacts(
                stage="technical",
                actor="grace@example.org",
                at=AS_OF - 10 * DAY,
                expires_on="2027-09-11",
                conditions=("watch drift",),
                act="act-1",
            ),
        ),
        deployments=(
            DeploymentFacts(
                node_id="deployment:endpoint://prod:loans",
                environment="production",
                from_at=AS_OF - 9 * DAY,
                evidence="run d9",
            ),
        ),
        incidents=(
            IncidentFacts(
                name="DriftHigh",
                severity="warning",
                opened_at=AS_OF - 3 * DAY,
                evidence="alert f00d",
            ),
        ),
        monitoring_configured=Moment(at=AS_OF - 10 * DAY, evidence="ledger"),
        rollback_tested=Moment(at=AS_OF - 10 * DAY, evidence="ledger"),
        ancestors=(
            AncestorFacts(node_id="dataset:pg:customers", stage="raw", aliases=("dataset:old:c",)),
            AncestorFacts(node_id="dataset:s3://lake:features", stage="feature"),
        ),
        as_of=AS_OF,
    )
    return msgspec.structs.replace(facts, **changes)


def make_document() -> dict[str, Any]:
    """Return a card that is complete and that the facts bear out, free to be changed."""
    return copy.deepcopy(_DOCUMENT)


def check(facts: CardFacts | None = None, document: object = None) -> CheckedCard:
    """Return the check of the example, or of what stands for a part of it."""
    return check_card(facts or make_facts(), document or make_document(), SOURCE)


def written_metric(metric: str, value: float, part: str = "all") -> dict[str, Any]:
    """Return a measurement as a person writes it."""
    return {
        "metric": metric,
        "value": value,
        "ci": [value - 0.01, value + 0.01],
        "slice": part,
        "dataset_key": HOLDOUT,
        "dataset_digest": "sha256:" + "c" * 64,
        "run_id": "r1",
    }


_DOCUMENT: Final[dict[str, Any]] = {
    "overview": {
        "name": "loans",
        "version": "7",
        "task": "binary classification",
        "description": "Probability that a loan defaults within a year",
        "owner_human": "ada@example.org",
        "owner_team": "lending",
        "date": "2026-09-10",
        "license": "internal use only",
        "artifact_sha256": ARTIFACT,
    },
    "risk": {
        "tier": "high",
        "domain": "consumer credit",
        "regulations": ["GDPR"],
        "rationale": "decides on credit of natural persons",
    },
    "intended_use": {
        "uses": ["score applications for loans"],
        "users": ["lending desk"],
        "out_of_scope": ["decisions about employees"],
    },
    "training_data": [
        {
            "dataset_key": TRAINING,
            "digest": "sha256:" + "b" * 64,
            "source": "applications and repayments",
            "period": {"from": "2023-01-01", "to": "2025-12-31"},
            "size": 58000,
            "consent_basis": "contract",
            "personal_data": True,
        }
    ],
    "evaluation": [written_metric("auc", 0.81), written_metric("auc", 0.79, "young")],
    "fairness": {
        "groups": ["young"],
        "metrics": [{"metric": "parity", "value": 0.031}],
        "known_disparities": "the young are scored less accurately",
        "mitigations": "a person reads their rejections",
    },
    "ethics": ["a wrong rejection keeps a person from credit"],
    "limitations": ["not validated on the self-employed"],
    "caveats": ["drifts when the bureau changes its score"],
    "human_oversight": "ada@example.org reads the weekly report and can stop it",
    "operations": {
        "compute": "2 CPU",
        "latency_p95_ms": 85,
        "monitoring_ref": "https://grafana.example.org/d/loans",
        "alerts_ref": "https://alerts.example.org/loans",
        "rollback_ref": "https://git.example.org/runbooks/loans.md",
        "rollback_tested_at": "2026-09-11",
    },
    "lifecycle": {
        "changes": ["retrained on newer data"],
        "replaces": "loans@6",
        "post_market_plan": "PMP-7, reviewed each quarter",
    },
    "approvals_ref": f"acts on {VERSION}",
    "approvals": [{"stage": "technical", "actor": "grace@example.org"}],
    "annex_iv": {
        str(point): f"what point {point} asks for is kept in file TD-7" for point in range(1, 10)
    },
}
