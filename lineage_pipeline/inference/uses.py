"""How a column is used: directly, as what a value is made of, or indirectly, as what steers it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(IntEnum):
    """The subtypes of OpenLineage's column lineage; the first three are direct, in this order."""

    IDENTITY = 0
    TRANSFORMATION = 1
    AGGREGATION = 2
    JOIN = 3
    FILTER = 4
    GROUP_BY = 5
    SORT = 6
    WINDOW = 7
    CONDITIONAL = 8

    @property
    def is_direct(self) -> bool:
        """Whether the value is made of it."""
        return self <= Kind.AGGREGATION

    @property
    def type(self) -> str:
        """The type that the subtype belongs to: DIRECT or INDIRECT."""
        return "DIRECT" if self.is_direct else "INDIRECT"


class Use(NamedTuple):
    """A column of a dataset, by the dataset's place, and how it is used."""

    dataset: int
    column: str
    kind: Kind


Uses = frozenset[Use]
NOTHING: Uses = frozenset()


def combined(outer: Kind, inner: Kind) -> Kind:
    """Return how a column is used that is used `inner` in what is used `outer`.

    What steers a value goes on steering what is made of it; all of what steers, steers.
    """
    if not outer.is_direct:
        return outer
    return inner if not inner.is_direct else max(outer, inner)


def through(uses: Iterable[Use], outer: Kind) -> Uses:
    """Return the uses as they are in something that is itself used `outer`."""
    return frozenset(Use(use.dataset, use.column, combined(outer, use.kind)) for use in uses)
