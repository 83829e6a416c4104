"""What the signs in a picture mean: only those that occur in it, in rows that fit its width."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lineage_pipeline.pictures.glyph import GLYPH_SIZE, kind_name
from lineage_pipeline.pictures.label import text_width
from lineage_pipeline.pictures.layout import Layout
from lineage_pipeline.pictures.picture import KINDS, UNKNOWN_STAGE

LEGEND_FONT_SIZE: Final = 10.0
ROW_HEIGHT: Final = 18.0
SWATCH_WIDTH: Final = {"stage": 12.0, "kind": float(GLYPH_SIZE), "line": 26.0, "focus": 16.0}
_SIGN_GAP: Final = 6.0
_ENTRY_GAP: Final = 18.0
_LINE_NAMES: Final = {
    "stated": "stated",
    "inferred": "inferred",
    "cartesian": "cartesian: any input, any output",
}

Sign: TypeAlias = Literal["stage", "kind", "line", "focus"]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One sign and its meaning, at the left middle of its place in the legend."""

    sign: Sign
    value: str
    text: str
    x: float
    y: float


def line_style(basis: str) -> str:
    """Return how the edges of a basis are drawn: `stated`, `inferred` or `cartesian`.

    Only what no producer stated is set apart. A cartesian edge is the weaker of the two: it says
    that a job read one thing and wrote the other, not that one went into the other.
    """
    return basis if basis in ("inferred", "cartesian") else "stated"


def legend_entries(layout: Layout, width: float) -> tuple[LegendEntry, ...]:
    """Return the entries for what the layout holds, wrapped to the width."""
    placed: list[LegendEntry] = []
    x, row = 0.0, 0
    for sign, value, text in _meanings(layout):
        needed = SWATCH_WIDTH[sign] + _SIGN_GAP + text_width(text, LEGEND_FONT_SIZE)
        if x > 0 and x + needed > width:
            x, row = 0.0, row + 1
        placed.append(LegendEntry(sign, value, text, x, (row + 0.5) * ROW_HEIGHT))
        x += needed + _ENTRY_GAP
    return tuple(placed)


def text_offset(sign: Sign) -> float:
    """Return how far right of the entry its text begins."""
    return SWATCH_WIDTH[sign] + _SIGN_GAP


def _meanings(layout: Layout) -> Iterable[tuple[Sign, str, str]]:
    kinds = {box.node.kind for box in layout.nodes}
    styles = {line_style(edge.edge.basis) for edge in layout.edges}
    for kind in KINDS:
        if kind in kinds:
            yield "kind", kind, kind_name(kind)
    if any(box.node.is_focus for box in layout.nodes):
        yield "focus", "", "asked for"
    for style, name in _LINE_NAMES.items():
        if style in styles:
            yield "line", style, name
    is_strayed = {band.stage for band in layout.bands} != {UNKNOWN_STAGE}
    if is_strayed and any(box.node.stage == UNKNOWN_STAGE for box in layout.nodes):
        yield "stage", UNKNOWN_STAGE, "unknown stage"
