"""Where everything in a picture goes, in pixels and without a word about how it is drawn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lineage_pipeline.pictures.column import StageColumns, assign_columns
from lineage_pipeline.pictures.edge_label import EdgeLabel, edge_labels, label_room
from lineage_pipeline.pictures.label import wrapped_label
from lineage_pipeline.pictures.order import LayeredGraph, layered_graph, ordered_components
from lineage_pipeline.pictures.picture import Picture, PictureEdge, PictureNode, distinct_picture
from lineage_pipeline.pictures.placement import Placement, place

Point: TypeAlias = tuple[float, float]

LABEL_FONT_SIZE: Final = 11.5
LINE_HEIGHT: Final = 14.0
_BOX_PADDING: Final = 10.0
_ONE_LINE_HEIGHT: Final = 42.0
_PAGE_WIDTH: Final = 1168.0
_BAND_MARGIN: Final = 12.0
_BOX_WIDTHS: Final = (106, 176)
_COLUMN_GAPS: Final = (34.0, 72.0)
_LOOP_SIZE: Final = 13.0
_LOOP_STEP: Final = 4.0
_STEP_LIMIT: Final = 3.0


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node's box, its top left corner, and its label broken into the lines that fit."""

    node: PictureNode
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge's way, from its source to its target.

    Between two waypoints of one height the way is straight; else it swings from level to level, and
    crosses no box. A loop has the two points where it leaves and enters its box. `label` is None
    where there is none, or no free place for it.
    """

    edge: PictureEdge
    waypoints: tuple[Point, ...]
    label: EdgeLabel | None = None
    is_loop: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The strip that holds the columns of one stage."""

    stage: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture laid out, from the left border of the first band and the top of the first box."""

    title: str
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    bands: tuple[Band, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Grid:
    box_width: float
    column_gap: float

    @property
    def text_width(self) -> float:
        return self.box_width - 2 * _BOX_PADDING

    def left_of(self, column: int) -> float:
        return _BAND_MARGIN + column * (self.box_width + self.column_gap)


def lay_out(picture: Picture) -> Layout:
    """Return the layout of a picture: the same for the same nodes and edges in whatever order.

    Columns run through the stages from left to right. The width stays within a page as long as
    boxes of a readable width allow it; the height follows from the fullest column.
    """
    distinct = distinct_picture(picture)
    columns = assign_columns(distinct)
    column_count = columns.stages[-1].last + 1 if columns.stages else 0
    room = label_room(distinct.edges)
    grid = _grid(column_count, room)
    lines = [
        wrapped_label(node.label or node.node_id, grid.text_width, LABEL_FONT_SIZE)
        for node in distinct.nodes
    ]
    heights = [_ONE_LINE_HEIGHT + (len(node_lines) - 1) * LINE_HEIGHT for node_lines in lines]
    graph = layered_graph(distinct, columns.column_by_id)
    placement = place(graph, ordered_components(graph), heights)
    nodes = tuple(
        PlacedNode(
            node=node,
            x=grid.left_of(columns.column_by_id[node.node_id]),
            y=placement.middle_of[vertex] - heights[vertex] / 2,
            width=grid.box_width,
            height=heights[vertex],
            lines=lines[vertex],
        )
        for vertex, node in enumerate(distinct.nodes)
    )
    ways = _ways(graph, placement, nodes, grid)
    return Layout(
        title=picture.title,
        nodes=nodes,
        edges=_placed_edges(distinct, ways, nodes, room),
        bands=tuple(_band(stage, grid) for stage in columns.stages),
        width=grid.left_of(column_count) - grid.column_gap + _BAND_MARGIN if column_count else 0.0,
        height=placement.height,
    )


def _grid(column_count: int, label_room: float) -> _Grid:
    narrowest, widest = _BOX_WIDTHS
    smallest_gap, largest_gap = (max(gap, label_room) for gap in _COLUMN_GAPS)
    room = _PAGE_WIDTH - 2 * _BAND_MARGIN
    for box_width in range(widest, narrowest, -2):
        gap = (room - column_count * box_width) / max(1, column_count - 1)
        if gap >= max(smallest_gap, box_width / 3):
            return _Grid(float(box_width), float(min(int(gap), int(largest_gap))))
    return _Grid(float(narrowest), smallest_gap)


def _band(stage: StageColumns, grid: _Grid) -> Band:
    left = grid.left_of(stage.first) - _BAND_MARGIN
    right = grid.left_of(stage.last) + grid.box_width + _BAND_MARGIN
    return Band(stage.stage, left, right - left)


def _ways(
    graph: LayeredGraph, placement: Placement, nodes: Sequence[PlacedNode], grid: _Grid
) -> Mapping[PictureEdge, tuple[Point, ...]]:
    ways: dict[PictureEdge, tuple[Point, ...]] = {}
    no_ports = (0.0,) * len(graph.detached)
    for chain, start_port, end_port in zip(
        (*graph.chains, *graph.detached),
        (*placement.start_ports, *no_ports),
        (*placement.end_ports, *no_ports),
        strict=True,
    ):
        first, *lanes, last = chain.vertices
        points = [(nodes[first].x + grid.box_width, placement.middle_of[first] + start_port)]
        for lane in lanes:
            left = grid.left_of(graph.column_of[lane])
            points.append((left, placement.middle_of[lane]))
            points.append((left + grid.box_width, placement.middle_of[lane]))
        points.append((nodes[last].x, placement.middle_of[last] + end_port))
        levelled = _levelled(points)
        ways[chain.edge] = levelled[::-1] if chain.is_backward else levelled
    return ways


def _levelled(points: list[Point]) -> tuple[Point, ...]:
    """Return the way without steps at its ends so small that they look like a mistake."""
    (start_x, start_y), (_, first_y) = points[:2]
    if abs(start_y - first_y) <= _STEP_LIMIT:
        points = [(start_x, first_y), *points[1:]]
    (_, last_y), (end_x, end_y) = points[-2:]
    if abs(last_y - end_y) <= _STEP_LIMIT:
        points = [*points[:-1], (end_x, last_y)]
    return tuple(points)


def _placed_edges(
    picture: Picture,
    ways: Mapping[PictureEdge, tuple[Point, ...]],
    nodes: Sequence[PlacedNode],
    label_room: float,
) -> tuple[PlacedEdge, ...]:
    labels = edge_labels(ways, label_room)
    box_by_id = {box.node.node_id: box for box in nodes}
    loop_counts: Counter[str] = Counter()
    placed: list[PlacedEdge] = []
    for edge in picture.edges:
        if edge in ways:
            placed.append(PlacedEdge(edge, ways[edge], labels.get(edge)))
            continue
        box = box_by_id[edge.source_node_id]
        loop_counts[box.node.node_id] += 1
        placed.append(_loop(edge, box, loop_counts[box.node.node_id]))
    return tuple(placed)


def _loop(edge: PictureEdge, box: PlacedNode, number: int) -> PlacedEdge:
    inset = _LOOP_SIZE + _LOOP_STEP * min(number - 1, 3)
    right = box.x + box.width
    return PlacedEdge(edge, ((right, box.y + inset), (right - inset, box.y)), is_loop=True)
