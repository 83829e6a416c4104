"""Mermaid: a flowchart that Git hosts, wikis and notebooks draw from a block of text.

Mermaid reads keywords, Markdown, HTML, icons and directives inside of labels; so whatever is not
plainly harmless is written as an entity code.
Source: https://mermaid.js.org/syntax/flowchart.html, Entity codes to escape characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lineage_pipeline.exports.subgraph import strongest_edges
from lineage_pipeline.pictures.label import printable_text
from lineage_pipeline.pictures.legend import line_style
from lineage_pipeline.pictures.palette import LIGHT
from lineage_pipeline.pictures.picture import stage_rank
from lineage_pipeline.settings.lineage_toml import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage_pipeline.exports.subgraph import Subgraph, SubgraphNode

_SHAPES: Final = {
    "dataset": ("[(", ")]"),
    "model": ("{{", "}}"),
    "modelVersion": ("{{", "}}"),
    "deployment": ("([", "])"),
}
_ARROWS: Final = {"stated": "-->", "inferred": "-.->", "cartesian": "-.->"}
# Letters, digits, slashes, and a single space, `_`, `-` or `.` between two letters or digits.
_HARMLESS: Final = re.compile(r"[^\W_]|/|(?<=[^\W_])[ _.-](?=[^\W_])")
# A remark ends with its line; braces would make a directive of it.
_LINE_END: Final = re.compile(r"[^\w .,:;()-]")
# Mermaid looks for formulas and icons after it has decoded: only what stands between helps there.
_SPLIT: Final = re.compile(r"(?<=\$)(?=\$)|(?<=:)(?=fa-)")
_WORD_JOINER: Final = "\u2060"
_WEB: Final = re.compile("www", re.IGNORECASE)


def mermaid(subgraph: Subgraph) -> str:
    """Return the subgraph as a flowchart, one arrow for each pair of nodes.

    Mermaid's own limits stay the reader's: 500 edges and 50,000 characters, unless configured.
    """
    name_of = {node.node_id: f"n{number}" for number, node in enumerate(subgraph.nodes)}
    arrows = [
        f"{name_of[edge.source_node_id]} {_ARROWS[line_style(edge.basis)]} "
        f"{name_of[edge.target_node_id]}"
        for edge in strongest_edges(subgraph)
    ]
    remarks = [f"%% {_LINE_END.sub(' ', subgraph.note)}"] if subgraph.note else []
    return "\n".join(("flowchart LR", *remarks, *_stages(subgraph, name_of), *arrows)) + "\n"


def label_text(text: str) -> str:
    """Return the text as it stands inside the quotes of a label.

    Where Mermaid would draw a formula or an icon, an invisible character keeps it from that.
    """
    printed = _SPLIT.sub(_WORD_JOINER, printable_text(text))
    harmless = {found.start() for found in _HARMLESS.finditer(printed)}
    harmless -= {found.start() for found in _WEB.finditer(printed)}
    return "".join(c if i in harmless else _code(c) for i, c in enumerate(printed))


def _code(character: str) -> str:
    return f"#{ord(character)};"


def _stages(subgraph: Subgraph, name_of: Mapping[str, str]) -> Iterator[str]:
    for rank, stage in enumerate(STAGES):
        members = [node for node in subgraph.nodes if stage_rank(node.stage) == rank]
        if members:
            shade = LIGHT.shade_by_stage[stage]
            names = ",".join(name_of[node.node_id] for node in members)
            yield f'subgraph stage_{stage}["{stage}"]'
            yield from (_node(node, name_of[node.node_id]) for node in members)
            yield "end"
            yield f"classDef of_{stage} fill:{shade.box},stroke:{shade.accent},color:{LIGHT.text}"
            yield f"class {names} of_{stage}"


def _node(node: SubgraphNode, name: str) -> str:
    opening, closing = _SHAPES.get(node.kind, ("[", "]"))
    lines = (node.field or node.name, node.name if node.field else node.namespace)
    return f'{name}{opening}"{"<br/>".join(map(label_text, lines))}"{closing}'
