"""What DuckDB selects from records: the declared columns, as expressions and never as SQL text."""

from __future__ import annotations

import json
from functools import reduce
from itertools import chain
from operator import and_, or_
from typing import TYPE_CHECKING, Final

from duckdb import CoalesceOperator, ConstantExpression, Expression, FunctionExpression

from lineage_pipeline.formats.audit.layout import JsonLayout
from lineage_pipeline.formats.audit.line_layout import LineLayout
from lineage_pipeline.formats.audit.value import COLUMNS, RULED, attribute_paths, paths_in, subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage_pipeline.formats.audit.mapping import AuditMapping
    from lineage_pipeline.settings.lineage_toml import AuditValue

Layout = JsonLayout | LineLayout

ATTRS: Final = "attrs"
RECOGNISED: Final = "is_recognised"


def layout_of(mapping: AuditMapping) -> Layout:
    """Return how DuckDB reads what the declaration asks for."""
    declared = mapping.declaration
    if declared.line is not None:
        return LineLayout(declared.line)
    columns = chain.from_iterable(map(mapping.values, COLUMNS))
    texts = [
        *chain.from_iterable(map(paths_in, (*columns, *subjects(mapping).values()))),
        *chain.from_iterable(declared.recognise),
    ]
    documents = chain.from_iterable(map(attribute_paths, declared.attrs.values()))
    return JsonLayout(texts, documents)


def subjects(mapping: AuditMapping) -> dict[str, AuditValue]:
    """Return the values that rules look at and that are no columns, by the name of theirs."""
    rules = chain.from_iterable(map(mapping.rules, RULED))
    asked = dict.fromkeys(value for rule in rules if (value := subject(rule)) is not None)
    return {f"subject_{number}": value for number, value in enumerate(asked)}


def selection(mapping: AuditMapping, layout: Layout) -> list[Expression]:
    """Return the expressions of the declared columns, the rules' subjects and the attributes."""
    selected = [
        _first_text(values, layout).alias(column)
        for column in COLUMNS
        if (values := mapping.values(column))
    ]
    selected += [_text(value, layout).alias(name) for name, value in subjects(mapping).items()]
    if mapping.declaration.attrs:
        selected.append(_attributes(mapping.declaration.attrs, layout).alias(ATTRS))
    selected.append(_recognised(mapping, layout).alias(RECOGNISED))
    return selected


def _text(value: AuditValue, layout: Layout) -> Expression:
    """Return the text of one value; null where a path leads nowhere or nothing matches."""
    if value.path is not None:
        found = layout.text(value.path)
    elif value.join:
        parts = [
            layout.text(part) if part.startswith("$") else ConstantExpression(part)
            for part in value.join
        ]
        found = reduce(lambda left, right: FunctionExpression("||", left, right), parts)
    else:
        found = ConstantExpression(value.constant).cast("VARCHAR")
    if value.pattern is None:
        return found
    group = FunctionExpression(
        "regexp_extract", found, ConstantExpression(value.pattern), ConstantExpression(1)
    )
    return FunctionExpression("nullif", group, ConstantExpression(""))


def _first_text(values: Sequence[AuditValue], layout: Layout) -> Expression:
    texts = [_text(value, layout) for value in values]
    return texts[0] if len(texts) == 1 else CoalesceOperator(*texts)


def _attributes(attrs: Mapping[str, str | tuple[str, ...]], layout: Layout) -> Expression:
    """Return the attributes that a record has as one JSON object, null if it has none."""
    members = []
    for name, source in attrs.items():
        found = [layout.document(path) for path in attribute_paths(source)]
        document = found[0] if len(found) == 1 else CoalesceOperator(*found)
        key = ConstantExpression(json.dumps(name, ensure_ascii=False) + ":")
        members.append(FunctionExpression("||", key, document))
    inside = FunctionExpression("concat_ws", ConstantExpression(","), *members)
    found_some = FunctionExpression("nullif", inside, ConstantExpression(""))
    opened = FunctionExpression("||", ConstantExpression("{"), found_some)
    return FunctionExpression("||", opened, ConstantExpression("}"))


def _recognised(mapping: AuditMapping, layout: Layout) -> Expression:
    if isinstance(layout, LineLayout):
        return layout.is_match()
    groups = mapping.declaration.recognise
    if not groups:
        return ConstantExpression(True)  # noqa: FBT003 - DuckDB's constant
    return reduce(
        or_, (reduce(and_, (layout.text(path).isnotnull() for path in group)) for group in groups)
    )
