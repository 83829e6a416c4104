"""Models by tier and state, and what serves without being registered."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.estate.bars import Bar, bars
from lineage_pipeline.estate.facts import MOST
from lineage_pipeline.estate.marks import STATE, worded
from lineage_pipeline.estate.tables import empty, heading, paragraph, section, table
from lineage_pipeline.estate.words import UNKNOWN, counted, moment, named, number, said, written

if TYPE_CHECKING:
    from lineage_pipeline.estate.facts import Estate

MOST_TIERS: Final = 20
"""Tiers that are drawn, each with a bar."""


def models(estate: Estate) -> str:
    """Return the part of the page about models."""
    rows = estate.rows("model")
    if not rows:
        drawn = empty(
            "No registry that was read lists a model by then. Whether there are models is unknown."
        )
    else:
        drawn = _by_tier(estate, rows) + _lacking(rows) + _first(estate, rows)
    return section("models", "Models by risk tier and state", drawn, _shadows(estate))


def _by_tier(estate: Estate, rows: list[dict[str, Any]]) -> str:
    of_policy = {row["tier"]: row["mode"] for row in estate.rows("tier")}
    states: dict[str | None, Counter[str | None]] = {}
    for row in rows:
        states.setdefault(row["tier"], Counter())[row["state"]] += 1
    unlisted = sorted(tier for tier in states if tier is not None and tier not in of_policy)
    tiers = [*of_policy, *unlisted][:MOST_TIERS]
    drawn = [Bar(_tier(tier, of_policy.get(tier)), states.get(tier, Counter())) for tier in tiers]
    rest: Counter[str | None] = Counter()
    for tier in [*of_policy, *unlisted][MOST_TIERS:]:
        rest.update(states.get(tier, Counter()))
    if rest:
        drawn.append(Bar("further tiers together", rest))
    if None in states:
        drawn.append(Bar("no tier", states[None]))
    caption = "Models by risk tier, each in the state of its version that is furthest"
    return bars(caption, "model", drawn, STATE)


def _tier(tier: str, mode: str | None) -> str:
    note = " (observing: denies nothing)" if mode == "observing" else ""
    note = " (the policy does not describe it)" if mode is None else note
    return f'{written(tier)}<span class="muted">{note}</span>'


def _lacking(rows: list[dict[str, Any]]) -> str:
    """Return in sentences of what nobody says a tier or an owner, and where two say otherwise."""
    tierless = sum(row["tier"] is None for row in rows)
    ownerless = sum(row["owner"] is None for row in rows)
    other = sum(
        None not in (row["tier"], row["claimed_tier"]) and row["tier"] != row["claimed_tier"]
        for row in rows
    )
    return paragraph(
        f"{counted(tierless, 'model has', 'models have')} no tier by the policy,",
        f"{counted(ownerless, 'model has', 'models have')} no owner by a registry;",
        f"of {counted(other, 'model', 'models')} the registry claims another tier than the policy.",
    )


def _first(estate: Estate, rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            named(row["model_node_id"]),
            said(row["tier"]) if row["tier"] or not estate.state.has_policy else "no tier",
            worded(STATE[row["state"]]),
            said(row["owner"]),
            number(row["version_count"]),
            number(row["deployment_count"]),
            number(row["fail_count"]),
        ]
        for row in rows[:MOST]
    ]
    head = ("model", "tier", "state", "owner", "versions#", "serves at#", "controls failing#")
    caption = "Models, those with most failing controls first, then those that serve"
    return table(caption, head, cells, len(rows))


def _shadows(estate: Estate) -> str:
    title = heading("In use and not registered")
    rows = estate.rows("shadow_model")
    if not rows:
        return title + empty(
            "Nothing that was read tells of a model in use that is not registered. An endpoint "
            "whose platform and logs are not read would not be seen."
        )
    cells = [
        [
            said(row["model"]),
            said(row["version"]),
            said(row["reason"]),
            named(row["deployment_node_id"]) if row["deployment_node_id"] else UNKNOWN,
            moment(row["first_seen_at"]),
            moment(row["last_seen_at"]),
        ]
        for row in rows
    ]
    head = ("model", "version", "reason", "deployment", "first seen", "last seen")
    return title + table("Seen last first", head, cells, estate.total("shadow_model"))
