"""What a person wrote, made safe to read: any value of any size and type, bounded and typed.

Nothing here raises. What is too long is cut and says so, what has another type than its place
asks for is left out, and each of these is a problem that the check of a card reports.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from lineage_pipeline.pictures.label import ELLIPSIS, printable_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Item = TypeVar("Item")
LONGEST: Final = 10_000
"""Characters of a text that are kept."""
WIDEST: Final = 200
"""Items of a list or a mapping that are kept."""
DEEPEST: Final = 12
"""Nobody nests a card deeper."""
MOST_ITEMS: Final = 500
"""Items of evidence that a list of a card holds."""
MOST: Final = 20_000
"""Values of a card that are read."""
MOST_CHARACTERS: Final = 400_000
"""Characters of all its texts that are read."""
EXACT: Final = (1 << 53) - 1
"""The largest whole number that every reader of JSON keeps."""


@dataclass(frozen=True)
class Problem:
    """What of a written card cannot be used: where it stands, and why."""

    path: str
    reason: str


def shown(text: str, longest: int = LONGEST) -> str:
    """Return a text without anything invisible but line ends, cut at a length."""
    cut = text[: longest + 1].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    lines = [printable_text(line) for line in cut.split("\n")]
    made = "\n".join(lines).strip()
    return made if len(made) <= longest else made[: longest - 1] + ELLIPSIS


@dataclass
class _Reading:
    """How much of a document was read, and what was wrong with it."""

    left: int = MOST
    characters_left: int = MOST_CHARACTERS
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str, reason: str) -> None:
        if len(self.problems) < WIDEST:
            self.problems.append(Problem(path, reason))


@dataclass(frozen=True)
class Part:
    """A mapping of a written card, read by the type that each place asks for."""

    values: Mapping[str, object]
    path: str
    problems: list[Problem]

    def text(self, key: str) -> str:
        """Return a text; numbers are written out, and anything else is empty."""
        value = self.values.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return f"{value}"
        if value is not None:
            self._refuse(key, value, "a text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list of one."""
        value = self.values.get(key)
        if isinstance(value, list):
            one = [Part({key: each}, self.path, self.problems).text(key) for each in value]
            return tuple(each for each in one if each)
        found = self.text(key)
        return (found,) if found else ()

    def number(self, key: str) -> float | None:
        """Return a number; a text that is one counts."""
        value = self.values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        found = _number_of(value) if isinstance(value, str) else None
        if found is None and value not in (None, ""):
            self._refuse(key, value, "a number")
        return found

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        value = self.values.get(key)
        each = value if isinstance(value, list) else []
        found = [Part({key: one}, self.path, self.problems).number(key) for one in each]
        return tuple(one for one in found if one is not None)

    def flag(self, key: str) -> bool | None:
        """Return true or false; None if it is neither."""
        value = self.values.get(key)
        if isinstance(value, bool):
            return value
        if value is not None:
            self._refuse(key, value, "true or false")
        return None

    def part(self, key: str) -> Part:
        """Return a mapping; an empty one if there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, Mapping):
            self._refuse(key, value, "a mapping")
        return Part(value if isinstance(value, Mapping) else {}, self._at(key), self.problems)

    def parts(self, key: str) -> tuple[Part, ...]:
        """Return a list of mappings; one mapping alone is a list of one."""
        value = self.values.get(key)
        items: Sequence[object] = value if isinstance(value, list) else [value] if value else []
        found = []
        for place, item in enumerate(items):
            if isinstance(item, Mapping):
                found.append(Part(item, f"{self._at(key)}[{place}]", self.problems))
            else:
                self._refuse(f"{key}[{place}]", item, "a mapping")
        return tuple(found)

    def has(self, key: str) -> bool:
        """Return whether anything stands there."""
        return self.values.get(key) not in (None, "", [], {})

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _refuse(self, key: str, value: object, wanted: str) -> None:
        problem = Problem(self._at(key), f"{_kind(value)} stands where {wanted} belongs")
        if len(self.problems) < WIDEST and problem not in self.problems:
            self.problems.append(problem)


@dataclass(frozen=True)
class Written:
    """A written card: what it says, where it stands, and what of it cannot be used."""

    root: Part
    source: str

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was refused so far, each once."""
        return tuple(self.root.problems)


def first(items: Iterable[Item], what: str, cut: list[str]) -> list[Item]:
    """Return as many items of evidence as a card holds; `cut` is told what is left out."""
    found = list(items)
    if len(found) > MOST_ITEMS:
        cut.append(f"{what}: {MOST_ITEMS} of {len(found)}")
    return found[:MOST_ITEMS]


def read_written(document: object, source: str) -> Written:
    """Return what a person wrote, whatever it is.

    Args:
        document: what the YAML or JSON of the card stands for; None if nobody wrote one.
        source: what the card is called where it is named, such as its file.
    """
    reading = _Reading()
    value = _bounded(document, "", 0, reading)
    if not isinstance(value, dict):
        if document is not None:
            reading.refuse("", f"{_kind(document)} stands where a mapping belongs")
        value = {}
    return Written(Part(value, "", reading.problems), shown(source, 400))


def _bounded(value: object, path: str, depth: int, reading: _Reading) -> object:
    """Return a value made of bounded texts, exact numbers, lists and mappings."""
    reading.left -= 1
    if reading.left < 0 or depth > DEEPEST:
        if reading.left == -1 or depth > DEEPEST:
            reading.refuse(path, "more than a card holds; nothing from here on was read")
        return None
    if isinstance(value, Mapping):
        return _mapping(value, path, depth, reading)
    if isinstance(value, list | tuple):
        if len(value) > WIDEST:
            reading.refuse(path, f"{len(value)} items, of which the first {WIDEST} are read")
        return [
            _bounded(each, f"{path}[{place}]", depth + 1, reading)
            for place, each in enumerate(value[:WIDEST])
        ]
    return _scalar(value, path, reading)


def _mapping(
    value: Mapping[object, object], path: str, depth: int, reading: _Reading
) -> dict[str, object]:
    if len(value) > WIDEST:
        reading.refuse(path, f"{len(value)} keys, of which the first {WIDEST} are read")
    found: dict[str, object] = {}
    for key, each in list(value.items())[:WIDEST]:
        name = shown(str(key) if isinstance(key, str | bool | float | date) else _whole(key), 200)
        found[name] = _bounded(each, f"{path}.{name}" if path else name, depth + 1, reading)
    return found


def _scalar(value: object, path: str, reading: _Reading) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _string(value, path, reading)
    if isinstance(value, date):  # and times, which are dates too
        return value.isoformat()
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, int) and abs(value) <= EXACT:
        return value
    reading.refuse(path, f"{_kind(value)} is nothing that a card can hold")
    return None


def _string(text: str, path: str, reading: _Reading) -> str | None:
    reading.characters_left -= min(len(text), LONGEST)
    if reading.characters_left < 0:
        reading.refuse(path, "more than a card holds; nothing from here on was read")
        return None
    if len(text) > LONGEST:
        reading.refuse(path, f"{len(text)} characters, of which the first {LONGEST} are read")
    return shown(text)


def _whole(key: object) -> str:
    """Return a key that is no text, as one."""
    return str(key) if isinstance(key, int) and abs(key) <= EXACT else f"({_kind(key)})"


def _number_of(text: str) -> float | None:
    try:
        found = float(text) if len(text) < 40 else math.nan  # noqa: PLR2004 - no number is longer
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _kind(value: object) -> str:
    """Return what a value is, in words that show nothing of it."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, bool | int | float):
        return "a number out of range" if not isinstance(value, bool) else "a truth value"
    return f"a value of type {type(value).__name__}"
