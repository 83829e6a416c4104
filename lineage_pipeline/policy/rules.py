"""What a policy may say: one Struct for each table of the files in `policy/`."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec looks it up
from typing import Annotated, Final, Literal

import msgspec

from lineage_pipeline.policy.controls import ControlRule  # noqa: TC001 - msgspec looks it up
from lineage_pipeline.policy.retention import Disposal, Obligations, RetentionRule

Named = Annotated[str, msgspec.Meta(min_length=1)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=8_760)]
Bound = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*_(min|max)$", max_length=200)
]
"""A metric and on which side it is bounded, such as `auc_min`."""
Limit = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]
"""A number to compare with: neither infinite nor none."""
Mode = Literal["observing", "enforcing"]

GATES: Final = (
    "registered", "human owner", "risk tier", "performance", "fairness",
    "consent and permitted purpose", "documentation", "independent approvals",
    "monitoring and alerts", "rollback tested", "no open critical incident", "lineage complete",
)  # fmt: skip
"""The gates that every policy knows, in the order in which they are told."""
UNWAIVABLE: Final = frozenset({"registered"})
"""Gates that nothing waives: what nobody registered cannot be audited at all."""
AGED: Final = frozenset({"performance", "fairness", "rollback tested"})
"""Built-in gates that look at how old evidence is; one of your own may, by `$oldest`."""
FAIRNESS_METRICS: Final = (
    "demographic_parity_difference", "demographic_parity_ratio", "equal_opportunity_difference",
    "equalized_odds_difference", "equalized_odds_ratio", "disparate_impact",
)  # fmt: skip


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A risk tier.

    Attributes:
        stages: the approvals that a version needs, in any order.
        approval_days: an approval that names no end is good for so long.
        mode: `observing` denies nothing and records what it would have denied.
        signed: only approvals count that their person has signed.
        review_days: a version is reviewed again after so long.
    """

    stages: Annotated[tuple[Named, ...], msgspec.Meta(min_length=1)]
    approval_days: Days = 365
    mode: Mode = "observing"
    signed: bool = False
    review_days: Days = 365


class Environment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where models are deployed to.

    Attributes:
        profile: which gates hold there.
        stages: the approvals that count there, of those that the tier asks for; none named, or none
            that it asks for: all of them.
    """

    profile: Named
    stages: tuple[Named, ...] = ()


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A set of gates.

    Attributes:
        gates: their names; custom ones as they are called under `[gate.NAME]`.
    """

    gates: Annotated[tuple[Named, ...], msgspec.Meta(min_length=1)]


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a gate is set, or what a gate of one's own asks.

    Attributes:
        sql: of a gate of one's own: a query that returns one row with a boolean `passed`; null
            stands for unknown.
        tiers: the tiers that it holds for; none named: all.
        evidence_days: older evidence does not count.
        waivable: whether a waiver may stand in for it.
        remedy: what to do when it does not pass.
    """

    sql: Annotated[str, msgspec.Meta(max_length=100_000)] | None = None
    tiers: tuple[Named, ...] = ()
    evidence_days: Days | None = None
    waivable: bool = True
    remedy: str = ""


class Slices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Groups that a model must serve alike.

    Attributes:
        metric: what is compared among them.
        names: the groups; each must have been measured.
        gap_max: how far the best and the worst of them may lie apart.
    """

    metric: Named
    names: Annotated[tuple[Named, ...], msgspec.Meta(min_length=2)]
    gap_max: Annotated[float, msgspec.Meta(ge=0, le=1e300)]


class Fairness(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which metrics speak of fairness: their thresholds belong to that gate, others to performance.

    Attributes:
        metrics: their names.
    """

    metrics: tuple[Named, ...] = FAIRNESS_METRICS


class PermittedUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a dataset may be used for.

    Attributes:
        node: an identifier in which `*` stands for anything.
        purposes: what for.
        basis: on what that rests, such as contract or consent; whose rows may not be used any more
            where consent was withdrawn.
    """

    node: Named
    purposes: tuple[Named, ...]
    basis: Literal[
        "consent", "contract", "legal obligation", "vital interests", "public task",
        "legitimate interests", "not personal",
    ]  # fmt: skip


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person and the accounts that are all the same person.

    Attributes:
        id: how acts name the person.
        name: how reports do.
        role: what for they are there.
        accounts: how other systems name them.
        keys: public SSH keys that they sign with, as in `id_ed25519.pub`.
        until: the last day that they are there; what they did before stands.
    """

    id: Named
    name: str = ""
    role: str = ""
    accounts: tuple[Named, ...] = ()
    keys: tuple[Named, ...] = ()
    until: date | None = None


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Accounts that are no person's."""

    accounts: tuple[Named, ...] = ()


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which days are no business days, beside Saturdays and Sundays."""

    holidays: tuple[date, ...] = ()


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A ticket system whose decisions count as approvals.

    Attributes:
        source: the source of its audit events, as `audit.event` has it.
        stages: for which stages it is trusted, by the group or status that the event tells.
        actions: the events that decide, in which `*` stands for anything.
    """

    source: Named
    stages: dict[Named, Named]
    actions: tuple[Named, ...] = ("*",)


class BreakGlass(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Deployments past the gates, in an emergency.

    Attributes:
        people: who may declare one; none named: whoever may approve a stage of the tier.
        hours_max: how long it lasts at most.
        review_hours: until when others must have reviewed it.
    """

    people: tuple[Named, ...] = ()
    hours_max: Hours = 24
    review_hours: Hours = 72


class Waivers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Gates that need not hold for a while.

    Attributes:
        people: who may grant one; none named: whoever may approve a stage of the tier.
        days_max: how long one lasts at most.
    """

    people: tuple[Named, ...] = ()
    days_max: Days = 90


ENVIRONMENTS: Final = {
    "production": Environment("regulated"),
    "staging": Environment("reviewed", ("technical",)),
    "development": Environment("unregulated"),
}
"""Where models are deployed to, if a policy does not say."""
PROFILES: Final = {
    "regulated": Profile(GATES),
    "reviewed": Profile(("registered", "human owner", "performance", "independent approvals")),
    "unregulated": Profile(("registered", "human owner", "performance")),
}
"""Sets of gates, beside those that a policy declares."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that a policy says, one attribute for each table of its files.

    Attributes:
        tier: the risk tiers.
        model: the tier of each model, by its name or its identifier.
        threshold: bounds of metrics, by model; `*` for models without bounds of their own.
        slices: groups that a model must serve alike, by model.
        fairness: which metrics speak of fairness.
        purpose: what each model is for.
        dataset: what datasets may be used for; the first whose pattern fits counts.
        stage: who may approve each stage.
        person: who has which accounts.
        service: accounts that are no person's.
        environment: where models are deployed to; see `ENVIRONMENTS`.
        profile: which gates hold where; see `PROFILES`.
        gate: how gates are set, and gates of one's own.
        ticket: ticket systems whose decisions count.
        break_glass: deployments past the gates.
        waiver: gates that need not hold for a while.
        retention: how long objects stay; with the shipped rules of the frameworks that hold.
        obligations: which frameworks do.
        disposal: who approves what is to be deleted.
        control: how controls are set, and controls of one's own.
        calendar: which days are no business days.
    """

    tier: dict[Named, Tier] = {}
    model: dict[Named, Named] = {}
    threshold: dict[Named, dict[Bound, Limit]] = {}
    slices: dict[Named, Slices] = {}
    fairness: Fairness = Fairness()
    purpose: dict[Named, Named] = {}
    dataset: tuple[PermittedUse, ...] = ()
    stage: dict[Named, tuple[Named, ...]] = {}
    person: tuple[Person, ...] = ()
    service: Service = Service()
    environment: dict[Named, Environment] = {}
    profile: dict[Named, Profile] = {}
    gate: dict[Named, Gate] = {}
    ticket: dict[Named, Ticket] = {}
    break_glass: BreakGlass = BreakGlass()
    waiver: Waivers = Waivers()
    retention: dict[Named, RetentionRule] = {}
    obligations: Obligations = Obligations()
    disposal: Disposal = Disposal()
    control: dict[Named, ControlRule] = {}
    calendar: Calendar = Calendar()

    @property
    def environments(self) -> dict[str, Environment]:
        """Where models are deployed to, by name."""
        return self.environment or ENVIRONMENTS

    @property
    def profiles(self) -> dict[str, Profile]:
        """Sets of gates, by name."""
        own = tuple(name for name, gate in self.gate.items() if gate.sql is not None)
        return {**PROFILES, "regulated": Profile((*GATES, *own)), **self.profile}
