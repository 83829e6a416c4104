"""One SELECT read as a relation: its select list, and what steers its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from lineage_pipeline.inference.expressions import field_of, value_of
from lineage_pipeline.inference.relation import OPEN, UNKNOWN, Field, Relation, Rest
from lineage_pipeline.inference.scope import all_uses
from lineage_pipeline.inference.sources import add_sources
from lineage_pipeline.inference.uses import Kind, Use, through

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.inference.scope import Scope, Source


def read_select(node: exp.Select, scope: Scope) -> Relation:
    """Return what a SELECT yields.

    Args:
        node: the SELECT.
        scope: its own, empty but for the common table expressions.
    """
    for window in node.args.get("windows") or ():
        scope.windows[scope.key(window.name)] = window
    steers = set(add_sources(node, scope))
    steers |= _used(node, ("where", "prewhere", "connect"), scope, Kind.FILTER)
    fields, rest = _select_list(node.expressions, scope)
    steers |= _grouped(node, scope, fields)
    steers |= _used(node, ("having", "qualify"), scope, Kind.FILTER)
    steers |= _sorted(node, scope, fields)
    steers |= _distinct(node, scope, fields)
    if any(node.args.get(key) for key in ("match", "pivots")):
        scope.work.remark("unsupported_query", node)
        fields, rest = (), OPEN
    for key in ("limit", "offset"):
        value_of(node.args.get(key), scope)
    scope.work.spend(len(steers))
    return Relation(fields, rest, frozenset(steers), frozenset(scope.reads))


def _used(node: exp.Expr, keys: Iterable[str], scope: Scope, kind: Kind) -> set[Use]:
    clauses = (node.args.get(key) for key in keys)
    return {use for clause in clauses for use in value_of(clause, scope, kind).uses}


def _select_list(items: Iterable[exp.Expr], scope: Scope) -> tuple[tuple[Field, ...], Rest | None]:
    fields: list[Field] = []
    rests: list[Rest] = []
    for item in items:
        if (star := _star(item)) is not None:
            listed, rest = _expanded(star, _starred(item, scope), scope)
            fields += listed
            rests += rest
        elif isinstance(item, exp.Aliases):
            value = value_of(item.this, scope, Kind.TRANSFORMATION)
            fields += [Field(name.name, *value) for name in item.expressions]
        else:
            fields.append(field_of(item, scope))
            scope.aliases.setdefault(scope.key(fields[-1].name), fields[-1])
        scope.work.spend(len(fields))
    if len(rests) > 1:
        return tuple(fields), OPEN
    return tuple(fields), rests[0] if rests else None


def _star(item: exp.Expr) -> exp.Star | None:
    if isinstance(item, exp.Star):
        return item
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        return item.this
    return None


def _starred(item: exp.Expr, scope: Scope) -> list[Source]:
    """Return the sources that a star stands for; none if it names one that is unknown."""
    if isinstance(item, exp.Star):
        return [source for source in scope.sources if not source.is_hidden]
    key = scope.key(item.parts[-2].name) if isinstance(item, exp.Column) else ""
    found = [source for source in scope.sources if source.key == key]
    if len(found) != 1:
        scope.work.remark("unknown_column", item)
    return found if len(found) == 1 else []


def _expanded(
    star: exp.Star, sources: list[Source], scope: Scope
) -> tuple[list[Field], list[Rest]]:
    """Return the columns that a star stands for, and the rests of sources without a schema.

    The columns that USING made one come first; EXCEPT, REPLACE and RENAME are heeded.
    """
    if not sources:
        return [], [OPEN]
    is_whole = len(sources) > 1
    fields = [*scope.merged.values()] if is_whole else []
    for source in sources:
        fields += [
            one
            for one in source.relation.fields
            if not (is_whole and scope.key(one.name) in scope.merged)
        ]
    left_out = {scope.key(one.name) for one in star.args.get("except_") or ()}
    fields = [one for one in fields if scope.key(one.name) not in left_out]
    for alias in star.args.get("replace") or ():
        made = field_of(alias, scope)
        fields = [made if scope.key(one.name) == scope.key(made.name) else one for one in fields]
    for alias in star.args.get("rename") or ():
        old, new = scope.key(alias.this.name), alias.alias
        fields = [one._replace(name=new) if scope.key(one.name) == old else one for one in fields]
    rests = [source.relation.rest for source in sources if source.relation.rest]
    if rests and any(star.args.get(key) for key in ("except_", "replace", "rename", "ilike")):
        rests = [OPEN]
    if star.args.get("ilike"):
        return [], [OPEN]
    if any(rest == OPEN or len(rests) > 1 for rest in rests):
        scope.work.remark("unknown_star", star)
    elif rests and rests[0].dataset == UNKNOWN:
        rests = [OPEN]
    return fields, rests


def _grouped(node: exp.Select, scope: Scope, fields: tuple[Field, ...]) -> set[Use]:
    group = node.args.get("group")
    if group is None:
        return set()
    if group.args.get("all"):
        return set(through(all_uses(fields), Kind.GROUP_BY))
    keys = [*group.expressions]
    for name in ("cube", "rollup", "grouping_sets"):
        keys += group.args.get(name) or ()
    return _keys(keys, scope, fields, Kind.GROUP_BY)


def _sorted(node: exp.Select, scope: Scope, fields: tuple[Field, ...]) -> set[Use]:
    found: set[Use] = set()
    for name in ("order", "sort", "cluster", "distribute"):
        if (clause := node.args.get(name)) is not None:
            found |= _keys(clause.expressions, scope, fields, Kind.SORT)
    return found


def _keys(
    keys: Iterable[exp.Expr], scope: Scope, fields: tuple[Field, ...], kind: Kind
) -> set[Use]:
    """Return what rows are grouped or sorted by: expressions, aliases, places in the list."""
    found: set[Use] = set()
    for key in keys:
        bare = key.this if isinstance(key, exp.Ordered) else key
        if isinstance(bare, exp.Literal) and bare.is_int and 0 < int(bare.this) <= len(fields):
            found |= through(fields[int(bare.this) - 1].uses, kind)
        elif _is_all(bare):
            found |= through(all_uses(fields), kind)
        else:
            found |= value_of(bare, scope, kind, alias_first=kind is Kind.SORT).uses
    return found


def _is_all(key: exp.Expr) -> bool:
    """Return whether it is the word ALL, which some dialects parse as a column."""
    if isinstance(key, exp.Column):
        is_bare = len(key.parts) == 1 and not key.this.args.get("quoted")
        return is_bare and key.name.upper() == "ALL"
    return isinstance(key, exp.Var) and key.name.upper() == "ALL"


def _distinct(node: exp.Select, scope: Scope, fields: tuple[Field, ...]) -> set[Use]:
    distinct = node.args.get("distinct")
    if distinct is None:
        return set()
    if (keys := distinct.args.get("on")) is not None:
        return set(value_of(keys, scope, Kind.GROUP_BY).uses)
    return set(through(all_uses(fields), Kind.GROUP_BY))
