"""Where the labels of edges go: between two columns, on the edge, never on one another."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, TypeAlias

from lineage_pipeline.pictures.label import shortened, text_width
from lineage_pipeline.pictures.picture import PictureEdge

EDGE_LABEL_FONT_SIZE: Final = 9.0
_WIDEST: Final = 92.0
_PADDING: Final = 20.0
_PLATE_PADDING: Final = 3.0
_LINE_HEIGHT: Final = 12.0
# More labels than a reader takes in; all of them stay in the edges' tooltips.
_LABEL_LIMIT: Final = 24

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """A label as it is drawn, its middle and its size."""

    text: str
    x: float
    y: float
    width: float
    height: float


def label_room(edges: Iterable[PictureEdge]) -> float:
    """Return the width between columns that the labels need; 0 where none are drawn."""
    labels = [edge.label for edge in edges if edge.label]
    if not labels or len(labels) > _LABEL_LIMIT:
        return 0.0
    widest = max(text_width(label[:200], EDGE_LABEL_FONT_SIZE) for label in labels)
    return min(ceil(widest), _WIDEST) + _PADDING


def edge_labels(
    ways: Mapping[PictureEdge, Sequence[Point]], room: float
) -> Mapping[PictureEdge, EdgeLabel]:
    """Return the labels that find a free place, each as near to its target as it can stand.

    `ways` are the waypoints of the edges, which cross from column to column between an even and
    the following odd one.
    """
    placed: dict[PictureEdge, EdgeLabel] = {}
    taken: defaultdict[float, list[float]] = defaultdict(list)
    for edge, waypoints in ways.items():
        if not edge.label or room == 0:
            continue
        for start in range(len(waypoints) - 2, -1, -2):
            (x1, y1), (x2, y2) = waypoints[start : start + 2]
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            if all(abs(y - other) >= _LINE_HEIGHT for other in taken[x]):
                taken[x].append(y)
                text = shortened(edge.label, room - _PADDING, EDGE_LABEL_FONT_SIZE)
                width = text_width(text, EDGE_LABEL_FONT_SIZE) + 2 * _PLATE_PADDING
                placed[edge] = EdgeLabel(text, x, y, width, _LINE_HEIGHT)
                break
    return placed
