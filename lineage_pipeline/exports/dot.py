r"""DOT: drawn by Graphviz, with the stages as clusters in the colours of the pictures.

Source: https://graphviz.org/doc/info/lang.html; in a quoted string only `"` and `\` need care, a
label also reads entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.exports.facts import edge_facts, graph_facts, node_facts
from lineage_pipeline.pictures.label import printable_text
from lineage_pipeline.pictures.legend import line_style
from lineage_pipeline.pictures.palette import LIGHT
from lineage_pipeline.pictures.picture import stage_rank
from lineage_pipeline.settings.lineage_toml import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage_pipeline.exports.subgraph import Subgraph, SubgraphEdge, SubgraphNode

_SHAPES: Final = {
    "dataset": "cylinder",
    "job": "cds",
    "model": "hexagon",
    "modelVersion": "hexagon",
    "deployment": "house",
}
_STYLES: Final = {"stated": "solid", "inferred": "dashed", "cartesian": "dotted"}
_FONT: Final = 'fontname="Helvetica,Arial,sans-serif"'


def dot(subgraph: Subgraph) -> str:
    """Return the subgraph as a DOT document, `node_id` and every other fact as attributes."""
    name_of = {node.node_id: f"n{number}" for number, node in enumerate(subgraph.nodes)}
    return "\n".join(
        (
            "digraph lineage {",
            f"graph [rankdir=LR, {_FONT}, {_attributes(graph_facts(subgraph))}]",
            f'node [shape=box, style=filled, fillcolor=white, {_FONT}, fontsize="11"]',
            f'edge [color="{LIGHT.edge}", arrowsize="0.7"]',
            *_clusters(subgraph, name_of),
            *(_edge(edge, name_of) for edge in subgraph.edges),
            "}\n",
        )
    )


def quoted(text: str) -> str:
    r"""Return the text as a quoted string, in which `\` stands doubled."""
    shown = "".join(c if c == "\n" or c >= " " else f"\\u{ord(c):04x}" for c in text)
    legal = shown.encode("utf-8", "backslashreplace").decode("utf-8")
    return '"' + legal.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _clusters(subgraph: Subgraph, name_of: Mapping[str, str]) -> Iterator[str]:
    for rank, stage in enumerate(STAGES):
        members = [node for node in subgraph.nodes if stage_rank(node.stage) == rank]
        if members:
            shade = LIGHT.shade_by_stage[stage]
            yield f'subgraph cluster_{stage} {{ label="{stage}"; color="{shade.band}"; '
            yield f'style=filled; node [fillcolor="{shade.box}", color="{shade.accent}"]'
            yield from (_node(node, name_of[node.node_id]) for node in members)
            yield "}"


def _node(node: SubgraphNode, name: str) -> str:
    lines = (node.field or node.name, node.name if node.field else node.namespace)
    facts = {"node_id": node.node_id} | node_facts(node)
    label = "\n".join(map(printable_text, lines))
    shape = _SHAPES.get(node.kind, "box")
    weight = ", penwidth=2" if node.depth == 0 else ""
    return f"{name} [label={_label(label)}, shape={shape}{weight}, {_attributes(facts)}]"


def _edge(edge: SubgraphEdge, name_of: Mapping[str, str]) -> str:
    ends = f"{name_of[edge.source_node_id]} -> {name_of[edge.target_node_id]}"
    style = _STYLES[line_style(edge.basis)]
    return f"{ends} [style={style}, {_attributes(edge_facts(edge))}]"


def _label(text: str) -> str:
    return quoted(text.replace("&", "&amp;"))


def _attributes(facts: Mapping[str, str | int | bool]) -> str:
    return ", ".join(f"{key}={quoted(str(value))}" for key, value in facts.items())
