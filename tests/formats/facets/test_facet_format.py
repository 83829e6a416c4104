"""Which bodies a format accepts, and which columns its rows have."""

import pickle
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.formats.facets import (
    FACETS,
    TABLES,
    FacetFormat,
    Holder,
    arrow_schema,
    decode,
)
from lineage_pipeline.formats.facets.format import Facet, json_text

OWNERSHIP = FACETS["dataset", "ownership"]
VOLUME = FACETS["output", "outputStatistics"]
PROVENANCE = b'"_producer":"https://example.com/p","_schemaURL":"https://example.com/s"'
TOMBSTONE = b"{" + PROVENANCE + b',"_deleted":true}'

PERSISTENT_KEYS = sorted(slot for slot in FACETS if slot[0] in {"job", "dataset"})
PASSING_KEYS = sorted(slot for slot in FACETS if slot[0] in {"run", "input", "output"})


def output_rows(raw: bytes) -> list[tuple[object, ...]]:
    return list(VOLUME.rows(decode(VOLUME, raw)))


class TestDecode:
    def test_a_body_without_producer_and_schema_url_is_accepted(self) -> None:
        body = decode(OWNERSHIP, b'{"owners":[{"name":"team:risk"}]}')

        assert body is not None
        assert (body.producer, body.schema_url) == (None, None)

    def test_producer_and_schema_url_are_kept(self) -> None:
        body = decode(OWNERSHIP, b"{" + PROVENANCE + b"}")

        assert body is not None
        assert (body.producer, body.schema_url) == (
            "https://example.com/p",
            "https://example.com/s",
        )

    def test_unknown_fields_and_null_for_optional_ones_are_accepted(self) -> None:
        raw = b'{"owners":[{"name":"a","type":null,"since":1}],"_deleted":null,"x":{"y":[1]}}'

        assert list(OWNERSHIP.rows(decode(OWNERSHIP, raw))) == [("a", None)]

    def test_raw_bytes_of_an_envelope_are_accepted(self) -> None:
        raw = msgspec.Raw(b'{"rowCount":3}')

        assert list(VOLUME.rows(decode(VOLUME, raw))) == [(3, None, None)]

    @pytest.mark.parametrize(
        ("raw", "where"),
        [
            (b'{"owners":[{"no-name":"x"}]}', "`name` - at `$.owners[0]`"),
            (b'{"owners":[{"name":null}]}', "`$.owners[0].name`"),
            (b'{"owners":[{"name":7}]}', "`$.owners[0].name`"),
            (b'{"owners":{}}', "`$.owners`"),
            (b'{"_deleted":"yes"}', "`$._deleted`"),
            (b"[]", "Expected `object`"),
            (b"null", "Expected `object`"),
        ],
    )
    def test_a_body_that_breaks_its_schema_is_refused_with_the_place(
        self, raw: bytes, where: str
    ) -> None:
        with pytest.raises(msgspec.ValidationError) as refusal:
            decode(OWNERSHIP, raw)

        assert where in str(refusal.value)

    @pytest.mark.parametrize(
        "raw",
        [
            b'{"owners":[{"name":"a"}',
            b"",
            b'{"owners":[{"name":"\xff"}]}',
            b'{"custom":"\xff"}',
            b'{"owners":[{"name":"\\ud800 alone"}]}',
            b'{"custom":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        ],
        ids=["torn", "empty", "not utf-8", "not utf-8 where unread", "half a surrogate", "deep"],
    )
    def test_what_is_no_json_is_refused_as_such(self, raw: bytes) -> None:
        with pytest.raises(msgspec.DecodeError) as refusal:
            decode(OWNERSHIP, raw)

        assert not isinstance(refusal.value, msgspec.ValidationError)


class TestTombstone:
    @pytest.mark.parametrize(("holder", "key"), PERSISTENT_KEYS)
    def test_every_job_and_dataset_facet_can_be_deleted(self, holder: Holder, key: str) -> None:
        assert decode(FACETS[holder, key], TOMBSTONE) is None

    @pytest.mark.parametrize(("holder", "key"), PASSING_KEYS)
    def test_no_run_input_or_output_facet_can_be_deleted(self, holder: Holder, key: str) -> None:
        with pytest.raises(msgspec.ValidationError):
            decode(FACETS[holder, key], TOMBSTONE)

    def test_a_tombstone_may_still_carry_the_old_content(self) -> None:
        assert decode(OWNERSHIP, b'{"owners":[{"name":"a"}],"_deleted":true}') is None

    def test_not_deleted_does_not_excuse_missing_fields(self) -> None:
        with pytest.raises(msgspec.ValidationError, match="datasetVersion"):
            decode(FACETS["dataset", "version"], b'{"_deleted":false}')


class TestCount:
    @given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
    def test_every_64_bit_integer_is_kept_exactly(self, count: int) -> None:
        assert output_rows(b'{"rowCount":%d}' % count) == [(count, None, None)]

    @given(st.integers(min_value=-(2**53), max_value=2**53))
    def test_a_float_without_fraction_is_an_integer(self, count: int) -> None:
        [(row_count, _, _)] = output_rows(msgspec.json.encode({"rowCount": float(count)}))

        assert row_count == count
        assert isinstance(row_count, int)

    @pytest.mark.parametrize(
        "count", [b'"wrong"', b'"5"', b"5.5", b"true", b"[5]", b"9223372036854775808", b"1e300"]
    )
    def test_anything_else_is_refused(self, count: bytes) -> None:
        with pytest.raises(msgspec.ValidationError, match="rowCount"):
            decode(VOLUME, b'{"rowCount":' + count + b"}")


class TestArrowSchema:
    class Row(NamedTuple):
        """One row with a column of each type."""

        text: str
        number: int
        ratio: float | None
        flag: bool | None
        paths: list[str] | None

    class Unsupported(NamedTuple):
        """One row with a column that has no type."""

        paths: dict[str, str]

    @staticmethod
    def format_of(row: type[tuple[object, ...]]) -> FacetFormat:
        def rows(_: Facet) -> Iterator[tuple[object, ...]]:
            yield ()

        return FacetFormat("x", frozenset({"run"}), Facet, "x", row, rows)

    def test_columns_follow_the_annotations(self) -> None:
        assert arrow_schema(self.format_of(self.Row)) == pa.schema(
            [
                pa.field("text", pa.string(), nullable=False),
                pa.field("number", pa.int64(), nullable=False),
                pa.field("ratio", pa.float64()),
                pa.field("flag", pa.bool_()),
                pa.field("paths", pa.list_(pa.string())),
            ]
        )

    def test_an_annotation_without_column_type_is_an_error_that_names_it(self) -> None:
        with pytest.raises(TypeError, match=r"Unsupported\.paths: dict\[str, str\]"):
            arrow_schema(self.format_of(self.Unsupported))


class TestJsonText:
    def test_free_form_values_keep_their_bytes_and_keys_are_sorted(self) -> None:
        free_form = {"b": msgspec.Raw(b"1.50"), "a": msgspec.Raw(b"99999999999999999999999")}

        assert json_text(free_form) == '{"a":99999999999999999999999,"b":1.50}'

    def test_nothing_stays_nothing(self) -> None:
        assert json_text(None) is None


class TestRegistry:
    def test_every_slot_leads_to_a_format_that_names_it(self) -> None:
        for (holder, key), fmt in FACETS.items():
            assert fmt.key == key
            assert holder in fmt.holders

    def test_no_two_formats_claim_the_same_slot(self) -> None:
        formats = set(FACETS.values())

        assert sum(len(fmt.holders) for fmt in formats) == len(FACETS)

    def test_a_format_either_persists_on_all_its_holders_or_on_none(self) -> None:
        for fmt in FACETS.values():
            assert fmt.is_removable or fmt.holders.isdisjoint({"job", "dataset"})

    def test_formats_that_share_a_table_share_its_row(self) -> None:
        for fmt in FACETS.values():
            assert arrow_schema(fmt) == TABLES[fmt.table]

    def test_both_keys_of_the_parent_lead_to_the_same_table(self) -> None:
        assert FACETS["run", "parent"].table == FACETS["run", "parentRun"].table

    def test_every_column_is_described(self) -> None:
        for fmt in FACETS.values():
            described = fmt.row.__doc__ or ""
            assert described.startswith("One row "), fmt.row
            assert [c for c in TABLES[fmt.table].names if c not in described] == []

    def test_formats_travel_to_worker_processes(self) -> None:
        decode(OWNERSHIP, b"{}")

        copy = pickle.loads(pickle.dumps(OWNERSHIP))  # noqa: S301 - bytes of our own

        assert copy == OWNERSHIP
