"""What holds for one object, in words and in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.warehouse.query import Answer, Warehouse


class Resolution(NamedTuple):
    """What holds for an object.

    Attributes:
        object_id: the object, as the lineage calls it today.
        verdict: as `retention.resolution_at` has it.
        sentence: the verdict in words.
        rules: one row per rule, hold and live thing that speaks of it, what decides first.
    """

    object_id: str
    verdict: str
    sentence: str
    rules: Answer


def resolution_of(warehouse: Warehouse, asked: str, as_of: datetime) -> Resolution:
    """Return what holds for an object at an instant.

    Raises:
        ConfigError: there is no such object.
    """
    object_id = known_object(warehouse, asked, as_of)
    given = {"object": object_id, "as_of": as_of}
    [(_, kind, verdict, reason, *_, stays_until, goes_at)] = warehouse.ask(
        "resolution_of", **given
    ).rows
    sentence = f"{object_id} ({kind or 'of no known class'}) {reason}"
    if verdict in ("minimum", "conflict") and stays_until is not None:
        sentence += f"; until {_day(stays_until)}"
    if verdict in ("until", "due", "needed", "conflict") and goes_at is not None:
        sentence += f"; it is to be gone by {_day(goes_at)}"
    return Resolution(object_id, verdict, sentence, warehouse.ask("resolution_rules", **given))


def known_object(warehouse: Warehouse, asked: str, as_of: datetime) -> str:
    """Return an object as the lineage calls it today.

    Raises:
        ConfigError: there is no such object, or there is none any more.
    """
    rows = warehouse.ask("kept_object", object=asked, as_of=as_of).rows
    if rows:
        return str(rows[0][0])
    if gone := warehouse.ask("disposed_object", object=asked, as_of=as_of).rows:
        [(at, plan)] = gone
        raise ConfigError(f"{asked}: was disposed of on {_day(at)} by plan {plan[:12]}")
    near = [row[0] for row in warehouse.ask("nearest_node", node=asked).rows]
    if asked in near:
        raise ConfigError(f"{asked}: is not kept then; it is known, but not of that time")
    hint = f"did you mean {' or '.join(near)}?" if near else "the workspace holds none"
    raise ConfigError(f"{asked}: there is no such object; {hint}")


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
