"""The one form of JSON path that declarations use, such as `$.a."x-y".list[-1].b`."""

from __future__ import annotations

import re
from typing import Final

Steps = tuple[str | int, ...]

_STEP: Final = re.compile(
    r"\.([A-Za-z_][A-Za-z0-9_]*)|\.\"([^\"\\\x00-\x1f]{1,200})\"|\[(0|-?[1-9][0-9]{0,3})\]"
)
_MAX_STEPS: Final = 32
FORM: Final = 'write a path like $.a.b, $."x-y".z, $.list[0].x or $.list[-1]'


def parse_path(text: str) -> Steps | None:
    """Return the keys and list places that the path leads through, or None if it is no such path.

    The first step is a key, since every record is an object; a negative place counts from the end.
    """
    steps: list[str | int] = []
    at = 1
    while found := _STEP.match(text, at):
        name, quoted, place = found.groups()
        steps.append(int(place) if place is not None else name or quoted)
        at = found.end()
    is_path = text.startswith("$") and at == len(text) and 0 < len(steps) <= _MAX_STEPS
    return tuple(steps) if is_path and isinstance(steps[0], str) else None


def duckdb_path(steps: Steps) -> str:
    """Return the path as DuckDB writes it, with every key in quotes."""
    return "$" + "".join(
        f'."{step}"' if isinstance(step, str) else f"[{step}]" if step >= 0 else f"[#{step}]"
        for step in steps
    )


def value_at(record: object, steps: Steps) -> object:
    """Return what stands at the path in a decoded record, None if nothing does."""
    found = record
    for step in steps:
        if isinstance(step, str):
            found = found.get(step) if isinstance(found, dict) else None
        elif isinstance(found, list) and -len(found) <= step < len(found):
            found = found[step]
        else:
            return None
    return found
