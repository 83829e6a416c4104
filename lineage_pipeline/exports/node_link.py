"""Node-link JSON: the graph as programs read it, among them networkx, D3 and Cytoscape."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lineage_pipeline.exports.facts import edge_facts, graph_facts, node_facts

if TYPE_CHECKING:
    from lineage_pipeline.exports.subgraph import ColumnFlow, Subgraph

_ENDS = ("source_node_id", "target_node_id", "job_node_id")


def node_link(subgraph: Subgraph) -> str:
    """Return the subgraph as one JSON object, one node or edge to a line.

    Edges carry the flows between columns behind them as `columns`, and their job as `key`.
    """
    columns: defaultdict[tuple[str, str, str], list[ColumnFlow]] = defaultdict(list)
    for flow in subgraph.columns:
        columns[flow.source_node_id, flow.target_node_id, flow.job_node_id].append(flow)
    nodes: list[dict[str, Any]] = [
        {"id": node.node_id, **node_facts(node)} for node in subgraph.nodes
    ]
    edges: list[dict[str, Any]] = []
    for edge in subgraph.edges:
        ends = (edge.source_node_id, edge.target_node_id, edge.job_node_id)
        named = dict(zip(("source", "target", "key"), ends, strict=True))
        edges.append({**named, **edge_facts(edge), "columns": list(map(_column, columns[ends]))})
    head = json.dumps(graph_facts(subgraph), ensure_ascii=False)
    return (
        f'{{"directed": true, "multigraph": true, "graph": {head},\n'
        f'"nodes": {_lines(nodes)},\n"edges": {_lines(edges)}}}\n'
    )


def _column(flow: ColumnFlow) -> dict[str, Any]:
    return {key: value for key, value in asdict(flow).items() if key not in _ENDS}


def _lines(rows: list[dict[str, Any]]) -> str:
    texts = (json.dumps(row, ensure_ascii=False) for row in rows)
    return "[\n" + ",\n".join(texts) + "\n]" if rows else "[]"
