"""What a query yields: its columns, what they are made of, what steers its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lineage_pipeline.inference.uses import NOTHING, Kind, Use, Uses, through

UNKNOWN = -1
"""The place of a table that is none of the statement's datasets."""


class Field(NamedTuple):
    """A column of a relation; `is_known` unless some of what it is made of stays open."""

    name: str
    uses: Uses
    is_known: bool = True


class Rest(NamedTuple):
    """The columns that no schema lists: those of one dataset, or all made of the same uses."""

    dataset: int = UNKNOWN
    uses: Uses = NOTHING
    is_known: bool = True

    def field(self, name: str) -> Field:
        """Return the column `name`, which is taken to be one of these."""
        if self.dataset != UNKNOWN:
            return Field(name, frozenset({Use(self.dataset, name, Kind.IDENTITY)}))
        return Field(name, through(self.uses, Kind.TRANSFORMATION), self.is_known)


OPEN = Rest(is_known=False)
"""Columns of which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows with these columns.

    Attributes:
        fields: the columns that are known by name, in order.
        rest: what other columns it has; None if it has no others.
        steers: the columns that decide which rows there are.
        reads: the datasets that it is made of, among them `UNKNOWN` where one could not be told.
    """

    fields: tuple[Field, ...] = ()
    rest: Rest | None = None
    steers: Uses = NOTHING
    reads: frozenset[int] = frozenset()


UNREADABLE = Relation(rest=OPEN, reads=frozenset({UNKNOWN}))
"""What stands for a part of a query that this package does not understand."""


def renamed(relation: Relation, names: list[str]) -> Relation:
    """Return the relation with its first columns called otherwise, as `as t (a, b)` does."""
    if not names:
        return relation
    if relation.rest is not None or len(names) > len(relation.fields):
        uses = frozenset(use for field in relation.fields for use in field.uses)
        rest = relation.rest
        made = uses | rest.uses if rest is not None and rest.dataset == UNKNOWN else uses
        is_known = rest is not None and rest.dataset == UNKNOWN and rest.is_known
        fields = tuple(Field(name, through(made, Kind.TRANSFORMATION), is_known) for name in names)
        return Relation(fields, None, relation.steers, relation.reads)
    called = [*names, *(field.name for field in relation.fields[len(names) :])]
    fields = tuple(
        field._replace(name=name) for field, name in zip(relation.fields, called, strict=True)
    )
    return Relation(fields, None, relation.steers, relation.reads)


def united(one: Relation, other: Relation) -> Relation:
    """Return the rows of both, column by column under the names of the first."""
    steers, reads = one.steers | other.steers, one.reads | other.reads
    if one.rest is None and other.rest is None and len(one.fields) == len(other.fields):
        fields = tuple(
            Field(left.name, left.uses | right.uses, left.is_known and right.is_known)
            for left, right in zip(one.fields, other.fields, strict=True)
        )
        return Relation(fields, None, steers, reads)
    return Relation((), OPEN, steers, reads)
