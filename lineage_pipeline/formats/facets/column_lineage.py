"""The `columnLineage` facet: which input fields an output field, or a whole output, is made of.

Source: OpenLineage ColumnLineageDatasetFacet 1-2-0.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, Part


class Transformation(Part, frozen=True, kw_only=True):
    """How an input flows into the output."""

    type: str
    subtype: str | None = None
    description: str | None = None
    masking: bool | None = None


class InputField(Part, frozen=True, kw_only=True):
    """A field of an input dataset."""

    namespace: str
    name: str
    field: str
    transformations: list[Transformation] | None = None


class OutputField(Part, frozen=True, kw_only=True):
    """The inputs of one output field, with the deprecated way to say how they flow."""

    input_fields: list[InputField]
    transformation_description: str | None = None
    transformation_type: str | None = None


class ColumnLineage(Facet, frozen=True, kw_only=True):
    """The body of `columnLineage`."""

    fields: dict[str, OutputField] | None = None
    dataset: list[InputField] | None = None


class ColumnLineageRow(NamedTuple):
    """One row per (output field, input field, transformation); the dataset-wide ones come last.

    Columns:
        output_field: the output's field, null where the input affects the whole dataset.
        input_namespace, input_name, input_field: the field it depends on.
        transformation_type: DIRECT (the value is made of it) or INDIRECT (it only steers), null
            where the producer says nothing.
        transformation_subtype: such as IDENTITY, AGGREGATION, JOIN, FILTER.
        transformation_description: the transformation in words.
        is_masking: whether it hides the input's values; null, not false, where nothing is said.
    """

    output_field: str | None
    input_namespace: str
    input_name: str
    input_field: str
    transformation_type: str | None
    transformation_subtype: str | None
    transformation_description: str | None
    is_masking: bool | None


# The deprecated MASKED says that no original data is left: the values still come from the input, so
# the flow is direct, it changes them, and it masks. IDENTITY says nothing of masking.
_DEPRECATED: Final[dict[str | None, tuple[str, str, bool | None]]] = {
    "IDENTITY": ("DIRECT", "IDENTITY", None),
    "MASKED": ("DIRECT", "TRANSFORMATION", True),
}
_UNKNOWN: Final = (None, None, None)


def column_lineage_rows(body: ColumnLineage) -> Iterator[ColumnLineageRow]:
    """Yield the rows of each output field, then those of the whole dataset."""
    for output_field, output in (body.fields or {}).items():
        kind, subtype, masking = _DEPRECATED.get(output.transformation_type, _UNKNOWN)
        unstated = (kind, subtype, output.transformation_description, masking)
        for source in output.input_fields:
            yield from _input_rows(output_field, source, unstated)
    for source in body.dataset or ():
        yield from _input_rows(None, source, (None, None, None, None))


def _input_rows(
    output_field: str | None,
    source: InputField,
    unstated: tuple[str | None, str | None, str | None, bool | None],
) -> Iterator[ColumnLineageRow]:
    """Yield a row per transformation, or one with the `unstated` values where there is none."""
    named = (output_field, source.namespace, source.name, source.field)
    if not source.transformations:
        yield ColumnLineageRow(*named, *unstated)
        return
    for step in source.transformations:
        yield ColumnLineageRow(*named, step.type, step.subtype, step.description, step.masking)


COLUMN_LINEAGE = FacetFormat(
    key="columnLineage",
    holders=frozenset({"dataset"}),
    body=ColumnLineage,
    table="column_lineage",
    row=ColumnLineageRow,
    rows=column_lineage_rows,
)

FORMATS = (COLUMN_LINEAGE,)
