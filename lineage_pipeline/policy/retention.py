"""How long things stay: what a policy may say of it, and the rules that are shipped."""

from __future__ import annotations

import tomllib
from datetime import date  # noqa: TC003 - msgspec looks it up
from importlib import resources
from typing import Annotated, Final, Literal, get_args

import msgspec

from lineage_pipeline.declared import read_declared

Named = Annotated[str, msgspec.Meta(min_length=1)]
Period = Annotated[
    str, msgspec.Meta(pattern=r"^P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?$")
]
"""A calendar period of ISO 8601, such as P3Y."""
ObjectClass = Literal[
    "raw event", "audit log", "data set", "feature", "training set", "model artifact", "card",
    "decision", "approval", "prediction",
]  # fmt: skip
"""What retention speaks of."""
Anchor = Literal["created", "last used", "placed on the market", "retired"]
"""From when a period is counted."""
Basis = Literal["law", "guidance", "house"]
Action = Literal["delete", "archive", "anonymise"]
SHIPPED: Final = "retention.toml"


class RetentionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long objects of a class stay, at least and at most.

    Attributes:
        of: the class.
        namespace: theirs alone, where `*` stands for anything.
        name: theirs alone, likewise.
        tag: those with this tag alone, as `key` or `key=value`.
        stage: those in this stage of the lineage, or of a model's life, alone.
        tier: those of models in this risk tier alone.
        jurisdiction: those with this value of the tag `jurisdiction` alone.
        minimum: they must stay for so long.
        maximum: they may stay for so long.
        anchor: from when that is counted.
        basis: what the rule rests on; a house rule never stands against an erasure.
        action: what is done once the maximum has passed.
        clause: where it is written.
        applies_from: from which day on it holds.
        applies_until: until before which day it does.
        framework: whose rule it is; empty: the organisation's own.
    """

    of: ObjectClass
    namespace: Named | None = None
    name: Named | None = None
    tag: Named | None = None
    stage: Named | None = None
    tier: Named | None = None
    jurisdiction: Named | None = None
    minimum: Period | None = None
    maximum: Period | None = None
    anchor: Anchor = "created"
    basis: Basis = "house"
    action: Action = "delete"
    clause: str = ""
    applies_from: date | None = None
    applies_until: date | None = None
    framework: str = ""


class Obligations(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Under which bodies of rules an organisation is.

    Attributes:
        frameworks: their shipped rules and controls hold, beside its own.
        seeds: whether model artifacts and training sets are kept for three years, as is usual.
    """

    frameworks: tuple[Named, ...] = ()
    seeds: bool = True


class Disposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How what must go is let go.

    Attributes:
        people: who may approve a plan; none named: nobody may, and nothing is deleted.
        approvals: how many of them must, none of whom has made the plan.
        plan_days: a plan is good for so long.
    """

    people: tuple[Named, ...] = ()
    approvals: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    plan_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules that are shipped, by name."""

    retention: dict[Named, RetentionRule]


def wrong_rules(rules: dict[str, RetentionRule]) -> list[str]:
    """Return what rules say that cannot be meant."""
    found = []
    for name, rule in rules.items():
        place = f"[retention.{name!r}]"
        if rule.minimum is None and rule.maximum is None:
            found.append(f"{place}: has neither minimum nor maximum; write one")
        if rule.basis == "law" and not rule.clause:
            found.append(f"{place} basis: 'law' needs the clause; write it")
        if rule.applies_from and rule.applies_until and rule.applies_from >= rule.applies_until:
            found.append(f"{place} applies_until: is not behind applies_from; correct it")
    return found


def shipped_rules() -> dict[str, RetentionRule]:
    """Return the rules that are shipped, of every framework, by name."""
    text = resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8")
    return read_declared(tomllib.loads(text), Catalogue, SHIPPED).retention


CLASSES: Final[tuple[str, ...]] = get_args(ObjectClass)
