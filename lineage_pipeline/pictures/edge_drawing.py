"""An edge as SVG: its line, its arrow head and its label."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from lineage_pipeline.pictures.edge_label import EDGE_LABEL_FONT_SIZE
from lineage_pipeline.pictures.layout import PlacedEdge, Point
from lineage_pipeline.pictures.legend import line_style
from lineage_pipeline.pictures.markup import element, number, text_of
from lineage_pipeline.pictures.palette import LIGHT

_HEAD_LENGTH: Final = 7.0
_HEAD_HALF_WIDTH: Final = 3.2
_LEVEL: Final = 0.05
_DASHES: Final = {"stated": "", "inferred": "6 4", "cartesian": "0.1 4.2"}


def drawn_edge(placed: PlacedEdge) -> str:
    """Return the edge as one group, whose title names both ends, the basis and the label."""
    style = line_style(placed.edge.basis)
    ends = f"{placed.edge.source_node_id} \N{RIGHTWARDS ARROW} {placed.edge.target_node_id}"
    facts = " \N{MIDDLE DOT} ".join(filter(None, (placed.edge.basis, placed.edge.label)))
    line, head = _loop(placed.waypoints) if placed.is_loop else _way(placed.waypoints)
    return element(
        "g",
        element("title", text_of(*filter(None, (ends, facts)))),
        drawn_line(line, style),
        drawn_head(head),
        class_=f"edge {style}",
    )


def drawn_line(path: str, style: str) -> str:
    """Return a line in one of the styles of `line_style`."""
    is_dotted = style == "cartesian"
    return element(
        "path",
        class_="line",
        d=path,
        fill="none",
        stroke=LIGHT.edge,
        stroke_width=1.8 if is_dotted else 1.3,
        stroke_dasharray=_DASHES[style],
        stroke_linecap="round" if is_dotted else "",
    )


def drawn_head(path: str) -> str:
    """Return an arrow head. It is drawn, not a marker: a marker needs an identifier."""
    return element("path", class_="head", d=path, fill=LIGHT.edge)


def level_head(x: float, y: float, *, is_leftward: bool = False) -> str:
    """Return the path of an arrow head with its tip at the point given."""
    back = number(_HEAD_LENGTH if is_leftward else -_HEAD_LENGTH)
    side, base = number(-_HEAD_HALF_WIDTH), number(2 * _HEAD_HALF_WIDTH)
    return f"M{_at(x, y)}l{back} {side}v{base}Z"


def drawn_edge_label(placed: PlacedEdge) -> str:
    """Return the label on a plate that interrupts the line; nothing where there is no label."""
    label = placed.label
    if label is None:
        return ""
    return element(
        "g",
        element(
            "rect",
            class_="plate",
            x=label.x - label.width / 2,
            y=label.y - label.height / 2,
            width=label.width,
            height=label.height,
            rx=3.0,
            fill=LIGHT.page,
        ),
        element(
            "text",
            text_of(label.text),
            class_="muted",
            x=label.x,
            y=label.y + EDGE_LABEL_FONT_SIZE / 3,
            text_anchor="middle",
            fill=LIGHT.muted,
            font_size=EDGE_LABEL_FONT_SIZE,
        ),
        class_="label",
    )


def _at(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"


def _way(waypoints: Sequence[Point]) -> tuple[str, str]:
    tip_x, tip_y = waypoints[-1]
    is_leftward = tip_x < waypoints[-2][0]
    line_end = (tip_x + _HEAD_LENGTH if is_leftward else tip_x - _HEAD_LENGTH, tip_y)
    points = [*waypoints[:-1], line_end]
    steps = [f"M{_at(*points[0])}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (x1 + x2) / 2
        is_level = abs(y1 - y2) < _LEVEL
        swing = f"C{_at(middle, y1)} {_at(middle, y2)} {_at(x2, y2)}"
        steps.append(f"H{number(x2)}" if is_level else swing)
    return "".join(steps), level_head(tip_x, tip_y, is_leftward=is_leftward)


def _loop(waypoints: Sequence[Point]) -> tuple[str, str]:
    """Return the path of a loop around a box's top right corner and of its arrow head."""
    (x1, y1), (x2, y2) = waypoints
    reach = (x1 - x2) * 1.5
    end_y = y2 - _HEAD_LENGTH
    line = f"M{_at(x1, y1)}C{_at(x1 + reach, y1)} {_at(x2, end_y - reach / 2)} {_at(x2, end_y)}"
    half, base = number(_HEAD_HALF_WIDTH), number(-2 * _HEAD_HALF_WIDTH)
    return line, f"M{_at(x2, y2)}l{half} {number(-_HEAD_LENGTH)}h{base}Z"
