"""A picture as one HTML page that opens offline: panned, searched, filtered, and read node by node.

The page asks the network for nothing, and its policy lets nothing else run or be loaded than the
script and the styles that it was written with.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.pictures.glyph import kind_name
from lineage_pipeline.pictures.label import printable_text
from lineage_pipeline.pictures.layout import lay_out
from lineage_pipeline.pictures.markup import text_of
from lineage_pipeline.pictures.palette import DARK, LIGHT, Palette
from lineage_pipeline.pictures.stylesheet import dark_rules
from lineage_pipeline.pictures.svg import UNTITLED, draw_layout
from lineage_pipeline.settings.lineage_toml import STAGES

if TYPE_CHECKING:
    from lineage_pipeline.pictures.layout import Layout
    from lineage_pipeline.pictures.picture import Facts, Picture

_FOLDER: Final = Path(__file__).parent / "viewer"
_SCRIPTS: Final = ("graph.js", "camera.js", "details.js", "main.js")
# In a script element only these could end it, or open a comment.
_ENTITIES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
_KEYS: Final = (
    "Arrow keys move the picture, or go from node to node once one has focus: left and right along "
    "the edges, up and down in the column. Enter selects, Escape clears, plus and minus zoom, "
    "0 shows everything, slash searches."
)


def render_html(picture: Picture) -> str:
    """Return the picture as an HTML page, the same bytes for the same nodes and edges.

    Without scripts it still shows the whole picture; printed, it shows nothing else. Everything
    that came from outside is escaped text.
    """
    layout = lay_out(picture)
    title = text_of(layout.title or UNTITLED)
    style = _variables(LIGHT) + f"@media (prefers-color-scheme:dark){{{_variables(DARK)}}}"
    style += _file("style.css")
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            f'<header class="bar"><h1>{title}</h1>{_search()}{_toggles(layout)}{_zoom()}</header>',
            f'<main class="view" tabindex="0" aria-label="The picture. {_KEYS}">',
            f"{draw_layout(replace(layout, title=''))}</main>",
            '<aside class="details" aria-labelledby="details-heading" hidden></aside>',
            f'<footer class="note">{text_of(picture.note)}</footer>' if picture.note else "",
            '<p class="said unseen" role="status"></p>',
            f'<script type="application/json" id="picture-data">{_data(layout)}</script>',
            f"<script>{_script()}</script>",
            "</body>",
            "</html>\n",
        )
    )


def _policy(style: str) -> str:
    styles = " ".join(f"'{_digest(text)}'" for text in (style, dark_rules()))
    return (
        f"default-src 'none'; script-src '{_digest(_script())}'; style-src {styles}; "
        f"base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    return f'"use strict";\n(() => {{\n{"".join(map(_file, _SCRIPTS))}start();\n}})();\n'


def _variables(palette: Palette) -> str:
    colours = {
        "page": palette.page,
        "frame": palette.frame,
        "text": palette.text,
        "muted": palette.muted,
        "control": palette.edge,
        "hover": palette.shade_by_stage["unknown"].band,
        "focus": palette.shade_by_stage["raw"].accent,
        "hit": palette.shade_by_stage["deployment"].accent,
    }
    stages = {f"stage-{stage}": shade.accent for stage, shade in palette.shade_by_stage.items()}
    body = "".join(f"--{name}:{colour};" for name, colour in (colours | stages).items())
    swatches = "".join(f".swatch.{stage}{{fill:var(--stage-{stage})}}" for stage in STAGES)
    return f":root{{{body}}}{swatches}"


def _search() -> str:
    return (
        '<div class="search needs-script" role="search">'
        '<input type="search" placeholder="Search" autocomplete="off" spellcheck="false" '
        'aria-label="Search by name or identifier; Enter goes to the next">'
        '<span class="found" role="status"></span></div>'
    )


def _toggles(layout: Layout) -> str:
    counts = Counter(box.node.stage for box in layout.nodes)
    buttons = "".join(
        f'<button type="button" class="toggle" aria-pressed="true" data-stage="{stage}">'
        f'<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="swatch {stage}" width="10" '
        f'height="10" rx="2.5"/></svg>{stage} <small>{counts[stage]}</small></button>'
        for stage in STAGES
        if counts[stage]
    )
    opening = '<div class="group needs-script" role="group" aria-label="Stages that are shown">'
    return f"{opening}{buttons}</div>" if buttons else ""


def _zoom() -> str:
    buttons = "".join(
        f'<button type="button" data-key="{key}" aria-label="{label}">{sign}</button>'
        for key, label, sign in (
            ("+", "Zoom in", "+"),
            ("-", "Zoom out", "\N{MINUS SIGN}"),
            ("0", "Show everything", "Fit"),
        )
    )
    return f'<div class="group needs-script" role="group" aria-label="Zoom">{buttons}</div>'


def _data(layout: Layout) -> str:
    """Return what the script needs, in the order in which nodes and edges are drawn."""
    place = {box.node.node_id: index for index, box in enumerate(layout.nodes)}
    nodes: list[dict[str, Any]] = [
        {
            "id": printable_text(box.node.node_id),
            "label": printable_text(box.node.label),
            "kind": printable_text(kind_name(box.node.kind)),
            "stage": box.node.stage,
            "sublabel": printable_text(box.node.sublabel),
            "isFocus": box.node.is_focus,
            "facts": _printed(box.node.facts),
        }
        for box in layout.nodes
    ]
    edges = [
        {
            "source": place[placed.edge.source_node_id],
            "target": place[placed.edge.target_node_id],
            "basis": printable_text(placed.edge.basis),
            "facts": _printed(placed.edge.facts),
        }
        for placed in layout.edges
    ]
    labelled = [index for index, placed in enumerate(layout.edges) if placed.label]
    text = json.dumps({"nodes": nodes, "edges": edges, "labelled": labelled}, ensure_ascii=False)
    return "".join(_ENTITIES.get(c, c) for c in text)


def _printed(facts: Facts) -> list[list[str]]:
    return [[printable_text(word), printable_text(value)] for word, value in facts]
