"""GraphML: read by Gephi, yEd, Cytoscape, igraph and networkx.

Source: http://graphml.graphdrawing.org/specification.html, GraphML-Attributes.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from lineage_pipeline.exports.facts import edge_facts, graph_facts, node_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lineage_pipeline.exports.facts import Facts
    from lineage_pipeline.exports.subgraph import Subgraph

_NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
_TYPES: Final = {str: "string", int: "int", bool: "boolean"}
# What XML 1.0 (Fifth Edition), 2.2 Characters leaves out.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def graphml(subgraph: Subgraph) -> str:
    r"""Return the subgraph as a GraphML document; nodes are called by their identifiers.

    A character that XML cannot hold is written as `\uXXXX`; identifiers stay distinct.
    """
    id_of = _distinct_ids(sorted(node.node_id for node in subgraph.nodes))
    nodes = [(node.node_id, node_facts(node)) for node in subgraph.nodes]
    edges = [
        (edge.source_node_id, edge.target_node_id, edge_facts(edge)) for edge in subgraph.edges
    ]
    about = graph_facts(subgraph)
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<graphml xmlns="{_NAMESPACE}">',
            *_keys("graph", [about]),
            *_keys("node", [facts for _, facts in nodes]),
            *_keys("edge", [facts for *_, facts in edges]),
            '<graph id="lineage" edgedefault="directed">',
            *_data("graph", about),
            *(
                f"<node id={quoteattr(id_of[node_id])}>{''.join(_data('node', facts))}</node>"
                for node_id, facts in nodes
            ),
            *(
                f'<edge id="e{number}" source={quoteattr(id_of[source])} '
                f"target={quoteattr(id_of[target])}>{''.join(_data('edge', facts))}</edge>"
                for number, (source, target, facts) in enumerate(edges)
            ),
            "</graph>",
            "</graphml>\n",
        )
    )


def _keys(holder: str, held: Iterable[Facts]) -> Iterator[str]:
    types: dict[str, str] = {}
    for facts in held:
        for name, value in facts.items():
            types.setdefault(name, _TYPES[type(value)])
    for name, kind in types.items():
        yield f'<key id="{holder}.{name}" for="{holder}" attr.name="{name}" attr.type="{kind}"/>'


def _data(holder: str, facts: Facts) -> Iterator[str]:
    for name, value in facts.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f'<data key="{holder}.{name}">{escape(_legal(text), {chr(13): "&#13;"})}</data>'


def _legal(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _distinct_ids(node_ids: Iterable[str]) -> Mapping[str, str]:
    """Return a legal name for each identifier; two that look alike then get a number behind."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node_id in sorted(node_ids, key=lambda node_id: (_legal(node_id) != node_id, node_id)):
        legal = _legal(node_id)
        name = next(
            name
            for name in (f"{legal}#{number}" if number else legal for number in count())
            if name not in taken
        )
        taken.add(name)
        found[node_id] = name
    return found
