"""Which fields an output is made of."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.formats.facets import FACETS, decode

COLUMN_LINEAGE = FACETS["dataset", "columnLineage"]
INPUT = {"namespace": "s3://b", "name": "raw", "field": "id"}
Shred = Callable[[str, str, object], list[tuple[Any, ...]]]


def field_body(*inputs: dict[str, Any], **deprecated: str) -> dict[str, Any]:
    return {"fields": {"out": {"inputFields": list(inputs), **deprecated}}}


def test_each_transformation_is_a_row(shred: Shred) -> None:
    steps = [
        {"type": "DIRECT", "subtype": "IDENTITY", "description": "", "masking": False},
        {"type": "INDIRECT", "subtype": "JOIN", "masking": True},
        {"type": "DIRECT"},
    ]

    assert shred("dataset", "columnLineage", field_body({**INPUT, "transformations": steps})) == [
        ("out", "s3://b", "raw", "id", "DIRECT", "IDENTITY", "", False),
        ("out", "s3://b", "raw", "id", "INDIRECT", "JOIN", None, True),
        ("out", "s3://b", "raw", "id", "DIRECT", None, None, None),
    ]


@pytest.mark.parametrize(
    "transformations", [{}, {"transformations": []}, {"transformations": None}]
)
@pytest.mark.parametrize(
    ("deprecated", "flow"),
    [
        ({}, (None, None, None, None)),
        ({"transformationType": "IDENTITY"}, ("DIRECT", "IDENTITY", None, None)),
        (
            {"transformationType": "MASKED", "transformationDescription": "hashed"},
            ("DIRECT", "TRANSFORMATION", "hashed", True),
        ),
        (
            {"transformationType": "ROUNDED", "transformationDescription": "to cents"},
            (None, None, "to cents", None),
        ),
    ],
)
def test_without_transformations_the_deprecated_type_speaks(
    shred: Shred, transformations: dict[str, Any], deprecated: dict[str, str], flow: tuple[Any, ...]
) -> None:
    body = field_body({**INPUT, **transformations}, **deprecated)

    assert shred("dataset", "columnLineage", body) == [("out", "s3://b", "raw", "id", *flow)]


def test_a_transformation_silences_the_deprecated_type(shred: Shred) -> None:
    stated = {**INPUT, "transformations": [{"type": "INDIRECT", "subtype": "FILTER"}]}

    rows = shred("dataset", "columnLineage", field_body(stated, transformationType="MASKED"))

    assert [row[4:] for row in rows] == [("INDIRECT", "FILTER", None, None)]


def test_inputs_of_the_whole_dataset_have_no_output_field_and_come_last(shred: Shred) -> None:
    whole = {**INPUT, "transformations": [{"type": "INDIRECT", "subtype": "SORT"}]}

    rows = shred("dataset", "columnLineage", {"dataset": [whole, INPUT], **field_body(INPUT)})

    assert [(row[0], row[4]) for row in rows] == [("out", None), (None, "INDIRECT"), (None, None)]


@pytest.mark.parametrize("body", [{}, {"fields": None, "dataset": None}, {"fields": {}}])
def test_a_body_may_state_nothing(shred: Shred, body: object) -> None:
    assert shred("dataset", "columnLineage", body) == []


@pytest.mark.parametrize("missing", ["namespace", "name", "field"])
def test_an_input_that_cannot_be_found_is_refused(shred: Shred, missing: str) -> None:
    partial = {key: value for key, value in INPUT.items() if key != missing}

    with pytest.raises(msgspec.ValidationError, match=f"`{missing}`"):
        shred("dataset", "columnLineage", field_body(partial))


@given(
    st.dictionaries(st.text(max_size=3), st.lists(st.integers(0, 3), max_size=4), max_size=4),
    st.lists(st.integers(0, 3), max_size=3),
)
def test_no_input_gets_lost(per_field: dict[str, list[int]], per_dataset: list[int]) -> None:
    """An input has a row per transformation, and one where there is none."""

    def inputs(counts: list[int]) -> list[dict[str, Any]]:
        return [{**INPUT, "transformations": [{"type": "DIRECT"}] * count} for count in counts]

    fields = {name: {"inputFields": inputs(counts)} for name, counts in per_field.items()}
    raw = msgspec.json.encode({"fields": fields, "dataset": inputs(per_dataset)})

    written = [row[0] for row in COLUMN_LINEAGE.rows(decode(COLUMN_LINEAGE, raw))]

    for name, counts in [*per_field.items(), (None, per_dataset)]:
        assert written.count(name) == sum(max(count, 1) for count in counts)
