"""What stands above what in each column, so that few edges cross: the layered graph, ordered."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, TypeAlias

import fast_sugiyama

from lineage_pipeline.pictures.picture import Picture, PictureEdge

# Above these sizes quality costs seconds: an edge that would need more lanes is drawn straight
# across, and the search for better orders stops at the first.
_LANE_LIMIT: Final = 12_000
_ANCHOR_LIMIT: Final = 6_000
_THOROUGH_LIMIT: Final = 2_500

Link: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chain:
    """An edge as the vertices it runs through, one in each column, from left to right."""

    edge: PictureEdge
    vertices: tuple[int, ...]
    is_backward: bool


@dataclass(frozen=True, slots=True)
class LayeredGraph:
    """Nodes and lanes as vertices: first the nodes, in the picture's order, then the lanes.

    Every link joins neighbouring columns. `detached` holds the edges that got no lanes.
    """

    node_count: int
    column_of: Sequence[int]
    chains: tuple[Chain, ...]
    detached: tuple[Chain, ...]

    def links(self) -> list[Link]:
        """Return the distinct links of all chains, left vertex first, sorted."""
        return sorted({link for chain in self.chains for link in pairwise(chain.vertices)})


@dataclass(frozen=True, slots=True)
class OrderedComponent:
    """One connected part: its vertices, column by column, from top to bottom, and their heights.

    `level_of` is where the layout library puts each vertex, one unit for each place in a column.
    """

    columns: Mapping[int, tuple[int, ...]]
    level_of: Mapping[int, float]


def layered_graph(picture: Picture, column_by_id: Mapping[str, int]) -> LayeredGraph:
    """Return the layered graph of a distinct picture, without its loops."""
    vertex_by_id = {node.node_id: vertex for vertex, node in enumerate(picture.nodes)}
    column_of = [column_by_id[node.node_id] for node in picture.nodes]
    ends: list[tuple[int, int, bool, PictureEdge]] = []
    for edge in picture.edges:
        left, right = vertex_by_id[edge.source_node_id], vertex_by_id[edge.target_node_id]
        if left != right:
            is_backward = column_of[left] > column_of[right]
            pair = (right, left) if is_backward else (left, right)
            ends.append((*pair, is_backward, edge))
    ends.sort(key=lambda end: column_of[end[1]] - column_of[end[0]])
    chains: list[Chain] = []
    detached: list[Chain] = []
    for left, right, is_backward, edge in ends:
        between = range(column_of[left] + 1, column_of[right])
        if len(column_of) + len(between) > len(picture.nodes) + _LANE_LIMIT:
            detached.append(Chain(edge, (left, right), is_backward))
            continue
        lanes = range(len(column_of), len(column_of) + len(between))
        column_of.extend(between)
        chains.append(Chain(edge, (left, *lanes, right), is_backward))
    return LayeredGraph(len(picture.nodes), column_of, tuple(chains), tuple(detached))


def ordered_components(graph: LayeredGraph) -> tuple[OrderedComponent, ...]:
    """Return the connected parts, the largest first, each with few crossings."""
    links = graph.links()
    level_of = _levels(graph, links)
    components: list[OrderedComponent] = []
    for members in _connected(len(graph.column_of), links):
        columns: defaultdict[int, list[int]] = defaultdict(list)
        for vertex in members:
            columns[graph.column_of[vertex]].append(vertex)
        components.append(
            OrderedComponent(
                columns={
                    column: tuple(sorted(columns[column], key=lambda v: (level_of[v], v)))
                    for column in sorted(columns)
                },
                level_of={vertex: level_of[vertex] for vertex in members},
            )
        )
    return tuple(components)


def crossing_count(columns: Mapping[int, Sequence[int]], links: Iterable[Link]) -> int:
    """Return how many pairs of links cross when the columns are ordered as given."""
    place = {v: index for vertices in columns.values() for index, v in enumerate(vertices)}
    column_of = {v: column for column, vertices in columns.items() for v in vertices}
    links_by_column: defaultdict[int, list[Link]] = defaultdict(list)
    for left, right in links:
        links_by_column[column_of[left]].append((place[left], place[right]))
    total = 0
    for column_links in links_by_column.values():
        seen: list[int] = []
        for _, right_place in sorted(column_links):
            total += len(seen) - bisect_left(seen, right_place + 1)
            insort(seen, right_place)
    return total


def _levels(graph: LayeredGraph, links: Sequence[Link]) -> Mapping[int, float]:
    if not links:
        return dict.fromkeys(range(len(graph.column_of)), 0.0)
    if len(links) > _THOROUGH_LIMIT:
        return _levels_by(graph, links, "barycenter", is_thorough=False)
    candidates = [
        _levels_by(graph, links, method, is_thorough=is_thorough)
        for method in ("barycenter", "median")
        for is_thorough in (True, False)
    ]
    return min(candidates, key=lambda level_of: _crossings_at(graph, links, level_of))


def _crossings_at(graph: LayeredGraph, links: Sequence[Link], level_of: Mapping[int, float]) -> int:
    columns: defaultdict[int, list[int]] = defaultdict(list)
    for vertex in sorted(level_of, key=lambda v: (level_of[v], v)):
        columns[graph.column_of[vertex]].append(vertex)
    return crossing_count(columns, links)


def _levels_by(
    graph: LayeredGraph,
    links: Sequence[Link],
    method: Literal["barycenter", "median"],
    *,
    is_thorough: bool,
) -> Mapping[int, float]:
    anchored = [*links, *_anchors(graph, links)]
    # The library numbers vertices by their place in a set, which is dense integers only if the
    # ones it is given are dense.
    dense = {vertex: index for index, vertex in enumerate(sorted({v for e in anchored for v in e}))}
    layouts = fast_sugiyama.from_edges(
        [(dense[left], dense[right]) for left, right in anchored],
        minimum_length=1,
        vertex_spacing=1,
        dummy_vertices=True,
        dummy_size=1.0,
        ranking_type="up",
        crossing_minimization=method,
        transpose=is_thorough,
        check_layout=False,
    )
    found = {int(vertex): float(xy[0]) for positions, *_ in layouts for vertex, xy in positions}
    return {v: found.get(dense.get(v, -1), 0.0) for v in range(len(graph.column_of))}


def _anchors(graph: LayeredGraph, links: Sequence[Link]) -> list[Link]:
    """Return links that lead to every vertex without a left neighbour from its part's first column.

    The library ranks a vertex by its longest path from a source, so only with them do its layers
    equal the columns. A path that hangs from one vertex adds no crossing.
    """
    has_left = {right for _, right in links}
    anchors: list[Link] = []
    vertex = len(graph.column_of)
    for members in _connected(vertex, links):
        first = min(graph.column_of[member] for member in members)
        for member in members:
            missing = graph.column_of[member] - first
            if missing == 0 or member in has_left or len(anchors) + missing > _ANCHOR_LIMIT:
                continue
            path = [*range(vertex, vertex + missing), member]
            anchors.extend(pairwise(path))
            vertex += missing
    return anchors


def _connected(vertex_count: int, links: Iterable[Link]) -> list[list[int]]:
    """Return the members of each connected part, the largest part first, then by least member."""
    leader = list(range(vertex_count))

    def lead(vertex: int) -> int:
        while leader[vertex] != vertex:
            leader[vertex] = leader[leader[vertex]]
            vertex = leader[vertex]
        return vertex

    for left, right in links:
        low, high = sorted((lead(left), lead(right)))
        leader[high] = low
    members: defaultdict[int, list[int]] = defaultdict(list)
    for vertex in range(vertex_count):
        members[lead(vertex)].append(vertex)
    return sorted(members.values(), key=lambda part: (-len(part), part[0]))
