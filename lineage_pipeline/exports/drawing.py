"""The subgraph as a picture, from which `lineage_pipeline.pictures` makes SVG and HTML."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lineage_pipeline.exports.subgraph import instant_text, strongest_edges
from lineage_pipeline.pictures.picture import Picture, PictureEdge, PictureNode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lineage_pipeline.exports.subgraph import Subgraph, SubgraphEdge, SubgraphNode
    from lineage_pipeline.pictures.picture import Facts


def picture_of(subgraph: Subgraph, title: str = "") -> Picture:
    """Return the picture: one line for each pair of nodes, every job among its facts."""
    parallel: defaultdict[tuple[str, str], list[SubgraphEdge]] = defaultdict(list)
    for edge in subgraph.edges:
        parallel[edge.source_node_id, edge.target_node_id].append(edge)
    return Picture(
        nodes=tuple(map(_node, subgraph.nodes)),
        edges=tuple(
            PictureEdge(
                source_node_id=edge.source_node_id,
                target_node_id=edge.target_node_id,
                basis=edge.basis,
                facts=_edge_facts(parallel[edge.source_node_id, edge.target_node_id]),
            )
            for edge in strongest_edges(subgraph)
        ),
        title=title or default_title(subgraph),
        note=subgraph.note,
    )


def default_title(subgraph: Subgraph) -> str:
    """Return what was asked, in words: the node, the direction and the clocks."""
    asked = " and ".join(
        f"{node.name}.{node.field}" if node.field else node.name
        for node in subgraph.nodes
        if node.depth == 0
    )
    words = "Where {} comes from" if subgraph.direction == "upstream" else "Where {} goes to"
    clocks = (("as of", subgraph.as_of), ("known at", subgraph.known_at))
    given = [f"{clock} {instant_text(instant)}" for clock, instant in clocks if instant]
    return ", ".join((words.format(asked), *given))


def _node(node: SubgraphNode) -> PictureNode:
    rule = f"{node.stage_rule}, {node.stage_confidence} confidence" if node.stage_confidence else ""
    masked = ("masked on every way", "yes") if node.is_masked else ("", "")
    facts = (
        ("steps away", str(node.depth)),
        ("stage decided by", rule),
        ("first seen", _read(node.first_seen_at)),
        ("last seen", _read(node.last_seen_at)),
        masked,
    )
    return PictureNode(
        node_id=node.node_id,
        label=node.field or node.name,
        kind=node.kind,
        stage=node.stage,
        sublabel=node.name if node.field else node.namespace,
        is_focus=node.depth == 0,
        facts=tuple(fact for fact in facts if fact[1]),
    )


def _edge_facts(edges: Sequence[SubgraphEdge]) -> Facts:
    return tuple((edge.job_node_id or "no job", _said(edge)) for edge in edges)


def _said(edge: SubgraphEdge) -> str:
    runs = f"{edge.run_count} run{'' if edge.run_count == 1 else 's'}" if edge.run_count else ""
    until = f"until {_read(edge.valid_to_at)}" if edge.valid_to_at else ""
    since = f"since {_read(edge.valid_from_at)}"
    return ", ".join(filter(None, (edge.basis, runs, since, until)))


def _read(instant: datetime | None) -> str:
    """Return the instant as people read it."""
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else ""
