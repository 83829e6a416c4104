"""Queries read as relations: common table expressions, set operations, values, subqueries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from lineage_pipeline.inference.expressions import value_of
from lineage_pipeline.inference.reading import RefusalError
from lineage_pipeline.inference.relation import (
    UNREADABLE,
    Field,
    Relation,
    renamed,
    united,
)
from lineage_pipeline.inference.scope import Scope, Source, all_uses
from lineage_pipeline.inference.selects import read_select
from lineage_pipeline.inference.uses import Kind, through

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.inference.work import Work

MAX_DEPTH: Final = 60
"""Queries inside queries."""
MAX_ROUNDS: Final = 50
"""How often a recursive query is read again; what it is made of only grows, and soon ends."""


def top_scope(work: Work) -> Scope:
    """Return the scope around a statement, in which nothing has a name yet."""
    return Scope(work, read_query, {})


def read_query(node: exp.Expr, outer: Scope) -> Relation:
    """Return what a query yields.

    Args:
        node: the query.
        outer: the scope around it: its columns and common table expressions may be used.
    """
    work = outer.work
    work.spend()
    if outer.depth >= MAX_DEPTH:
        raise RefusalError("too_deep")
    scope = Scope(work, read_query, with_ctes(node, outer), outer, depth=outer.depth + 1)
    if isinstance(node, exp.Select):
        return read_select(node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, scope)
    if isinstance(node, exp.Subquery):
        return _modified(node, read_query(node.this, scope), scope)
    if isinstance(node, exp.Values):
        return _values(node, scope)
    work.remark("unsupported_query", node)
    return UNREADABLE


def with_ctes(node: exp.Expr, outer: Scope) -> Mapping[str, Relation]:
    """Return the common table expressions that a query, or another statement, may name."""
    clause = node.args.get("with_")
    if clause is None:
        return outer.ctes
    known = dict(outer.ctes)
    for cte in clause.expressions:
        scope = Scope(outer.work, read_query, known, outer, depth=outer.depth)
        names = [column.name for column in cte.args["alias"].columns]
        key = scope.key(cte.alias)
        body = cte.this
        if clause.args.get("recursive") and isinstance(body, exp.SetOperation):
            known[key] = _recursive(body, scope, key, names)
        else:
            known = {**known, key: renamed(read_query(body, scope), names)}
    return known


def _recursive(body: exp.SetOperation, scope: Scope, key: str, names: list[str]) -> Relation:
    """Return a query that reads itself: its first part, then both until nothing is added."""
    inner = Scope(scope.work, read_query, with_ctes(body, scope), scope, depth=scope.depth + 1)
    before = renamed(read_query(body.left, inner), names)
    for _ in range(MAX_ROUNDS):
        again = Scope(
            scope.work, read_query, {**inner.ctes, key: before}, scope, depth=scope.depth + 1
        )
        after = renamed(united(before, read_query(body.right, again)), names)
        if after == before:
            return after
        before = after
    raise RefusalError("too_complex")


def _set_operation(node: exp.SetOperation, scope: Scope) -> Relation:
    """Return both sides by position; of EXCEPT and INTERSECT the right one only chooses rows.

    The left sides are taken in a loop: hundreds of UNIONs nest as deep.
    """
    chain: list[exp.SetOperation] = []
    first: exp.Expr = node
    while isinstance(first, exp.SetOperation) and (first is node or not first.args.get("with_")):
        chain.append(first)
        first = first.left
    relation = read_query(first, scope)
    for operation in reversed(chain):
        right = read_query(operation.right, scope)
        if isinstance(operation, exp.Union) and not operation.args.get("by_name"):
            relation = united(relation, right)
        elif isinstance(operation, exp.Union):
            scope.work.remark("unsupported_query", operation)
            relation = united(relation, Relation((), UNREADABLE.rest, right.steers, right.reads))
        else:
            compared = all_uses(right.fields) | all_uses(relation.fields)
            steers = relation.steers | right.steers | through(compared, Kind.FILTER)
            relation = Relation(
                relation.fields, relation.rest, steers, relation.reads | right.reads
            )
        if operation.args.get("distinct"):
            compared = through(all_uses(relation.fields), Kind.GROUP_BY)
            relation = Relation(
                relation.fields, relation.rest, relation.steers | compared, relation.reads
            )
        relation = _modified(operation, relation, scope)
    return relation


def _modified(node: exp.Expr, relation: Relation, scope: Scope) -> Relation:
    """Return the relation with the ORDER BY and the alias that stand behind its brackets."""
    alias = node.args.get("alias")
    if isinstance(node, exp.Subquery):
        if node.args.get("pivots") or node.args.get("joins"):
            scope.work.remark("unsupported_query", node)
            return Relation((), UNREADABLE.rest, relation.steers, relation.reads)
        if isinstance(alias, exp.TableAlias):
            relation = renamed(relation, [column.name for column in alias.columns])
    if (order := node.args.get("order")) is None:
        return relation
    inner = Scope(scope.work, read_query, scope.ctes, scope, [Source("", relation)])
    sorted_by = frozenset(
        use
        for key in order.expressions
        for use in value_of(key, inner, Kind.SORT).uses
    )  # fmt: skip
    reads = relation.reads | inner.reads
    return Relation(relation.fields, relation.rest, relation.steers | sorted_by, reads)


def _values(node: exp.Values, scope: Scope) -> Relation:
    """Return the columns of rows that are written out; nothing but subqueries has sources."""
    rows = [
        [value_of(item, scope) for item in row.expressions]
        for row in node.expressions
        if isinstance(row, exp.Tuple)
    ]
    width = max(map(len, rows), default=0)
    fields = tuple(
        Field(
            f"col{place}",
            frozenset(use for row in rows if place < len(row) for use in row[place].uses),
            all(row[place].is_known for row in rows if place < len(row)),
        )
        for place in range(width)
    )
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    return renamed(Relation(fields, reads=frozenset(scope.reads)), names)
