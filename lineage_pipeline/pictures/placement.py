"""How high each vertex stands: edges as level as can be, boxes and lanes clear of each other."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lineage_pipeline.pictures.order import LayeredGraph, OrderedComponent

BOX_GAP: Final = 16.0
LANE_GAP: Final = 9.0
COMPONENT_GAP: Final = 22.0
_ROW_PITCH: Final = 56.0
_PORT_PITCH: Final = 8.0
_PORT_MARGIN: Final = 9.0
_SWEEPS: Final = 24
_LEVELLING_SWEEPS: Final = 5


@dataclass(frozen=True, slots=True)
class Placement:
    """The middle of every vertex and, for each chain, how far from it the edge leaves and arrives.

    `start_ports` and `end_ports` run along the chains of the graph, left end and right end.
    """

    middle_of: Mapping[int, float]
    start_ports: tuple[float, ...]
    end_ports: tuple[float, ...]
    height: float


@dataclass(frozen=True, slots=True)
class _Pull:
    """One link as seen from one of its ends: where the other end wants it, and how strongly."""

    vertex: int
    shift: float
    weight: float
    is_from_left: bool


def place(
    graph: LayeredGraph,
    components: Sequence[OrderedComponent],
    heights: Sequence[float],
) -> Placement:
    """Return where everything stands, the parts under each other and as high as they fit.

    `heights` holds the height of every node; a lane has none.
    """
    start_ports, end_ports = _ports(graph, components, heights)
    pulls = _pulls(graph, start_ports, end_ports)
    middle_of: dict[int, float] = {}
    floor_of_column: defaultdict[int, float] = defaultdict(float)
    for component in components:
        local = _settled(component, pulls, heights)
        span = range(min(component.columns), max(component.columns) + 1)
        top = min(middle - _half(vertex, heights) for vertex, middle in local.items())
        bottom = max(middle + _half(vertex, heights) for vertex, middle in local.items())
        start = max(floor_of_column[column] for column in span)
        middle_of.update({vertex: middle - top + start for vertex, middle in local.items()})
        for column in span:
            floor_of_column[column] = start + bottom - top + COMPONENT_GAP
    height = max(floor_of_column.values(), default=COMPONENT_GAP) - COMPONENT_GAP
    return Placement(middle_of, start_ports, end_ports, height)


def spread(wishes: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return the positions nearest to the wishes that keep the order and the gaps between them.

    Nearest by the weighted sum of squares; `gaps[i]` is kept between positions `i` and `i + 1`.

    Source: R. E. Barlow et al., Statistical Inference under Order Restrictions (1972), 1.2, the
    pool-adjacent-violators algorithm.
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        mean, mass, count = wish - offset, weight, 1
        while pools and pools[-1][0] > mean:
            above, above_mass, above_count = pools.pop()
            mean = (above * above_mass + mean * mass) / (above_mass + mass)
            mass += above_mass
            count += above_count
        pools.append((mean, mass, count))
    levels = [mean for mean, _, count in pools for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _half(vertex: int, heights: Sequence[float]) -> float:
    return heights[vertex] / 2 if vertex < len(heights) else 0.0


def _gap(upper: int, lower: int, heights: Sequence[float]) -> float:
    is_boxes = upper < len(heights) and lower < len(heights)
    return _half(upper, heights) + _half(lower, heights) + (BOX_GAP if is_boxes else LANE_GAP)


def _ports(
    graph: LayeredGraph, components: Sequence[OrderedComponent], heights: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how far from a box's middle its chains meet it, in the order of the far ends."""
    place_of = {
        vertex: index
        for component in components
        for vertices in component.columns.values()
        for index, vertex in enumerate(vertices)
    }
    leaving: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    reaching: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, chain in enumerate(graph.chains):
        leaving[chain.vertices[0]].append((place_of[chain.vertices[1]], number))
        reaching[chain.vertices[-1]].append((place_of[chain.vertices[-2]], number))
    starts = _spaced(leaving, heights)
    ends = _spaced(reaching, heights)
    numbers = range(len(graph.chains))
    return tuple(starts[n] for n in numbers), tuple(ends[n] for n in numbers)


def _spaced(
    numbers_by_vertex: Mapping[int, list[tuple[int, int]]], heights: Sequence[float]
) -> Mapping[int, float]:
    offsets: dict[int, float] = {}
    for vertex, ranked in numbers_by_vertex.items():
        steps = len(ranked) - 1
        room = heights[vertex] - 2 * _PORT_MARGIN
        pitch = min(_PORT_PITCH, room / steps) if steps else 0.0
        for index, (_, number) in enumerate(sorted(ranked)):
            offsets[number] = (index - steps / 2) * pitch
    return offsets


def _pulls(
    graph: LayeredGraph, start_ports: Sequence[float], end_ports: Sequence[float]
) -> Mapping[int, list[_Pull]]:
    pulls: defaultdict[int, list[_Pull]] = defaultdict(list)
    for chain, start_port, end_port in zip(graph.chains, start_ports, end_ports, strict=True):
        last = len(chain.vertices) - 2
        for step, (left, right) in enumerate(pairwise(chain.vertices)):
            shift = (start_port if step == 0 else 0.0) - (end_port if step == last else 0.0)
            # The weights of Gansner et al., A Technique for Drawing Directed Graphs (1993), 4.1:
            # a bend in the middle of a long edge is uglier than one at its end.
            lanes = (left >= graph.node_count) + (right >= graph.node_count)
            weight = (1.0, 2.0, 8.0)[lanes]
            pulls[right].append(_Pull(left, shift, weight, is_from_left=True))
            pulls[left].append(_Pull(right, -shift, weight, is_from_left=False))
    return pulls


def _settled(
    component: OrderedComponent, pulls: Mapping[int, list[_Pull]], heights: Sequence[float]
) -> Mapping[int, float]:
    middle_of = {vertex: level * _ROW_PITCH for vertex, level in component.level_of.items()}
    gaps_of_column = {
        column: [_gap(upper, lower, heights) for upper, lower in pairwise(vertices)]
        for column, vertices in component.columns.items()
    }
    columns = sorted(component.columns)
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            vertices = component.columns[column]
            wishes, weights = zip(
                *(_wish(vertex, middle_of, pulls.get(vertex, ())) for vertex in vertices),
                strict=True,
            )
            settled = spread(wishes, weights, gaps_of_column[column])
            middle_of.update(zip(vertices, settled, strict=True))
    for sweep in range(_LEVELLING_SWEEPS):
        is_rightward = sweep % 2 == 0
        for column in columns if is_rightward else reversed(columns):
            vertices, gaps = component.columns[column], gaps_of_column[column]
            _level_column(vertices, gaps, middle_of, pulls, is_rightward=is_rightward)
    return middle_of


def _level_column(
    vertices: Sequence[int],
    gaps: Sequence[float],
    middle_of: dict[int, float],
    pulls: Mapping[int, list[_Pull]],
    *,
    is_rightward: bool,
) -> None:
    """Move each vertex to where most of its links are exactly level, as far as there is room.

    Squares leave every link nearly level; the eye wants some of them quite level.
    """
    for index, vertex in enumerate(vertices):
        if vertex not in pulls:
            continue
        wish = _median_wish(middle_of, pulls[vertex], is_rightward=is_rightward)
        if index > 0:
            wish = max(wish, middle_of[vertices[index - 1]] + gaps[index - 1])
        if index < len(gaps):
            wish = min(wish, middle_of[vertices[index + 1]] - gaps[index])
        middle_of[vertex] = wish


def _median_wish(
    middle_of: Mapping[int, float], pulls: Sequence[_Pull], *, is_rightward: bool
) -> float:
    wishes = sorted((middle_of[p.vertex] + p.shift, p.is_from_left, p.weight) for p in pulls)
    half = sum(weight for _, _, weight in wishes) / 2
    reached = 0.0
    for index, (wish, is_from_left, weight) in enumerate(wishes):
        reached += weight
        if reached > half:
            return wish
        if reached == half:
            # A draw goes to the side that this sweep has settled already.
            return wish if is_from_left == is_rightward else wishes[index + 1][0]
    return wishes[-1][0]


def _wish(
    vertex: int, middle_of: Mapping[int, float], pulls: Sequence[_Pull]
) -> tuple[float, float]:
    weight = sum(pull.weight for pull in pulls)
    if weight == 0:
        return middle_of[vertex], 1.0
    total = sum((middle_of[pull.vertex] + pull.shift) * pull.weight for pull in pulls)
    return total / weight, weight
