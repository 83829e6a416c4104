"""Controls: those that are shipped, as data, and what a policy may say of them."""

from __future__ import annotations

import difflib
import tomllib
from datetime import date  # noqa: TC003 - msgspec looks it up
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from lineage_pipeline.declared import read_declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Named = Annotated[str, msgspec.Meta(min_length=1)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Automation = Literal["full", "partial", "attestation"]
Basis = Literal["law", "guidance", "house"]
SHIPPED: Final = "controls.toml"
BASELINE: Final = "baseline"
"""The framework that every organisation is under."""


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body of rules.

    Attributes:
        title: what people call it.
        kind: law, guidance, standard or house; one that is not house makes the baseline block.
        source: where it is written.
        note: what to know before its controls are read as its demands.
    """

    title: Named
    kind: Literal["law", "guidance", "standard", "house"]
    source: str = ""
    note: str = ""


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a framework asks for a control, and from which day on it does."""

    clause: Named
    applies_from: date | None = None
    note: str = ""


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number that a control measures with.

    Attributes:
        value: the number.
        unit: of what.
        basis: who set it; what law sets may only be made stricter.
        stricter: which way that is.
        note: what else is in use.
    """

    value: Amount
    unit: Named
    basis: Basis
    stricter: Literal["lower", "higher"]
    note: str = ""


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A control.

    Attributes:
        title: in a few words.
        requirement: what must hold.
        automation: full (the predicate is decidable), partial (presence and dates of evidence) or
            attestation (a person's word).
        population: of what its query looks at every member.
        deliver: what must be told for it to be assessable.
        limits: what it cannot show.
        under: the frameworks that it belongs to.
        parameter: the numbers that it measures with.
    """

    title: Named
    requirement: Named
    automation: Automation
    population: Named
    deliver: Named
    limits: Named
    under: Annotated[dict[Named, Clause], msgspec.Meta(min_length=1)]
    parameter: dict[Named, Parameter] = {}


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is shipped: the day that it was true on, bodies of rules, and controls."""

    version: Named
    framework: dict[Named, Framework]
    control: dict[Named, Control]


class ControlRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a control is set, or what a control of one's own is.

    Attributes:
        parameters: other numbers than the shipped ones.
        sql: of a control of one's own: a query with a row for each member of its population; see
            docs/compliance.md for its columns.
        title: of one's own, in a few words.
        requirement: of one's own, what must hold.
        automation: of one's own, how far its query decides.
        population: of one's own, of what.
        clause: of one's own, where it is written.
        applies_from: of one's own, from which day on it holds.
    """

    parameters: dict[Named, Amount] = {}
    sql: Annotated[str, msgspec.Meta(max_length=100_000)] | None = None
    title: str = ""
    requirement: str = ""
    automation: Automation = "full"
    population: str = ""
    clause: str = ""
    applies_from: date | None = None


@cache
def shipped_controls() -> Catalogue:
    """Return the shipped catalogue.

    Raises:
        ConfigError: it is broken.
    """
    text = resources.files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8")
    return read_declared(tomllib.loads(text), Catalogue, SHIPPED)


def wrong_frameworks(names: Iterable[str]) -> Iterator[str]:
    """Yield which names of frameworks there are not."""
    known = [name for name in shipped_controls().framework if name != BASELINE]
    for name in names:
        if name not in known:
            yield f"[obligations.frameworks] {_unknown(name, known, 'framework')}"


def wrong_controls(rules: Mapping[str, ControlRule]) -> Iterator[str]:
    """Yield what a policy says of controls that cannot be meant."""
    shipped = shipped_controls().control
    for name, rule in rules.items():
        place = f"[control.{name!r}]"
        if rule.sql is None and name not in shipped:
            yield f"{place} {_unknown(name, shipped, 'control')}; one of your own needs sql"
        elif rule.sql is None:
            yield from _wrong_settings(place, rule, shipped[name])
        elif name in shipped:
            yield f"{place} sql: this control is built in; give yours another name"
        elif not (rule.title and rule.requirement and rule.population):
            yield f"{place}: one of your own needs title, requirement and population; write them"


def _wrong_settings(place: str, rule: ControlRule, control: Control) -> Iterator[str]:
    own = [name for name in ("title", "requirement", "population", "clause") if getattr(rule, name)]
    if own or rule.applies_from:
        yield f"{place}: is built in; what may be set is parameters"
    for name, value in rule.parameters.items():
        parameter = control.parameter.get(name)
        if parameter is None:
            yield f"{place} parameters: {_unknown(name, control.parameter, 'parameter')}"
        elif parameter.basis == "law" and _is_laxer(value, parameter):
            yield (
                f"{place} parameters: {name} = {value}: the law says {parameter.value} "
                f"{parameter.unit}; write that or a {parameter.stricter} number"
            )


def _is_laxer(value: int, parameter: Parameter) -> bool:
    if parameter.stricter == "lower":
        return value > parameter.value
    return value < parameter.value


def _unknown(name: str, known: Iterable[str], what: str) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.0)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{name!r}: no such {what}{hint}"
