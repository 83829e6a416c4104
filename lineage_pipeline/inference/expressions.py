"""Expressions: which columns their value is made of, and which steer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlglot import exp

from lineage_pipeline.inference.relation import Field, Relation
from lineage_pipeline.inference.scope import all_uses
from lineage_pipeline.inference.uses import Kind, Use, Uses, combined, through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.inference.scope import Scope

Step = tuple[exp.Expr, Kind]

_SAME: Final = (exp.Alias, exp.Paren, exp.Aliases)
_SKIPPED: Final = (
    exp.Literal, exp.Identifier, exp.DataType, exp.Var, exp.Star, exp.Null, exp.Boolean,
    exp.Parameter, exp.Placeholder, exp.SessionParameter,
)  # fmt: skip


class Value(NamedTuple):
    """What a value is made of; `is_known` unless a name in it could not be told."""

    uses: Uses
    is_known: bool


def value_of(
    node: exp.Expr | None,
    scope: Scope,
    kind: Kind = Kind.IDENTITY,
    *,
    alias_first: bool = False,
) -> Value:
    """Return what an expression is made of, in a place where it is used `kind`.

    The walk is a loop: a chain of a thousand ANDs is a thousand nodes deep.
    """
    if node is None:
        return Value(frozenset(), is_known=True)
    uses: set[Use] = set()
    is_known = True
    left: list[Step] = [(node, kind)]
    while left:
        one, how = left.pop()
        scope.work.spend()
        if isinstance(one, _SKIPPED):
            continue
        if isinstance(one, exp.Column):
            found = _column(one, scope, how, alias_first=alias_first)
        elif isinstance(one, exp.Query | exp.Exists):
            found = _subquery(one, scope, how)
        elif isinstance(one, exp.Columns | exp.Table):
            scope.work.remark("unsupported_expression", one)
            found = Value(frozenset(), is_known=False)
        else:
            left += _inner(one, how, scope)
            continue
        scope.work.spend(len(found.uses))
        uses |= found.uses
        is_known = is_known and found.is_known
    return Value(frozenset(uses), is_known)


def _column(column: exp.Column, scope: Scope, how: Kind, *, alias_first: bool) -> Value:
    if isinstance(column.this, exp.Star):
        scope.work.remark("unsupported_expression", column)
        return Value(frozenset(), is_known=False)
    found = scope.column(column, alias_first=alias_first)
    if found is None:
        return Value(frozenset(), is_known=False)
    return Value(through(found.uses, how), found.is_known)


def _subquery(node: exp.Expr, scope: Scope, how: Kind) -> Value:
    """Return what a query makes of a value: its column, and what chooses its row."""
    if isinstance(node, exp.Exists):
        relation = scope.query(node.this, scope)
        scope.reads |= relation.reads
        steered = through(
            all_uses(relation.fields) | relation.steers, combined(how, Kind.CONDITIONAL)
        )
        return Value(steered, is_known=True)
    relation = scope.query(node, scope)
    scope.reads |= relation.reads
    uses = through(all_uses(relation.fields) | relation.steers, how)
    return Value(uses, is_known=_is_known(relation))


def _is_known(relation: Relation) -> bool:
    return relation.rest is None and all(one.is_known for one in relation.fields)


def _inner(node: exp.Expr, how: Kind, scope: Scope) -> Iterator[Step]:
    """Yield the parts of an expression, each with how it is used in it."""
    changed = combined(how, Kind.TRANSFORMATION)
    if isinstance(node, _SAME):
        yield node.this, how
    elif isinstance(node, exp.Case):
        if node.this is not None:
            yield node.this, combined(how, Kind.CONDITIONAL)
        for branch in node.args.get("ifs") or ():
            yield branch.this, combined(how, Kind.CONDITIONAL)
            yield branch.args["true"], changed
        if (other := node.args.get("default")) is not None:
            yield other, changed
    elif isinstance(node, exp.If):
        yield node.this, combined(how, Kind.CONDITIONAL)
        for branch in ("true", "false"):
            if (value := node.args.get(branch)) is not None:
                yield value, changed
    elif isinstance(node, exp.Window):
        yield node.this, changed
        yield from _window(node, combined(how, Kind.WINDOW), scope)
    elif isinstance(node, exp.Filter):
        yield node.this, how
        yield node.expression, combined(how, Kind.FILTER)
    elif isinstance(node, exp.Order | exp.WithinGroup):
        yield from _ordered(node, how)
    elif isinstance(node, exp.PropertyEQ | exp.Kwarg):
        yield node.expression, changed
    else:
        inner = combined(how, Kind.AGGREGATION) if isinstance(node, exp.AggFunc) else changed
        for child in node.iter_expressions():
            yield child, inner


def _ordered(node: exp.Expr, how: Kind) -> Iterator[Step]:
    """Yield what an aggregate takes in order, as in `list(x order by y)`, and the order."""
    if node.this is not None:
        yield node.this, how
    order = node if isinstance(node, exp.Order) else node.expression
    for key in order.expressions:
        yield key, combined(how, Kind.SORT)


def _window(node: exp.Expr, how: Kind, scope: Scope) -> Iterator[Step]:
    """Yield what a window is cut and ordered by, also one that the SELECT names."""
    for key in node.args.get("partition_by") or ():
        yield key, how
    if (order := node.args.get("order")) is not None:
        for key in order.expressions:
            yield key, how
    named = node.args.get("alias")
    if named is not None and (window := scope.windows.get(scope.key(named.name))) is not None:
        if window is not node:
            yield from _window(window, how, scope)


def field_of(node: exp.Expr, scope: Scope) -> Field:
    """Return one item of a select list that is no star."""
    value = value_of(node, scope)
    name = node.alias_or_name if isinstance(node, exp.Alias | exp.Column) else ""
    return Field(name, value.uses, value.is_known)
