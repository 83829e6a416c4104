"""Every format that a subgraph leaves in, by name, and by the ending of a file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.exports.dot import dot
from lineage_pipeline.exports.drawing import picture_of
from lineage_pipeline.exports.graphml import graphml
from lineage_pipeline.exports.mermaid import mermaid
from lineage_pipeline.exports.node_link import node_link
from lineage_pipeline.exports.openlineage import openlineage
from lineage_pipeline.pictures.html import render_html
from lineage_pipeline.pictures.svg import render_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lineage_pipeline.exports.subgraph import Subgraph


def svg(subgraph: Subgraph) -> str:
    """Return the subgraph as an SVG document."""
    return render_svg(picture_of(subgraph))


def html(subgraph: Subgraph) -> str:
    """Return the subgraph as a page that opens offline."""
    return render_html(picture_of(subgraph))


EXPORTS: Final[Mapping[str, Callable[[Subgraph], str]]] = {
    "svg": svg,
    "html": html,
    "graphml": graphml,
    "dot": dot,
    "mermaid": mermaid,
    "node-link": node_link,
    "openlineage": openlineage,
}
