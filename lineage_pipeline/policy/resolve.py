"""A policy resolved for one version in one environment: what exactly is asked of it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.policy.reading import policy_digest
from lineage_pipeline.policy.rules import GATES, UNWAIVABLE, Gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.policy.rules import Mode, PermittedUse, Person, Policy, Slices, Tier

Entry = TypeVar("Entry")


class Threshold(msgspec.Struct, frozen=True):
    """A metric and its bound."""

    metric: str
    side: Literal["min", "max"]
    bound: float
    is_fairness: bool


class AskedGate(msgspec.Struct, frozen=True):
    """A gate that holds for the version."""

    name: str
    sql: str | None
    evidence_days: int | None
    is_waivable: bool
    remedy: str


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a version of one model in one environment.

    Attributes:
        policy_sha256: the policy that says so.
        tier_sha256: what is asked of the model in any environment, whoever may say that it holds:
            another approver or account changes nothing of what was approved; another stage, bound,
            purpose or gate does.
        tier: the risk tier; empty if the policy gives the model none.
        mode: whether the tier denies, or only records what it would have denied.
        stages: the approvals that its tier asks for.
        stages_here: those of them that it needs in this environment.
        signed: whether approvals must be signed.
        approval_days: how long an approval is good that names no end.
        thresholds: bounds of metrics.
        slices: groups that it must serve alike.
        purpose: what the model is for; empty if nobody says.
        permitted: what datasets may be used for; the first that fits counts.
        approvers: who may approve each stage.
        waivers: who may grant a waiver; empty: whoever may approve a stage of the tier.
        waiver_days: how long one lasts at most.
        breakers: who may declare a break-glass; empty: as for waivers.
        break_hours: how long one lasts at most.
        review_hours: until when it must have been reviewed.
        people: people and their accounts and keys.
        services: accounts that are no person's.
        gates: what is asked, in order.
    """

    policy_sha256: str
    tier_sha256: str
    tier: str
    mode: Mode
    stages: tuple[str, ...]
    stages_here: tuple[str, ...]
    signed: bool
    approval_days: int
    thresholds: tuple[Threshold, ...]
    slices: Slices | None
    purpose: str
    permitted: tuple[PermittedUse, ...]
    approvers: dict[str, tuple[str, ...]]
    waivers: tuple[str, ...]
    waiver_days: int
    breakers: tuple[str, ...]
    break_hours: int
    review_hours: int
    people: tuple[Person, ...]
    services: tuple[str, ...]
    gates: tuple[AskedGate, ...]

    @property
    def json(self) -> str:
        """The rules as SQL is given them."""
        return msgspec.json.encode(self, order="deterministic").decode()


def resolve(policy: Policy, model: str, model_node_id: str, environment: str) -> Rules:
    """Return what a policy asks of a model's versions in an environment.

    Args:
        policy: the policy.
        model: the name of the model.
        model_node_id: its identifier, by which a policy may name it as well.
        environment: where a version is to be deployed.

    Raises:
        ConfigError: the policy knows no such environment.
    """
    require_environment(policy, environment)
    names = (model_node_id, model)
    tier_name = _of(policy.model, names) or ""
    tier = policy.tier.get(tier_name)
    place = policy.environments[environment]
    profile = policy.profiles[place.profile]
    # A model that nobody has put into a tier is asked for everything that any tier asks for.
    every = tuple(sorted({stage for any_tier in policy.tier.values() for stage in any_tier.stages}))
    stages = tier.stages if tier else every
    here = tuple(stage for stage in stages if stage in place.stages) or stages
    people = tuple(sorted({one for stage in stages for one in policy.stage.get(stage, ())}))
    return Rules(
        policy_sha256=policy_digest(policy),
        tier_sha256=_tier_digest(policy, names, tier),
        tier=tier_name,
        mode=tier.mode if tier else "enforcing",
        stages=stages,
        stages_here=here,
        signed=tier.signed if tier else False,
        approval_days=tier.approval_days if tier else 365,
        thresholds=_thresholds(policy, names),
        slices=_of(policy.slices, names),
        purpose=_of(policy.purpose, names) or "",
        permitted=policy.dataset,
        approvers={stage: policy.stage.get(stage, ()) for stage in stages},
        waivers=policy.waiver.people or people,
        waiver_days=policy.waiver.days_max,
        breakers=policy.break_glass.people or people,
        break_hours=policy.break_glass.hours_max,
        review_hours=policy.break_glass.review_hours,
        people=policy.person,
        services=policy.service.accounts,
        gates=tuple(_gates(policy, profile.gates, tier_name)),
    )


def resolve_anywhere(policy: Policy, model: str, model_node_id: str) -> Rules:
    """Return what a policy asks of a model's versions, for what is the same in any environment.

    A submission freezes only that, and a card must hold what its tier says.
    """
    return resolve(policy, model, model_node_id, any_environment(policy))


def any_environment(policy: Policy) -> str:
    """Return an environment of a policy, where it does not matter which."""
    return next(iter(policy.environments))


def require_environment(policy: Policy, environment: str) -> None:
    """Let only an environment pass that a policy knows.

    Raises:
        ConfigError: it knows no such environment.
    """
    if environment not in policy.environments:
        raise ConfigError(
            f"--env {environment}: the policy knows no such environment; choose one of "
            f"{', '.join(policy.environments)}, or declare [environment.{environment}]"
        )


def _of(table: dict[str, Entry], names: Sequence[str]) -> Entry | None:
    """Return what a table says of the first of the names that it knows."""
    return next((table[name] for name in names if name in table), None)


def _tier_digest(policy: Policy, names: tuple[str, str], tier: Tier | None) -> str:
    asked = {
        "tier": tier and (tier.stages, tier.signed, tier.approval_days),
        "threshold": _of(policy.threshold, (*names, "*")),
        "slices": _of(policy.slices, names),
        "fairness": policy.fairness,
        "purpose": _of(policy.purpose, names),
        "dataset": policy.dataset,
        "gate": policy.gate,
        "profile": policy.profiles,
        "environment": policy.environments,
    }
    return sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()


def _thresholds(policy: Policy, names: tuple[str, str]) -> tuple[Threshold, ...]:
    found = []
    for key, bound in sorted((_of(policy.threshold, (*names, "*")) or {}).items()):
        metric, _, side = key.rpartition("_")
        is_fairness = metric in policy.fairness.metrics
        found.append(Threshold(metric, "min" if side == "min" else "max", bound, is_fairness))
    return tuple(found)


def _gates(policy: Policy, names: tuple[str, ...], tier: str) -> list[AskedGate]:
    """Return the gates of a profile that hold for a tier: the known ones in their order first.

    What nothing waives is asked by every profile, also by one that does not name it.
    """
    asked = {*names, *UNWAIVABLE}
    ordered = [name for name in GATES if name in asked] + [n for n in names if n not in GATES]
    found = []
    for name in ordered:
        gate = policy.gate.get(name, Gate())
        if tier and gate.tiers and tier not in gate.tiers and name not in UNWAIVABLE:
            continue
        waivable = gate.waivable and name not in UNWAIVABLE
        found.append(AskedGate(name, gate.sql, gate.evidence_days, waivable, gate.remedy))
    return found
