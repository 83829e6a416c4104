"""Compliance acts and records: attestations, incidents, requests of persons, reviews, records."""

from collections import Counter
from datetime import UTC, timedelta

import yaml

from data.story.acts import act
from data.story.cards import dataset_node
from data.story.company import ACCOUNT
from data.story.landed import LandedFile, Row, monthly
from data.story.ledger import ledgers
from data.story.models import MODELS, version
from data.story.retention import ERASED_SUBJECT
from data.story.weeks import DELIVERIES, iso, moment

_PROCESSED = {
    "raw.applications": ("credit-decision", "contract", "P3Y"),
    "raw.bank": ("credit-decision", "consent", "P1Y"),
    "raw.bureau": ("credit-decision", "legitimate-interest", "P2Y"),
    "core.customers": ("credit-decision", "contract", "P10Y"),
    "core.accounts": ("credit-decision", "contract", "P10Y"),
    "raw.calls": ("collections", "contract", "P3Y"),
    "raw.newsletter": ("marketing", "consent", "P1Y"),
}


_REVIEWED = [
    "cloudtrail", "kubernetes", "mlflow", "mlflow_access", "cloudevents", "loan-desk",
    "training-ledger",
]  # fmt: skip


def _attestations() -> list[Row]:
    rows = [
        act(
            "compliance.attested",
            "compliance-desk",
            moment(f"2026-08-2{number}T09:00Z"),
            f"model:mlflow://mlflow.example.org:{model.name}",
            {
                "actor": model.owner,
                "control": "G02",
                "statement": "I own this model and answer for it",
                "valid_until_on": "2027-08-31",
            },
        )
        for number, model in enumerate(MODELS.values(), start=4)
    ]
    management: dict[str, object] = {
        "actor": "ingrid@example.org",
        "control": "E07",
        "statement": "the quality management system was reviewed by management",
        "valid_until_on": "2027-03-31",
    }
    rows.append(
        act(
            "compliance.attested",
            "compliance-desk",
            moment("2026-08-27T09:00Z"),
            "company",
            management,
        )
    )
    return rows


def _incidents() -> list[Row]:
    found = version("credit-risk", "3")
    aware = moment("2026-09-29T05:31:00Z")
    report: dict[str, object] = {
        "actor": "oscar@example.org",
        "aware_at": iso(aware),
        "reported_at": iso(aware + timedelta(hours=7)),
        "severity": "moderate",
        "serious": "no",
        "reason": "inputs drifted after the bureau changed its score scale",
        "ticket": "INC-2026-212",
    }
    when = aware + timedelta(hours=7)
    return [act("compliance.incident_reported", "incident-desk", when, found.node, report)]


def _requests() -> list[Row]:
    rows = []
    for number, (kind, asked, done, subject) in enumerate(
        (
            ("access", "2026-09-03T10:00Z", "2026-09-18T16:00Z", "subj-5d0c41b7a90e2f63"),
            ("erasure", "2026-09-14T10:00Z", "2026-09-26T10:00Z", ERASED_SUBJECT),
        ),
        start=40,
    ):
        data: dict[str, object] = {
            "actor": "noor@example.org",
            "request": kind,
            "subject_ref": subject,
            "received_at": iso(moment(asked)),
            "done_at": iso(moment(done)),
            "ticket": f"DSR-2026-{number}",
        }
        rows.append(
            act(
                "compliance.subject_request",
                "privacy-desk",
                moment(done),
                f"subject:{subject}",
                data,
            )
        )
    return rows


def _reviews() -> list[Row]:
    return [
        act(
            "compliance.access_reviewed",
            "internal-audit",
            moment(f"{monday - timedelta(days=3)}T15:00Z"),
            f"account:{ACCOUNT}",
            {
                "actor": "sam@example.org",
                "period_days": 7,
                "reviewed": _REVIEWED,
                "result": "no open question",
            },
        )
        for monday in DELIVERIES
    ]


def _totals() -> list[Row]:
    """What the desks say, the night after, that they had logged on a day."""
    rows = []
    for source, logged in ledgers().items():
        counts = Counter(when.astimezone(UTC).date() for when, _ in logged)
        for day, count in sorted(counts.items()):
            data: dict[str, object] = {
                "actor": "noor@example.org",
                "source": source,
                "day_on": f"{day}",
                "record_count": count,
            }
            told = moment(f"{day + timedelta(days=1)}T00:30Z")
            subject = f"source:{source}"
            rows.append(act("compliance.source_totalled", "data-platform", told, subject, data))
    return rows


def _processing() -> list[Row]:
    return [
        act(
            "compliance.processing_recorded",
            "privacy-desk",
            moment("2026-08-28T09:00Z"),
            dataset_node(key),
            {
                "actor": "noor@example.org",
                "purpose": purpose,
                "basis": basis,
                "retention": retention,
                "recipients": [],
            },
        )
        for key, (purpose, basis, retention) in _PROCESSED.items()
    ]


def _records() -> list[LandedFile]:
    """Plain records that are kept as documents."""
    documents: dict[str, dict[str, object]] = {
        "dpia-credit-risk": {
            "record": "dpia",
            "model": "credit-risk",
            "approved_by": "noor@example.org",
            "approved_on": "2026-02-20",
            "review_on": "2027-02-20",
            "necessity": "identifiers are hashed before features are built",
        },
        "risk-file-credit-risk": {
            "record": "risk-file",
            "id": "RF-CR-2026",
            "model": "credit-risk",
            "owner": "hana@example.org",
            "updated_on": "2026-08-18",
            "eu_class": "high",
            "risks": ["wrong rejection", "drift of the bureau score", "proxy for origin in region"],
        },
        "classification-credit-risk": {
            "record": "classification",
            "model": "credit-risk",
            "approved_by": "ingrid@example.org",
            "approved_on": "2026-02-24",
            "eu_class": "high",
            "uses": ["credit scoring"],
            "jurisdictions": ["eu"],
            "decisions": "solely automated",
            "is_significant": True,
            "placed_on": "2026-03-18",
        },
        "classification-collections-priority": {
            "record": "classification",
            "model": "collections-priority",
            "approved_by": "ingrid@example.org",
            "approved_on": "2026-02-24",
            "eu_class": "minimal",
            "jurisdictions": ["eu"],
            "decisions": "assisted",
            "is_significant": False,
        },
        "classification-newsletter-ranking": {
            "record": "classification",
            "model": "newsletter-ranking",
            "approved_by": "ingrid@example.org",
            "approved_on": "2026-02-24",
            "eu_class": "minimal",
            "jurisdictions": ["eu"],
            "decisions": "none",
            "is_significant": False,
        },
        "fria-credit-risk": {
            "record": "fria",
            "model": "credit-risk",
            "assessed_on": "2026-02-26",
            "notified_on": "2026-03-02",
            "approved_by": "noor@example.org",
            "approved_on": "2026-02-26",
        },
        "review-path-credit-risk": {
            "record": "review-path",
            "model": "credit-risk",
            "ground": "contract",
            "route": "whoever is refused may ask the loan desk for a person's decision",
        },
        "necessity-credit-training": {
            "record": "necessity",
            "dataset": "dataset:s3://northwind-ml:training/credit_*",
            "columns": ["age_band", "region"],
            "reason": "groups that the model must serve alike are measured by them",
            "approved_by": "noor@example.org",
            "approved_on": "2026-02-20",
        },
        "expected-training-ledger": {
            "record": "expected-events",
            "system": "training platform",
            "source": "training-ledger",
            "actions": ["subject_included"],
        },
        "expected-cloudtrail": {
            "record": "expected-events",
            "system": "cloud account",
            "source": "cloudtrail",
            "actions": ["InvokeEndpoint", "PutObject"],
        },
        "oversight-credit-risk": {
            "record": "oversight",
            "model": "credit-risk",
            "overseer": "tomas@example.org",
            "trained_on": "2026-03-05",
            "can_stop": True,
        },
    }
    return [
        LandedFile(
            DELIVERIES[0],
            f"compliance/records/{name}.yaml",
            yaml.safe_dump(body, sort_keys=False).encode(),
        )
        for name, body in documents.items()
    ]


def files() -> list[LandedFile]:
    """The acts of each month, and the plain records."""
    rows = [
        *_attestations(), *_incidents(), *_requests(), *_reviews(), *_totals(), *_processing(),
    ]  # fmt: skip
    return monthly("compliance", rows) + _records()
