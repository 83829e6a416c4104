"""The one card of a model version, whatever it is rendered as: its sections and their fields.

Each value comes from evidence or from a person, and `origins` says from which. `history` goes on
after a version was submitted, so no submission freezes it; everything else is what is approved.

Source: Regulation (EU) 2024/1689, Annex IV, for the section of that name.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

FORM: Final = "lineage.model-card.v1"
WRITTEN: Final = "written by a person"
"""How the origin of what no evidence says begins; what follows says where it is written."""
ANNEX_IV: Final[dict[str, str]] = {
    "1": "General description of the system",
    "2": "Elements of the system and process of its development",
    "3": "Monitoring, functioning and control of the system",
    "4": "Appropriateness of the performance metrics",
    "5": "Risk management system",
    "6": "Changes through the lifecycle",
    "7": "Standards applied",
    "8": "EU declaration of conformity",
    "9": "Post-market monitoring",
}


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Which version this is, what it does, who answers for it and how it was made."""

    name: str = ""
    version: str = ""
    version_node_id: str = ""
    task: str = ""
    description: str = ""
    owner_human: str = ""
    owner_team: str = ""
    date: str = ""
    license: str = ""
    artifact_sha256: str = ""
    registered_at: str = ""
    trained_at: str = ""
    training_run: str = ""
    code: str = ""
    environment: str = ""
    parameters: dict[str, str] = msgspec.field(default_factory=dict)


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """How much may go wrong, and which rules apply."""

    tier: str = ""
    domain: str = ""
    regulations: tuple[str, ...] = ()
    rationale: str = ""


class IntendedUse(msgspec.Struct, frozen=True, kw_only=True):
    """What the model is for, for whom, and what it is not for."""

    uses: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()


class Period(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """The time that data covers, as it is written."""

    start: str = ""
    end: str = ""


class TrainingData(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset that the version was trained on.

    `is_known` says whether lineage knows it; `personal_data` is None where nobody says.
    """

    dataset_key: str = ""
    name: str = ""
    digest: str = ""
    source: str = ""
    period: Period = Period()
    size: str = ""
    consent_basis: str = ""
    personal_data: bool | None = None
    personal_data_tags: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    lineage_ref: str = ""
    is_known: bool = False
    evidence_ref: str = ""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement.

    Attributes:
        value: what evidence says, or a person where no evidence does.
        stated: what a person wrote, where evidence says something else.
        ci: the interval that a person gave for this very value.
        is_evidenced: whether `value` stands in evidence.
        is_written: whether a person wrote of it.
    """

    metric: str = ""
    slice: str = "all"
    value: float | None = None
    stated: float | None = None
    ci: tuple[float, ...] = ()
    dataset_key: str = ""
    dataset_digest: str = ""
    run_id: str = ""
    measured_at: str = ""
    is_evidenced: bool = False
    is_written: bool = False
    evidence_ref: str = ""


class FairnessMetric(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of fairness as a person states it; `evaluation` holds what was measured."""

    metric: str = ""
    value: float | None = None


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """For which groups it was looked at, what was found, what is done about it."""

    groups: tuple[str, ...] = ()
    metrics: tuple[FairnessMetric, ...] = ()
    known_disparities: str = ""
    mitigations: str = ""


class Operations(msgspec.Struct, frozen=True, kw_only=True):
    """What it needs, how it is watched, how one goes back."""

    compute: str = ""
    latency_p95_ms: float | None = None
    monitoring_ref: str = ""
    alerts_ref: str = ""
    rollback_ref: str = ""
    rollback_tested_at: str = ""


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, what it replaces, how it is followed afterwards."""

    changes: tuple[str, ...] = ()
    replaces: str = ""
    post_market_plan: str = ""


class Ancestry(msgspec.Struct, frozen=True, kw_only=True):
    """The datasets behind the version; `is_known` is false where nobody has looked."""

    is_known: bool = False
    raw_count: int = 0
    feature_count: int = 0
    dataset_count: int = 0
    raw: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


class NotApplicable(msgspec.Struct, frozen=True, kw_only=True):
    """A section that a person says does not apply: why, and who agreed."""

    section: str
    reason: str = ""
    approver: str = ""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """An act of approval or of rejection."""

    stage: str
    actor: str
    decision: str = "approved"
    at: str = ""
    expires_on: str = ""
    conditions: tuple[str, ...] = ()
    evidence_ref: str = ""


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """Where it serves or has served; an empty `to_at` says that it still does."""

    node_id: str
    environment: str = ""
    from_at: str = ""
    to_at: str = ""
    evidence_ref: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong; an empty `closed_at` says that it still does."""

    name: str
    severity: str = ""
    opened_at: str = ""
    closed_at: str = ""
    evidence_ref: str = ""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the version, as of an instant; `unread` names what nobody looked up."""

    as_of: str = ""
    approvals: tuple[Approval, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    incidents: tuple[Incident, ...] = ()
    monitoring_configured_at: str = ""
    rollback_tested_at: str = ""
    unread: tuple[str, ...] = ()


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The card of one version.

    Attributes:
        form: which form of a card it is.
        origins: for each field that holds something, by its path: evidence, or a person.
        cut: what evidence knows more of than a card holds.
    """

    form: Literal["lineage.model-card.v1"] = FORM
    overview: Overview = Overview()
    risk: Risk = Risk()
    intended_use: IntendedUse = IntendedUse()
    training_data: tuple[TrainingData, ...] = ()
    evaluation: tuple[Measure, ...] = ()
    fairness: Fairness = Fairness()
    ethics: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    human_oversight: str = ""
    operations: Operations = Operations()
    lifecycle: Lifecycle = Lifecycle()
    ancestry: Ancestry = Ancestry()
    annex_iv: dict[str, str] = msgspec.field(default_factory=dict)
    approvals_ref: str = ""
    not_applicable: tuple[NotApplicable, ...] = ()
    origins: dict[str, str] = msgspec.field(default_factory=dict)
    cut: tuple[str, ...] = ()
    history: History = History()


def card_schema() -> dict[str, Any]:
    """Return the JSON Schema of a card."""
    plain = msgspec.json.encode(msgspec.json.schema(Card))
    schema = msgspec.json.decode(plain, type=dict[str, Any])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORM} | schema
