"""A batch amounts to one root, told again with `json` and `hashlib` alone; each row is proven."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError, ProofError
from lineage_pipeline.trail import batch, digests, lines
from lineage_pipeline.trail.batch import (
    Profile,
    Seal,
    changed_ranges,
    leaves,
    prove_row,
    seal,
    seal_file,
)
from lineage_pipeline.trail.merkle import EMPTY_ROOT, check_inclusion, leaf_hash
from tests.trail import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["compiled", "plain"], autouse=True)
def writer(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run each test with the compiled writer and without it."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "plain":
            patch.setattr(lines, "writing", None)
            patch.setattr(batch, "digests", None)
        else:
            assert batch.digests is not None
        yield


PROFILES: list[Profile] = ["row", "block64"]
START = datetime(2026, 1, 1, tzinfo=UTC)


def rows_of(count: int) -> list[dict[str, Any]]:
    return [
        {
            "actor": f"user {number % 7} é\n",
            "at": START + timedelta(seconds=number),
            "bytes": bytes([number % 256]),
            "count": number if number % 3 else 2**60 + number,
            "is_odd": number % 2 == 1,
            "nothing": None,
            "row_salt": hashlib.sha256(b"%d" % number).digest()[:16],
        }
        for number in range(count)
    ]


def table_of(rows: list[dict[str, Any]], profile: Profile) -> pa.Table:
    schema = pa.schema([
        ("actor", pa.string()), ("at", pa.timestamp("us", tz="UTC")), ("bytes", pa.binary()),
        ("count", pa.int64()), ("is_odd", pa.bool_()), ("nothing", pa.string()),
        ("row_salt", pa.binary()),
    ])  # fmt: skip
    table = pa.Table.from_pylist(rows, schema)
    return table if profile == "row" else table.drop_columns(["row_salt"])


def told(rows: list[dict[str, Any]], profile: Profile) -> list[dict[str, Any]]:
    if profile == "row":
        return rows
    return [{key: value for key, value in row.items() if key != "row_salt"} for row in rows]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 255, 256, 257, 511, 700])
def test_a_batch_amounts_to_what_plain_hashing_makes_of_it(profile: Profile, count: int) -> None:
    rows = rows_of(count)
    found = seal(table_of(rows, profile), profile)
    plain_rows = told(rows, profile)
    assert found.root == plain.root(plain_rows, profile)
    assert found.ranges == plain.ranges(plain_rows, profile)
    assert found.row_count == count
    assert found.leaf_count == len(plain.leaves(plain_rows, profile))
    assert leaves(table_of(rows, profile), profile) == plain.leaves(plain_rows, profile)


GOLDEN = {
    "row": "8aba37de11e4d3e652eee0079cfdf48f77b63789edd33ae58afbd9b98c44be57",
    "block64": "8e429df84c063684bcac540ab4cf76725cdb7a30e7b906dc5535ba0fd5a1357b",
}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_root_of_a_batch_is_the_one_that_is_written_here(profile: Profile) -> None:
    """Whoever changes these changes what seals mean: the old ones no longer verify."""
    assert seal(table_of(rows_of(300), profile), profile).root.hex() == GOLDEN[profile]


def test_a_batch_without_rows_has_the_root_of_nothing() -> None:
    for profile in PROFILES:
        assert seal(table_of([], profile), profile) == Seal(profile, 0, EMPTY_ROOT, b"")


@pytest.mark.parametrize("profile", PROFILES)
def test_pieces_and_files_make_no_difference(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pa.concat_tables([table_of(rows_of(140), profile)] * 10)
    expected = seal(table, profile)
    assert expected.row_count == 1400
    monkeypatch.setattr(batch, "AT_ONCE", 512)
    assert seal(table, profile) == expected
    assert seal(table.combine_chunks(), profile) == expected
    odd = [table.slice(0, 701), table.slice(701, 1), table.slice(702)]
    assert seal([b for piece in odd for b in piece.to_batches()], profile) == expected
    pq.write_table(table, tmp_path / "rows.parquet", row_group_size=333)
    assert seal_file(tmp_path / "rows.parquet", profile) == expected
    turned = table.select(table.column_names[::-1])
    assert seal(turned, profile) == expected


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("count", [1, 64, 65, 256, 300, 1100])
def test_each_row_is_proven_by_what_is_around_it(profile: Profile, count: int) -> None:
    rows = rows_of(count)
    table = table_of(rows, profile)
    kept = seal(table, profile)
    for row in range(0, count, 1 if count < 70 else 37):
        first = row // 256 * 256
        proof = prove_row(table.slice(first, 256), row, kept)
        check_inclusion(leaf_hash(proof.leaf), proof.leaf_index, proof.tree, proof.path)
        assert proof.tree.root == kept.root
        text = plain.row_bytes(table.slice(row, 1).drop_columns(
            ["row_salt"] if profile == "row" else []).to_pylist()[0])  # fmt: skip
        if profile == "row":
            assert proof.leaf == rows[row]["row_salt"] + text
        else:
            assert proof.leaf.split(b"\n")[row % 64] == text


@given(st.integers(1, 700), st.data())
@settings(deadline=None, max_examples=30)
def test_every_change_of_a_row_is_found_in_its_range(count: int, data: st.DataObject) -> None:
    profile = data.draw(st.sampled_from(PROFILES))
    rows = rows_of(count)
    kept = seal(table_of(rows, profile), profile)
    row = data.draw(st.integers(0, count - 1))
    column = data.draw(st.sampled_from(["actor", "at", "bytes", "count", "is_odd", "nothing"]))
    other: dict[str, Any] = {
        "actor": "someone else", "at": START - timedelta(1), "bytes": b"other", "count": -1,
        "is_odd": not rows[row]["is_odd"], "nothing": "something",
    }  # fmt: skip
    rows[row] = rows[row] | {column: other[column]}
    table = table_of(rows, profile)
    found = seal(table, profile)
    assert found.root != kept.root
    assert changed_ranges(found, kept) == [row // 256]
    with pytest.raises(ProofError, match=rf"rows {row // 256 * 256} to .*were changed"):
        prove_row(table.slice(row // 256 * 256, 256), row, kept)


@pytest.mark.parametrize("profile", PROFILES)
def test_rows_that_are_gone_new_doubled_or_moved_are_found(profile: Profile) -> None:
    rows = rows_of(700)
    kept = seal(table_of(rows, profile), profile)
    changes = {
        "gone": (rows[:300] + rows[301:], 1),
        "first gone": (rows[1:], 0),
        "last gone": (rows[:-1], 2),
        "doubled": (rows[:520] + rows[519:], 2),
        "new": ([*rows, rows_of(800)[-1]], 2),
        "swapped": ([*rows[:10], rows[11], rows[10], *rows[12:]], 0),
        "turned": (rows[::-1], 0),
        "none": ([], 0),
        "cut at a range": (rows[:512], 2),
    }
    for what, (changed, first) in changes.items():
        found = seal(table_of(changed, profile), profile)
        assert found.root != kept.root, what
        assert changed_ranges(found, kept)[0] == first, what
    assert changed_ranges(kept, kept) == []


def test_a_salt_hides_a_row_and_is_needed_for_each() -> None:
    rows = rows_of(10)
    kept = seal(table_of(rows, "row"), "row")
    other = [row | {"row_salt": bytes(16)} for row in rows]
    assert seal(table_of(other, "row"), "row").root != kept.root
    for wrong in (None, b"", bytes(15), bytes(17)):
        broken = [*rows[:5], rows[5] | {"row_salt": wrong}, *rows[6:]]
        with pytest.raises(ConfigError, match="16 bytes in row_salt each"):
            seal(table_of(broken, "row"), "row")
    table = table_of(rows, "row")
    for wrong_kind in (pa.string(), pa.null(), pa.binary(15)):
        nothing = pa.nulls(10, wrong_kind)
        with pytest.raises(ConfigError, match="16 bytes in row_salt each"):
            seal(table.set_column(6, "row_salt", nothing), "row")
    with pytest.raises(ConfigError, match="16 bytes in row_salt each"):
        seal(table_of(rows, "block64"), "row")
    fixed = table.set_column(6, "row_salt", table["row_salt"].cast(pa.binary(16)))
    assert seal(fixed, "row") == seal(pa.concat_tables([fixed.slice(0, 3), fixed.slice(3)]), "row")
    assert seal(fixed, "row") == kept
    assert seal(fixed.slice(3), "row") == seal(table_of(rows[3:], "row"), "row")


def test_nobody_proves_a_row_that_is_not_there() -> None:
    table = table_of(rows_of(5), "row")
    kept = seal(table, "row")
    for row in (-1, 5):
        with pytest.raises(ProofError, match="has none"):
            prove_row(table, row, kept)
    with pytest.raises(ProofError, match="were changed"):
        prove_row(table.slice(0, 4), 2, kept)


@given(st.binary(max_size=300))
def test_compiled_digests_are_those_of_hashlib(data: bytes) -> None:
    if not digests.is_there():
        pytest.skip("this processor has no instructions for it")
    for text in (data, data * 200):
        assert digests.digest(text) == hashlib.sha256(text).digest()


def test_compiled_digests_of_every_length_around_a_block() -> None:
    if not digests.is_there():
        pytest.skip("this processor has no instructions for it")
    for size in range(400):
        text = bytes(range(256)) * 2
        assert digests.digest(text[:size]) == hashlib.sha256(text[:size]).digest()
