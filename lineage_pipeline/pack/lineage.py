"""What a version comes from: the nodes, and the part of the graph that is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.questions.parts import Closure, subgraph

if TYPE_CHECKING:
    from lineage_pipeline.exports.subgraph import Subgraph
    from lineage_pipeline.warehouse.query import Warehouse

MOST_DRAWN: Final = 1_500
"""Beyond so many nodes nobody reads a picture."""


class Ancestry(NamedTuple):
    """What a version comes from.

    Attributes:
        nodes: their identifiers, the version itself first.
        graph: what is drawn; None if nothing is.
        why_not: why nothing is drawn, in a sentence.
    """

    nodes: tuple[str, ...]
    graph: Subgraph | None
    why_not: str = ""


def ancestry(warehouse: Warehouse, node: str) -> Ancestry:
    """Return what a version comes from, as is believed now; itself alone if no lineage has it."""
    if not warehouse.ask("known_node", node=node).rows:
        return Ancestry((node,), None, "a picture: no lineage tells of this version")
    found = subgraph(warehouse, Closure("upstream", node))
    nodes = (node, *sorted({one.node_id for one in found.nodes} - {node}))
    if len(nodes) > MOST_DRAWN:
        why_not = f"a picture: {len(nodes)} nodes are more than can be read; lineage/edges has all"
        return Ancestry(nodes, None, why_not)
    return Ancestry(nodes, replace(found, note=warehouse.coverage_note()))
