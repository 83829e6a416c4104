"""FROM and JOIN: the sources of a SELECT, and what decides which of their rows meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from lineage_pipeline.inference.expressions import value_of
from lineage_pipeline.inference.relation import (
    OPEN,
    UNKNOWN,
    UNREADABLE,
    Field,
    Relation,
    Rest,
    renamed,
)
from lineage_pipeline.inference.scope import Source
from lineage_pipeline.inference.uses import Kind, Use, through

if TYPE_CHECKING:
    from lineage_pipeline.inference.scope import Scope

_ROWS: Final = (
    exp.Explode, exp.Posexplode, exp.Inline, exp.Unnest, exp.GenerateSeries, exp.JSONTable,
    exp.ExplodingGenerateSeries,
)  # fmt: skip
"""What makes rows of its arguments alone; any other table function may read what nobody names."""


def add_sources(node: exp.Expr, scope: Scope) -> set[Use]:
    """Put what stands in FROM and JOIN into the scope; return what steers which rows meet."""
    steers: set[Use] = set()
    from_ = node.args.get("from_")
    if from_ is not None:
        steers |= add_source(from_.this, scope)
    for lateral in node.args.get("laterals") or ():
        steers |= add_source(lateral, scope)
    for join in node.args.get("joins") or ():
        steers |= _add_join(join, scope)
    return steers


def add_source(node: exp.Expr, scope: Scope) -> set[Use]:
    """Put one source, with the joins that hang on it, into the scope; return what steers it."""
    if isinstance(node, exp.Final):
        node = node.this
    scope.work.spend()
    if not isinstance(node, exp.Expr):
        # Of a DELETE without a table sqlglot says so with False.
        scope.work.remark("unsupported_statement", scope)
        scope.sources.append(Source("", UNREADABLE))
        return set()
    relation = _relation(node, scope)
    scope.reads |= relation.reads
    key = scope.key(node.alias_or_name)
    scope.sources.append(Source(key, relation))
    steers = set(relation.steers)
    for lateral in node.args.get("laterals") or ():
        steers |= add_source(lateral, scope)
    if not isinstance(node, exp.Subquery) or isinstance(node.this, exp.Table):
        for join in node.args.get("joins") or ():
            steers |= _add_join(join, scope)
    return steers


def _relation(node: exp.Expr, scope: Scope) -> Relation:
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        node = node.this
    if isinstance(node, exp.Table):
        return _table(node, scope)
    if isinstance(node, exp.Lateral):
        return _lateral(node, scope)
    if isinstance(node, _ROWS):
        return _rows(node, node, scope)
    return scope.query(node, scope)


def _table(node: exp.Table, scope: Scope) -> Relation:
    """Return what a table, a common table expression or a table function holds."""
    scope.work.seen.add(id(node))
    if isinstance(node.this, exp.Func):
        return _rows(node, node.this, scope)
    is_plain = not node.args.get("db")
    cte = scope.ctes.get(scope.key(node.name)) if is_plain else None
    relation = scope.work.read(node) if cte is None else cte
    scope.work.spend(len(relation.fields))
    alias = node.args.get("alias")
    if alias is not None:
        relation = renamed(relation, [column.name for column in alias.columns])
    if any(node.args.get(key) for key in ("pivots", "changes", "match_recognize")):
        scope.work.remark("unsupported_query", node)
        return Relation((), OPEN, relation.steers, relation.reads)
    return relation


def _lateral(node: exp.Lateral, scope: Scope) -> Relation:
    """Return a subquery that sees the sources before it, or the rows of a function of them."""
    inner = node.this
    if isinstance(inner, exp.Subquery | exp.Select):
        relation = scope.query(inner, scope)
        alias = node.args.get("alias")
        names = [column.name for column in alias.columns] if alias is not None else []
        return renamed(relation, names)
    return _rows(node, inner, scope)


def _rows(node: exp.Expr, made_by: exp.Expr, scope: Scope) -> Relation:
    """Return the rows that a function makes: every column of them is made of its arguments."""
    if not isinstance(made_by, _ROWS):
        scope.work.remark("table_function", node)
        value_of(made_by, scope)
        return Relation(rest=OPEN, reads=frozenset({UNKNOWN}))
    value = value_of(made_by, scope, Kind.TRANSFORMATION)
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    if isinstance(node, exp.Unnest) and not names and alias is not None and alias.name:
        names = [alias.name]
    if isinstance(offset := node.args.get("offset"), exp.Identifier):
        names.append(offset.name)
    fields = tuple(Field(name, value.uses, value.is_known) for name in names)
    rest = None if fields else Rest(uses=value.uses, is_known=value.is_known)
    # How many rows there are depends on the arguments, too.
    return Relation(fields, rest, through(value.uses, Kind.JOIN))


def _add_join(join: exp.Join, scope: Scope) -> set[Use]:
    """Put the joined source into the scope; return what its condition uses."""
    before = len(scope.sources)
    kind = f"{join.args.get('side') or ''} {join.args.get('kind') or ''}".upper()
    steers = add_source(join.this, scope)
    steers |= value_of(join.args.get("on"), scope, Kind.JOIN).uses
    keys = [name.name for name in join.args.get("using") or ()]
    if (join.args.get("method") or "").upper() == "NATURAL":
        if any(source.relation.rest for source in scope.sources):
            scope.work.remark("natural_join", join)
        else:
            keys = _common(scope, before)
    for name in keys:
        steers |= _merge(name, kind, before, join, scope)
    if "SEMI" in kind or "ANTI" in kind:
        # What is only looked up in has no columns for the rest of the query.
        del scope.sources[before:]
    return steers


def _common(scope: Scope, before: int) -> list[str]:
    """Return the columns that both sides of a natural join have."""
    left = {
        scope.key(one.name) for source in scope.sources[:before] for one in source.relation.fields
    }
    right = [one.name for source in scope.sources[before:] for one in source.relation.fields]
    return [name for name in right if scope.key(name) in left]


def _merge(name: str, kind: str, before: int, join: exp.Join, scope: Scope) -> set[Use]:
    """Make the column of both sides one, with the values of the side that keeps its rows."""
    key = scope.key(name)
    left = scope.merged.get(key) or _side(scope.sources[:before], name, scope)
    right = _side(scope.sources[before:], name, scope)
    if left is None or right is None:
        scope.work.remark("ambiguous_column", join)
    known = [side for side in (left, right) if side is not None]
    is_known = len(known) == 2 and all(side.is_known for side in known)  # noqa: PLR2004
    uses = frozenset(use for side in known for use in side.uses)
    kept = uses
    if "FULL" not in kind and is_known:
        kept = known["RIGHT" in kind].uses
    scope.merged[key] = Field(name, kept, is_known)
    return set(through(uses, Kind.JOIN))


def _side(sources: list[Source], name: str, scope: Scope) -> Field | None:
    """Return the column of that name in the sources; None if it is in none or in several."""
    key = scope.key(name)
    fields = [one for source in sources for one in source.relation.fields]
    listed = [one for one in fields if scope.key(one.name) == key]
    if listed:
        return listed[0] if len(listed) == 1 else None
    rests = [source.relation.rest for source in sources if source.relation.rest]
    return rests[0].field(name) if len(rests) == 1 else None
