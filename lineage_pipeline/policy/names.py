"""The names in a policy: what it names must be declared, and an account is one person's."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.ssh.keys import public_key
from lineage_pipeline.policy.rules import AGED, GATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lineage_pipeline.policy.rules import Policy


def wrong_names(policy: Policy) -> Iterator[str]:
    """Yield what a policy names and does not declare, and what it declares twice."""
    return chain(
        _tiers(policy), _stages(policy), _deciders(policy), _profiles(policy), _gates(policy),
        _accounts(policy), _keys(policy),
    )  # fmt: skip


def _tiers(policy: Policy) -> Iterator[str]:
    for model, tier in policy.model.items():
        if tier not in policy.tier:
            yield f"[model] {model} = {tier!r}: no such tier; declare [tier.{tier}]"
    for name, gate in policy.gate.items():
        for tier in gate.tiers:
            if tier not in policy.tier:
                yield f"[gate.{name!r}] tiers: {tier!r}: no such tier; declare [tier.{tier}]"


def _stages(policy: Policy) -> Iterator[str]:
    needed = [
        (f"[tier.{name}]", stage) for name, tier in policy.tier.items() for stage in tier.stages
    ]
    needed += [
        (f"[ticket.{name}]", stage)
        for name, ticket in policy.ticket.items()
        for stage in ticket.stages.values()
    ]
    needed += [
        (f"[environment.{name}]", stage)
        for name, environment in policy.environment.items()
        for stage in environment.stages
    ]
    for place, stage in needed:
        if not policy.stage.get(stage):
            yield f"{place} stages: nobody may approve {stage!r}; name people under [stage]"


def _deciders(policy: Policy) -> Iterator[str]:
    """Yield who is to decide and never could, since it is people who do, by their ids."""
    owners = {account: person.id for person in policy.person for account in person.accounts}
    people = {person.id for person in policy.person}
    short = {part: one for one in people for part in (one.lower(), one.lower().split("@")[0])}
    for place, name in deciders(policy):
        if name in owners and name not in people:
            yield f"{place}: {name!r} is an account of {owners[name]}; write {owners[name]!r}"
        if name in policy.service.accounts:
            yield f"{place}: {name!r} is a service; name people"
        if name not in people and name.lower() in short:
            yield f"{place}: {name!r} is taken for {short[name.lower()]}; write that"


def deciders(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield where a policy says who decides, and whom it names there."""
    for stage, names in policy.stage.items():
        yield from ((f"[stage] {stage}", name) for name in names)
    yield from (("[waiver] people", name) for name in policy.waiver.people)
    yield from (("[break_glass] people", name) for name in policy.break_glass.people)
    yield from (("[disposal] people", name) for name in policy.disposal.people)


def _profiles(policy: Policy) -> Iterator[str]:
    for name, environment in policy.environments.items():
        if environment.profile not in policy.profiles:
            yield (
                f"[environment.{name}] profile: {environment.profile!r}: no such profile; declare "
                f"[profile.{environment.profile}]"
            )
    for name, profile in policy.profile.items():
        for gate in profile.gates:
            if gate not in {*GATES, *policy.gate}:
                yield f"[profile.{name}] gates: {gate!r}: no such gate; declare [gate.{gate!r}] sql"


def _gates(policy: Policy) -> Iterator[str]:
    for name, gate in policy.gate.items():
        if gate.sql is not None and name in GATES:
            yield f"[gate.{name!r}] sql: this gate is built in; give yours another name"
        if gate.sql is None and name not in GATES:
            yield f"[gate.{name!r}]: is not built in, so it needs sql"
        if gate.evidence_days is not None and name in set(GATES) - AGED:
            yield (
                f"[gate.{name!r}] evidence_days: this gate does not look at how old evidence is; "
                f"those that do are {', '.join(sorted(AGED))}"
            )


def _accounts(policy: Policy) -> Iterator[str]:
    owner: dict[str, str] = {}
    for person in policy.person:
        for account in {person.id, *person.accounts}:
            other = owner.setdefault(account, person.id)
            if other != person.id:
                yield f"[[person]] {account!r} is {other} and {person.id}; it is one of them"
    for account in policy.service.accounts:
        if account in owner:
            yield f"[service] {account!r} is {owner[account]}; it is one or the other"


def _keys(policy: Policy) -> Iterator[str]:
    """Yield keys that nobody could sign with, and those that would let one sign for another."""
    owner: dict[str, str] = {}
    for person in policy.person:
        for line in person.keys:
            key = public_key(line)
            if key is None:
                yield f"[[person]] {person.id} keys: {line[:40]!r}: write the line of a .pub file"
            elif owner.setdefault(key, person.id) != person.id:
                yield f"[[person]] {key!r} is {owner[key]}'s and {person.id}'s; a key is one's own"


def require_known(policy: Policy, stages: Sequence[str], data: Mapping[str, Any]) -> None:
    """Let only an act pass whose stage and gate there are; gates go by any spelling of their words.

    Raises:
        ConfigError: it names another.
    """
    stage, gate, gates = data.get("stage"), data.get("gate"), (*GATES, *policy.gate)
    if stage is not None and stage not in stages:
        raise ConfigError(f"--stage {stage}: there is none; choose one of {', '.join(stages)}")
    if gate is not None and _words(gate) not in map(_words, gates):
        raise ConfigError(f"--gate {gate}: there is none; choose one of {', '.join(gates)}")


def _words(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").lower()
