"""Which tags say what of data: rules of `[classification]`, and those that count without any."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import msgspec


class TagRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tags that put data into a category; the first rule that fits a tag counts.

    Attributes:
        category: such as personal-data; what the tag says of data.
        keys: keys of tags, in small letters; `-` and `_` are one.
        values: only with one of these values; with any value if there are none.
        of_dataset: what such a tag of a whole dataset says: `each` of its fields is so, or `some`
            are, nobody says which.
    """

    category: str
    keys: tuple[str, ...]
    values: tuple[str, ...] = ()
    of_dataset: Literal["each", "some"] = "each"


RULES: Final = (
    TagRule(
        "special-category",
        ("special_category", "special_category_data", "sensitive_personal_data", "phi"),
        of_dataset="some",
    ),
    TagRule(
        "personal-data",
        ("pii", "contains_pii", "personal", "personal_data"),
        of_dataset="some",
    ),
    TagRule("licence", ("licence", "license")),
    TagRule("consent-basis", ("consent_basis", "legal_basis", "lawful_basis")),
)
DENIALS: Final = ("false", "no", "none", "0", "n/a", "")


class ClassificationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which tags classify data, and so go where it goes.

    Attributes:
        rule: in order; those given here replace the shipped ones.
        denials: values by which a tag says that it does not apply, in small letters.
    """

    rule: tuple[TagRule, ...] = RULES
    denials: tuple[str, ...] = DENIALS


class RuleRow(NamedTuple):
    """One key, and one value where a rule names values, of a rule."""

    place: int
    category: str
    key: str
    value: str | None
    of_dataset: str


def rule_rows(classification: ClassificationSettings) -> list[RuleRow]:
    """Return the rules as rows for SQL, keys and values as SQL compares them."""
    return [
        RuleRow(place, rule.category, key.lower().replace("-", "_"), value, rule.of_dataset)
        for place, rule in enumerate(classification.rule)
        for key in rule.keys
        for value in (*(one.strip().lower() for one in rule.values), *[None] * (not rule.values))
    ]
