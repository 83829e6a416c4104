"""Plain files of teams without a registry, and the model cards that people write."""

from typing import Annotated, Final

import msgspec

from lineage_pipeline.formats.documents.document import DocumentFormat, FreeForm, Moment, Part, Text

SOURCE: Final = "registry/files"
Named = Annotated[str, Text]


class Version(Part, frozen=True, kw_only=True):
    """A version of a model, as its team registers it."""

    version: Named
    registered_at: Named | None = None
    artifact_sha256: str | None = None
    run_id: str | None = None
    owner: str | None = None
    status: str | None = None
    trainer: str | None = None
    code: str | None = None
    parameters: FreeForm = msgspec.field(default_factory=dict)
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    training_data: tuple[str, ...] = ()
    evaluation_data: tuple[str, ...] = ()


class Registration(Part, frozen=True, kw_only=True):
    """A model and its versions; what is not in the file any more is no longer registered."""

    name: Named
    versions: list[Version]
    registry: str | None = None
    owner: str | None = None
    team: str | None = None
    risk_tier: str | None = None
    purpose: str | None = None


class CardOverview(Part, frozen=True, kw_only=True):
    """Which version a card speaks of."""

    name: Named
    version: Named
    artifact_sha256: str | None = None
    date: str | None = None


class Card(Part, frozen=True, kw_only=True):
    """A model card; its other sections are checked where completeness is."""

    overview: CardOverview


def _registered(_: Registration, __: str) -> Moment:
    return None


def _dated(card: Card, _: str) -> Moment:
    return f"{card.overview.date}T00:00:00Z" if card.overview.date else None


FORMATS = (
    DocumentFormat("card", SOURCE, frozenset({"overview"}), Card, _dated),
    DocumentFormat("registration", SOURCE, frozenset({"name", "versions"}), Registration,
                   _registered),
)  # fmt: skip
