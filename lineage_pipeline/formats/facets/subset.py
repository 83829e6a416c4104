"""The `subset` facets: which part of a dataset a run read or wrote.

Source: OpenLineage BaseSubsetDatasetFacet 1-0-0.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, FreeForm, Part, json_text

# Writing a tree as JSON takes a little more stack than reading it: without a bound of our own, a
# tree that could just be read would fail later, as an error of the program, not a refused body.
MAX_DEPTH: Final = 256


class Location(Part, frozen=True, kw_only=True, tag_field="type", tag="location"):
    """The part under certain paths."""

    locations: list[str]


class PartitionValue(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A partition by the values of its dimensions."""

    dimensions: FreeForm
    identifier: str | None = None


class Partition(Part, frozen=True, kw_only=True, tag_field="type", tag="partition"):
    """The part in certain partitions."""

    partitions: list[PartitionValue]


class FieldOperand(Part, frozen=True, kw_only=True, tag_field="type", tag="field"):
    """A field of the dataset, in a comparison."""

    field: str


class LiteralOperand(Part, frozen=True, kw_only=True, tag_field="type", tag="literal"):
    """A constant, in a comparison."""

    value: str


Operand: TypeAlias = FieldOperand | LiteralOperand


class Compare(Part, frozen=True, kw_only=True, tag_field="type", tag="compare"):
    """The part for which a comparison holds."""

    left: Operand
    right: Operand
    comparison: str


class Binary(Part, frozen=True, kw_only=True, tag_field="type", tag="binary"):
    """The part in both, or in either, of two parts."""

    left: "Condition"
    right: "Condition"
    operator: str


Condition: TypeAlias = Location | Partition | Compare | Binary


class InputSubset(Facet, frozen=True, kw_only=True):
    """The body of `subset` on an input."""

    input_condition: Condition

    def __post_init__(self) -> None:
        """Refuse a condition that nests too deep."""
        _require_shallow(self.input_condition)


class OutputSubset(Facet, frozen=True, kw_only=True):
    """The body of `subset` on an output."""

    output_condition: Condition

    def __post_init__(self) -> None:
        """Refuse a condition that nests too deep."""
        _require_shallow(self.output_condition)


class SubsetRow(NamedTuple):
    """One row per facet.

    Columns:
        condition_type: location, partition, compare or binary.
        locations: the paths, where the whole condition is a list of them.
        partitions_json: the partitions, a JSON array, where the whole condition is a list of them.
        condition_json: the whole condition, a JSON object.
    """

    condition_type: str
    locations: list[str] | None
    partitions_json: str | None
    condition_json: str


def input_subset_rows(body: InputSubset) -> Iterator[SubsetRow]:
    """Yield the one condition."""
    yield _subset(body.input_condition)


def output_subset_rows(body: OutputSubset) -> Iterator[SubsetRow]:
    """Yield the one condition."""
    yield _subset(body.output_condition)


def _require_shallow(condition: Condition) -> None:
    """Do nothing for a condition of at most MAX_DEPTH levels.

    Raises:
        ValueError: it has more; decoding reports that as a schema error.
    """
    pending = [(condition, 1)]
    while pending:
        part, depth = pending.pop()
        if depth > MAX_DEPTH:
            message = f"Condition nests deeper than {MAX_DEPTH} levels"
            raise ValueError(message)
        if isinstance(part, Binary):
            pending += [(part.left, depth + 1), (part.right, depth + 1)]


def _subset(condition: Condition) -> SubsetRow:
    return SubsetRow(
        str(condition.__struct_config__.tag),
        condition.locations if isinstance(condition, Location) else None,
        json_text(condition.partitions) if isinstance(condition, Partition) else None,
        json_text(condition) or "{}",
    )


INPUT_SUBSET = FacetFormat(
    key="subset",
    holders=frozenset({"input"}),
    body=InputSubset,
    table="subset",
    row=SubsetRow,
    rows=input_subset_rows,
)
OUTPUT_SUBSET = FacetFormat(
    key="subset",
    holders=frozenset({"output"}),
    body=OutputSubset,
    table="subset",
    row=SubsetRow,
    rows=output_subset_rows,
)

FORMATS = (INPUT_SUBSET, OUTPUT_SUBSET)
