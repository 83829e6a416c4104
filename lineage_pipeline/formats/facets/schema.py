"""The `schema` facet: the fields of a dataset, nested ones included."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from lineage_pipeline.formats.facets.format import Count, Facet, FacetFormat, Part


class SchemaField(Part, frozen=True, kw_only=True):
    """A field and the fields inside it."""

    name: str
    type: str | None = None
    description: str | None = None
    ordinal_position: Count | None = msgspec.field(name="ordinal_position", default=None)
    fields: list["SchemaField"] | None = None


class Schema(Facet, frozen=True, kw_only=True):
    """The body of `schema`."""

    fields: list[SchemaField] | None = None


class SchemaFieldRow(NamedTuple):
    """One row per field of a dataset's schema, at any depth; parents before their children.

    Columns:
        field_path: the names from the top down, joined with dots; a dot in a name stays as it is,
            so only `field_name` and `parent_path` together are exact.
        parent_path: the path of the enclosing field, null at the top.
        field_name: the field's own name.
        ordinal: position within its parent, counted from 0. A stated `ordinal_position` counts from
            1 and is moved, so that producers that state it and those that do not agree.
        type: the type as the producer writes it.
        description: what the producer says about the field.
    """

    field_path: str
    parent_path: str | None
    field_name: str
    ordinal: int
    type: str | None
    description: str | None


def schema_field_rows(body: Schema) -> Iterator[SchemaFieldRow]:
    """Yield the fields in the order in which the body reads."""
    pending = _children(None, body.fields)
    while pending:
        parent_path, position, field = pending.pop()
        path = field.name if parent_path is None else f"{parent_path}.{field.name}"
        stated = field.ordinal_position
        yield SchemaFieldRow(
            path,
            parent_path,
            field.name,
            position if stated is None else int(stated) - 1,
            field.type,
            field.description,
        )
        if field.fields:
            pending += _children(path, field.fields)


def _children(
    path: str | None, fields: list[SchemaField] | None
) -> list[tuple[str | None, int, SchemaField]]:
    """Return the fields to visit, last one first: they are taken from the end."""
    return [(path, position, field) for position, field in enumerate(fields or ())][::-1]


SCHEMA = FacetFormat(
    key="schema",
    holders=frozenset({"dataset"}),
    body=Schema,
    table="schema_field",
    row=SchemaFieldRow,
    rows=schema_field_rows,
)

FORMATS = (SCHEMA,)
