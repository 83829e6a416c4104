"""The models of the company: every version, who made it, from what, and when it went live."""

from dataclasses import dataclass
from datetime import datetime

from data.story.company import MLFLOW
from data.story.identity import digest, hex_id, name_id
from data.story.weeks import at, moment


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a model, as the registry, the cards and the events will tell of it."""

    name: str
    version: str
    trained_at: datetime
    trainer: str
    training: str
    metric: str
    value: float
    deployed_at: datetime | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def node(self) -> str:
        """The node identifier of the version."""
        return f"modelVersion:{MLFLOW}:{self.name}:{self.version}"

    @property
    def artifact(self) -> str:
        """The SHA-256 of the artifact, in hexadecimal."""
        return digest("artifact", self.name, self.version)

    @property
    def mlflow_run(self) -> str:
        """The id of the MLflow run that trained it."""
        return hex_id(32, "mlflow-run", self.name, self.version)

    @property
    def logged_model(self) -> str:
        """The id of the MLflow logged model."""
        return f"m-{hex_id(32, 'logged-model', self.name, self.version)}"

    @property
    def label(self) -> str:
        """The version as `name@version`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its tier, owner, purpose and the data set on which it is measured."""

    name: str
    tier: str
    owner: str
    team: str
    purpose: str
    holdout: str


_BOOSTED = (("max_depth", "5"), ("n_estimators", "400"), ("learning_rate", "0.05"), ("seed", "17"))
_LINEAR = (("C", "1.0"), ("penalty", "l2"), ("seed", "17"))

MODELS = {
    model.name: model
    for model in (
        Model(
            "credit-risk",
            "high",
            "tomas@example.org",
            "credit-science",
            "Probability that a consumer loan defaults within twelve months",
            "holdout.credit",
        ),
        Model(
            "collections-priority",
            "medium",
            "lena@example.org",
            "collections",
            "Order in which the collections desk calls customers who are late",
            "holdout.collections",
        ),
        Model(
            "newsletter-ranking",
            "low",
            "yuki@example.org",
            "marketing",
            "Order of the articles in the weekly newsletter",
            "feature.newsletter",
        ),
    )
}

_CREDIT = "credit-risk"
_COLLECTIONS = "collections-priority"
_NEWSLETTER = "newsletter-ranking"
_JONAS, _MIA, _YUKI = "jonas@example.org", "mia@example.org", "yuki@example.org"

VERSIONS = (
    ModelVersion(
        _CREDIT,
        "1",
        moment("2026-03-01T06:00Z"),
        _JONAS,
        "training.credit_2026w09",
        "auc",
        0.79,
        moment("2026-03-18T09:00Z"),
        _LINEAR,
    ),
    ModelVersion(
        _CREDIT,
        "2",
        moment("2026-05-31T06:00Z"),
        _JONAS,
        "training.credit_2026w22",
        "auc",
        0.80,
        moment("2026-06-18T09:00Z"),
        _BOOSTED,
    ),
    ModelVersion(
        _CREDIT,
        "3",
        moment("2026-09-06T06:00Z"),
        _JONAS,
        "training.credit_2026w36",
        "auc",
        0.81,
        moment("2026-09-10T09:00Z"),
        _BOOSTED,
    ),
    ModelVersion(
        _CREDIT,
        "4",
        moment("2026-09-27T06:00Z"),
        _MIA,
        "training.credit_2026w39",
        "auc",
        0.74,
        None,
        _BOOSTED,
    ),
    ModelVersion(
        _COLLECTIONS,
        "1",
        moment("2026-02-01T06:00Z"),
        _MIA,
        "training.collections_2026w05",
        "auc",
        0.71,
        moment("2026-02-20T10:00Z"),
        _LINEAR,
    ),
    ModelVersion(
        _COLLECTIONS,
        "2",
        moment("2026-07-26T06:00Z"),
        _MIA,
        "training.collections_2026w30",
        "auc",
        0.73,
        moment("2026-09-16T10:00Z"),
        _LINEAR,
    ),
    ModelVersion(
        _NEWSLETTER,
        "1",
        moment("2026-08-02T05:00Z"),
        _YUKI,
        "feature.newsletter",
        "ndcg",
        0.62,
        moment("2026-08-05T08:00Z"),
        (("half_life_days", "9"),),
    ),
    ModelVersion(
        _NEWSLETTER,
        "2",
        moment("2026-09-06T05:00Z"),
        _YUKI,
        "feature.newsletter",
        "ndcg",
        0.63,
        None,
        (("half_life_days", "9"),),
    ),
    ModelVersion(
        _NEWSLETTER,
        "3",
        moment("2026-09-20T05:00Z"),
        _YUKI,
        "feature.newsletter",
        "ndcg",
        0.64,
        moment("2026-09-24T08:00Z"),
        (("half_life_days", "7"),),
    ),
    ModelVersion(
        _NEWSLETTER,
        "4",
        moment("2026-10-04T05:00Z"),
        _YUKI,
        "feature.newsletter",
        "ndcg",
        0.64,
        None,
        (("half_life_days", "7"),),
    ),
)


def version(name: str, number: str) -> ModelVersion:
    """The version of a model; a KeyError names one that does not exist."""
    found = next((v for v in VERSIONS if v.name == name and v.version == number), None)
    if found is None:
        message = f"data/story/models.py: no version {number!r} of {name!r}; add it to VERSIONS"
        raise KeyError(message)
    return found


def versions_of(name: str) -> tuple[ModelVersion, ...]:
    """The versions of a model, oldest first."""
    return tuple(v for v in VERSIONS if v.name == name)


def submission(found: ModelVersion) -> str:
    """The digest that stands for what was submitted for approval."""
    return f"sha256:{digest('submission', found.name, found.version)}"


def ticket(found: ModelVersion) -> str:
    """The ticket under which a version is reviewed."""
    return f"GOV-{int(name_id('ticket', found.name, found.version)[:4], 16) % 900 + 100}"


SHADOW_CREATED_AT = at(moment("2026-09-23T00:00Z").date(), "15:42")
