"""Subgraphs for tests of exports: small ones of any shape, with names that want to be markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from lineage_pipeline.exports.subgraph import STRENGTH, Subgraph, SubgraphEdge, SubgraphNode
from lineage_pipeline.identifiers import node_id

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE: Final = (
    'say "hi"',
    "back\\slash\\",
    "[brackets](of) {all} <kinds>",
    "<script>alert(1)</script>",
    "line\nbreak\r\n\ttab",
    "end",
    "subgraph",
    "click",
    "default",
    "A --> B",
    "%%{init: {}}%%",
    "%% remark",
    "`**bold**` _it_ ~~x~~",
    "1. first",
    "- item",
    "# heading",
    "https://example.com/a?b=c&d=e",
    "www.example.com",
    "mail@example.com",
    "$$x^2$$",
    "fa:fa-car",
    "&quot;&amp;#35;#quot;",
    "&lt;b&gt;",
    "]]>",
    "-->",
    "\x01\x1f\x7f",
    "invoice\u202efdp.exe",
    "日本語 ünïcode 👩‍💻",
    "a#1",
    "  two  spaces  ",
    "a;b",
    "\\N\\G\\l",
    "style fill:#fff;",
    "graph",
    ":::raw",
    "@{ shape: rect }",
)
names = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
)


def part(
    names: Sequence[str], pairs: Sequence[tuple[int, int]] = (), stage: str = "raw"
) -> Subgraph:
    """Return datasets by name, the first of them asked for, and edges between them by place."""
    ids = [node_id("dataset", "db", name) for name in names]
    nodes = [
        SubgraphNode(identifier, "dataset", "db", name, stage, min(place, 1))
        for place, (identifier, name) in enumerate(zip(ids, names, strict=True))
    ]
    edges = [
        SubgraphEdge(ids[one], ids[other], "job:db:load", STRENGTH[place % 6], 1, DAY)
        for place, (one, other) in enumerate(pairs)
    ]
    return Subgraph(tuple(nodes), tuple(edges))


@st.composite
def subgraphs(draw: st.DrawFn) -> Subgraph:
    """Return a subgraph of up to six nodes with hostile names, loops and parallel jobs."""
    kinds = ("dataset", "model", "deployment", "job", "odd")
    stages = ("raw", "feature", "model", "unknown", "elsewhere")
    found: dict[str, SubgraphNode] = {}
    for place in range(draw(st.integers(1, 6))):
        space, name = draw(names), draw(names)
        identifier = f"dataset:{space}:{name}"
        found[identifier] = SubgraphNode(
            identifier,
            draw(st.sampled_from(kinds)),
            space,
            name,
            draw(st.sampled_from(stages)),
            min(place, 1),
            stage_rule=draw(st.sampled_from(("name", "none"))),
            first_seen_at=draw(st.one_of(st.none(), st.just(DAY))),
        )
    ids = sorted(found)
    ends = st.tuples(
        st.sampled_from(ids), st.sampled_from(ids), st.sampled_from(("", "job:a:b", "job:a:<c>"))
    )
    edges = [
        SubgraphEdge(
            *ends_and_job,
            basis=draw(st.sampled_from((*STRENGTH, "odd"))),
            run_count=draw(st.integers(0, 2)),
            valid_from_at=DAY + timedelta(hours=draw(st.integers(0, 3))),
        )
        for ends_and_job in draw(st.lists(ends, max_size=8, unique=True))
    ]
    return Subgraph(tuple(found[identifier] for identifier in ids), tuple(edges), note=draw(names))
