"""Retention decided object by object in plain Python: what `retention.resolution_at` must say."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

FOREVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    """A rule of a policy; `months` and `days` of a period, None if there is none."""

    name: str
    of: str
    minimum: tuple[int, int] | None = None
    maximum: tuple[int, int] | None = None
    anchor: str = "created"
    basis: str = "house"
    namespace: str | None = None
    called: str | None = None
    tag: str | None = None
    stage: str | None = None
    tier: str | None = None
    applies_from: date | None = None
    applies_until: date | None = None
    action: str = "delete"


@dataclass(frozen=True)
class Object:
    """Something that is kept; a class of None is one that nobody knows."""

    object_id: str
    of: str | None
    namespace: str = "s3://a"
    name: str = "x"
    stage: str | None = None
    tier: str | None = None
    tags: tuple[str, ...] = ()
    anchors: dict[str, datetime | None] = field(default_factory=dict)
    archived_at: datetime | None = None
    anonymised_at: datetime | None = None


def after(at: datetime, period: tuple[int, int]) -> datetime:
    """Return the instant so many months and then days later; short months end on their last day."""
    months, days = period
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last)) + timedelta(days=days)


def speaks_of(rule: Rule, one: Object, as_of: datetime) -> bool:
    """Return whether a rule holds on a day, and for an object."""
    if rule.applies_from and as_of.date() < rule.applies_from:
        return False
    if rule.applies_until and as_of.date() >= rule.applies_until:
        return False
    if one.of is None:
        if not one.object_id.startswith("dataset:") or rule.called is None:
            return False
    elif one.of != rule.of:
        return False
    return (
        (rule.namespace is None or _fits(one.namespace, rule.namespace))
        and (rule.called is None or _fits(one.name, rule.called))
        and rule.stage in (None, one.stage)
        and rule.tier in (None, one.tier)
        and (rule.tag is None or any(re.split("=", tag)[0] == rule.tag or tag == rule.tag
                                     for tag in one.tags))
    )  # fmt: skip


def _fits(text: str, pattern: str) -> bool:
    return fnmatchcase(text, re.sub(r"([\[?])", r"[\1]", pattern))


def verdict(
    one: Object, rules: list[Rule], held: set[str], needed: set[str], as_of: datetime
) -> dict[str, Any]:
    """Return what holds for an object."""
    speaking = [rule for rule in rules if speaks_of(rule, one, as_of)]
    stays_until = max((at for rule in speaking if (at := stays(rule, one))), default=None)
    left = [rule for rule in speaking if goes(rule, one) and not is_met(rule, one, speaking, as_of)]
    first_by = min(
        left, key=lambda rule: (goes(rule, one), rule.basis != "law", rule.name), default=None
    )
    goes_at = goes(first_by, one) if first_by else None
    is_moved = bool(first_by and first_by.action == "archive")
    is_unknown = any(
        one.anchors.get(rule.anchor) is None and rule.anchor in ("created", "last used")
        for rule in speaking
    )
    said = [
        ("held", one.object_id in held),
        ("unknown", one.of is None and not speaking),
        ("conflict", bool(stays_until and goes_at and stays_until > goes_at and not is_moved)),
        ("unknown", is_unknown),
        ("minimum", bool(stays_until and stays_until > as_of)
                    and not (is_moved and goes_at and goes_at <= as_of)),
        ("kept", goes_at is None),
        ("until", bool(goes_at and goes_at > as_of)),
        ("needed", one.object_id in needed),
        ("due", True),
    ]  # fmt: skip
    first = next(word for word, is_so in said if is_so)
    action = first_by.action if first_by and first == "due" else None
    return {"verdict": first, "stays_until": stays_until, "goes_at": goes_at, "action": action}


def is_met(rule: Rule, one: Object, speaking: list[Rule], as_of: datetime) -> bool:
    """Return whether what a rule asks for is done, or more is to be done by now."""
    more = {
        "delete": (),
        "anonymise": ("delete",),
        "archive": ("delete",) if one.anonymised_at else ("delete", "anonymise"),
    }[rule.action]
    done = {"archive": one.archived_at, "anonymise": one.anonymised_at}.get(rule.action)
    ends = [goes(other, one) for other in speaking if other.action in more]
    return bool(done) or any(end is not None and end <= as_of for end in ends)


def stays(rule: Rule, one: Object) -> datetime | None:
    """Return until when an object must stay by a rule; what has not begun does not end."""
    at = one.anchors.get(rule.anchor)
    if rule.minimum is None or at is not None:
        return after(at, rule.minimum) if at and rule.minimum else None
    never_ends = {"retired": True, "placed on the market": one.anchors.get("retired") is None}
    return FOREVER if never_ends.get(rule.anchor) else None


def goes(rule: Rule, one: Object) -> datetime | None:
    """Return by when an object must go by a rule."""
    at = one.anchors.get(rule.anchor)
    return after(at, rule.maximum) if at and rule.maximum else None
