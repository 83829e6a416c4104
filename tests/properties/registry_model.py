"""What registries list, folded by plain Python: one poll after the other, as one would by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Key: TypeAlias = tuple[str, ...]
"""A model, a version of one, or an alias of one: its name, and what else tells it apart."""


class Entry(NamedTuple):
    """What a poll lists of a model or of a version.

    Attributes:
        made: when it was made, as it says.
        value: its owner or its status.
        run: the run of a version.
        aliases: those of a model.
    """

    made: int | None
    value: str
    run: str | None = None
    aliases: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Poll:
    """What a registry answered at a time; what is None was not asked for or has not arrived."""

    at: int
    models: Mapping[Key, Entry] | None = None
    versions: Mapping[Key, Entry] | None = None
    trainers: Mapping[str, str] | None = None
    is_whole: bool = True


class Row(NamedTuple):
    """A time in which something was so."""

    key: Key
    value: tuple[object, ...]
    valid_from: int
    valid_to: int | None
    seen: int


@dataclass
class _Thing:
    """Something that may be listed: what it is now, and what was."""

    made: int | None = None
    value: tuple[object, ...] | None = None
    valid_from: int = 0
    seen: int = 0
    last: int | None = None
    rows: list[tuple[tuple[object, ...], int, int | None, int]] = field(default_factory=list)

    def is_shown(self, at: int, made: int | None, value: tuple[object, ...]) -> None:
        """Take in what a poll shows of it."""
        if value != self.value:
            begins = at
            if (
                made is not None
                and made <= at
                and (self.last is None or (made != self.made and made > self.last))
            ):
                begins = made
            self._close(begins)
            self.made, self.value, self.valid_from, self.seen = made, value, begins, at
        self.last = at

    def is_missed(self, at: int) -> None:
        """Take in that a poll which lists all does not show it."""
        if self.value is not None:
            self._close(at)
            self.value, self.last = None, at

    def told(self) -> Iterator[tuple[tuple[object, ...], int, int | None, int]]:
        """Yield each time in which it was so."""
        yield from self.rows
        if self.value is not None:
            yield self.value, self.valid_from, None, self.seen

    def _close(self, at: int) -> None:
        if self.value is not None:
            self.rows.append((self.value, self.valid_from, at, self.seen))


def folded(polls: Sequence[Poll]) -> tuple[list[Row], list[Row], list[Row]]:
    """Return what was so of models, of versions and of aliases, by polls in any order."""
    things: tuple[dict[Key, _Thing], ...] = ({}, {}, {})
    models: dict[Key, Entry] = {}
    versions: dict[Key, Entry] = {}
    trainers: dict[str, str] = {}
    for poll in sorted(polls, key=lambda poll: poll.at):
        trainers |= poll.trainers or {}
        for held, listed in ((models, poll.models), (versions, poll.versions)):
            if listed is not None and poll.is_whole:
                held.clear()
            held.update(listed or {})
        shown: tuple[dict[Key, tuple[int | None, tuple[object, ...]]], ...] = (
            {key: (entry.made, (entry.value, entry.made)) for key, entry in models.items()},
            {
                key: (
                    entry.made,
                    (
                        entry.value,
                        entry.made,
                        trainers.get(entry.run or ""),
                        models[key[:1]].value if key[:1] in models else None,
                    ),
                )
                for key, entry in versions.items()
            },
            {
                (*key, alias): (None, (version,))
                for key, entry in models.items()
                for alias, version in entry.aliases
            },
        )
        for known, now in zip(things, shown, strict=True):
            for key, (made, value) in now.items():
                known.setdefault(key, _Thing()).is_shown(poll.at, made, value)
            for key in known.keys() - now.keys():
                known[key].is_missed(poll.at)
    first, second, third = (
        [Row(key, *row) for key, thing in known.items() for row in thing.told()] for known in things
    )
    return first, second, third
