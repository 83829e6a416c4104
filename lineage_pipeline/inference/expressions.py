"""Expressions: which columns their value is made of, and which steer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlglot import exp

from lineage_pipeline.inference.relation import Field
from lineage_pipeline.inference.scope import Scope, all_uses
from lineage_pipeline.inference.uses import Kind, Use, Uses, combined, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lineage_pipeline.inference.relation import Relation

Step = tuple[exp.Expr, Kind]

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
    if not isinstance(node, exp.Expr):
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
    if (parts := _PARTS.get(type(node))) is not None:
        yield from parts(node, how, scope)
        return
    kind = Kind.AGGREGATION if isinstance(node, exp.AggFunc) else Kind.TRANSFORMATION
    for child in node.iter_expressions():
        yield child, combined(how, kind)


def _same(node: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    yield node.this, how


def _case(case: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    """Yield what a CASE compares, and what it chooses from."""
    steered, changed = combined(how, Kind.CONDITIONAL), combined(how, Kind.TRANSFORMATION)
    if case.this is not None:
        yield case.this, steered
    for branch in case.args.get("ifs") or ():
        yield branch.this, steered
        yield branch.args["true"], changed
    if (other := case.args.get("default")) is not None:
        yield other, changed


def _if(node: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    yield node.this, combined(how, Kind.CONDITIONAL)
    for branch in ("true", "false"):
        if (value := node.args.get(branch)) is not None:
            yield value, combined(how, Kind.TRANSFORMATION)


def _filter(node: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    yield node.this, how
    yield node.expression, combined(how, Kind.FILTER)


def _named(node: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    """Yield the value of a key or an argument: the name before it is no column."""
    yield node.expression, combined(how, Kind.TRANSFORMATION)


def _called(call: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    """Yield a function's arguments; MySQL's `values(x)` is the value that was to be inserted."""
    for argument in call.expressions:
        if isinstance(argument, exp.Identifier) and call.name.upper() == "VALUES":
            yield exp.column(argument.copy(), table="excluded"), how
        else:
            yield argument, combined(how, Kind.TRANSFORMATION)


def _ordered(node: exp.Expr, how: Kind, _: Scope) -> Iterator[Step]:
    """Yield what an aggregate takes in order, as in `list(x order by y)`, and the order."""
    if node.this is not None:
        yield node.this, how
    order = node if isinstance(node, exp.Order) else node.expression
    for key in order.expressions:
        yield key, combined(how, Kind.SORT)


def _window(node: exp.Expr, how: Kind, scope: Scope) -> Iterator[Step]:
    yield node.this, combined(how, Kind.TRANSFORMATION)
    yield from _cut(node, combined(how, Kind.WINDOW), scope)


def _cut(window: exp.Expr, how: Kind, scope: Scope) -> Iterator[Step]:
    """Yield what a window is cut and ordered by, also one that the SELECT names."""
    for key in window.args.get("partition_by") or ():
        yield key, how
    if (order := window.args.get("order")) is not None:
        for key in order.expressions:
            yield key, how
    if (name := window.args.get("alias")) is not None:
        named = scope.windows.pop(scope.key(name.name), None)
        if named is not None and named is not window:
            yield from _cut(named, how, scope)
            scope.windows[scope.key(name.name)] = named


_PARTS: Final[dict[type[exp.Expr], Callable[[exp.Expr, Kind, Scope], Iterator[Step]]]] = {
    exp.Alias: _same,
    exp.Aliases: _same,
    exp.Anonymous: _called,
    exp.Paren: _same,
    exp.Case: _case,
    exp.If: _if,
    exp.Filter: _filter,
    exp.PropertyEQ: _named,
    exp.Kwarg: _named,
    exp.Order: _ordered,
    exp.WithinGroup: _ordered,
    exp.Window: _window,
}
"""The expressions whose parts are used in different ways."""


def field_of(node: exp.Expr, scope: Scope) -> Field:
    """Return one item of a select list that is no star."""
    value = value_of(node, scope)
    name = node.alias_or_name if isinstance(node, exp.Alias | exp.Column) else ""
    return Field(name, value.uses, value.is_known)
