"""Erased rows keep their places and hashes: the seal stays whole, and what is left stays proven."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ProofError
from lineage_pipeline.trail.batch import (
    changed_ranges,
    leaf_hashes,
    prove_row,
    seal,
    seal_survivors,
)
from lineage_pipeline.trail.erasure import with_erased
from lineage_pipeline.trail.merkle import check_inclusion, leaf_hash
from tests.trail import plain
from tests.trail.test_batch import rows_of, table_of

COUNT = 600
ROWS = rows_of(COUNT)
TABLE = table_of(ROWS, "row")
HASHES = leaf_hashes(TABLE, "row")
KEPT = seal(TABLE, "row")


def left(gone: set[int]) -> tuple[list[int], dict[int, bytes]]:
    """Return which rows are left, and what is kept of the others."""
    return [n for n in range(COUNT) if n not in gone], {n: HASHES[n] for n in gone}


@given(st.sets(st.integers(0, COUNT - 1)))
@settings(max_examples=25, deadline=None)
def test_a_batch_amounts_to_what_it_did_before_rows_were_erased(gone: set[int]) -> None:
    places, erased = left(gone)
    assert seal_survivors(TABLE.take(places), erased) == KEPT


@given(st.sets(st.integers(0, COUNT - 1), max_size=COUNT - 1), st.data())
@settings(max_examples=25, deadline=None)
def test_what_is_left_is_proven_as_before(gone: set[int], data: st.DataObject) -> None:
    places, erased = left(gone)
    row = data.draw(st.sampled_from(places))
    around = [place for place in places if place // 256 == row // 256]
    proof = prove_row(TABLE.take(around), row, KEPT, erased)
    check_inclusion(leaf_hash(proof.leaf), row, proof.tree, proof.path)
    assert proof == prove_row(TABLE.slice(row // 256 * 256, 256), row, KEPT)
    assert proof.leaf == plain.leaves([ROWS[row]], "row")[0]


def test_an_erased_row_is_proven_no_more() -> None:
    places, erased = left({300})
    around = [place for place in places if place // 256 == 1]
    with pytest.raises(ProofError, match=r"row 300: .*it was erased"):
        prove_row(TABLE.take(around), 300, KEPT, erased)
    blocks = table_of(ROWS, "block64")
    with pytest.raises(ProofError, match="not erased one by one"):
        prove_row(blocks.slice(256, 256), 301, seal(blocks, "block64"), erased)


def test_a_hash_does_not_stand_for_a_row_that_was_changed() -> None:
    places, erased = left({5, 300})
    changed = [ROWS[n] | ({"actor": "somebody"} if n == 301 else {}) for n in places]
    assert changed_ranges(seal_survivors(table_of(changed, "row"), erased), KEPT) == [1]
    others = [{5: HASHES[5]}, erased | {300: HASHES[301]}, erased | {600: HASHES[0]},
              {6: HASHES[5], 300: HASHES[300]}]  # fmt: skip
    for wrong in others:
        assert seal_survivors(TABLE.take(places), wrong).root != KEPT.root


def test_what_is_kept_of_a_row_is_a_hash_at_a_place_of_the_batch() -> None:
    for erased in ({-1: HASHES[0]}, {3: HASHES[0]}, {0: b""}, {0: HASHES[0][:31]}):
        with pytest.raises(ProofError, match="row "):
            with_erased(HASHES[:2], erased)
    assert with_erased(HASHES[:2], {1: HASHES[9]}) == [HASHES[0], HASHES[9], HASHES[1]]
    assert with_erased([], {0: HASHES[0]}) == [HASHES[0]]
    assert with_erased([], {}) == []
