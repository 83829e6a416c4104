"""Every format is read back by a parser that is not ours, whatever the names in it are."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections import Counter
from typing import Any, Final
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings

from lineage_pipeline.cli.graph_format import GRAPHS
from lineage_pipeline.exports.dot import dot
from lineage_pipeline.exports.formats import EXPORTS
from lineage_pipeline.exports.graphml import graphml
from lineage_pipeline.exports.node_link import node_link
from lineage_pipeline.exports.subgraph import ColumnFlow, Subgraph, SubgraphEdge
from lineage_pipeline.pictures.label import printable_text
from tests.exports.parts import DAY, HOSTILE, part, subgraphs

DOT: Final = shutil.which("dot")
ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def legal(text: str) -> str:
    return ILLEGAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def ends(subgraph: Subgraph) -> Counter[tuple[str, str]]:
    return Counter((edge.source_node_id, edge.target_node_id) for edge in subgraph.edges)


def test_every_format_of_the_command_line_is_there() -> None:
    assert tuple(EXPORTS) == GRAPHS


@pytest.mark.parametrize("name", GRAPHS)
def test_a_format_is_the_same_bytes_each_time(name: str) -> None:
    subgraph = part(HOSTILE, [(0, 1), (1, 2), (2, 2)])

    assert EXPORTS[name](subgraph) == EXPORTS[name](subgraph)


@given(subgraphs())
@settings(deadline=None)
def test_graphml_is_the_same_graph_for_networkx(subgraph: Subgraph) -> None:
    text = graphml(subgraph)

    graph = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)

    id_of = {node.node_id: legal(node.node_id) for node in subgraph.nodes}
    if len(set(id_of.values())) == len(id_of):
        assert set(graph) == set(id_of.values())
        found = Counter((source, target) for source, target, _ in graph.edges)
        assert found == Counter({(id_of[a], id_of[b]): n for (a, b), n in ends(subgraph).items()})
        for node in subgraph.nodes:
            held = graph.nodes[id_of[node.node_id]]
            assert held.get("name", "") == legal(node.name)
            assert held["depth"] == node.depth
    assert len(graph) == len(subgraph.nodes)
    assert graph.number_of_edges() == len(subgraph.edges)
    assert graph.is_directed()


def test_graphml_keeps_identifiers_apart_that_xml_makes_alike() -> None:
    subgraph = part(["a\x01", "a\\u0001"], [(0, 1)])

    graph = nx.read_graphml(io.BytesIO(graphml(subgraph).encode()))

    assert set(graph) == {"dataset:db:a\\u0001", "dataset:db:a\\u0001#1"}
    assert not graph.has_edge(*["dataset:db:a\\u0001"] * 2)


@given(subgraphs())
@settings(deadline=None)
def test_node_link_is_the_same_graph_for_networkx(subgraph: Subgraph) -> None:
    graph = nx.node_link_graph(json.loads(node_link(subgraph)), edges="edges")

    assert set(graph) == {node.node_id for node in subgraph.nodes}
    assert Counter((source, target) for source, target, _ in graph.edges) == ends(subgraph)
    for edge in subgraph.edges:
        held = graph.edges[edge.source_node_id, edge.target_node_id, edge.job_node_id]
        assert (held["basis"], held["run_count"]) == (edge.basis, edge.run_count)


def test_node_link_carries_the_columns_behind_an_edge() -> None:
    one = part("ab", [(0, 1)])
    flow = ColumnFlow(*one.asked, "x", one.nodes[1].node_id, "y", "job:db:load", "DIRECT")

    graph = json.loads(node_link(Subgraph(one.nodes, one.edges, (flow,))))

    (edge,) = graph["edges"]
    assert [(c["source_field"], c["target_field"]) for c in edge["columns"]] == [("x", "y")]


def graphviz(text: str) -> dict[str, Any]:
    assert DOT, "there is no Graphviz on the path; run tests/setup_programs.sh"
    command = [DOT, "-Tdot_json"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)  # noqa: S603
    assert done.stderr == b""
    graph: dict[str, Any] = json.loads(done.stdout)
    return graph


def unescaped(text: str) -> str:
    r"""Return an attribute as written: Graphviz leaves `\\` as it stands."""
    return text.replace("\\\\", "\\")


def written(text: str) -> str:
    return "".join(c if c == "\n" or c >= " " else f"\\u{ord(c):04x}" for c in text)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(subgraphs())
def test_dot_is_the_same_graph_for_graphviz(subgraph: Subgraph) -> None:
    graph = graphviz(dot(subgraph))

    boxes = [held for held in graph["objects"] if "node_id" in held]
    name_of = {box["_gvid"]: unescaped(box["node_id"]) for box in boxes}
    assert sorted(name_of.values()) == sorted(written(n.node_id) for n in subgraph.nodes)
    found = Counter((name_of[e["tail"]], name_of[e["head"]]) for e in graph.get("edges", ()))
    expected = Counter({(written(a), written(b)): n for (a, b), n in ends(subgraph).items()})
    assert found == expected


@pytest.mark.parametrize("name", HOSTILE)
def test_dot_draws_the_name_and_nothing_else(name: str) -> None:
    """Drawn as plain SVG, what stands in the box is the name, entity for entity."""
    assert DOT
    text = dot(part([name]))
    done = subprocess.run([DOT, "-Tsvg"], input=text.encode(), capture_output=True, check=True)  # noqa: S603
    drawn = ET.fromstring(done.stdout)  # noqa: S314
    lines = [element.text or "" for element in drawn.iter("{http://www.w3.org/2000/svg}text")]

    shown = [line.replace("\xa0", " ").strip() for line in lines]
    assert shown == ["raw", printable_text(name).strip(), "db"]


def test_a_fact_that_is_not_known_is_left_out() -> None:
    edge = SubgraphEdge("dataset:db:a", "dataset:db:b", "", "column", 0, DAY)
    subgraph = Subgraph(part("ab").nodes, (edge,))

    (held,) = json.loads(node_link(subgraph))["edges"]

    assert "valid_to_at" not in held
    assert held["valid_from_at"] == "2026-01-01T00:00:00Z"
    assert "job_node_id" not in held
