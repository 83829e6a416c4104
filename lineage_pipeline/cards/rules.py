"""What a card must hold, by tier, and how far a figure may be off: data, read from TOML."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.cards.card import (
    Fairness,
    IntendedUse,
    Lifecycle,
    Measure,
    Operations,
    Overview,
    Risk,
    TrainingData,
)
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.policy.card_sections import SHIPPED, card_rules_text

if TYPE_CHECKING:
    from collections.abc import Mapping

TIERS: Final = ("low", "medium", "high")
CHECKED: Final[Mapping[str, type[msgspec.Struct] | None]] = {
    "overview": Overview,
    "risk": Risk,
    "intended_use": IntendedUse,
    "training_data": TrainingData,
    "evaluation": Measure,
    "fairness": Fairness,
    "ethics": None,
    "limitations": None,
    "caveats": None,
    "human_oversight": None,
    "operations": Operations,
    "lifecycle": Lifecycle,
    "annex_iv": None,
}
"""The sections that rules can ask for, and what has the fields of each; None: it is texts."""


class FieldRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of a section that must be filled, and how long its text is at least."""

    name: str
    minimum: int = 1


class SectionRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section: which tiers must fill it, with what, and what to do if it is not.

    Attributes:
        is_waivable: whether a person may say, with a reason and an approver, that it does not
            apply.
        fields: what must be filled; none: the section is itself one text, or a list of them.
        minimum: characters of such a text.
    """

    name: str
    title: str
    tiers: tuple[str, ...]
    remedy: str
    is_waivable: bool = True
    fields: tuple[FieldRule, ...] = ()
    minimum: int = 1


class Tolerance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far a written figure may be from the measured one.

    Attributes:
        absolute: in units of the metric.
        relative: as a share of the measured value; the larger of the two counts.
        metric: instead of `absolute`, for single metrics.
    """

    absolute: float = 0.005
    relative: float = 0.005
    metric: dict[str, float] = msgspec.field(default_factory=dict)

    def of(self, metric: str, measured: float) -> float:
        """Return how far a figure of this metric may be off."""
        declared = self.metric.get(metric)
        if declared is not None:
            return declared
        return max(self.absolute, self.relative * abs(measured))


class CardRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules that cards are checked by.

    Attributes:
        section: the sections, in the order of a card.
        max_age_days: after how many days a card is stale, by tier.
        tolerance: of figures.
    """

    section: tuple[SectionRule, ...]
    max_age_days: dict[str, int]
    tolerance: Tolerance = Tolerance()

    def tier_of(self, tier: str) -> str:
        """Return the tier whose demands count: the highest for one that is not known."""
        found = tier.strip().casefold()
        return found if found in TIERS else TIERS[-1]


@cache
def shipped_rules() -> CardRules:
    """Return the rules that the library brings."""
    return read_rules(card_rules_text(), SHIPPED)


def read_rules(text: str, source: str) -> CardRules:
    """Return the rules that a TOML text holds.

    Raises:
        ConfigError: they are no rules; the message says where.
    """
    try:
        rules = msgspec.toml.decode(text, type=CardRules)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{source}: these are no rules for model cards: {error}") from error
    if missing := [tier for tier in TIERS if tier not in rules.max_age_days]:
        raise ConfigError(f"{source}: max_age_days says nothing of tier {missing[0]!r}")
    for section in rules.section:
        if problem := _problem(section):
            raise ConfigError(f"{source}: section {section.name}: {problem}")
    return rules


def _problem(section: SectionRule) -> str:
    """Return why a rule asks for what no card holds; empty if it does not."""
    if section.name not in CHECKED:
        return f"no card has it; choose from {', '.join(CHECKED)}"
    if unknown := sorted({*section.tiers} - {*TIERS}):
        return f"{unknown[0]!r} is none of {', '.join(TIERS)}"
    part = CHECKED[section.name]
    known = [field.name for field in msgspec.structs.fields(part)] if part else []
    named = [field.name for field in section.fields]
    if unknown := [name for name in named if name not in known]:
        return f"it has no field {unknown[0]!r}; it has {', '.join(known) or 'none'}"
    return "" if named or not part else "name the fields that must be filled"
