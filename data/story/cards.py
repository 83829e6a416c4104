"""Model cards and plain registrations, as the teams keep them in YAML."""

import hashlib
from datetime import date, timedelta

import yaml

from data.story.identity import git_sha
from data.story.landed import LandedFile
from data.story.learning import set_digest
from data.story.models import MODELS, VERSIONS, ModelVersion, versions_of
from data.story.registry import IN_MLFLOW, measures, registered_at
from data.story.tables import TABLES
from data.story.weeks import DELIVERIES, delivery_of, iso

Section = dict[str, object]

# The card of version 4 was copied from version 3, number and all.
WRONG_CARD = ("credit-risk", "4")
CARD_AUC, REGISTRY_AUC = 0.81, 0.74
_CARDED = ("credit-risk", "collections-priority", "newsletter-ranking")
_PERIODS = {
    "credit-risk": ("2023-01-01", "2025-12-31"),
    "collections-priority": ("2024-01-01", "2025-12-31"),
    "newsletter-ranking": ("2026-05-01", "2026-08-01"),
}
_REGULATIONS = {
    "high": ["GDPR", "EU AI Act Annex III 5(b)", "SR 26-2"],
    "medium": ["GDPR"],
    "low": [],
}


def dataset_node(key: str) -> str:
    """The node identifier of a table."""
    table = TABLES[key]
    return f"dataset:{table.namespace}:{table.name}"


def _overview(found: ModelVersion) -> Section:
    model = MODELS[found.name]
    return {
        "name": found.name,
        "version": found.version,
        "task": "ranking" if model.tier == "low" else "binary classification",
        "description": model.purpose,
        "owner_human": model.owner,
        "owner_team": model.team,
        "date": registered_at(found).date().isoformat(),
        "license": "internal use only",
        "artifact_sha256": found.artifact,
    }


def _intended_use(found: ModelVersion) -> Section:
    uses = {
        "credit-risk": ["pre-score consumer loan applications for customers aged 21 to 65"],
        "collections-priority": ["order the daily call list of the collections desk"],
        "newsletter-ranking": ["order the articles of the weekly newsletter"],
    }
    return {
        "uses": uses[found.name],
        "users": [f"team {MODELS[found.name].team}"],
        "out_of_scope": ["decisions about employees", "applicants without a domestic address"],
    }


def _training_data(found: ModelVersion) -> list[Section]:
    table = TABLES[found.training]
    start, end = _PERIODS[found.name]
    personal = found.name != "newsletter-ranking"
    return [
        {
            "dataset_key": dataset_node(found.training),
            "digest": f"sha256:{set_digest(found.training)}",
            "source": "application, bureau, repayment and bank data" if personal else "clicks",
            "period": {"from": start, "to": end},
            "size": table.rows,
            "consent_basis": "contract and open banking consent" if personal else "consent",
            "personal_data": personal,
            "lineage_ref": dataset_node(found.training),
        }
    ]


def _evaluation(found: ModelVersion) -> list[Section]:
    values = {found.metric: found.value} if found.name not in IN_MLFLOW else measures(found)
    if (found.name, found.version) == WRONG_CARD:
        values = {**values, "auc": CARD_AUC}
    holdout = MODELS[found.name].holdout
    return [
        {
            "metric": metric.partition(".")[0],
            "value": value,
            "ci": [round(value - 0.012, 3), round(value + 0.012, 3)],
            "slice": metric.partition(".")[2] or "all",
            "dataset_key": dataset_node(holdout),
            "dataset_digest": f"sha256:{set_digest(holdout)}",
            "run_id": found.mlflow_run,
            "evidence_ref": f"mlflow:{found.mlflow_run}/metrics/{metric}",
        }
        for metric, value in values.items()
    ]


def _fairness(found: ModelVersion) -> Section:
    if found.name not in IN_MLFLOW:
        return {"groups": [], "not_applicable": "the model ranks articles and knows no persons"}
    values = measures(found)
    names = ("demographic_parity_difference", "equal_opportunity_difference")
    return {
        "groups": ["age_18_30", "age_31_50", "age_51_plus"],
        "metrics": [{"metric": name, "value": values[name]} for name in names],
        "known_disparities": "applicants under 31 are scored slightly less accurately",
        "mitigations": "reject decisions for that group are read by a person",
    }


def _operations(found: ModelVersion) -> Section:
    tested = (found.deployed_at or found.trained_at + timedelta(days=2)) - timedelta(days=1)
    return {
        "compute": "2 CPU, 4 GiB",
        "latency_p95_ms": 85,
        "monitoring_ref": f"https://grafana.example.org/d/{found.name}",
        "alerts_ref": f"https://alertmanager.example.org/#/alerts?filter=model%3D{found.name}",
        "rollback_ref": f"https://git.example.org/northwind/runbooks/{found.name}-rollback.md",
        "rollback_tested_at": iso(tested),
    }


def _annex(found: ModelVersion) -> dict[int, str]:
    if MODELS[found.name].tier != "high":
        return {}
    topics = (
        "general description: overview and intended use of this card",
        "development: training data, git commit and parameters in the MLflow run",
        "monitoring and control: weekly drift report, alerts, human review of rejections",
        "suitability of the metrics: AUC with slices by age, parity and opportunity gaps",
        "risk management: risk file RF-CR-2026",
        "changes through the lifecycle: lifecycle section of this card",
        "standards applied: house standard MRM-7",
        "declaration of conformity: drafted, not yet due",
        "post-market plan: PMP-CR-2026",
    )
    return dict(enumerate(topics, start=1))


def card(found: ModelVersion) -> Section:
    """The card of a version, all sections."""
    model = MODELS[found.name]
    replaced = str(int(found.version) - 1)
    return {
        "card_version": 1,
        "overview": _overview(found),
        "risk": {
            "tier": model.tier,
            "domain": "marketing" if model.tier == "low" else "consumer credit",
            "regulations": _REGULATIONS[model.tier],
            "rationale": f"{model.tier} tier by the policy of {date(2026, 1, 15)}",
        },
        "intended_use": _intended_use(found),
        "training_data": _training_data(found),
        "evaluation": _evaluation(found),
        "fairness": _fairness(found),
        "ethics": ["a wrong rejection keeps a person from credit", "age is used as a band only"],
        "limitations": ["not validated on self-employed applicants", "trained on one country"],
        "caveats": ["scores drift when the bureau changes its own score"],
        "human_oversight": f"{model.owner} reads the weekly report and can stop the endpoint",
        "operations": _operations(found),
        "lifecycle": {
            "changes": ["retrained on a newer period"],
            "replaces": f"{found.name}@{replaced}" if replaced != "0" else None,
            "post_market_plan": "PMP-CR-2026" if model.tier == "high" else "weekly review",
        },
        "approvals_ref": f"landing/governance, subject {found.node}",
        "annex_iv": _annex(found),
    }


def _plain_registration(known: list[ModelVersion]) -> Section:
    model = MODELS["newsletter-ranking"]
    return {
        "name": model.name,
        "registry": "mlflow://mlflow.example.org",
        "owner": model.owner,
        "team": model.team,
        "risk_tier": model.tier,
        "purpose": model.purpose,
        "versions": [
            {
                "version": found.version,
                "registered_at": iso(registered_at(found)),
                "artifact_sha256": found.artifact,
                "run_id": found.mlflow_run,
                "code": git_sha(f"{found.trained_at:%Y-%m-%d}"),
                "parameters": {"objective": "lambdarank", "num_leaves": 31},
                "trainer": found.trainer,
                "metrics": {found.metric: found.value},
                "training_data": [dataset_node(found.training)],
            }
            for found in known
        ],
    }


def _yaml(value: object) -> bytes:
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=96)
    return text.encode()


def card_digest(found: ModelVersion) -> str:
    """The SHA-256 of the bytes of the card, as a submission names it."""
    return f"sha256:{hashlib.sha256(_yaml(card(found))).hexdigest()}"


def files() -> list[LandedFile]:
    """A card for each version, and the registration file, again whenever it grew."""
    landed = [
        LandedFile(
            delivery_of(registered_at(found).date()),
            f"registry/files/cards/{found.name}-{found.version}.yaml",
            _yaml(card(found)),
        )
        for found in VERSIONS
        if found.name in _CARDED
    ]
    told = 0
    for monday in DELIVERIES:
        known = [v for v in versions_of("newsletter-ranking") if registered_at(v).date() < monday]
        if len(known) > told:
            told = len(known)
            path = "registry/files/newsletter-ranking.yaml"
            landed.append(LandedFile(monday, path, _yaml(_plain_registration(known))))
    return landed
