"""The fields of a dataset, flattened without loss."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.formats.facets import FACETS, decode

SCHEMA = FACETS["dataset", "schema"]
Shred = Callable[[str, str, object], list[tuple[Any, ...]]]


def field_trees() -> st.SearchStrategy[list[dict[str, Any]]]:
    names = st.text(alphabet="ab.é", min_size=1, max_size=3)
    types = st.none() | st.sampled_from(["INT", "STRUCT"])

    def lists(children: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
        field = st.fixed_dictionaries({"name": names, "type": types, "fields": children})
        return st.lists(field, max_size=3)

    return st.recursive(st.just([]), lists, max_leaves=12)


def preorder(fields: list[dict[str, Any]], parent: str | None) -> list[tuple[Any, ...]]:
    rows = []
    for position, field in enumerate(fields):
        path = ".".join(filter(None, [parent, field["name"]]))
        rows.append((path, parent, field["name"], position, field["type"], None))
        rows += preorder(field["fields"], path)
    return rows


@given(field_trees())
def test_fields_are_listed_depth_first_with_their_place(fields: list[dict[str, Any]]) -> None:
    body = decode(SCHEMA, msgspec.json.encode({"fields": fields}))

    assert list(SCHEMA.rows(body)) == preorder(fields, None)


def test_a_dot_in_a_name_stays_in_the_path_and_in_the_name(shred: Shred) -> None:
    fields = [{"name": "a.b", "type": "STRUCT", "fields": [{"name": "c", "description": "third"}]}]

    assert shred("dataset", "schema", {"fields": fields}) == [
        ("a.b", None, "a.b", 0, "STRUCT", None),
        ("a.b.c", "a.b", "c", 0, None, "third"),
    ]


def test_a_stated_position_counts_from_one_and_wins_over_the_list(shred: Shred) -> None:
    fields = [{"name": "b", "ordinal_position": 2}, {"name": "a", "ordinal_position": 1.0}]

    rows = shred("dataset", "schema", {"fields": fields})

    assert [(row[2], row[3]) for row in rows] == [("b", 1), ("a", 0)]


@pytest.mark.parametrize("body", [{}, {"fields": None}, {"fields": []}])
def test_a_schema_may_say_nothing(shred: Shred, body: object) -> None:
    assert shred("dataset", "schema", body) == []


def test_a_field_without_name_is_refused_at_any_depth(shred: Shred) -> None:
    fields = [{"name": "a", "fields": [{"type": "INT"}]}]

    with pytest.raises(
        msgspec.ValidationError, match=r"`name` - at `\$\.fields\[0\]\.fields\[0\]`"
    ):
        shred("dataset", "schema", {"fields": fields})


def test_nesting_as_deep_as_the_decoder_goes_is_walked_without_recursion() -> None:
    depth = 200
    raw = b'{"fields":[{"name":"a"}]}'
    for _ in range(depth):
        raw = b'{"fields":[{"name":"a",' + raw[1:-1] + b"}]}"

    rows = list(SCHEMA.rows(decode(SCHEMA, raw)))

    assert len(rows) == depth + 1
    assert rows[-1][0].count(".") == depth
