"""What is known while one text is read: its datasets, what it wrote so far, what stayed open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from lineage_pipeline.inference.datasets import Folding, matching, parts_of
from lineage_pipeline.inference.reading import RefusalError
from lineage_pipeline.inference.relation import OPEN, UNKNOWN, Field, Relation, Rest
from lineage_pipeline.inference.uses import Kind, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import exp

    from lineage_pipeline.inference.datasets import Dataset, Part

MAX_STEPS: Final = 400_000
"""Nodes visited and uses carried over: far above what a statement that people wrote takes."""


class Work:
    """The datasets of one text and what was found out about it."""

    def __init__(self, datasets: Sequence[Dataset], dialect: str) -> None:
        """Begin with nothing read."""
        self.datasets = datasets
        self.folding = Folding(dialect)
        self.made: dict[tuple[str, ...], Relation] = {}
        self.seen: set[int] = set()
        self._open: dict[tuple[str, int], object] = {}
        self._steps_left = MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            RefusalError: there were too many.
        """
        self._steps_left -= steps
        if self._steps_left < 0:
            raise RefusalError("too_complex")

    def remark(self, reason: str, node: object) -> None:
        """Keep that something about a node of the text stays open, once for each node.

        The node is kept, too: the number that tells it from others is given again once it is gone.
        """
        self._open[reason, id(node)] = node

    def remarks(self) -> dict[str, int]:
        """Return how often each reason was met."""
        return dict(Counter(reason for reason, _ in self._open))

    def read(self, table: exp.Table) -> Relation:
        """Return what a table holds that is none of the text's own common table expressions.

        What the text made and filled itself comes first, then inputs, then outputs.
        """
        parts = parts_of(table)
        if not parts:
            self.remark("table_function", table)
            return Relation(rest=OPEN, reads=frozenset({UNKNOWN}))
        made = self.made.get(self.own_name(parts))
        if made is not None and made.reads:
            return made
        for is_input in (True, False):
            places = self._places(parts, is_input=is_input)
            if len(places) == 1:
                return self.contents(places[0])
            if places:
                self.remark("ambiguous_table", table)
                return Relation(rest=OPEN, reads=frozenset({UNKNOWN}))
        if made is not None:
            return made
        self.remark("unknown_table", table)
        return Relation(rest=OPEN, reads=frozenset({UNKNOWN}))

    def written(self, parts: Sequence[Part]) -> int | None:
        """Return the place of the output that a name means, None if it is none of them."""
        places = self._places(parts, is_input=False) if parts else []
        return places[0] if len(places) == 1 else None

    def contents(self, place: int) -> Relation:
        """Return a dataset as a relation."""
        fields = self.datasets[place].fields
        reads = frozenset({place})
        if fields is None:
            return Relation(rest=Rest(place), reads=reads)
        self.spend(len(fields))
        return Relation(
            tuple(
                Field(name, frozenset({Use(place, name, Kind.IDENTITY)})) for name in fields
            ),
            reads=reads,
        )  # fmt: skip

    def own_name(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """Return the name under which the text finds a table that it made itself."""
        return tuple(self.folding.key(name) for name, _ in parts)

    def _places(self, parts: Sequence[Part], *, is_input: bool) -> list[int]:
        candidates = (
            (place, dataset)
            for place, dataset in enumerate(self.datasets)
            if dataset.is_input == is_input
        )
        return matching(parts, candidates, self.folding)
