"""Puts credit-risk 5 into a workspace of the story, step by step, for docs/governance.md.

python data/candidate.py WORKSPACE registered|evidenced|altered|deployed
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

MODEL = b"a model of consumer loans, as its registry would hold it\n"
METRICS = {
    "auc": 0.81, "auc.age_18_30": 0.795, "auc.age_31_50": 0.816, "auc.age_51_plus": 0.806,
    "recall": 0.68, "precision": 0.6,
    "demographic_parity_difference": 0.031, "equal_opportunity_difference": 0.02,
}  # fmt: skip
EVENT = {"specversion": "1.0", "source": "/deployers/eu-west-1", "subject": "models/credit-risk/5"}
DONE: dict[str, tuple[str, dict[str, object]]] = {
    "rollback_tested": ("2026-10-13T09:30:00Z", {"outcome": "success", "seconds": 40}),
    "monitoring_configured": (
        "2026-10-13T09:45:00Z",
        {"alerts": "https://alertmanager.example.org/#/alerts?filter=model%3Dcredit-risk"},
    ),
}

DEPLOYED: dict[str, tuple[str, dict[str, object]]] = {
    "deployed": ("2026-10-13T17:30:00Z", {"endpoint": "endpoint://prod-eu/credit-risk"}),
}


def registration(artifact: bytes, metrics: dict[str, float]) -> str:
    """Return what registers the version."""
    version = {
        "version": "5",
        "registered_at": "2026-10-13T07:00:00Z",
        "artifact_sha256": sha256(artifact).hexdigest(),
        "run_id": "5d3c5cf4f4a94b63bd6a1a4d2b1c7e05",
        "owner": "tomas@example.org",
        "trainer": "arn:aws:sts::111122223333:assumed-role/ml-engineer/mia",
        "training_data": ["dataset:s3://northwind-ml:training/credit_2026w36"],
        "evaluation_data": ["dataset:s3://northwind-ml:holdout/credit_2026h1"],
        "metrics": metrics,
    }
    model = {"name": "credit-risk", "registry": "mlflow://mlflow.example.org"}
    return json.dumps({**model, "risk_tier": "high", "versions": [version]}, indent=1)


def card(version_3: str) -> str:
    """Return the card of the version, written after that of version 3."""
    changes = {
        "version: '3'": "version: '5'",
        "ddf4df85c6ad7370a9acbeb389adcf2f083e4c678b09e45b3cb392020a40f777": sha256(
            MODEL
        ).hexdigest(),
        "2c63719109e3c2469c2b81158acf51e7": "5d3c5cf4f4a94b63bd6a1a4d2b1c7e05",
        "2026-09-06": "2026-10-13",
        "2026-09-09T09:00:00Z": "2026-10-13T09:30:00Z",
        "replaces: credit-risk@2": "replaces: credit-risk@3",
        "credit-risk:3": "credit-risk:5",
    }
    for old, new in changes.items():
        version_3 = version_3.replace(old, new)
    return version_3


def events(done: dict[str, tuple[str, dict[str, object]]]) -> str:
    """Return what the deployer tells of the version."""
    return "".join(
        json.dumps({
            **EVENT, "id": f"credit-risk-5-{what}", "type": f"org.example.model.{what}", "time": at,
            "data": {"actor": "svc-deployer", "environment": "production", **said},
        }) + "\n"
        for what, (at, said) in done.items()
    )  # fmt: skip


root, step = Path(sys.argv[1]), sys.argv[2]
files = root / "landing" / "registry" / "files"
told = root / "landing" / "audit" / "cloudevents"
artifact = MODEL[:-2] + b"s\n" if step in ("altered", "deployed") else MODEL
(root.parent / "credit-risk-5.model").write_bytes(artifact)
(files / "credit-risk-5.yaml").write_text(
    registration(artifact, {} if step == "registered" else METRICS), encoding="utf-8"
)
if step == "evidenced":
    written = (files / "cards" / "credit-risk-3.yaml").read_text(encoding="utf-8")
    (files / "cards" / "credit-risk-5.yaml").write_text(card(written), encoding="utf-8")
    (told / "deployer-2026-10-13.ndjson").write_text(events(DONE), encoding="utf-8")
if step == "deployed":
    (told / "deployer-2026-10-13-evening.ndjson").write_text(events(DEPLOYED), encoding="utf-8")
