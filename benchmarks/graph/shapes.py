"""Graphs to walk: their edges by number, and the node that is asked for.

`large` is what a company of a million tables has: twenty domains in twenty layers, every table made
of five of the layer before, and behind the last of a domain about 40,000 others. `marquez` is the
case that Marquez takes ten seconds for: a thousand jobs of two inputs, twenty deep. In `ladder`
2^60 paths lead from end to end; `chain` and `cycle` are as deep as they are long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

DOMAINS: Final = 20
LAYERS: Final = 20
INPUTS: Final = 5
RUNGS: Final = 60
LONG: Final = 100_000


class Shape(NamedTuple):
    """Edges from `source` to `target` among so many `nodes`, and the node behind which we look."""

    nodes: int
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    asked: int


def large(count: int, seed: int = 1) -> Shape:
    """Return the graph of so many tables, its edges in no order."""
    draw = np.random.default_rng(seed)
    width = max(count // DOMAINS // LAYERS, 1)
    count = width * DOMAINS * LAYERS
    # A node's number tells its domain, then its layer, then its place.
    made = np.arange(count)[(np.arange(count) // width) % LAYERS > 0]
    target = np.repeat(made, INPUTS)
    source = (target // width - 1) * width + draw.integers(0, width, len(target))
    order = draw.permutation(len(target))
    return Shape(count, source[order], target[order], width * LAYERS - 1)


def marquez(_: int) -> Shape:
    """Return a thousand jobs of two inputs and one output, in twenty layers of fifty."""
    target = np.repeat(np.arange(50, 1050), 2)
    source = (target // 50 - 1) * 50 + (target * 7 + np.tile([0, 13], 1000)) % 50
    return Shape(1050, source, target, 1049)


def ladder(_: int) -> Shape:
    """Return sixty diamonds, one above the other."""
    foot = np.arange(RUNGS) * 3
    source = np.concatenate([foot, foot, foot + 1, foot + 2])
    target = np.concatenate([foot + 1, foot + 2, foot + 3, foot + 3])
    return Shape(3 * RUNGS + 1, source, target, 3 * RUNGS)


def chain(_: int) -> Shape:
    """Return a chain."""
    places = np.arange(LONG)
    return Shape(LONG, places[:-1], places[1:], LONG - 1)


def cycle(_: int) -> Shape:
    """Return a chain whose end leads back to its beginning."""
    places = np.arange(LONG)
    return Shape(LONG, places, (places + 1) % LONG, LONG - 1)


SHAPES: Final[Mapping[str, Callable[[int], Shape]]] = {
    "large": large,
    "marquez": marquez,
    "ladder": ladder,
    "chain": chain,
    "cycle": cycle,
}
"""The graphs by name; a number of nodes counts only for `large`."""
