"""The datasets of a statement, found by the names that its SQL has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlglot import exp

Part = tuple[str, bool]
"""A part of a name as SQL writes it, and whether it stands in quotes."""


class Dataset(NamedTuple):
    """An input or an output of a statement.

    Attributes:
        is_input: it is read; else it is written.
        names: every namespace and name that it goes by, the one to call it by first.
        fields: the names of its columns in order; None if no schema is known.
    """

    is_input: bool
    names: tuple[tuple[str, str], ...]
    fields: tuple[str, ...] | None = None


class Folding:
    """How a dialect compares names that differ in case only."""

    def __init__(self, dialect: str) -> None:
        """Take the rules from sqlglot."""
        self._strategy = Dialect.get_or_raise(dialect or None).normalization_strategy
        self.is_exact = self._strategy is NormalizationStrategy.CASE_SENSITIVE

    def key(self, name: str) -> str:
        """Return what columns and aliases are compared by: quotes count for nothing here.

        Two columns that differ in case only are then ambiguous, which states nothing.
        """
        return name if self.is_exact else name.casefold()

    def stored(self, part: Part) -> str:
        """Return the part as the dialect's own catalogue would hold it."""
        name, is_quoted = part
        if is_quoted or self.is_exact:
            return name
        is_upper = self._strategy in (
            NormalizationStrategy.UPPERCASE, NormalizationStrategy.CASE_INSENSITIVE_UPPERCASE,
        )  # fmt: skip
        return name.upper() if is_upper else name.lower()

    def may_equal(self, part: Part, name: str) -> bool:
        """Return whether the part may mean the name, in whatever case the producer writes it."""
        text, is_quoted = part
        if is_quoted or self.is_exact:
            return text == name
        return text.casefold() == name.casefold()


def parts_of(table: exp.Table) -> tuple[Part, ...]:
    """Return the parts of a table's name; none if it is no name but a call or a text."""
    found: list[Part] = []
    for part in table.parts:
        if part.key != "identifier":
            return ()
        pieces = part.name.split(".") if part.args.get("quoted") and "/" not in part.name else ()
        if len(pieces) > 1:
            # BigQuery quotes a whole name: `project.dataset.table`.
            found += [(piece, True) for piece in pieces]
        else:
            found.append((part.name, bool(part.args.get("quoted"))))
    return tuple(found)


def matching(
    parts: Sequence[Part], datasets: Iterable[tuple[int, Dataset]], folding: Folding
) -> list[int]:
    """Return the places of the datasets that a name in SQL may mean; one is an answer.

    The name is compared with the last parts of each dataset's name; a name that is a path, in
    quotes, with all of it. If the catalogue's own spelling fits one, case is not tried.
    """
    exact: list[int] = []
    loose: list[int] = []
    for place, dataset in datasets:
        for namespace, name in dataset.names:
            pieces = _pieces(name)
            if "/" in parts[-1][0] and parts[-1][0] in (name, f"{namespace}/{name}"):
                exact.append(place)
                break
            tail = _tail(parts, pieces)
            if not tail:
                continue
            if all(folding.stored(part) == piece for part, piece in tail):
                exact.append(place)
                break
            if all(folding.may_equal(part, piece) for part, piece in tail):
                loose.append(place)
    return exact or sorted(set(loose))


def _pieces(name: str) -> list[str]:
    return [piece.strip('"`[]') for piece in name.split(".")]


def _tail(parts: Sequence[Part], pieces: list[str]) -> list[tuple[Part, str]]:
    """Return what is compared with what: the last parts of the longer with all of the shorter.

    A dataset's name that is the shorter one, as without a catalogue, has at least two parts.
    """
    length = min(len(parts), len(pieces))
    if length < len(parts) and length < 2:  # noqa: PLR2004 - a schema and a table
        return []
    return list(zip(parts[-length:], pieces[-length:], strict=True))
