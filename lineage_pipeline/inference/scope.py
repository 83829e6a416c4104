"""Names inside one SELECT: its sources, its own aliases, the query around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lineage_pipeline.inference.uses import Kind, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlglot import exp

    from lineage_pipeline.inference.relation import Field, Relation, Rest
    from lineage_pipeline.inference.uses import Uses
    from lineage_pipeline.inference.work import Work

    Query = Callable[[exp.Expr, "Scope"], "Relation"]


@dataclass(slots=True)
class Source:
    """A table or subquery in FROM; the columns of a hidden one are named with it only."""

    key: str
    relation: Relation
    is_hidden: bool = False


@dataclass(slots=True)
class Scope:
    """What names may mean in a query.

    Attributes:
        work: the text that the query is part of.
        query: what reads a query inside this one.
        ctes: the common table expressions that it may name, by key.
        outer: the query around it, whose columns it may use.
        sources: what stands in its FROM, in order.
        merged: the columns that USING made one.
        aliases: what its select list calls its columns, so far.
        windows: its named windows.
        reads: the datasets that it reads, also in subqueries.
        depth: how many queries are around it.
    """

    work: Work
    query: Query
    ctes: Mapping[str, Relation]
    outer: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Field] = field(default_factory=dict)
    aliases: dict[str, Field] = field(default_factory=dict)
    windows: dict[str, exp.Expr] = field(default_factory=dict)
    reads: set[int] = field(default_factory=set)
    depth: int = 0

    def key(self, name: str) -> str:
        """Return what a name is compared by."""
        return self.work.folding.key(name)

    def source(self, key: str) -> Relation | None:
        """Return the one source of that name, here or in a query around; None if there is none."""
        found = [source.relation for source in self.sources if source.key == key]
        if found:
            return found[0] if len(found) == 1 else None
        return self.outer.source(key) if self.outer else None

    def column(self, column: exp.Column, *, alias_first: bool = False) -> Field | None:
        """Return what a column means; None if that cannot be told, which is remarked."""
        names = [part.name for part in column.parts]
        found = (
            self._qualified(names)
            if len(names) > 1
            else self.plain(names[0], alias_first=alias_first)
        )
        if isinstance(found, str):
            self.work.remark(found, column)
            return None
        if not found.is_known:
            self.work.remark("unknown_column", column)
        return found

    def _qualified(self, names: list[str]) -> Field | str:
        """Return the column of a source, or the part of a structured column, or why it is none."""
        if (relation := self.source(self.key(names[-2]))) is not None:
            return self._of(relation, names[-1])
        if len(names) > 2 and (relation := self.source(self.key(names[0]))) is not None:  # noqa: PLR2004
            return _part_of(self._of(relation, names[1]))
        if self.lists(names[0]):
            return _part_of(self.plain(names[0]))
        return "unknown_column"

    def _of(self, relation: Relation, name: str) -> Field | str:
        own = [one for one in relation.fields if self.key(one.name) == self.key(name)]
        if len(own) > 1:
            return "ambiguous_column"
        if own:
            return own[0]
        if relation.rest is None:
            return "unknown_column"
        return relation.rest.field(name)

    def lists(self, name: str) -> bool:
        """Return whether a source here or around lists the column by name."""
        key = self.key(name)
        listed = any(
            self.key(one.name) == key for source in self.sources for one in source.relation.fields
        )
        return listed or (self.outer is not None and self.outer.lists(name))

    def plain(self, name: str, *, alias_first: bool = False) -> Field | str:
        """Return what a name without a table means, or why that cannot be told.

        A column comes before an alias of the select list, except in ORDER BY.
        """
        key = self.key(name)
        alias = self.aliases.get(key)
        if alias_first and alias is not None:
            return alias
        if key in self.merged:
            return self.merged[key]
        listed = [
            one
            for source in self.sources
            for one in source.relation.fields
            if self.key(one.name) == key and not source.is_hidden
        ]
        if listed:
            return listed[0] if len(listed) == 1 else "ambiguous_column"
        seen = [source.relation for source in self.sources if not source.is_hidden]
        rests = [relation.rest for relation in seen if relation.rest]
        if rests:
            return self._unlisted(name, rests, alias)
        if alias is not None:
            return alias
        return self.outer.plain(name) if self.outer else "unknown_column"

    def _unlisted(self, name: str, rests: list[Rest], alias: Field | None) -> Field | str:
        """Return a column that only a source without a schema could hold.

        If an alias or an outer query could mean it too, it is ambiguous, unless they say the same.
        """
        if len(rests) > 1:
            return "ambiguous_column"
        meant = rests[0].field(name)
        if alias is not None:
            return meant if meant.uses == alias.uses else "ambiguous_column"
        is_outer = self.outer is not None and self.outer.may_hold(self.key(name))
        return "ambiguous_column" if is_outer else meant

    def may_hold(self, key: str) -> bool:
        """Return whether a source here or around lists the column, or might have it unlisted."""
        for source in self.sources:
            relation = source.relation
            if relation.rest or any(self.key(one.name) == key for one in relation.fields):
                return True
        return self.outer is not None and self.outer.may_hold(key)


def _part_of(whole: Field | str) -> Field | str:
    if isinstance(whole, str):
        return whole
    return whole._replace(uses=through(whole.uses, Kind.TRANSFORMATION))


def all_uses(fields: Iterable[Field]) -> Uses:
    """Return the uses of all the fields together."""
    return frozenset(use for one in fields for use in one.uses)
