"""A node as SVG: its box, its colours, its sign and its text."""

from typing import Final

from lineage_pipeline.pictures.glyph import glyph_path, kind_name
from lineage_pipeline.pictures.label import shortened
from lineage_pipeline.pictures.layout import LABEL_FONT_SIZE, LINE_HEIGHT, PlacedNode
from lineage_pipeline.pictures.markup import element, number, text_of, translation
from lineage_pipeline.pictures.palette import LIGHT
from lineage_pipeline.pictures.picture import PictureNode

_META_FONT_SIZE: Final = 9.5
_TEXT_LEFT: Final = 13.0
_TEXT_RIGHT: Final = 8.0
_GLYPH_COLUMN: Final = 15.0
_RING_OFFSET: Final = 3.5


def drawn_node(box: PlacedNode) -> str:
    """Return the node as one group, whose title holds the full identifier."""
    shade = LIGHT.shade_by_stage[box.node.stage]
    return element(
        "g",
        element("title", text_of(*_facts(box.node))),
        _ring(box) if box.node.is_focus else "",
        element(
            "rect",
            class_="box",
            width=box.width,
            height=box.height,
            rx=7.0,
            fill=shade.box,
            stroke=shade.accent,
            stroke_width=1.2,
        ),
        element("path", class_="mark", d=_bar(box.height), fill=shade.accent),
        drawn_glyph("glyph", box.node.kind, _TEXT_LEFT, box.height - 18.5, shade.accent),
        _text(box),
        class_=f"node {box.node.stage}",
        transform=translation(box.x, box.y),
    )


def drawn_glyph(css_class: str, kind: str, x: float, y: float, colour: str) -> str:
    """Return the sign of a kind with its top left corner at the point given."""
    return element(
        "path",
        class_=css_class,
        d=glyph_path(kind),
        transform=translation(x, y),
        fill="none",
        stroke=colour,
        stroke_width=1.1,
        stroke_linejoin="round",
    )


def _facts(node: PictureNode) -> list[str]:
    facts = [kind_name(node.kind), f"stage {node.stage}", node.sublabel]
    name = [node.label] if node.label and node.label not in node.node_id else []
    return [node.node_id, *name, " \N{MIDDLE DOT} ".join(fact for fact in facts if fact)]


def _ring(box: PlacedNode) -> str:
    return element(
        "rect",
        class_="ring",
        x=-_RING_OFFSET,
        y=-_RING_OFFSET,
        width=box.width + 2 * _RING_OFFSET,
        height=box.height + 2 * _RING_OFFSET,
        rx=10.0,
        fill="none",
        stroke=LIGHT.text,
        stroke_width=2.0,
    )


def _bar(height: float) -> str:
    return f"M5 .3A7 7 0 0 0 0 7V{number(height - 7)}A7 7 0 0 0 5 {number(height - 0.3)}Z"


def _text(box: PlacedNode) -> str:
    lines = [
        element(
            "text",
            text_of(line),
            class_="text",
            y=17.5 + index * LINE_HEIGHT,
            fill=LIGHT.text,
            font_size=LABEL_FONT_SIZE,
            font_weight="600" if box.node.is_focus else "",
        )
        for index, line in enumerate(box.lines)
    ]
    room = box.width - _TEXT_LEFT - _TEXT_RIGHT
    words = box.node.sublabel or kind_name(box.node.kind)
    words = shortened(words, room - _GLYPH_COLUMN, _META_FONT_SIZE)
    if words:
        words_at = {"x": _GLYPH_COLUMN, "y": box.height - 9.5, "font_size": _META_FONT_SIZE}
        lines.append(element("text", text_of(words), class_="muted", fill=LIGHT.muted, **words_at))
    # A viewport of its own clips what a script with unusual letters makes wider than estimated.
    return element("svg", *lines, x=_TEXT_LEFT, width=room + _TEXT_RIGHT - 2, height=box.height)
