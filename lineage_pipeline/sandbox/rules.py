"""What a query may hold, by whoever asks: gates must say the same twice, people look around."""

from __future__ import annotations

from typing import Final

import msgspec


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What else is answered beside queries that say the same of the same facts.

    Attributes:
        may_change: what another time, chance or the place of a row may change: the clock, random
            numbers, samples, `limit` without an order.
        may_look_around: what there is to ask: `describe`, `show`, `summarize`, and the views of
            DuckDB's catalog that tell of relations, columns and functions.
    """

    may_change: bool = False
    may_look_around: bool = False


GATE: Final = Rules()
"""For what decides: nothing but facts."""
PERSON: Final = Rules(may_change=True, may_look_around=True)
"""For people who ask: as safe, and less strict."""
