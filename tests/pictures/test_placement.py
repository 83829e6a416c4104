"""Positions keep their order and their gaps, and stay near to where they should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.pictures.placement import spread

TINY = 1e-6
positions = st.lists(
    st.tuples(st.floats(-500, 500), st.floats(0.5, 20), st.floats(0, 80)), min_size=1, max_size=12
)


@given(positions)
def test_gaps_are_kept(rows: list[tuple[float, float, float]]) -> None:
    wishes, weights, gaps = zip(*rows, strict=True)

    settled = spread(wishes, weights, gaps[1:])

    for index, gap in enumerate(gaps[1:]):
        assert settled[index + 1] - settled[index] >= gap - TINY


@given(positions, st.integers(0, 11), st.floats(-40, 40))
def test_no_single_move_that_keeps_the_gaps_is_nearer(
    rows: list[tuple[float, float, float]], index: int, move: float
) -> None:
    wishes, weights, gaps = zip(*rows, strict=True)
    settled = spread(wishes, weights, gaps[1:])
    index %= len(rows)
    moved = settled.copy()
    moved[index] += move
    if any(moved[i + 1] - moved[i] < gap for i, gap in enumerate(gaps[1:])):
        return

    def distance(at: list[float]) -> float:
        return float(sum(w * (y - x) ** 2 for y, x, w in zip(at, wishes, weights, strict=True)))

    assert distance(settled) <= distance(moved) + 1e-3


def test_wishes_that_fit_are_granted() -> None:
    assert spread([0, 50, 100], [1, 1, 1], [20, 20]) == [0, 50, 100]


def test_heavier_wish_moves_less() -> None:
    settled = spread([0.0, 0.0], [9.0, 1.0], [10.0])

    assert settled == pytest.approx([-1.0, 9.0])
