"""Whether a card is complete: each section, what is wrong with it, and what to do.

A section is filled if it is valid, holds no placeholder, is as long as the rules say, and resolves:
figures to evidence, datasets to lineage. That it does not apply takes a reason and an approver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from lineage_pipeline.cards.card import ANNEX_IV, Period
from lineage_pipeline.cards.placeholders import is_placeholder
from lineage_pipeline.cards.resolution import RESOLVERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.cards.card import Card, NotApplicable
    from lineage_pipeline.cards.facts import CardFacts
    from lineage_pipeline.cards.rules import CardRules, SectionRule
    from lineage_pipeline.cards.written import Problem

Status: TypeAlias = Literal["complete", "missing", "placeholder", "unresolved", "not_applicable"]
_WORST: Final[tuple[Status, ...]] = ("missing", "placeholder", "unresolved")


class SectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of one section.

    Attributes:
        is_required: whether the tier of the model asks for it.
        reason: a sentence that says why it has this status.
        remedy: what to do next; empty if there is nothing to do.
    """

    section: str
    title: str
    is_required: bool
    status: Status
    reason: str
    remedy: str = ""


def check_completeness(
    card: Card, facts: CardFacts, problems: Sequence[Problem], rules: CardRules
) -> tuple[SectionRow, ...]:
    """Return a row for each section, in the order of the rules."""
    tier = rules.tier_of(card.risk.tier)
    return tuple(_row(rule, tier, card, facts, problems) for rule in rules.section)


def is_complete(rows: Sequence[SectionRow]) -> bool:
    """Return whether every section that is asked for is complete, or is agreed not to apply."""
    return all(row.status in ("complete", "not_applicable") for row in rows if row.is_required)


def _row(
    rule: SectionRule, tier: str, card: Card, facts: CardFacts, problems: Sequence[Problem]
) -> SectionRow:
    is_required = tier in rule.tiers
    said = next((each for each in card.not_applicable if each.section == rule.name), None)
    if said is not None and _is_empty(getattr(card, rule.name)):
        status, reason = _waived(rule, said, tier, is_required=is_required)
    else:
        faults = [*_faults(rule, card), *_unusable(rule, problems)]
        faults += [("unresolved", text) for text in RESOLVERS.get(rule.name, _nothing)(card, facts)]
        status, reason = _verdict(rule, card, tier, faults, is_required=is_required)
    is_good = status in ("complete", "not_applicable")
    return SectionRow(
        section=rule.name,
        title=rule.title,
        is_required=is_required,
        status=status,
        reason=reason,
        remedy="" if is_good else rule.remedy,
    )


def _verdict(
    rule: SectionRule,
    card: Card,
    tier: str,
    faults: Sequence[tuple[Status, str]],
    *,
    is_required: bool,
) -> tuple[Status, str]:
    if not is_required and _is_empty(getattr(card, rule.name)):
        return "not_applicable", f"tier {tier} does not ask for it"
    for status in _WORST:
        if found := [text for kind, text in faults if kind == status]:
            more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
            return status, f"{found[0]}{more}"
    return "complete", "filled, and what it refers to is known"


def _waived(
    rule: SectionRule, said: NotApplicable, tier: str, *, is_required: bool
) -> tuple[Status, str]:
    if not is_required:
        return "not_applicable", f"tier {tier} does not ask for it; said: {said.reason}"
    if not rule.is_waivable:
        return "missing", "no card can do without this section"
    if not said.reason or is_placeholder(said.reason):
        return "placeholder", "it is said not to apply, without a reason"
    if not said.approver or is_placeholder(said.approver):
        return "unresolved", f"it is said not to apply ({said.reason}); no approver is named"
    return "not_applicable", f"{said.reason}; agreed by {said.approver}"


def _faults(rule: SectionRule, card: Card) -> Iterator[tuple[Status, str]]:
    """Yield what is wrong with the texts of a section."""
    for name, texts, minimum in _places(rule, card):
        filled = [text for text in texts if text.strip()]
        if not filled:
            yield "missing", f"{name} is empty"
        for text in filled:
            if is_placeholder(text):
                yield "placeholder", f"{name} only holds a place: {_brief(text)}"
            elif len(text) < minimum:
                yield "missing", f"{name} has {len(text)} characters of at least {minimum}: {text}"


def _places(rule: SectionRule, card: Card) -> Iterator[tuple[str, list[str], int]]:
    """Yield the name, the texts and the least length of each place that must be filled."""
    section: Any = getattr(card, rule.name)
    if rule.name == "annex_iv":
        for point, title in ANNEX_IV.items():
            yield f"point {point} ({title})", [section.get(point, "")], rule.minimum
    elif not rule.fields:
        yield rule.name, _texts(section), rule.minimum
    elif not isinstance(section, tuple):
        for field in rule.fields:
            yield field.name, _texts(getattr(section, field.name)), field.minimum
    elif not section:
        yield rule.name, [], 1
    else:
        for place, each in enumerate(section):
            for field in rule.fields:
                name = f"{rule.name}[{place}].{field.name}"
                yield name, _texts(getattr(each, field.name)), field.minimum


def _texts(value: Any) -> list[str]:
    """Return what a value of any field says, as texts."""
    if value is None:
        return []
    if isinstance(value, Period):
        return [" ".join(filter(None, (value.start, value.end)))]
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(getattr(each, "metric", each))]
    return [value if isinstance(value, str) else f"{value}"]


def _unusable(rule: SectionRule, problems: Sequence[Problem]) -> Iterator[tuple[Status, str]]:
    """Yield what a person wrote in this section and nobody can read."""
    for problem in problems:
        if problem.path.partition(".")[0].partition("[")[0] in (rule.name, ""):
            where = problem.path or "the card"
            yield "missing", f"{where}: {problem.reason}"


def _is_empty(section: Any) -> bool:
    if isinstance(section, msgspec.Struct):
        return all(not value for value in msgspec.to_builtins(section).values())
    return not section


def _brief(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "\N{HORIZONTAL ELLIPSIS}"  # noqa: PLR2004


def _nothing(_: Card, __: CardFacts) -> Iterator[str]:
    return iter(())
