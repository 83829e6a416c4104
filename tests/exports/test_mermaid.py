"""Mermaid reads each flowchart, and draws every name as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from lineage_pipeline.exports.mermaid import mermaid
from lineage_pipeline.exports.subgraph import strongest_edges
from lineage_pipeline.pictures.label import printable_text
from tests.browsers import browser_context
from tests.exports.parts import HOSTILE, part, subgraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from lineage_pipeline.exports.subgraph import Subgraph

ROOT: Final = Path(__file__).parents[2]
PARSED: Final = """async (text) => {
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
    const vertices = diagram.db.getVertices();
    return {
        type: diagram.type,
        nodes: [...vertices.keys()],
        edges: diagram.db.getEdges().map((edge) => [edge.start, edge.end]),
    };
}"""
DRAWN: Final = """async (text) => {
    const {svg} = await mermaid.render("drawn", text);
    document.body.innerHTML = svg;
    const labels = [...document.querySelectorAll(".node .nodeLabel")];
    const parts = [...document.querySelectorAll(".node .nodeLabel *")];
    return {
        labels: labels.map((label) => label.innerText),
        tags: parts.map((part) => part.tagName),
    };
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    pinned = re.search(r"MERMAID=(\S+)", (ROOT / "tests/setup_programs.sh").read_text())
    assert pinned
    script = ROOT / ".tools" / "mermaid" / f"{pinned[1]}.js"
    assert script.exists(), "Mermaid is not here; run tests/setup_programs.sh"
    with browser_context() as context:
        opened = context.new_page()
        opened.set_content("<html><body></body></html>")
        opened.add_script_tag(path=script)
        opened.evaluate("mermaid.initialize({startOnLoad: false})")
        yield opened


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(subgraph=subgraphs())
def test_mermaid_reads_the_same_graph(page: Page, subgraph: Subgraph) -> None:
    name_of = {node.node_id: f"n{number}" for number, node in enumerate(subgraph.nodes)}

    found: dict[str, Any] = page.evaluate(PARSED, mermaid(subgraph))

    assert found["type"].startswith("flowchart")
    assert sorted(found["nodes"]) == sorted(name_of.values())
    assert [tuple(ends) for ends in found["edges"]] == [
        (name_of[edge.source_node_id], name_of[edge.target_node_id])
        for edge in strongest_edges(subgraph)
    ]


def test_mermaid_draws_hostile_names_as_they_are(page: Page) -> None:
    found = page.evaluate(DRAWN, mermaid(part(HOSTILE)))

    lines = [
        [line.strip().replace("\u2060", "") for line in label.split("\n")]
        for label in found["labels"]
    ]
    assert sorted(" ".join(line[:-1]) for line in lines) == sorted(
        " ".join(printable_text(name).split()) for name in HOSTILE
    )
    assert {line[-1] for line in lines} == {"db"}
    assert set(found["tags"]) <= {"P", "BR"}
