"""Statements that write: what goes into which column of which table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlglot import exp

from lineage_pipeline.inference.datasets import parts_of
from lineage_pipeline.inference.expressions import value_of
from lineage_pipeline.inference.queries import read_query, top_scope, with_ctes
from lineage_pipeline.inference.relation import OPEN, Field, Relation
from lineage_pipeline.inference.scope import Scope, Source
from lineage_pipeline.inference.sources import add_source, add_sources
from lineage_pipeline.inference.uses import Kind, Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lineage_pipeline.inference.datasets import Part
    from lineage_pipeline.inference.work import Work

WITHOUT_DATA: Final = (
    exp.Set, exp.Use, exp.Transaction, exp.Commit, exp.Rollback, exp.Drop, exp.TruncateTable,
    exp.Grant, exp.Revoke, exp.Analyze, exp.Comment, exp.Describe, exp.Show, exp.Pragma,
    exp.Semicolon, exp.Declare,
)  # fmt: skip
"""Statements that move nothing from one table to another."""


class Write(NamedTuple):
    """What one statement writes into one table.

    Attributes:
        target: the table; None for a query that stands alone.
        relation: what is written.
        is_by_name: the columns keep the names that the query gives them; else they go by place.
        columns: the columns that the statement lists for them, in order; none if it lists none.
        is_filling: whether rows or values come in, and do not only go.
        is_given: whether all that comes in stands in the text itself, and is read from nowhere.
    """

    target: tuple[Part, ...] | None
    relation: Relation
    is_by_name: bool
    columns: tuple[str, ...] = ()
    is_filling: bool = True
    is_given: bool = False


def writes_of(statement: exp.Expr, work: Work) -> Iterator[Write]:
    """Yield what a statement writes; what it does not understand of it is a remark."""
    if isinstance(statement, exp.Query):
        yield from _query(statement, work)
    elif isinstance(statement, exp.Create):
        yield from _create(statement, work)
    elif isinstance(statement, exp.Insert):
        yield from _insert(statement, work)
    elif isinstance(statement, exp.Merge):
        yield _merge(statement, work)
    elif isinstance(statement, exp.Update):
        yield _update(statement, work)
    elif isinstance(statement, exp.Delete):
        yield _delete(statement, work)
    elif not isinstance(statement, WITHOUT_DATA):
        work.remark("unsupported_statement", statement)


def _query(query: exp.Query, work: Work) -> Iterator[Write]:
    relation = read_query(query, top_scope(work))
    into = query.args.get("into")
    yield Write(_target(into.this, work) if into is not None else None, relation, is_by_name=True)


def _create(create: exp.Create, work: Work) -> Iterator[Write]:
    if create.kind not in ("TABLE", "VIEW"):
        if create.kind not in ("SCHEMA", "DATABASE", "SEQUENCE", "INDEX", "STAGE", "TAG", "TYPE"):
            work.remark("unsupported_statement", create)
        return
    columns = _listed(create.this)
    target = _target(create.this, work)
    clone = create.args.get("clone")
    if isinstance(create.expression, exp.Query):
        relation = read_query(create.expression, _around(create, work))
        yield Write(target, relation, is_by_name=True, columns=columns)
    elif clone is not None and isinstance(clone.this, exp.Table):
        yield Write(target, _all_of(clone.this, work), is_by_name=True)
    elif create.expression is not None:
        work.remark("unsupported_statement", create)
    elif columns:
        fields = tuple(Field(name, frozenset()) for name in columns)
        yield Write(target, Relation(fields), is_by_name=True, is_filling=False)
    for like in create.find_all(exp.LikeProperty):
        work.seen |= {id(table) for table in like.find_all(exp.Table)}


def _insert(insert: exp.Insert, work: Work) -> Iterator[Write]:
    target = _target(insert.this, work)
    columns = _listed(insert.this)
    query = insert.expression
    around = _around(insert, work)
    if isinstance(query, exp.Table):
        relation = _all_of(query, work)
    elif isinstance(query, exp.Query | exp.Values):
        relation = read_query(query, around)
    else:
        if query is not None or not insert.args.get("default"):
            work.remark("unsupported_statement", insert)
        return
    if insert.this.find(exp.Partition) is not None and not columns:
        columns = _with_partition(insert.this, target, relation, work)
    yield Write(target, relation, bool(insert.args.get("by_name")), columns)
    conflict = insert.args.get("conflict")
    if conflict is not None and conflict.expressions:
        named = tuple(
            field._replace(name=name)
            for field, name in zip(
                relation.fields, columns or _fields_of(target, work), strict=False
            )
        )
        scope = Scope(work, read_query, around.ctes, around)
        add_source(_table_of(insert.this), scope)
        scope.sources.append(Source(scope.key("excluded"), Relation(named), is_hidden=True))
        yield _assigned(target, conflict.expressions, scope, conflict.args.get("where"), set())


def _with_partition(
    node: exp.Expr, target: tuple[Part, ...], relation: Relation, work: Work
) -> tuple[str, ...]:
    """Return the columns that a query fills behind `partition (day = '…', hour)`.

    Those with a value are filled by it, those without come last.
    """
    clause = node.find(exp.Partition)
    keys = clause.expressions if clause is not None else []
    fixed = {work.folding.key(key.this.name) for key in keys if isinstance(key, exp.EQ)}
    last = [key.name for key in keys if not isinstance(key, exp.EQ)]
    behind = fixed | {work.folding.key(name) for name in last}
    known = [name for name in _fields_of(target, work) if work.folding.key(name) not in behind]
    names = (*known, *last)
    return names if len(names) == len(relation.fields) and known else ()


def _merge(merge: exp.Merge, work: Work) -> Write:
    around = _around(merge, work)
    scope = Scope(work, read_query, around.ctes, around)
    target = _target(merge.this, work)
    steers = add_source(merge.this, scope)
    steers |= add_source(merge.args["using"], scope)
    steers |= value_of(merge.args.get("on"), scope, Kind.JOIN).uses
    fields: list[Field] = []
    for when in merge.args["whens"].expressions:
        steers |= value_of(when.args.get("condition"), scope, Kind.FILTER).uses
        then = when.args["then"]
        is_star = any(isinstance(one, exp.Star) for one in then.expressions)
        if isinstance(then, exp.Update) and then.expressions and not is_star:
            fields += _assignments(then.expressions, scope)
        elif isinstance(then, exp.Insert) and isinstance(then.expression, exp.Tuple):
            names = [column.name for column in then.this.expressions] if then.this else []
            fields += _placed(then, names or list(_fields_of(target, work)), scope)
        elif isinstance(then, exp.Update | exp.Insert):
            fields += _by_name(scope.sources[-1].relation, work, then)
    reads = _reads(scope, scope.sources[0])
    return Write(target, Relation(tuple(fields), None, frozenset(steers), reads), is_by_name=True)


def _placed(insert: exp.Insert, names: Sequence[str], scope: Scope) -> list[Field]:
    """Return the values that MERGE inserts under the columns that it lists, or those there are."""
    values = [value_of(value, scope) for value in insert.expression.expressions]
    if len(values) != len(names):
        scope.work.remark("unknown_target_column", insert)
        return []
    return [Field(name, *value) for name, value in zip(names, values, strict=True)]


def _by_name(relation: Relation, work: Work, node: exp.Expr) -> list[Field]:
    """Return all columns of the source of a MERGE, as `insert *` and `update set *` write them."""
    if relation.rest is not None:
        work.remark("unknown_star", node)
    return list(relation.fields)


def _update(update: exp.Update, work: Work) -> Write:
    around = _around(update, work)
    scope = Scope(work, read_query, around.ctes, around)
    target = _target(update.this, work)
    steers = set() if (named := _named_in_from(update)) else add_source(update.this, scope)
    steers |= add_sources(update, scope)
    if named is not None:
        target = parts_of(named)
    return _assigned(target, update.expressions, scope, update.args.get("where"), steers)


def _named_in_from(update: exp.Update) -> exp.Table | None:
    """Return the table that is updated where it stands in FROM: `update t set … from c as t`."""
    if not isinstance(update.this, exp.Table) or len(update.this.parts) > 1:
        return None
    clauses = (update.args.get("from_"), *(update.args.get("joins") or ()))
    tables = [table for clause in clauses if clause for table in clause.find_all(exp.Table)]
    found = [table for table in tables if table.alias == update.this.name]
    return found[0] if len(found) == 1 else None


def _assigned(
    target: tuple[Part, ...],
    assignments: Iterable[exp.Expr],
    scope: Scope,
    where: exp.Expr | None,
    steers: set[Use],
) -> Write:
    fields = tuple(_assignments(assignments, scope))
    steers |= value_of(where, scope, Kind.FILTER).uses
    reads = _reads(scope, scope.sources[0])
    return Write(target, Relation(fields, None, frozenset(steers), reads), is_by_name=True)


def _assignments(assignments: Iterable[exp.Expr], scope: Scope) -> Iterator[Field]:
    for one in assignments:
        if isinstance(one, exp.EQ) and isinstance(one.this, exp.Column):
            yield Field(one.this.name, *value_of(one.expression, scope))
        else:
            value_of(one.args.get("expression"), scope)
            scope.work.remark("unknown_target_column", one)


def _delete(delete: exp.Delete, work: Work) -> Write:
    around = _around(delete, work)
    scope = Scope(work, read_query, around.ctes, around)
    target = _target(delete.this, work)
    steers: set[Use] = add_source(delete.this, scope)
    for source in delete.args.get("using") or ():
        steers |= add_source(source, scope)
    steers |= value_of(delete.args.get("where"), scope, Kind.FILTER).uses
    reads = _reads(scope, scope.sources[0])
    relation = Relation((), None, frozenset(steers), reads)
    return Write(target, relation, is_by_name=True, is_filling=False)


def _reads(scope: Scope, target: Source) -> frozenset[int]:
    """Return what is read beside the target, which is there only to be changed."""
    others = {place for one in scope.sources[1:] for place in one.relation.reads}
    own = target.relation.reads
    return frozenset((scope.reads - own) | others)


def _around(statement: exp.Expr, work: Work) -> Scope:
    """Return the scope around a statement, with the common table expressions before it."""
    scope = top_scope(work)
    scope.ctes = with_ctes(statement, scope)
    return scope


def _table_of(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Schema) else node


def _target(node: exp.Expr, work: Work) -> tuple[Part, ...]:
    table = _table_of(node)
    if not isinstance(table, exp.Table):
        work.remark("unsupported_statement", node)
        return ()
    work.seen.add(id(table))
    return parts_of(table)


def _listed(node: exp.Expr) -> tuple[str, ...]:
    """Return the columns that stand in brackets behind the table."""
    if not isinstance(node, exp.Schema):
        return ()
    named = (exp.Identifier, exp.ColumnDef, exp.Column)
    return tuple(column.name for column in node.expressions if isinstance(column, named))


def _fields_of(target: tuple[Part, ...], work: Work) -> tuple[str, ...]:
    place = work.written(target)
    if place is not None:
        return work.datasets[place].fields or ()
    made = work.made.get(work.own_name(target))
    return tuple(field.name for field in made.fields) if made and made.rest is None else ()


def _all_of(table: exp.Table, work: Work) -> Relation:
    work.seen.add(id(table))
    relation = work.read(table)
    if relation.rest == OPEN:
        work.remark("unknown_star", table)
    return relation
