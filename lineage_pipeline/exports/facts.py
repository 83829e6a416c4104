"""What the formats with attributes say of a node and of an edge, under the warehouse's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lineage_pipeline.exports.subgraph import instant_text

if TYPE_CHECKING:
    from lineage_pipeline.exports.subgraph import Subgraph, SubgraphEdge, SubgraphNode

Facts: TypeAlias = dict[str, str | int | bool]


def node_facts(node: SubgraphNode) -> Facts:
    """Return what is known of the node besides its identifier; what is not known is left out."""
    facts: dict[str, str | None] = {
        "kind": node.kind,
        "namespace": node.namespace,
        "name": node.name,
        "field": node.field,
        "stage": node.stage,
        "stage_rule": node.stage_rule,
        "stage_confidence": node.stage_confidence,
        "first_seen_at": instant_text(node.first_seen_at),
        "last_seen_at": instant_text(node.last_seen_at),
    }
    masked: Facts = {"is_masked": node.is_masked} if node.field else {}
    return _given(facts) | {"depth": node.depth} | masked


def edge_facts(edge: SubgraphEdge) -> Facts:
    """Return what is known of the edge besides its ends; what is not known is left out."""
    facts: dict[str, str | None] = {
        "job_node_id": edge.job_node_id,
        "basis": edge.basis,
        "last_run_id": edge.last_run_id,
        "valid_from_at": instant_text(edge.valid_from_at),
        "valid_to_at": instant_text(edge.valid_to_at),
    }
    return _given(facts) | {"run_count": edge.run_count}


def graph_facts(subgraph: Subgraph) -> Facts:
    """Return what was asked, at which clocks, and what the answer rests on."""
    facts: dict[str, str | None] = {
        "direction": subgraph.direction,
        "asked": " ".join(subgraph.asked),
        "as_of": instant_text(subgraph.as_of),
        "known_at": instant_text(subgraph.known_at),
        "note": subgraph.note,
    }
    return _given(facts)


def _given(facts: dict[str, str | None]) -> Facts:
    return {key: value for key, value in facts.items() if value}
