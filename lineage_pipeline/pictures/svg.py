"""A picture as one SVG document that needs nothing else: no font, no script, no identifier."""

from collections.abc import Iterable
from typing import Final

from lineage_pipeline.pictures.box_drawing import drawn_glyph, drawn_node
from lineage_pipeline.pictures.edge_drawing import (
    drawn_edge,
    drawn_edge_label,
    drawn_head,
    drawn_line,
    level_head,
)
from lineage_pipeline.pictures.label import shortened
from lineage_pipeline.pictures.layout import LABEL_FONT_SIZE, Band, Layout, lay_out
from lineage_pipeline.pictures.legend import (
    LEGEND_FONT_SIZE,
    ROW_HEIGHT,
    LegendEntry,
    legend_entries,
    text_offset,
)
from lineage_pipeline.pictures.markup import element, number, text_of, translation
from lineage_pipeline.pictures.palette import LIGHT
from lineage_pipeline.pictures.picture import Picture
from lineage_pipeline.pictures.stylesheet import ROOT_CLASS, dark_rules

FONT_FAMILY: Final = "-apple-system,'Segoe UI',Helvetica,Arial,'Liberation Sans',sans-serif"
NOTHING_TO_DRAW: Final = "No lineage to draw"
UNTITLED: Final = "Lineage"
_MARGIN: Final = 16.0
_MIN_WIDTH: Final = 360.0
_TITLE_HEIGHT: Final = 28.0
_TITLE_FONT_SIZE: Final = 14.0
_BAND_HEADER: Final = 34.0
_BAND_FOOTER: Final = 16.0
_CAPTION_FONT_SIZE: Final = 11.0
_LEGEND_GAP: Final = 12.0
# Bold letters are wider than the estimate, which is for regular ones.
_BOLD_SHARE: Final = 0.9


def render_svg(picture: Picture) -> str:
    """Return the picture as an SVG document, the same bytes for the same nodes and edges.

    It is as legible on a white page as on a dark one, since it brings its own background and
    follows the reader's colour scheme. Everything that came from outside is escaped text. It may
    stand in an HTML page beside others of its kind: it defines no identifiers that could collide.
    """
    return draw_layout(lay_out(picture))


def draw_layout(layout: Layout) -> str:
    """Return a laid out picture as an SVG document."""
    width = max(layout.width + 2 * _MARGIN, _MIN_WIDTH)
    top = _MARGIN + (_TITLE_HEIGHT if layout.title else 0.0)
    left = (width - layout.width) / 2
    boxes_top = top + _BAND_HEADER
    band_height = _BAND_HEADER + layout.height + _BAND_FOOTER
    entries = legend_entries(layout, width - 2 * _MARGIN)
    legend_top = top + band_height + _LEGEND_GAP
    legend_height = max((entry.y + ROW_HEIGHT / 2 for entry in entries), default=0.0)
    height = legend_top + legend_height + _MARGIN - ROW_HEIGHT / 4
    parts = (
        element("title", text_of(layout.title or UNTITLED)),
        element("style", dark_rules()),
        _page(width, height),
        _title(layout.title, width),
        _group("bands", left, top, (_band(band, band_height) for band in layout.bands)),
        _group("edges", left, boxes_top, map(drawn_edge, layout.edges)),
        _group("nodes", left, boxes_top, map(drawn_node, layout.nodes)),
        _group("labels", left, boxes_top, map(drawn_edge_label, layout.edges)),
        _group("legend", _MARGIN, legend_top, map(_legend_entry, entries)),
        "" if layout.nodes else _nothing(width / 2, height / 2 + LABEL_FONT_SIZE / 3),
    )
    document = element(
        "svg",
        "\n" + "\n".join(filter(None, parts)) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        class_=ROOT_CLASS,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=layout.title or UNTITLED,
        font_family=FONT_FAMILY,
    )
    return document + "\n"


def _group(name: str, x: float, y: float, children: Iterable[str]) -> str:
    drawn = "\n".join(filter(None, children))
    return element("g", f"\n{drawn}\n", class_=name, transform=translation(x, y)) if drawn else ""


def _page(width: float, height: float) -> str:
    return element(
        "rect",
        class_="page",
        x=0.5,
        y=0.5,
        width=width - 1,
        height=height - 1,
        rx=10.0,
        fill=LIGHT.page,
        stroke=LIGHT.frame,
    )


def _title(title: str, width: float) -> str:
    if not title:
        return ""
    line = shortened(title, (width - 2 * _MARGIN) * _BOLD_SHARE, _TITLE_FONT_SIZE)
    return element(
        "text",
        text_of(line),
        class_="text",
        x=_MARGIN + 2,
        y=_MARGIN + 13,
        fill=LIGHT.text,
        font_size=_TITLE_FONT_SIZE,
        font_weight="600",
    )


def _nothing(x: float, y: float) -> str:
    return element(
        "text",
        text_of(NOTHING_TO_DRAW),
        class_="muted",
        x=x,
        y=y,
        text_anchor="middle",
        fill=LIGHT.muted,
        font_size=LABEL_FONT_SIZE,
    )


def _band(band: Band, height: float) -> str:
    shade = LIGHT.shade_by_stage[band.stage]
    strip = {"x": band.x, "width": band.width, "height": height, "rx": 9.0}
    swatch = {"x": band.x + 12, "y": 12.0, "width": 9.0, "height": 9.0, "rx": 2.5}
    caption = {"x": band.x + 27, "y": 20.5, "font_size": _CAPTION_FONT_SIZE}
    return element(
        "g",
        element("rect", class_="band", fill=shade.band, **strip),
        element("rect", class_="mark", fill=shade.accent, **swatch),
        element(
            "text",
            text_of(band.stage),
            class_="text",
            fill=LIGHT.text,
            font_weight="600",
            **caption,
        ),
        class_=f"stage {band.stage}",
    )


def _legend_entry(entry: LegendEntry) -> str:
    caption = {"x": text_offset(entry.sign), "y": 3.5, "font_size": LEGEND_FONT_SIZE}
    return element(
        "g",
        _legend_sign(entry),
        element("text", text_of(entry.text), class_="muted", fill=LIGHT.muted, **caption),
        class_="entry",
        transform=translation(entry.x, entry.y),
    )


def _legend_sign(entry: LegendEntry) -> str:
    if entry.sign == "kind":
        return drawn_glyph("sign", entry.value, 0.0, -5.5, LIGHT.muted)
    if entry.sign == "line":
        return drawn_line("M0 0H19", entry.value) + drawn_head(level_head(26.0, 0.0))
    place = {"x": 1.0, "y": -5.0, "height": 10.0, "rx": 3.0}
    if entry.sign == "focus":
        stroke = {"fill": "none", "stroke": LIGHT.text}
        return element("rect", class_="ring", width=14.0, stroke_width=2.0, **place, **stroke)
    shade = LIGHT.shade_by_stage[entry.value]
    colours = {"fill": shade.box, "stroke": shade.accent}
    return element(
        "g", element("rect", class_="box", width=11.0, **place, **colours), class_=entry.value
    )
