"""What evidence says of a model version: everything a card needs that no person has to write.

Whoever reads the warehouse fills it. `None` in place of a list says that nobody has looked, an
empty list that nothing is there: the first cannot contradict a card, the second can. Times are
whole microseconds since 1970, in UTC. `evidence` is where a value stands: an address that an
auditor can follow, such as `mlflow run 61d4…` or `document 9f2c…`.
"""

from __future__ import annotations

import msgspec


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A value and where it stands; an empty one is not known."""

    value: str = ""
    evidence: str = ""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """When something was done, and where that stands."""

    at: int
    evidence: str = ""


class DatasetFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset that a version was trained or evaluated on.

    Attributes:
        node_id: as lineage knows it.
        name: what people call it.
        digest: of what was read, whole or as a registry cuts it.
        aliases: other identifiers of the same node.
        personal_data: tags of its fields that say personal data; None: nobody has looked.
        purposes: what its data may be used for.
        evidence: where it stands that it was read.
    """

    node_id: str
    name: str = ""
    digest: str = ""
    aliases: tuple[str, ...] = ()
    personal_data: tuple[str, ...] | None = None
    purposes: tuple[str, ...] = ()
    evidence: str = ""


class MetricFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement of an evaluation, not of monitoring while the version serves.

    `slice` is `all`, or the part of the data that it was taken on.
    """

    metric: str
    value: float
    slice: str = "all"
    dataset_name: str = ""
    dataset_digest: str = ""
    run_id: str = ""
    measured_at: int | None = None
    document_id: str = ""


class ApprovalFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An act of approval: `decision` is `approved` or `rejected`, `act` its identifier.

    Of an act that does not count `decision` says that as well, and why: it bears out no card.
    """

    stage: str
    actor: str
    at: int
    decision: str = "approved"
    expires_on: str = ""
    conditions: tuple[str, ...] = ()
    act: str = ""


class DeploymentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the version serves or has served; without an end it still does."""

    node_id: str
    environment: str = ""
    from_at: int | None = None
    to_at: int | None = None
    evidence: str = ""


class IncidentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong while it served; without an end it still does."""

    name: str
    severity: str = ""
    opened_at: int | None = None
    closed_at: int | None = None
    evidence: str = ""


class AncestorFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset behind the version at any distance; `stage` as lineage calls it."""

    node_id: str
    stage: str = "unknown"
    aliases: tuple[str, ...] = ()


class CardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one version.

    Attributes:
        version_node_id: such as `modelVersion:mlflow://…:credit-risk:3`.
        name: its model's name.
        version: how it is called.
        registration: where it stands that it is registered; empty if it is not.
        registered_at: when it was.
        trained_at: when the training of this version ended.
        owner: the person who answers for it.
        team: the team that does.
        tier: its risk tier.
        artifact_sha256: of the model, as hex.
        code: what it was trained with: a commit, a file.
        environment: in which image or environment it was trained.
        training_run: the run that made it.
        parameters: with which it was trained, by name.
        training: what it was trained on; empty says that lineage has nothing of it, and then no
            card is contradicted, but none is complete.
        evaluation: what it was evaluated on.
        metrics: what was measured.
        approvals: acts on it.
        deployments: where it serves.
        incidents: what went wrong.
        monitoring_configured: when monitoring was set up.
        rollback_tested: when going back was last tried.
        ancestors: the datasets behind it.
        known_datasets: identifiers of other datasets that the card names and lineage knows.
        as_of: the instant that all this was true at.
    """

    version_node_id: str
    name: str
    version: str
    as_of: int
    registration: str = ""
    registered_at: int | None = None
    trained_at: int | None = None
    owner: Known = Known()
    team: Known = Known()
    tier: Known = Known()
    artifact_sha256: Known = Known()
    code: Known = Known()
    environment: Known = Known()
    training_run: Known = Known()
    parameters: dict[str, str] = msgspec.field(default_factory=dict)
    training: tuple[DatasetFacts, ...] | None = None
    evaluation: tuple[DatasetFacts, ...] | None = None
    metrics: tuple[MetricFacts, ...] | None = None
    approvals: tuple[ApprovalFacts, ...] | None = None
    deployments: tuple[DeploymentFacts, ...] | None = None
    incidents: tuple[IncidentFacts, ...] | None = None
    monitoring_configured: Moment | None = None
    rollback_tested: Moment | None = None
    ancestors: tuple[AncestorFacts, ...] | None = None
    known_datasets: tuple[str, ...] = ()
