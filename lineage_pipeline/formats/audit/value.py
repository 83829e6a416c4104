"""Where a column's text comes from, and what a rule looks at, in one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.formats.audit.path import parse_path
from lineage_pipeline.settings.lineage_toml import (
    AuditColumns,
    AuditDeclaration,
    AuditRule,
    AuditSource,
    AuditValue,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.formats.audit.path import Steps

COLUMNS: Final = tuple(field.name for field in msgspec.structs.fields(AuditColumns))
"""The columns that a declaration takes from the record."""
RULED: Final = ("category", "activity_id", "outcome", "actor_type", "is_interim")
"""The columns that its rules decide."""
ALWAYS_REQUIRED: Final = ("occurred_at", "action")
"""The columns that no event is without."""


def alternatives(source: AuditSource) -> tuple[AuditValue, ...]:
    """Return the source as values, with every path in its place."""
    several = (source,) if isinstance(source, str | AuditValue) else source
    return tuple(AuditValue(path=one) if isinstance(one, str) else one for one in several)


def subject(rule: AuditRule[object]) -> AuditValue | None:
    """Return the value that the rule looks at, None if it looks at a column."""
    if isinstance(rule.of, AuditValue):
        return rule.of
    return AuditValue(path=rule.of) if rule.of.startswith("$") else None


def paths_in(value: AuditValue) -> tuple[str, ...]:
    """Return the paths that a value is made of."""
    joined = tuple(part for part in value.join if part.startswith("$"))
    return (value.path, *joined) if value.path is not None else joined


def attribute_paths(source: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths of an attribute, in the order of preference."""
    return (source,) if isinstance(source, str) else source


def all_paths(declared: AuditDeclaration) -> Iterator[str]:
    """Yield every path that columns, rules and attributes are taken from."""
    for column in COLUMNS:
        for value in alternatives(getattr(declared.columns, column)):
            yield from paths_in(value)
    for column in RULED:
        for rule in getattr(declared.rules, column):
            if (asked := subject(rule)) is not None:
                yield from paths_in(asked)
    for source in declared.attrs.values():
        yield from attribute_paths(source)


def steps_of(path: str) -> Steps:
    """Return the steps of a path that has been checked."""
    return parse_path(path) or ()
